"""``warmline eval import``: a stored conversation as a case."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from warmline.errors import UsageError

from .eval_exits import or_misused
from .exits import OK
from .options import Home, Store, example

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warmline.agent.outcome import Turn

EXAMPLES = example(
    "warmline eval import chat-1f2e3d4c --output my_suites/imported.eval.yaml",
    "warmline eval import chat-1f2e3d4c --store sqlite:///warmline.db",
)
HEAD = """\
# Imported by `warmline eval import`. Before you commit it: read every message (names stay, and whatever a customer tells in words), and give
# the demo shop what the conversation needs under `world: {set: …}`; order numbers and addresses were replaced.
"""


def import_case(
    conversation: Annotated[str, typer.Argument(metavar="CONVERSATION", help="The conversation's id, such as chat-1f2e3d4c.")],
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="A new suite (default: standard output).")
    ] = None,
    store: Store = None,
    home: Home = None,
) -> int:
    """Make a case of a stored conversation: what the customer wrote, redacted, and what came of it.

    Cards, accounts, secrets, e-mail addresses, telephone and order numbers are replaced; names are not. The case is only watched until
    somebody read it. Of a conversation that was erased nothing comes back.
    """
    return or_misused(lambda: _import(conversation, output, store, home))


def _import(conversation: str, output: Path | None, url: str | None, home: Path | None) -> int:
    import yaml

    from warmline.evals.suite_files.importing import case_of
    from warmline.settings import Settings

    from .db_place import with_store

    if output is not None and output.exists():
        raise UsageError(f"{str(output)!r} is there already; name a new file, and move the case where you want it")
    settings = with_store(Settings.from_env(home=home), url)
    turns, signed_in = asyncio.run(_stored(settings, conversation))
    suite = {"suite": "imported", "schema": 1, "cases": [case_of(conversation, turns, signed_in=signed_in)]}
    text = HEAD + yaml.safe_dump(suite, sort_keys=False, allow_unicode=True, width=120)
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, "utf-8")
        typer.echo(f"{len(turns)} messages in {output}", err=True)
    return OK


async def _stored(settings: Any, conversation: str) -> "tuple[Sequence[tuple[str, Turn]], bool]":
    from warmline.agent.store.recorded import recorded_turns

    from .assembly import open_store

    async with open_store(settings) as store:
        turns = await recorded_turns(store, conversation)
        known = await store.find(conversation)
    return turns, known is not None and known.customer_id is not None
