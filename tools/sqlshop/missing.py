"""Columns that a shop made by an older version lacks: ``create_all`` makes tables, and leaves those that are there as they are."""

from sqlalchemy import Connection, inspect, literal, update
from sqlalchemy.schema import CreateColumn
from sqlmodel import String, cast, col

from .tables import ShopTable, SignupRow


def add_missing_columns(connection: Connection) -> None:
    """Add them, empty; sign-ups from before sign-ups had keys are named by their number."""
    inspector, added = inspect(connection), 0
    for table in ShopTable.metadata.sorted_tables:
        there = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name not in there:
                wanted = CreateColumn(column).compile(dialect=connection.dialect)
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {wanted}")
                added += 1
    if added:
        named = literal("signup-").concat(cast(SignupRow.id, String))
        connection.execute(update(SignupRow).where(col(SignupRow.key).is_(None)).values(key=named))
