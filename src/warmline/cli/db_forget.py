"""``warmline db forget``: conversations nobody has touched for long."""

import asyncio
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from warmline.errors import UsageError

from .db_place import settings_for, shown
from .exits import NOT_AS_ASKED
from .options import Home, Json, Store, example

if TYPE_CHECKING:
    from warmline.settings import Settings

EXAMPLES = example("warmline db forget --older-than 400d --dry-run", "warmline db forget --older-than 400d --yes")

LONGEST = timedelta(days=36_500)


def forget(
    older_than: Annotated[str, typer.Option("--older-than", metavar="TIME", help="Such as 400d; 30d at least.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many there are.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    store: Store = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Delete conversations in which nothing happened for so long, with all that is in them.

    One stays while it has a case that is not resolved, a message without an answer, or an event that waits. There is no way back.
    """
    from .screen import print_json

    settings, age = settings_for(home, store), duration(older_than, "--older-than")
    number = asyncio.run(_count(settings, age))
    if not dry_run and number and not (yes or _agreed(settings, number)):
        typer.echo("Nothing was changed.", err=True)
        raise typer.Exit(NOT_AS_ASKED)
    deleted = 0 if dry_run else asyncio.run(_forget(settings, age))
    if json:
        print_json({"old": number, "deleted": deleted})
    elif dry_run:
        typer.echo(f"{_conversations(number)} would be deleted.")
    else:
        typer.echo(f"{_conversations(deleted)} deleted.")


def duration(text: str, option: str) -> timedelta:
    """The time an option names, or an error that names the option."""
    from warmline.agent.guard.durations import read_duration

    try:
        return read_duration(text, longest=LONGEST)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error


def _agreed(settings: "Settings", number: int) -> bool:
    if not sys.stdin.isatty():
        raise UsageError("'warmline db forget' asks before it deletes conversations; without a terminal add --yes")
    return typer.confirm(f"Delete {_conversations(number)} from {shown(settings)}? There is no way back.")


async def _count(settings: "Settings", age: timedelta) -> int:
    from warmline.agent.store.retention import old

    from .assembly import open_store

    async with open_store(settings) as store:
        return await old(store, older_than=age)


async def _forget(settings: "Settings", age: timedelta) -> int:
    from warmline.agent.store.retention import forget_old

    from .assembly import open_store

    async with open_store(settings) as store:
        return await forget_old(store, older_than=age)


def _conversations(number: int) -> str:
    return f"{number} {'conversation' if number == 1 else 'conversations'}"
