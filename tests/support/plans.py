"""How a database goes about each query that runs: which tables it reads from end to end."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event, text

from warmline.agent.store.store import Store

EXPLAINED = ("SELECT", "UPDATE", "DELETE", "WITH")
Asked = dict[str, Any]


@contextmanager
def listening(store: Store) -> Generator[Asked]:
    """Every statement that runs meanwhile, with the values of its first run."""
    asked: Asked = {}

    def note(_c: object, _cursor: object, statement: str, values: Any, _context: object, many: bool) -> None:
        if statement.lstrip().upper().startswith(EXPLAINED):
            asked.setdefault(statement, values[0] if many and isinstance(values, list) else values)  # pyright: ignore[reportUnknownArgumentType]

    event.listen(store.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(store.engine.sync_engine, "before_cursor_execute", note)


def plan(connection: Connection, statement: str, values: Any) -> str:
    """How the database would go about it."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return "\n".join(str(row[3]) for row in rows)
    for way in ("seqscan", "sort", "bitmapscan"):  # tables this small are read whole unless that is forbidden
        connection.execute(text(f"SET LOCAL enable_{way} = off"))
    return "\n".join(str(row[0]) for row in connection.exec_driver_sql(f"EXPLAIN {statement}", values))


def whole_tables(plan: str) -> list[str]:
    """The tables of ours that a plan reads from end to end; an index over only what is open, or that a page is read from in order, is no whole table."""
    some = "case_(?:waiting|unclaimed|standing|all)|turn_unanswered|outbox_undelivered|outbox_dead|ticket_unsolved"
    return re.findall(rf"SCAN (warmline_\w+)(?! USING (?:COVERING )?INDEX warmline_(?:{some}))\b", plan) + re.findall(
        r"Seq Scan on (warmline_\w+)", plan
    )
