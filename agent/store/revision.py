"""Which revision of the tables a database has, and whether this version of Warmline can use it."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Column, Connection, MetaData, String, Table, insert, inspect, select
from sqlalchemy.ext.asyncio import AsyncEngine

from warmline.errors import StoreError

from .database import transaction_apart
from .tables import METADATA

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006")
"""Every revision, oldest first; the files are in ``migrations/versions``."""

HEAD = REVISIONS[-1]

Standing = Literal["empty", "unversioned", "behind", "current", "newer"]
"""``unversioned``: tables from before there were revisions. ``newer``: made by a later version of Warmline."""

_LACKS = {
    "empty": "has no tables yet",
    "unversioned": "has tables from before there were revisions",
    "behind": "is of an older revision",
}

VERSION = Table("warmline_version", MetaData(), Column("version_num", String(32), primary_key=True))
"""One row, or none when everything was taken back."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """The revision of a database, ``None`` if it has none, and how that stands to ours."""

    revision: str | None
    standing: Standing


async def prepare(engine: AsyncEngine) -> None:
    """See to it that the tables are those of this version; ``StoreError`` says what to do when they are not.

    SQLite is brought up by itself: it is one file on one machine, and nobody administers it. PostgreSQL is shared by machines that
    may run different versions, and the account of the agent may lack the right to create tables: there an operator decides.
    """
    if (await current(engine)).standing == "current":  # without a write: who only opens waits for nobody
        return
    async with transaction_apart(engine, migrates=True) as connection:
        found = await connection.run_sync(found_in)
        if found.standing == "current":
            return
        _refuse(found, engine)
        await connection.run_sync(bring_up, found)


async def current(engine: AsyncEngine) -> Found:
    """What is in a database; nothing is changed."""
    async with transaction_apart(engine, read_only=True) as connection:
        return await connection.run_sync(found_in)


def found_in(connection: Connection) -> Found:
    """The revision a connection's database has."""
    tables = inspect(connection)
    if not tables.has_table(VERSION.name):
        return Found(revision=None, standing="unversioned" if tables.has_table("warmline_conversation") else "empty")
    revision = connection.execute(select(VERSION.c.version_num)).scalar_one_or_none()
    if revision is None:  # everything was taken back, and this table left
        return Found(revision=None, standing="empty")
    standing = "current" if revision == HEAD else "behind" if revision in REVISIONS else "newer"
    return Found(revision=revision, standing=standing)


def bring_up(connection: Connection, found: Found) -> None:
    """To ``HEAD`` from wherever it is. New tables are made at once from their declaration."""
    if found.standing == "empty":
        create_all(connection)
        return
    from .migrating import upgrade_to

    upgrade_to(connection, HEAD)


def create_all(connection: Connection) -> None:
    """The tables as they are declared, and the revision they amount to."""
    METADATA.create_all(connection)
    VERSION.create(connection, checkfirst=True)
    connection.execute(insert(VERSION).values(version_num=HEAD))


def refuse_newer(found: Found) -> None:
    """``StoreError`` for a database that a later version of Warmline made."""
    if found.standing == "newer":
        raise StoreError(
            f"the store is of revision {found.revision!r}, newer than this version of Warmline ({HEAD!r});"
            " install the version that made it, or a later one"
        )


def _refuse(found: Found, engine: AsyncEngine) -> None:
    refuse_newer(found)
    if engine.dialect.name != "sqlite":
        needs = f"this version of Warmline needs revision {HEAD!r}"
        name = engine.url.database
        raise StoreError(f"the store {name!r} {_LACKS[found.standing]}, and {needs}; run `warmline db upgrade` before the agent")
