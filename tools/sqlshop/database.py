"""The database under a SQL shop: one engine, one kind of transaction, and its errors in the shop's words."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool
from sqlmodel.ext.asyncio.session import AsyncSession

from warmline.errors import SettingsError, ShopError, UsageError
from warmline.tools.drivers import missing_driver
from warmline.tools.sqlite import in_memory
from warmline.tools.sqlite_driver import sqlite_engine
from warmline.tools.unquoted import said, unquoted

_CAUSES = (
    (("database is locked", "lock timeout", "deadlock"), "is locked by another process; try again"),
    (("readonly database", "read-only"), "is read-only; give this process the right to write to it"),
    (("no such table", "does not exist"), "is missing or has no shop in it; make one with open_demo_shop"),
    (("closed the connection", "terminating connection"), "went away; what was not yet confirmed may have been stored or not"),
    (("starting up", "not yet accepting", "recovery mode", "shutting down"), "is starting or stopping; try again in a moment"),
    (("unable to open", "connection failed"), "is missing or out of reach; check the url and that its folder or server exists"),
    (("disk is full",), "is full; free some space on its disk"),
    (("not a database", "malformed"), "is damaged or no database; restore it or choose another file"),
)


class Database:
    """An async engine, and whether it is ours to close.

    Exactly one of ``engine`` and ``url`` is given. Plain ``sqlite`` and ``postgresql`` URLs get their async drivers.
    ``SettingsError`` for a URL that cannot be used; ``UsageError`` for an in-memory engine, whose single connection would
    mix the transactions of everyone who uses it (``url="sqlite://"`` gives each its turn).
    """

    def __init__(self, *, engine: AsyncEngine | None = None, url: str | URL | None = None) -> None:
        if (engine is None) == (url is None):
            raise UsageError("expected either an engine or a url: give exactly one of them")
        self._owned = engine is None
        self._held: sqlite3.Connection | None = None
        self.engine = engine or self._open(url or "")
        if isinstance(self.engine.pool, StaticPool):
            raise UsageError("an in-memory engine shares one connection between all transactions; give url='sqlite://' instead")

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncSession]:
        """A session in one transaction, committed at the end, undone by any error. ``ShopError`` for what the database says."""
        try:
            async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
        except (DBAPIError, PoolTimeout) as error:
            raise ShopError(_in_words(error)) from unquoted(error)

    async def close(self) -> None:
        """Close the connections, if the engine was made here."""
        if self._owned:
            await self.engine.dispose()
        if self._held is not None:
            self._held.close()

    def _open(self, written: str | URL) -> AsyncEngine:
        try:
            url = make_url(written)
            if url.drivername == "postgresql":
                url = url.set(drivername="postgresql+psycopg")
            if url.get_backend_name() != "sqlite":
                return create_async_engine(
                    url, pool_pre_ping=True, hide_parameters=True
                )  # a server that was restarted costs nobody an answer
            if url.database in {None, "", ":memory:"}:
                name, self._held = in_memory()
                return _open_sqlite(url.set(database=name).update_query_dict({"uri": "true"}), pool_size=1, max_overflow=0)
            return _open_sqlite(url)
        except ImportError as error:
            raise missing_driver(error) from error
        except ArgumentError as error:
            scheme = str(written).partition("://")[0]  # the rest may hold a password
            raise SettingsError(f"expected a database url such as 'sqlite:///shop.db', got one that starts {scheme!r}") from error


def _open_sqlite(url: URL, **one: int) -> AsyncEngine:
    engine = sqlite_engine(url, hide_parameters=True, **one)
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    """References are checked, and with a write-ahead log readers do not wait for a writer."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Start at once: the driver would only start at the first write, and what was read before could be of two states."""
    connection.exec_driver_sql("BEGIN")


def _in_words(error: DBAPIError | PoolTimeout) -> str:
    text = said(error)
    causes = (cause for fragments, cause in _CAUSES if any(fragment in text for fragment in fragments))
    return f"The shop's database {next(causes, 'failed')} ({text.splitlines()[0]})."
