"""``warmline db export`` and ``warmline db erase``: what is stored of a person."""

import asyncio
import json
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from warmline.errors import ShopError, StoreError, UsageError

from .db_place import settings_for
from .exits import NOT_AS_ASKED
from .options import Home, Json, Store, example, login_name

if TYPE_CHECKING:
    from warmline.agent.store.belongings import Holding, Whose
    from warmline.agent.store.erasure import Erased
    from warmline.settings import Settings

EXPORT_EXAMPLES = example(
    "warmline db export --customer C-1001 --output maya.json", "warmline db export --conversation chat-1f2e3d4c"
)
ERASE_EXAMPLES = example("warmline db erase --customer C-1001", "warmline db erase --conversation chat-1f2e3d4c --by anna --yes")

Customer = Annotated[str | None, typer.Option("--customer", metavar="ID", help="A signed-in customer, by the shop's id.")]
Conversation = Annotated[str | None, typer.Option("--conversation", metavar="ID", help="For a guest: one conversation.")]


def export(
    customer: Customer = None,
    conversation: Conversation = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Where to write it (default: standard output).")
    ] = None,
    store: Store = None,
    home: Home = None,
) -> None:
    """Write everything that is stored of a person, as JSON, with the register of consents of the marketing service.

    The file is readable by you alone. It holds colleagues' names and notes too: read it before you hand it out.
    """
    settings = settings_for(home, store)
    written = asyncio.run(_export(settings, _whose(customer, conversation)))
    text = json.dumps(written, indent=2, ensure_ascii=False) + "\n"
    if output is None:
        typer.echo(text, nl=False)
        return
    _write_privately(output, text)
    typer.echo(f"{_counted(len(written['conversations']), 'conversation')} written to {output}.")


def erase(
    customer: Customer = None,
    conversation: Conversation = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="Who erases; stays on record (default: your login name).")
    ] = None,
    without_shop: Annotated[
        bool, typer.Option("--without-shop", help="Leave alone what a shop's own system keeps of our writes.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    store: Store = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Remove what is stored of a person; there is no way back.

    Words, names, addresses, arguments and the contents of cases go, in every table.
    Ids, times, reasons and outcomes stay, and that it was erased, when and by whom. The shop's own records are the shop's. Notes of ours
    in its system (Shopify) are emptied first, then the register of consents, then what is stored here: where one fails, what comes after it is
    left as it was, and the command can be run again.
    """
    from .screen import print_json

    settings, whose, person = settings_for(home, store), _whose(customer, conversation), by or login_name()
    if not (yes or _agreed(whose, asyncio.run(_holding(settings, whose)))):
        typer.echo("Nothing was changed.", err=True)
        raise typer.Exit(NOT_AS_ASKED)
    done = asyncio.run(_erase(settings, whose, person, with_shop=not without_shop))
    if json:
        counts = {"conversations": done.conversations, "cases": done.cases}
        print_json({"reference": done.reference, **counts, "by": person, "at": done.at.isoformat()})
    else:
        typer.echo(
            f"Erased {_counted(done.conversations, 'conversation')} and {_counted(done.cases, 'case')}; on record as {done.reference}."
        )


def _whose(customer: str | None, conversation: str | None) -> "Whose":
    from warmline.agent.store.belongings import Whose

    if (customer is None) == (conversation is None):
        raise typer.BadParameter("give --customer ID, or for a guest --conversation ID", param_hint="--customer")
    return Whose(customer_id=customer, conversation_id=conversation)


def _agreed(whose: "Whose", there: "Holding") -> bool:
    if not sys.stdin.isatty():
        raise UsageError("'warmline db erase' asks before it erases; without a terminal add --yes")
    counts = [_counted(there.conversations, "conversation"), _counted(there.messages, "message"), _counted(there.cases, "case")]
    waiting = f" ({there.open_cases} of them not resolved)" if there.open_cases else ""
    return typer.confirm(f"Erase {whose}: {', '.join(counts)}{waiting}? There is no way back.")


async def _export(settings: "Settings", whose: "Whose") -> dict[str, Any]:
    from warmline.agent.store.belongings import export
    from warmline.agent.store.elsewhere import elsewhere
    from warmline.tools.shops.chosen import kept_elsewhere

    from .assembly import open_store

    async with open_store(settings) as store:
        written, known = await export(store, whose), await elsewhere(store, whose)
    kept = await kept_elsewhere(settings.shop, settings.variables, keys=known.keys, places=known.proved)
    return {**written, "kept_elsewhere": kept}


async def _holding(settings: "Settings", whose: "Whose") -> "Holding":
    from warmline.agent.store.belongings import holding

    from .assembly import open_store

    async with open_store(settings) as store:
        return await holding(store, whose)


async def _erase(settings: "Settings", whose: "Whose", by: str, *, with_shop: bool) -> "Erased":
    """The shop is opened without the marketing service, which has no part in this: of it only the register is needed."""
    from warmline.agent.erasing import erase_everywhere
    from warmline.agent.store.elsewhere import Elsewhere, elsewhere
    from warmline.settings import DEMO
    from warmline.tools.shops.chosen import forget_elsewhere

    from .assembly import open_shop_alone, open_store

    async def forget(known: Elsewhere) -> None:
        try:
            await forget_elsewhere(settings.shop, settings.variables, keys=known.keys, places=known.places)
        except ShopError as error:
            raise StoreError(
                f"the register of consents was not erased, nor what is stored here; run it again: {error}"
            ) from error

    async with open_store(settings) as store:
        known = await elsewhere(store, whose, at_rest=True)
        if not with_shop or settings.shop == DEMO or not known.keys:
            return await erase_everywhere(store, None, whose, by=by, forget=forget)
        with _named_way_out():
            async with open_shop_alone(settings) as shop:
                return await erase_everywhere(store, shop, whose, by=by, forget=forget)


@contextmanager
def _named_way_out() -> Generator[None]:
    try:
        yield
    except ShopError as error:
        raise ShopError(f"{error}. Nothing was erased; --without-shop leaves the shop's notes as they are") from error


def _write_privately(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(text)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
