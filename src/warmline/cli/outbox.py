"""``warmline outbox``: the events for the shop's own systems, and those nobody took."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from warmline.errors import UsageError

from . import outbox_deliver
from .db_place import settings_for
from .exits import NOT_AS_ASKED
from .options import Home, Json, Store, example, login_name

if TYPE_CHECKING:
    from warmline.agent.outbox.letters import Counts, Letter
    from warmline.agent.store.store import Store as Opened
    from warmline.settings import Settings

T = TypeVar("T")

commands = typer.Typer(
    help="Events for your own systems: what waits, what was given up, what to do about it (docs/events.md).",
    epilog=example(
        "warmline outbox list --dead",
        "warmline outbox show 5f0c1d2e3a4b",
        "warmline outbox replay --all",
        "warmline outbox deliver --to https://shop.example.com/warmline",
    ),
    no_args_is_help=True,
)

Key = Annotated[str, typer.Argument(metavar="KEY", help="The event, as 'warmline outbox list' shows it.")]
By = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who does it; stays on record (default: your login name).")]


@commands.command("list", epilog=example("warmline outbox list", "warmline outbox list --dead --json"))
def list_events(
    dead: Annotated[bool, typer.Option("--dead", help="Those that were given up, instead of those that wait.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="At most so many.")] = 100,
    store: Store = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """List the events that are not delivered, the oldest first."""
    from .outbox_view import letter_row, show_letters, sum_up
    from .screen import print_json

    async def read(opened: "Opened") -> "tuple[list[Letter], Counts]":
        from warmline.agent.outbox.letters import counts, dead_letters, waiting_letters

        found = await (dead_letters if dead else waiting_letters)(opened, most=limit)
        return list(found), await counts(opened)

    letters, counted = _with_store(settings_for(home, store), read)
    if json:
        print_json([letter_row(one) for one in letters])
        return
    if letters:
        show_letters(letters, dead=dead)
    typer.echo(sum_up(counted, dead=dead, shown=len(letters)), err=bool(letters))


@commands.command("show", epilog=example("warmline outbox show 5f0c1d2e3a4b", "warmline outbox show 5f0c1d2e3a4b --json"))
def show(key: Key, store: Store = None, json: Json = False, home: Home = None) -> None:
    """Show one event: what it says, how often it was tried, why it was not taken."""
    from .outbox_view import letter_in_full, letter_row
    from .screen import print_json

    async def read(opened: "Opened") -> "Letter":
        from warmline.agent.outbox.letters import letter

        return await letter(opened, key)

    found = _with_store(settings_for(home, store), read)
    if json:
        print_json({**letter_row(found), "body": found.event.body})
    else:
        typer.echo(letter_in_full(found))


@commands.command(
    "replay",
    epilog=example("warmline outbox replay 5f0c1d2e3a4b", "warmline outbox replay --all --by anna && warmline outbox list"),
)
def replay(
    key: Annotated[str | None, typer.Argument(metavar="KEY", help="A dead letter.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every dead letter.")] = False,
    by: By = None,
    store: Store = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Let a dead letter be delivered again, from the first attempt on.

    It comes before the later events of its conversation that still wait.
    """
    from .screen import print_json

    if everything == (key is not None):
        raise typer.BadParameter("give the event's key, or --all", param_hint="KEY")
    person = by or login_name()

    async def act(opened: "Opened") -> int:
        from warmline.agent.outbox.letters import replay

        return await replay(opened, key, by=person)

    number = _with_store(settings_for(home, store), act)
    if json:
        print_json({"replayed": number, "by": person})
    elif number:
        typer.echo(f"{number} {'event is' if number == 1 else 'events are'} due again.")
    else:
        typer.echo("There are no dead letters.")


@commands.command(
    "drop", epilog=example("warmline outbox drop 5f0c1d2e3a4b", "warmline outbox drop 5f0c1d2e3a4b --by anna --yes")
)
def drop(
    key: Key,
    by: By = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    store: Store = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Give a dead letter up for good.

    What it said goes; which event it was, when, and who dropped it stay.
    """
    from .screen import print_json

    settings, person = settings_for(home, store), by or login_name()
    if not (yes or _agreed(key)):
        typer.echo("Nothing was changed.", err=True)
        raise typer.Exit(NOT_AS_ASKED)

    async def act(opened: "Opened") -> None:
        from warmline.agent.outbox.letters import drop

        await drop(opened, key, by=person)

    _with_store(settings, act)
    if json:
        print_json({"dropped": key, "by": person})
    else:
        typer.echo(f"{key} is dropped; nobody will be told of it.")


commands.command("deliver", epilog=outbox_deliver.EXAMPLES)(outbox_deliver.deliver)


def _agreed(key: str) -> bool:
    if not sys.stdin.isatty():
        raise UsageError("'warmline outbox drop' asks before it drops an event; without a terminal add --yes")
    return typer.confirm(f"Drop event {key}? Nobody will be told of it, and there is no way back.")


def _with_store(settings: "Settings", act: "Callable[[Opened], Awaitable[T]]") -> T:
    async def run() -> T:
        from .assembly import open_store

        async with open_store(settings) as opened:
            return await act(opened)

    return asyncio.run(run())
