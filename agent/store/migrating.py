"""Running the revisions, up and down, in a transaction of the caller's."""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from sqlalchemy import Connection, delete, insert, text
from sqlalchemy.ext.asyncio import AsyncEngine

from warmline.errors import UsageError

from .database import transaction_apart
from .migrations import versions
from .operations import Operations
from .revision import REVISIONS, VERSION, Found, bring_up, found_in, refuse_newer

BASE = "base"
"""Before the first revision: no tables."""

LOCK = 0x7761726D
"""The advisory lock that lets one process migrate a PostgreSQL database at a time ("warm")."""


class Revision(Protocol):
    """A file in ``migrations/versions``: what it is called, what it comes after, and what it does."""

    revision: str
    down_revision: str | None

    def upgrade(self, op: Operations) -> None:
        """From the revision before to this one."""
        ...

    def downgrade(self, op: Operations) -> None:
        """Back to the revision before."""
        ...


async def upgrade(engine: AsyncEngine) -> tuple[Found, Found]:
    """Bring a database to ``HEAD``, all or nothing, also an empty one; before and after."""
    return await _moved(engine, _brought_up)


async def downgrade(engine: AsyncEngine, to: str | None = None) -> tuple[Found, Found]:
    """Take a database back to an older revision, by default one back, or to ``base``; before and after.

    What only newer tables hold is lost. ``UsageError`` if there is no such older revision.
    """

    def back(connection: Connection, found: Found) -> None:
        older = _older(found)
        if not older or (to or older[-1]) not in older:
            there = f"expected {' or '.join(older)}" if older else "there is nothing to take back"
            raise UsageError(
                f"the database ({found.revision or 'no revision'}) cannot be taken back to {to or 'an older one'}; {there}"
            )
        downgrade_to(connection, to or older[-1])

    return await _moved(engine, back)


def _older(found: Found) -> tuple[str, ...]:
    return (BASE, *REVISIONS[: REVISIONS.index(found.revision)]) if found.revision in REVISIONS else ()


def _brought_up(connection: Connection, found: Found) -> None:
    refuse_newer(found)
    if found.standing != "current":
        bring_up(connection, found)


def upgrade_to(connection: Connection, revision: str) -> None:
    """Run the revisions between a database's own and this one, oldest first."""
    files, there = revisions(), _number(found_in(connection).revision)
    for name in REVISIONS[there : _number(revision)]:
        files[name].upgrade(Operations(connection))
        _note(connection, name)


def downgrade_to(connection: Connection, revision: str) -> None:
    """Take back the revisions after this one, newest first."""
    files, there = revisions(), _number(found_in(connection).revision)
    for name in reversed(REVISIONS[_number(revision) : there]):
        files[name].downgrade(Operations(connection))
        _note(connection, files[name].down_revision)


def revisions() -> dict[str, Revision]:
    """Every revision there is a file for, by its name."""
    modules = [import_module(f"{versions.__name__}.{one.name}") for one in iter_modules(versions.__path__)]
    return {one.revision: one for one in cast("list[Revision]", modules)}


def _number(revision: str | None) -> int:
    """How many revisions have been made with this one: none before the first."""
    return 0 if revision in (None, BASE) else REVISIONS.index(revision) + 1


def _note(connection: Connection, revision: str | None) -> None:
    VERSION.create(connection, checkfirst=True)
    connection.execute(delete(VERSION))
    if revision is not None:
        connection.execute(insert(VERSION).values(version_num=revision))


async def _moved(engine: AsyncEngine, move: Callable[[Connection, Found], None]) -> tuple[Found, Found]:
    async with transaction_apart(engine, migrates=True) as connection:
        if engine.dialect.name == "postgresql":
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        before = await connection.run_sync(found_in)
        await connection.run_sync(move, before)
        return before, await connection.run_sync(found_in)
