"""One database, SQLite or PostgreSQL: its engine, its transactions, and its failures in our own words."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection as SyncConnection
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from warmline.errors import SettingsError, StoreError
from warmline.tools.drivers import missing_driver
from warmline.tools.pool_of_loops import PoolOfLoops
from warmline.tools.sqlite import begun_here, in_memory, uninterrupted
from warmline.tools.sqlite_driver import sqlite_engine
from warmline.tools.unquoted import unquoted

from .checkpoints import LOG_PAGES, Checkpoints
from .explained import explain
from .in_loop import InLoop, Kept, is_busy
from .prepared import STRAIGHT, Connection

BUSY_SECONDS = 15.0
"""How long SQLite waits for another writer before it says "locked". Five were too few for a disk that others made stall."""

MIGRATION_SECONDS = 60.0
"""How long who would migrate a SQLite file waits for another who does; on PostgreSQL he waits for a lock, as long as it takes."""

WAL_PAUSE_SECONDS = 0.005
"""Between two tries to change a file to WAL, or to empty its log."""

SQLITE_CONNECTIONS = 3
"""Of one process to a SQLite file. One writes at a time, and those that wait inside SQLite come in no order: of 600 messages at once,
four waited until it said "locked" with SQLAlchemy's 15 connections, none with 3, and it took no longer. The pool is first come, first served."""

STALLED_SECONDS = 30.0
"""After which PostgreSQL ends a transaction whose worker has stopped asking: it holds its conversation, and those who want it wait for it.
A worker that is suspended, or whose machine is gone without a word, would keep it for as long as TCP does: two hours."""

__all__ = [
    "Overtaken",
    "begun_here",
    "compact",
    "engine_in_memory",
    "open_engine",
    "transaction",
    "uninterrupted",
]


class Overtaken(StoreError):
    """What a turn was based on has changed: another worker has the conversation, or a person closed its case. Nothing was stored."""


def open_engine(url: str) -> tuple[AsyncEngine, sqlite3.Connection | None]:
    """An engine for ``sqlite:///path`` or ``postgresql+psycopg://…``, and what holds its database if that is in memory.

    SQLite gets WAL and real transactions (in memory without WAL). A connection to PostgreSQL is tried before it is used: a server that
    was restarted costs nobody a turn.
    """
    if not url.startswith("sqlite"):
        if not url.startswith("postgresql"):
            raise SettingsError(
                f"{url.partition(':')[0]!r} is no database for the store; expected sqlite:///file or postgresql://host/name"
            )
        return _postgresql(url), None
    if not url.endswith(("://", "/:memory:")):
        return _in_loop(_sqlite(url, connections=SQLITE_CONNECTIONS), in_file=True), None
    return engine_in_memory()


def _postgresql(url: str) -> AsyncEngine:
    try:
        engine = create_async_engine(url, poolclass=PoolOfLoops, pool_pre_ping=True, hide_parameters=True)
    except ImportError as error:
        raise missing_driver(error) from error
    engine.dialect.use_insertmanyvalues_wo_returning = True  # the messages of a turn are one INSERT of several rows
    event.listen(engine.sync_engine, "connect", _prepare_postgresql)
    return engine.execution_options(**{STRAIGHT: True})


def engine_in_memory() -> tuple[AsyncEngine, sqlite3.Connection]:
    """An engine over a new database in memory, and the connection that holds it: close that to let go of it."""
    name, held = in_memory()
    return _in_loop(_sqlite(f"sqlite:///{name}&uri=true", connections=1)), held


def _sqlite(url: str, *, connections: int) -> AsyncEngine:
    engine = sqlite_engine(url, hide_parameters=True, pool_size=connections, max_overflow=0)
    event.listen(engine.sync_engine, "connect", _prepare_in_thread)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _in_loop(engine: AsyncEngine, *, in_file: bool = False) -> AsyncEngine:
    """The engine, with one connection on the event loop's thread beside its own: transactions go through that one (docs/decisions/0013)."""

    def connect() -> sqlite3.Connection:
        where, how = engine.dialect.create_connect_args(engine.url)
        connection = sqlite3.connect(*where, **how, factory=Kept)
        try:
            _prepare_sqlite(connection, wait=0)
        except sqlite3.OperationalError:  # waiting is done by the loop
            connection.close()
            raise
        connection.execute(f"PRAGMA wal_autocheckpoint={LOG_PAGES}")
        return connection

    in_loop = InLoop(connect, seconds=BUSY_SECONDS, checkpoints=Checkpoints(connect) if in_file else None)
    event.listen(engine.sync_engine, "engine_disposed", lambda _: in_loop.close())
    return engine.execution_options(warmline_in_loop=in_loop)


def apart(engine: AsyncEngine) -> AsyncEngine:
    """The same engine for what may take long: its transactions are never on the event loop's thread, and SQLAlchemy runs every statement."""
    return engine.execution_options(**{"warmline_in_loop": None, STRAIGHT: False})


def before_commit(engine: AsyncEngine, call: Callable[[], None]) -> None:
    """Have something called before each transaction of this engine commits: a test that breaks off there."""
    in_loop = _in_loop_of(engine)
    if in_loop is not None:
        in_loop.before_commit.append(call)
    event.listen(engine.sync_engine, "commit", lambda _: call())


def is_on_loop(engine: AsyncEngine) -> bool:
    """Whether its transactions run on the event loop's thread, and wait for nothing unless another process or task is at it."""
    return _in_loop_of(engine) is not None


def rest_in_this_loop(engine: AsyncEngine) -> None:
    """Close its connection on this event loop's thread, if it has one; the next transaction opens another."""
    in_loop = _in_loop_of(engine)
    if in_loop is not None:
        in_loop.close()


async def checkpointed(engine: AsyncEngine) -> None:
    """Wait for the checkpoint of its file that is being made in a thread, if one is."""
    in_loop = _in_loop_of(engine)
    if in_loop is not None and in_loop.checkpoints is not None:
        await in_loop.checkpoints.finish()


def _in_loop_of(engine: AsyncEngine) -> InLoop | None:
    """Where an engine of ours has its connection on the event loop's thread."""
    return engine.get_execution_options().get("warmline_in_loop")


@asynccontextmanager
async def transaction(engine: AsyncEngine, *, read_only: bool = False) -> AsyncGenerator[Connection]:
    """One transaction, committed when the block ends; anything the database refuses becomes a ``StoreError``."""
    in_loop = _in_loop_of(engine)
    if in_loop is None:
        async with transaction_apart(engine, read_only=read_only) as connection:
            yield connection
        return
    try:
        async with in_loop.transaction(read_only=read_only) as connection:
            yield connection
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StoreError(explain(error, engine)) from unquoted(error)


@asynccontextmanager
async def transaction_apart(
    engine: AsyncEngine, *, read_only: bool = False, migrates: bool = False
) -> AsyncGenerator[AsyncConnection]:
    """A transaction that may take long: never on the event loop's thread. In a file that we opened one that ``migrates`` waits for another."""
    try:
        async with engine.connect() as connection:
            await connection.execution_options(warmline_read_only=read_only, warmline_migrates=migrates)
            async with connection.begin():
                yield connection
    except SQLAlchemyError as error:
        raise StoreError(explain(error, engine)) from unquoted(error)


async def compact(engine: AsyncEngine) -> None:
    """Rewrite a SQLite file without what was deleted from it, its log too; PostgreSQL's own vacuum sees to that."""
    if engine.dialect.name != "sqlite":
        return
    try:
        async with engine.connect() as connection:
            await connection.execution_options(warmline_no_transaction=True)
            await connection.exec_driver_sql("VACUUM")
            emptied = await _log_emptied(connection)
    except SQLAlchemyError as error:
        raise StoreError(f"{_unfinished(engine)} ({explain(error, engine)})") from unquoted(error)
    if not emptied:
        raise StoreError(f"{_unfinished(engine)} (another process is reading it)")


async def _log_emptied(connection: AsyncConnection) -> bool:
    """Whether nobody was in the way for too long. For a checkpoint that somebody else is making SQLite itself does not wait."""
    loop = asyncio.get_running_loop()
    until = loop.time() + BUSY_SECONDS
    while True:
        busy, *_ = (await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).one()
        if not busy or loop.time() >= until:
            return not busy
        await asyncio.sleep(WAL_PAUSE_SECONDS)


def _unfinished(engine: AsyncEngine) -> str:
    file = engine.url.database
    return (
        f"everything is erased, but {file!r} could not be rewritten, and unused pages of it may still hold what was there;"
        f" stop what uses it and run: sqlite3 {file} 'VACUUM; PRAGMA wal_checkpoint(TRUNCATE)'"
    )


def _prepare_postgresql(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET idle_in_transaction_session_timeout = {int(STALLED_SECONDS * 1000)}")
    cursor.close()
    connection.commit()  # or the setting goes with the transaction it was made in


def _prepare_in_thread(connection: Any, _record: object) -> None:
    connection.run(partial(_prepare_sqlite, connection.driver_connection, wait=BUSY_SECONDS))


def _prepare_sqlite(connection: sqlite3.Connection, *, wait: float) -> None:
    """``sqlite3.OperationalError`` if it is locked and nothing is to be waited for."""
    connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
    connection.execute(_wait(wait))
    try:
        _write_ahead(connection, until=time.monotonic() + wait)
    except sqlite3.DatabaseError as error:  # read-only, damaged, locked for long: the first transaction says so, in words
        if is_busy(error) and not wait:
            raise
    connection.execute("PRAGMA foreign_keys=ON")


def _write_ahead(connection: sqlite3.Connection, *, until: float) -> None:
    """Change a file to WAL, if it is not. While another writes to it SQLite refuses that at once, whatever it is to wait.

    So of those that open a new file together one in a hundred was refused, went on with a journal, and had its readers and writers in each
    other's way.
    """
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() >= until:
                raise
            time.sleep(WAL_PAUSE_SECONDS)
    connection.execute("PRAGMA synchronous=NORMAL")


def _begin_sqlite(connection: SyncConnection) -> None:
    options = connection.get_execution_options()
    if options.get("warmline_no_transaction", False):
        return
    if not options.get("warmline_migrates", False):
        connection.exec_driver_sql("BEGIN" if options.get("warmline_read_only", False) else "BEGIN IMMEDIATE")
        return
    connection.exec_driver_sql(_wait(MIGRATION_SECONDS))
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError:
        connection.exec_driver_sql(_wait(BUSY_SECONDS))
        raise
    connection.exec_driver_sql(_wait(BUSY_SECONDS))


def _wait(seconds: float) -> str:
    return f"PRAGMA busy_timeout={int(seconds * 1000)}"
