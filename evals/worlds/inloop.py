"""SQLite in memory without a thread: for a trial's store, whose statements take microseconds and nobody else waits for.

aiosqlite hands every statement to a thread and back, some hundred times a turn; that costs four times what the statements do. This has the
part of aiosqlite's connection and cursor that SQLAlchemy's dialect calls, and does the work where it is called.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterable
from typing import Any


class _Queue:
    """Where the dialect puts what sets the isolation level; it is done at once."""

    def put_nowait(self, item: tuple[asyncio.Future[Any], Callable[[], Any]]) -> None:
        future, function = item
        future.set_result(function())


class InLoopCursor:
    """A cursor whose every method has done its work when it is awaited."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor
        self.arraysize = 1

    @property
    def description(self) -> Any:
        """The columns of the result."""
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The id of the row that was inserted last."""
        return self._cursor.lastrowid

    async def __aenter__(self) -> "InLoopCursor":
        return self

    async def execute(self, statement: str, parameters: Any = ()) -> "InLoopCursor":
        """Run one statement."""
        self._cursor.execute(statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Iterable[Any]) -> "InLoopCursor":
        """Run one statement for each of several sets of parameters."""
        self._cursor.executemany(statement, parameters)
        return self

    async def fetchone(self) -> Any:
        """The next row."""
        return self._cursor.fetchone()

    async def fetchmany(self, size: int = 1) -> list[Any]:
        """The next rows."""
        return self._cursor.fetchmany(size)

    async def fetchall(self) -> list[Any]:
        """All rows that are left."""
        return self._cursor.fetchall()

    async def close(self) -> None:
        """Let go of the result."""
        self._cursor.close()


class InLoopConnection:
    """A connection to a database in memory."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._conn = connection
        self._connection: sqlite3.Connection | None = connection
        self._tx = _Queue()

    @property
    def isolation_level(self) -> str | None:
        """When the driver begins transactions by itself."""
        return self._conn.isolation_level

    def cursor(self) -> InLoopCursor:
        """A new cursor."""
        return InLoopCursor(self._conn.cursor())

    async def create_function(self, *args: Any, **kwargs: Any) -> None:
        """Make a function known to SQL."""
        self._conn.create_function(*args, **kwargs)

    async def commit(self) -> None:
        """End the transaction and keep it."""
        self._conn.commit()

    async def rollback(self) -> None:
        """End the transaction and forget it."""
        self._conn.rollback()

    async def close(self) -> None:
        """Close it; once more is no mistake."""
        if self._connection is not None:
            self._connection = None
            self._conn.close()

    def stop(self) -> None:
        """Close it at once."""
        self._conn.close()


def connecting_to(name: str) -> Callable[[], Awaitable[InLoopConnection]]:
    """What opens a connection to the database in memory of this name (``warmline.tools.sqlite.in_memory``)."""

    async def connect() -> InLoopConnection:
        return InLoopConnection(sqlite3.connect(name, uri=True, check_same_thread=False))

    return connect
