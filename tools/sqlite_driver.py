"""SQLite for SQLAlchemy's async engines, over the standard library: what a connection is asked to do is done in a thread of its own.

The event loop is never held up. The thread is there from the first statement until the connection is closed or the event loop ends; a connection
that outlives its loop gets another one in the next. A statement's rows are read at once, so there are no server-side cursors.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar
from weakref import finalize

from sqlalchemy import URL, make_url
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import AdaptedConnection
from sqlalchemy.exc import MissingGreenlet
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import Pool

from warmline.tools.one_thread import OneThread
from warmline.tools.pool_of_loops import PoolOfLoops

THREAD = "warmline-sqlite"
"""What the threads' names begin with."""

_NAMES = ("sqlite", "sqlite+aiosqlite")
_OURS = "sqlite+warmline"

ResultT = TypeVar("ResultT")


def sqlite_engine(url: str | URL, **options: Any) -> AsyncEngine:
    """An async engine for ``sqlite:///path``, which may also be written ``sqlite+aiosqlite:///path``; ``options`` are SQLAlchemy's."""
    made = make_url(url)
    return create_async_engine(made.set(drivername=_OURS) if made.drivername in _NAMES else made, **options)


class _Connection(AdaptedConnection):
    """A connection as the synchronous half of SQLAlchemy uses it: each call is one way to the thread and back."""

    _connection: Any  # a sqlite3.Connection, once it is open

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        opened: list[sqlite3.Connection] = []
        self._connection = None
        self._thread, self._last = OneThread(THREAD), partial(_undo_and_close, opened)
        self._forgotten = finalize(self, self._thread.abandon, self._last)
        try:
            self.run(lambda: opened.append(connect()))
        except BaseException:
            self.terminate()
            raise
        self._connection = opened[0]

    def run(self, do: Callable[[], ResultT]) -> ResultT:
        """Do this in the thread; the event loop goes on meanwhile."""
        if not self._forgotten.alive:
            raise sqlite3.ProgrammingError("Cannot operate on a closed database.")
        return self.run_async(lambda _: self._thread.run(do))

    def cursor(self) -> "_Cursor":
        return _Cursor(self)

    def commit(self) -> None:
        if self._connection.in_transaction:
            self.run(self._connection.commit)

    def rollback(self) -> None:
        if self._connection.in_transaction:
            self.run(self._connection.rollback)

    def close(self) -> None:
        """Close, after the statement that runs."""
        if self._forgotten.detach():
            self._finish(None)

    def terminate(self) -> None:
        """Break off the statement that runs, undo its transaction and close. Who is cancelled meanwhile does not wait for that."""
        if not self._forgotten.detach():
            return
        try:
            self._finish(self._interrupt)
        except asyncio.CancelledError:  # SQLAlchemy would log it and, before 2.1, keep the connection
            if task := asyncio.current_task():
                task.uncancel()
                task.cancel()  # where it waits next

    def _finish(self, hurry: Callable[[], None] | None) -> None:
        try:
            self.run_async(lambda _: self._thread.finish(self._last, hurry=hurry))
        except MissingGreenlet:  # nobody can wait
            if hurry:
                hurry()
            self._thread.abandon(self._last)

    def _interrupt(self) -> None:
        with suppress(AttributeError, sqlite3.ProgrammingError):  # not yet open, or closed already
            self._connection.interrupt()

    @property
    def isolation_level(self) -> str | None:
        return self._connection.isolation_level

    @isolation_level.setter
    def isolation_level(self, level: str | None) -> None:
        self.run(partial(setattr, self._connection, "isolation_level", level))

    def create_function(self, name: str, arguments: int, function: Callable[..., Any], *, deterministic: bool = False) -> None:
        self.run(partial(self._connection.create_function, name, arguments, function, deterministic=deterministic))


def _undo_and_close(opened: list[sqlite3.Connection]) -> None:
    for connection in opened:
        with suppress(sqlite3.Error):  # a transaction would keep its lock for as long as anything refers to a statement
            connection.rollback()
        connection.close()


class _Cursor:
    """What a statement brought, all of it read when it has run."""

    arraysize = 1
    description: Any = None
    rowcount = -1
    lastrowid: int | None = None

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._rows: deque[Any] = deque()

    def execute(self, statement: str, parameters: Any = ()) -> None:
        self._connection.run(partial(self._run, sqlite3.Cursor.execute, statement, parameters))

    def executemany(self, statement: str, parameters: Any) -> None:
        self._connection.run(partial(self._run, sqlite3.Cursor.executemany, statement, parameters))

    def _run(self, execute: Callable[[sqlite3.Cursor, str, Any], object], statement: str, parameters: Any) -> None:
        cursor = self._connection.driver_connection.cursor()
        execute(cursor, statement, parameters)
        self._rows = deque(cursor.fetchall() if cursor.description else ())
        self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid

    def fetchone(self) -> Any:
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int | None = None) -> Sequence[Any]:
        return [self._rows.popleft() for _ in range(min(size or self.arraysize, len(self._rows)))]

    def fetchall(self) -> Sequence[Any]:
        rows, self._rows = list(self._rows), deque()
        return rows

    def close(self) -> None:
        self._rows = deque()

    async def _async_soft_close(self) -> None:
        """What SQLAlchemy asks of the cursor of an asynchronous result; nothing is left to close."""


class Dialect(SQLiteDialect_pysqlite):
    """SQLAlchemy's dialect of SQLite with these connections."""

    driver = "warmline"
    supports_statement_cache = True
    is_async = True
    has_terminate = True

    def connect(self, *where: Any, **how: Any) -> Any:
        """A connection and its thread; if it cannot be opened, neither is left."""
        return _Connection(partial(sqlite3.connect, *where, **{**how, "check_same_thread": False}))

    def do_terminate(self, dbapi_connection: Any) -> None:
        """Close a connection whose statement was cancelled, or that nobody gave back."""
        dbapi_connection.terminate()

    def get_driver_connection(self, connection: Any) -> Any:
        """The standard library's connection."""
        return connection.driver_connection

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:  # noqa: ARG003 - SQLAlchemy's signature
        """The same for a database in memory: it has a name, and is held by a connection apart."""
        return PoolOfLoops


registry.register(_OURS.replace("+", "."), __name__, Dialect.__name__)
