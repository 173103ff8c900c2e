"""``warmline db``: the store's tables and their revision, and what is stored of a person."""

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from warmline.errors import UsageError

from . import db_forget, db_person
from .db_place import settings_for, shown
from .exits import NOT_AS_ASKED, OK
from .options import Home, Json, Store, example

if TYPE_CHECKING:
    from warmline.agent.store.revision import Found
    from warmline.settings import Settings

EMPTY = "no tables"

commands = typer.Typer(
    help="The database of conversations and cases (docs/database.md).",
    epilog=example(
        "warmline db current",
        "warmline db upgrade --store postgresql://warmline@db.example.com/support",
        "warmline db export --customer C-1001 --output maya.json",
        "warmline db erase --customer C-1001",
    ),
    no_args_is_help=True,
)


@commands.command("current", epilog=example("warmline db current", "warmline db current --json || warmline db upgrade"))
def current(store: Store = None, json: Json = False, home: Home = None) -> int:
    """Say which revision the tables have.

    The exit code is 1 unless it is the one this version of Warmline works with.
    """
    from warmline.agent.store.revision import HEAD

    from .screen import print_json

    settings = settings_for(home, store)
    found = asyncio.run(_current(settings))
    if json:
        print_json({"store": shown(settings), "revision": found.revision, "needed": HEAD, "standing": found.standing})
    else:
        typer.echo(f"{shown(settings)}: {_described(found)}")
    return OK if found.standing == "current" else NOT_AS_ASKED


@commands.command(
    "upgrade", epilog=example("warmline db upgrade", "warmline db upgrade --store postgresql://warmline@db/support")
)
def upgrade(store: Store = None, json: Json = False, home: Home = None) -> None:
    """Bring the tables to what this version of Warmline works with.

    All or nothing, in one transaction. Stop the workers of an older version first.
    """
    settings = settings_for(home, store)
    _say(settings, *asyncio.run(_upgrade(settings)), json=json)


@commands.command("downgrade", epilog=example("warmline db downgrade --to 0001", "warmline db downgrade --to base --yes"))
def downgrade(
    to: Annotated[str | None, typer.Option("--to", metavar="REVISION", help="An older one, or base (default: one back).")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    store: Store = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Take the tables back, for an older version of Warmline.

    What only newer tables hold is lost; base removes every table and all that is in them.
    """
    settings = settings_for(home, store)
    if not (yes or _agreed(settings, to)):
        typer.echo("Nothing was changed.", err=True)
        raise typer.Exit(NOT_AS_ASKED)
    _say(settings, *asyncio.run(_downgrade(settings, to)), json=json)


commands.command("export", epilog=db_person.EXPORT_EXAMPLES)(db_person.export)
commands.command("erase", epilog=db_person.ERASE_EXAMPLES)(db_person.erase)
commands.command("forget", epilog=db_forget.EXAMPLES)(db_forget.forget)


def _agreed(settings: "Settings", to: str | None) -> bool:
    if not sys.stdin.isatty():
        raise UsageError("'warmline db downgrade' asks before it removes tables; without a terminal add --yes")
    lost = "every conversation and case" if to == "base" else "what only newer tables hold"
    return typer.confirm(f"Take {shown(settings)} back to {to or 'the revision before'}? This loses {lost}.")


async def _current(settings: "Settings") -> "Found":
    from warmline.agent.store.revision import Found, current

    from .assembly import open_database

    async with open_database(settings) as engine:
        file = engine.url.database
        if engine.dialect.name == "sqlite" and file and not file.startswith("file:") and not _exists(file):
            return Found(revision=None, standing="empty")
        return await current(engine)


def _exists(file: str) -> bool:
    from pathlib import Path

    return Path(file).is_file()


async def _upgrade(settings: "Settings") -> "tuple[Found, Found]":
    from warmline.agent.store.migrating import upgrade

    from .assembly import open_database

    async with open_database(settings) as engine:
        return await upgrade(engine)


async def _downgrade(settings: "Settings", to: str | None) -> "tuple[Found, Found]":
    from warmline.agent.store.migrating import downgrade

    from .assembly import open_database

    async with open_database(settings) as engine:
        return await downgrade(engine, to)


def _say(settings: "Settings", before: "Found", after: "Found", *, json: bool) -> None:
    from .screen import print_json

    if json:
        print_json({"store": shown(settings), "before": before.revision, "after": after.revision})
    elif before.revision == after.revision:
        typer.echo(f"{shown(settings)}: {_described(after)}; nothing was to be done")
    else:
        typer.echo(f"{shown(settings)}: from {before.revision or _described(before)} to {after.revision or EMPTY}")


def _described(found: "Found") -> str:
    match found.standing:
        case "empty":
            return EMPTY
        case "unversioned":
            return "tables from before there were revisions; run: warmline db upgrade"
        case "behind":
            return f"revision {found.revision}, which is old; run: warmline db upgrade"
        case "newer":
            return f"revision {found.revision}, made by a newer version of Warmline"
        case "current":
            return f"revision {found.revision}, up to date"
