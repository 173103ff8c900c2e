"""Databases that a test may fill: a SQLite file always, and the PostgreSQL of the test run, if there is one."""

from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from support.postgres import PLACE
from warmline.agent.store.database import open_engine, transaction
from warmline.agent.store.migrating import upgrade
from warmline.agent.store.revision import VERSION, current
from warmline.agent.store.tables import METADATA

KINDS = ("sqlite", "postgresql")


def sqlite_url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'w.db'}"


def postgresql_url() -> str:
    """The PostgreSQL for tests; skips the test if there is none. Its ``warmline_*`` tables are emptied."""
    if not PLACE.url.startswith("postgres"):
        pytest.skip(PLACE.why)
    return make_url(PLACE.url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


async def without_tables(url: str) -> None:
    """Remove the store's tables and their revision."""
    engine, _ = open_engine(url)
    await _drop(engine)
    await engine.dispose()


async def with_empty_tables(url: str) -> None:
    """See to it that the store's tables are there and empty."""
    engine, _ = open_engine(url)
    if (await current(engine)).standing == "current":
        names = ", ".join(METADATA.tables)
        async with transaction(engine) as connection:
            await connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY")
    else:
        await _drop(engine)
        await upgrade(engine)
    await engine.dispose()


async def _drop(engine: AsyncEngine) -> None:
    async with transaction(engine) as connection:
        for name in [*(table.name for table in reversed(METADATA.sorted_tables)), VERSION.name]:
            await connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}{_cascade(engine)}")


def _cascade(engine: AsyncEngine) -> str:
    return " CASCADE" if engine.dialect.name == "postgresql" else ""
