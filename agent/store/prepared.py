"""Statements a turn runs every time, compiled once.

SQLAlchemy makes a key of a statement, looks it up, and sets up a context and a result each time: a tenth of a millisecond and more,
where SQLite needs a hundredth and psycopg less than one. A prepared statement goes past all that, on connections of engines that we
opened ourselves: SQLite's on the event loop's thread, and those to PostgreSQL. On a host's own engine, which its tools may listen to, SQLAlchemy runs it.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, Dialect, Executable
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from .in_loop import InLoopConnection
from .tables import Moment

STRAIGHT = "warmline_straight"
"""The execution option of an engine whose prepared statements go to the driver."""

MOMENTS_KEPT = 64
"""Moments whose text is kept: a transaction writes the same one into each of its rows."""

Connection = AsyncConnection | InLoopConnection
"""What a transaction's statements go through."""

Row = Mapping[str, Any]
Convert = Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a statement brought: rows with a name for each column, and how many it changed."""

    rows: Sequence[Any] = ()
    changed: int = 0

    @property
    def first(self) -> Any | None:
        """The first row, if there is one."""
        return self.rows[0] if self.rows else None


class Prepared:
    """One statement with named parameters (``bindparam``)."""

    def __init__(self, statement: Executable) -> None:
        self.statement = statement

    async def run(self, connection: Connection, parameters: Row) -> Ran:
        """Run it once."""
        if isinstance(connection, InLoopConnection):
            return self._sqlite.run(connection, parameters)
        if connection.sync_connection is not None and connection.sync_connection.get_execution_options().get(STRAIGHT):
            return await self._psycopg.run(connection, parameters)
        result = await connection.execute(self.statement, dict(parameters))
        rows = result.all() if result.returns_rows else ()
        return Ran(rows=rows, changed=result.rowcount)

    async def run_each(self, connection: Connection, parameters: Sequence[Row]) -> None:
        """Run it for each of several sets of parameters; for none it is not run."""
        if not parameters:
            return
        if isinstance(connection, InLoopConnection):
            self._sqlite.run_each(connection, parameters)
        else:
            await connection.execute(self.statement, [dict(each) for each in parameters])

    @cached_property
    def _sqlite(self) -> "_ForSQLite":
        return _ForSQLite(self.statement, sqlite.dialect())

    @cached_property
    def _psycopg(self) -> "_ForPsycopg":
        return _ForPsycopg(self.statement, psycopg.dialect())


class _Compiled:
    """A statement in a dialect's SQL, and what becomes of the values that go in and come out."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = cast("Any", statement).compile(dialect=dialect)
        if compiled.insert_prefetch:
            names = ", ".join(column.name for column in compiled.insert_prefetch)
            raise TypeError(f"a prepared insert gives every column a value; {names} would get theirs from SQLAlchemy")
        self.sql = str(compiled)
        self.parameters = [
            (name, _to(bound.type, dialect), None if bound.required else bound.effective_value)
            for name in compiled.positiontup or compiled.binds
            for bound in (compiled.binds[name],)
        ]
        columns = cast("Sequence[ColumnElement[Any]]", tuple(getattr(statement, "exported_columns", ())))
        names = [str(cast("Column[Any]", one).key) for one in columns]
        self._row: Any = namedtuple("Row", names, rename=True)._make if columns else None
        self._reading = [(place, convert) for place, one in enumerate(columns) if (convert := _from(one.type, dialect))]

    @property
    def returns_rows(self) -> bool:
        """Whether there is something to read."""
        return self._row is not None

    def read(self, row: Any) -> Any:
        """A row as the driver gives it, with a name for each column."""
        if not self._reading:
            return self._row(row)
        values = list(row)
        for place, convert in self._reading:
            values[place] = convert(values[place])
        return self._row(values)


class _ForSQLite(_Compiled):
    def run(self, connection: InLoopConnection, parameters: Row) -> Ran:
        cursor = connection.cursor.execute(self.sql, self._in_order(parameters))
        if not self.returns_rows:
            return Ran(changed=cursor.rowcount)
        return Ran(rows=[self.read(row) for row in cursor.fetchall()], changed=cursor.rowcount)

    def run_each(self, connection: InLoopConnection, parameters: Sequence[Row]) -> None:
        connection.cursor.executemany(self.sql, [self._in_order(each) for each in parameters])

    def _in_order(self, parameters: Row) -> list[Any]:
        given = parameters.get
        return [convert(given(name, fixed)) if convert else given(name, fixed) for name, convert, fixed in self.parameters]


class _ForPsycopg(_Compiled):
    async def run(self, connection: AsyncConnection, parameters: Row) -> Ran:
        """Run it in SQLAlchemy's transaction, which psycopg began or begins now; what psycopg raises becomes SQLAlchemy's."""
        driver = cast("Any", connection.sync_connection).connection.driver_connection
        given = parameters.get
        values = {
            name: convert(given(name, fixed)) if convert else given(name, fixed) for name, convert, fixed in self.parameters
        }
        try:
            cursor = await driver.execute(self.sql, values)
            found = await cursor.fetchall() if self.returns_rows else ()
        except connection.dialect.loaded_dbapi.Error as error:
            if gone := connection.dialect.is_disconnect(cast("Any", error), driver, None):
                await connection.invalidate(error)
            raise DBAPIError(self.sql, None, error, hide_parameters=True, connection_invalidated=gone) from error
        return Ran(rows=[self.read(row) for row in found], changed=cursor.rowcount)


def _to(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    convert = kind.dialect_impl(dialect).bind_processor(dialect)
    return lru_cache(maxsize=MOMENTS_KEPT)(convert) if convert and isinstance(kind, Moment) else convert


def _from(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
