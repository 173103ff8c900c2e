"""SQLite on the event loop's own thread: a statement takes microseconds, and handing it to another thread and back a hundred.

One connection per event loop, one transaction at a time, first come, first served. What may take long is waited for without holding up
the loop: for another process that writes, or another event loop of this one, a transaction asks again from time to time.
"""

import asyncio
import random
import sqlite3
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, CursorResult, Dialect, Executable, create_engine
from sqlalchemy.pool import StaticPool

from warmline.tools.loops import running_loop

from .checkpoints import Checkpoints

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import _CoreAnyExecuteParams

PAUSE_SECONDS = 0.002
"""About how long it waits between two tries at first; later ten times as long."""

TRIES = 3
"""As often it is tried at least: a machine that stood still for so long, or a queue of one's own, leaves no time and says nothing of the lock."""


class InLoop:
    """The connections to one SQLite database, opened by ``connect`` when an event loop first uses it, and again after they were closed.

    A transaction waits for those before it and for another process that writes, ``seconds`` in all; then SQLite's error says that the
    database is locked.
    """

    def __init__(
        self, connect: Callable[[], sqlite3.Connection], *, seconds: float, checkpoints: Checkpoints | None = None
    ) -> None:
        self._connect = connect
        self._seconds = seconds
        self.checkpoints = checkpoints
        self.before_commit: list[Callable[[], None]] = []
        self._opened = WeakKeyDictionary[asyncio.AbstractEventLoop, _Opened]()
        self._changing = threading.Lock()

    @asynccontextmanager
    async def transaction(self, *, read_only: bool) -> "AsyncGenerator[InLoopConnection]":
        """One transaction, committed when the block ends and undone by any error; what SQLite refuses is a ``sqlite3.Error``."""
        until = asyncio.get_running_loop().time() + self._seconds
        async with self._turn(until) as opened:
            await self._until_free(opened.read if read_only else opened.write, until)
            try:
                yield opened.connection
                for call in self.before_commit:
                    call()
                await self._until_free(opened.commit, asyncio.get_running_loop().time() + self._seconds)
            except BaseException:
                opened.undo()
                raise
            if self.checkpoints is not None and not read_only:
                self.checkpoints.wrote()

    def close(self) -> None:
        """Close the connection of the running event loop, and those of loops that are over; the next transaction opens another.

        One of another event loop, which may be running with it in a thread of its own, is that loop's to close.
        """
        self._close_of(running_loop())

    @asynccontextmanager
    async def _turn(self, until: float) -> "AsyncGenerator[_Opened]":
        """This loop's connection for one transaction; another one, if it was closed while its turn was waited for."""
        loop = asyncio.get_running_loop()
        while True:
            if loop not in self._opened:  # the file is locked for opening it too, while another closes it or recovers its log
                await self._until_free(partial(self._open, loop), until)
            opened = self._opened[loop]
            async with opened.turn:
                if self._opened.get(loop) is opened:
                    yield opened
                    return

    def _open(self, loop: asyncio.AbstractEventLoop) -> None:
        """A connection for this loop, unless it has one meanwhile, and none any more for those that are over."""
        self._close_of(None)
        if loop not in self._opened:
            opened = _Opened(self._connect())
            with self._changing:
                self._opened[loop] = opened

    def _close_of(self, here: asyncio.AbstractEventLoop | None) -> None:
        with self._changing:
            over = [self._opened.pop(loop) for loop in list(self._opened) if loop is here or loop.is_closed()]
        for opened in over:
            opened.close()

    async def _until_free(self, do: Callable[[], None], until: float) -> None:
        """Do what may have to wait for other processes, until then; the loop goes on meanwhile."""
        loop, pause, tries = asyncio.get_running_loop(), PAUSE_SECONDS, 0
        while True:
            try:
                do()
            except sqlite3.OperationalError as error:
                tries += 1
                if not is_busy(error) or (loop.time() >= until and tries >= TRIES):
                    raise
            else:
                return
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - spreads waits, guards nothing
            pause = min(pause * 1.5, 10 * PAUSE_SECONDS)


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection has the file locked."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


class _Opened:
    def __init__(self, raw: sqlite3.Connection) -> None:
        raw.isolation_level = None  # transactions begin where we say, not where the driver guesses
        self.turn = asyncio.Lock()
        self._raw = raw
        self._engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool, hide_parameters=True)
        self.connection = InLoopConnection(self._engine.connect(), sqlite3.Cursor(raw))

    def write(self) -> None:
        self._raw.execute("BEGIN IMMEDIATE")

    def read(self) -> None:
        self._raw.execute("BEGIN")
        try:
            self._raw.execute(
                "SELECT rowid FROM sqlite_master LIMIT 1"
            )  # only a read takes the snapshot, and may have to wait for it
        except sqlite3.Error:
            self.undo()
            raise

    def commit(self) -> None:
        self._raw.execute("COMMIT")

    def undo(self) -> None:
        with suppress(sqlite3.Error):  # what the disk refused may be undone already
            self._raw.execute("ROLLBACK")

    def close(self) -> None:
        self._engine.dispose()
        self._raw.close()


class InLoopConnection:
    """What the statements of a transaction go through: SQLAlchemy's, and past it those that are prepared, through ``cursor``."""

    def __init__(self, through: Connection, cursor: sqlite3.Cursor) -> None:
        self.cursor = cursor
        self._through = through

    @property
    def dialect(self) -> Dialect:
        """SQLite's."""
        return self._through.dialect

    async def execute(self, statement: Executable, parameters: "_CoreAnyExecuteParams | None" = None) -> CursorResult[Any]:
        """Run a statement of SQLAlchemy's."""
        return self._through.execute(statement, parameters)

    async def exec_driver_sql(self, statement: str) -> CursorResult[Any]:
        """Run one in SQL."""
        return self._through.exec_driver_sql(statement)


class Kept(sqlite3.Connection):
    """A connection whose results are read at once: rows may be changed while one goes through them."""

    def cursor(self, factory: Any = None) -> sqlite3.Cursor:
        """A cursor that reads at once."""
        return super().cursor(factory or _Kept)


class _Kept(sqlite3.Cursor):
    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._rows: deque[Any] = deque()

    def execute(self, statement: str, parameters: Sequence[Any] | Mapping[str, Any] = (), /) -> "_Kept":
        super().execute(statement, parameters)
        self._rows = deque(super().fetchall()) if self.description else deque()
        return self

    def fetchone(self) -> Any:
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        return [self._rows.popleft() for _ in range(min(size or 1, len(self._rows)))]

    def fetchall(self) -> list[Any]:
        rows, self._rows = list(self._rows), deque()
        return rows
