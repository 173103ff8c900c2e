"""One database, SQLite or PostgreSQL: its engine, its transactions, and its failures in our own words."""

import asyncio
import sqlite3
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from warmline.errors import StoreError

from .tables import METADATA

BUSY_SECONDS = 5.0
"""How long SQLite waits for another writer before it says "locked"."""


class Overtaken(StoreError):
    """What a turn was based on has changed: another worker has the conversation, or a person closed its case. Nothing was stored."""


P = ParamSpec("P")
ResultT = TypeVar("ResultT")

_EXPLAINED = {
    "locked": "it is locked by another process; close that process or try again",
    "readonly": "it is read-only; give the file and its folder write permission",
    "read-only": "it is read-only; give the file and its folder write permission",
    "full": "the disk is full; make room and try again",
    "unable to open": "it cannot be opened; check that the folder exists and may be written",
    "not a database": "the file is not a database; move it away or name another",
    "malformed": "the file is damaged; restore it from a backup",
}


def open_engine(url: str) -> tuple[AsyncEngine, sqlite3.Connection | None]:
    """An engine for ``sqlite+aiosqlite:///path`` or ``postgresql+psycopg://…``, and what holds its database if that is in memory.

    SQLite gets WAL and real transactions (in memory without WAL). A connection whose statement is cancelled is thrown away, and so are all of them when an
    event loop ends: a database in memory would go with them, were it not held by a connection that nobody uses.
    """
    if not (url.startswith("sqlite") and url.endswith(("://", "/:memory:"))):
        return _prepared(create_async_engine(url)), None
    name = f"file:/warmline-{uuid.uuid4().hex}?vfs=memdb"
    one: dict[str, Any] = {"poolclass": AsyncAdaptedQueuePool, "pool_size": 1, "max_overflow": 0}
    engine = create_async_engine(f"sqlite+aiosqlite:///{name}&uri=true", **one)
    return _prepared(engine), sqlite3.connect(name, uri=True, check_same_thread=False)


def _prepared(engine: AsyncEngine) -> AsyncEngine:
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def uninterrupted(method: Callable[P, Coroutine[Any, Any, ResultT]]) -> Callable[P, Coroutine[Any, Any, ResultT]]:
    """A method whose transactions end before whoever waits for it is cancelled.

    A statement cancelled half way leaves its connection with the database's write lock for as long as anything refers to its cursor.
    """

    @wraps(method)
    async def to_the_end(*args: P.args, **kwargs: P.kwargs) -> ResultT:
        task = asyncio.ensure_future(method(*args, **kwargs))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait([task])
            _ = task.cancelled() or task.exception()
            raise

    return to_the_end


@asynccontextmanager
async def transaction(engine: AsyncEngine, *, read_only: bool = False) -> AsyncIterator[AsyncConnection]:
    """One transaction, committed when the block ends; anything the database refuses becomes a ``StoreError``."""
    try:
        async with engine.connect() as connection:
            await connection.execution_options(warmline_read_only=read_only)
            async with connection.begin():
                yield connection
    except SQLAlchemyError as error:
        raise StoreError(explain(error, engine)) from error


async def create_tables(engine: AsyncEngine) -> None:
    """Create what is missing; existing tables are left as they are."""
    _try_to_open(engine)
    async with transaction(engine) as connection:
        await connection.run_sync(METADATA.create_all)


def _try_to_open(engine: AsyncEngine) -> None:
    """Open a SQLite file once: aiosqlite, failing to, leaves a thread behind that prints a traceback when the event loop ends."""
    file = engine.url.database or ""
    if engine.dialect.name != "sqlite" or not file or file.startswith((":", "file:")):
        return
    try:
        sqlite3.connect(file).close()
    except sqlite3.Error as error:
        raise StoreError(explain(error, engine)) from error


def explain(error: Exception, engine: AsyncEngine) -> str:
    """A database error as one sentence that says what to do."""
    cause = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    name = engine.url.database or engine.url.render_as_string(hide_password=True)
    for sign, sentence in _EXPLAINED.items():
        if sign in cause.casefold():
            return f"the store {name!r} could not be used: {sentence} ({cause})"
    return f"the store {name!r} could not be used: {cause}"


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")
    with suppress(sqlite3.DatabaseError):  # read-only, locked or damaged: the first transaction says so, in words
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("warmline_read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
