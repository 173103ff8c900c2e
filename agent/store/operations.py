"""What a revision may do to the tables: the same few words for SQLite and PostgreSQL, each done at once in the caller's transaction."""

from collections.abc import Sequence

from sqlalchemy import Column, Connection, Constraint, Executable, Index, MetaData, Table, text
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable, DropIndex, DropTable


class Operations:
    """Changes to the tables of one database, through this connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create_table(self, name: str, *parts: Column[object] | Constraint, if_not_exists: bool = False) -> None:
        """A new table. The tables it refers to must be there."""
        metadata = MetaData()
        for column in parts:
            for key in column.foreign_keys if isinstance(column, Column) else ():
                Table(key.target_fullname.partition(".")[0], metadata, autoload_with=self._connection, resolve_fks=False)
        self._connection.execute(CreateTable(Table(name, metadata, *parts), if_not_exists=if_not_exists))

    def drop_table(self, name: str) -> None:
        """Remove a table and all that is in it."""
        self._connection.execute(DropTable(Table(name, MetaData())))

    def create_index(
        self,
        name: str,
        table: str,
        columns: Sequence[str],
        *,
        unique: bool = False,
        where: str | None = None,
        if_not_exists: bool = False,
    ) -> None:
        """A new index; ``where`` says which rows are in it, all unless given."""
        indexed = Table(table, MetaData(), *(Column(column) for column in columns))
        only = None if where is None else text(where)
        index = Index(name, *indexed.columns, unique=unique, sqlite_where=only, postgresql_where=only)
        self._connection.execute(CreateIndex(index, if_not_exists=if_not_exists))

    def drop_index(self, name: str) -> None:
        """Remove an index."""
        self._connection.execute(DropIndex(Index(name)))

    def add_column(self, table: str, column: Column[object]) -> None:
        """A new column at the end of a table. One that may not be empty needs a ``server_default`` for the rows that are there."""
        Table(table, MetaData(), column)
        declared = CreateColumn(column).compile(dialect=self._connection.dialect)
        self._connection.exec_driver_sql(f"ALTER TABLE {self._quoted(table)} ADD COLUMN {declared}")

    def drop_column(self, table: str, name: str) -> None:
        """Remove a column and what is in it; no index may use it."""
        self._connection.exec_driver_sql(f"ALTER TABLE {self._quoted(table)} DROP COLUMN {self._quoted(name)}")

    def execute(self, statement: Executable) -> None:
        """Run a statement that changes rows."""
        self._connection.execute(statement)

    def _quoted(self, name: str) -> str:
        return self._connection.dialect.identifier_preparer.quote(name)
