"""Running the revisions, up and down, in a transaction of the caller's. Imports Alembic: import it where it is needed.

Alembic's own runner works through module-level proxies, which two stores of one process would share; here each run has its own context.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.runtime.migration import MigrationStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from warmline.errors import UsageError

from .database import transaction_apart, try_to_open
from .revision import REVISIONS, VERSION, Found, bring_up, found_in, refuse_newer

FOLDER = Path(__file__).parent / "migrations"

BASE = "base"
"""Before the first revision: no tables."""

LOCK = 0x7761726D
"""The advisory lock that lets one process migrate a PostgreSQL database at a time ("warm")."""

Steps = Callable[[Any, MigrationContext], Iterable[MigrationStep]]


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
    scripts = ScriptDirectory(str(FOLDER))

    def steps(heads: Any, _context: MigrationContext) -> Iterable[MigrationStep]:
        between = list(scripts.iterate_revisions(revision, heads or BASE))
        return [MigrationStep.upgrade_from_script(scripts.revision_map, one) for one in reversed(between)]

    _run(connection, steps)


def downgrade_to(connection: Connection, revision: str) -> None:
    """Take back the revisions after this one, newest first."""
    scripts = ScriptDirectory(str(FOLDER))

    def steps(heads: Any, _context: MigrationContext) -> Iterable[MigrationStep]:
        between = scripts.iterate_revisions(heads, revision)
        return [MigrationStep.downgrade_from_script(scripts.revision_map, one) for one in between]

    _run(connection, steps)


def _run(connection: Connection, steps: Steps) -> None:
    context = MigrationContext.configure(connection, opts={"fn": steps, "version_table": VERSION.name})
    context.run_migrations(op=Operations(context))


async def _moved(engine: AsyncEngine, move: Callable[[Connection, Found], None]) -> tuple[Found, Found]:
    try_to_open(engine)
    async with transaction_apart(engine) as connection:
        if engine.dialect.name == "postgresql":
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        before = await connection.run_sync(found_in)
        await connection.run_sync(move, before)
        return before, await connection.run_sync(found_in)
