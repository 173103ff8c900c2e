"""What a run left behind, read from its two databases past all of our own code."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import create_engine, make_url

from .ground import Ground

Row = Mapping[str, Any]
"""One row of a table, by the names of its columns."""


@dataclass(frozen=True, kw_only=True)
class Violation:
    """One promise that was not kept."""

    conversation: str
    message: str
    what: str

    def __str__(self) -> str:
        return f"{self.conversation}/{self.message}: {self.what}"


@dataclass(frozen=True, kw_only=True)
class Closed:
    """One turn: its row, and its outcome read (empty when there is none)."""

    row: Row
    outcome: dict[str, Any]

    @property
    def message_id(self) -> str:
        return str(self.row["message_id"])

    @property
    def kind(self) -> str:
        return str(self.outcome.get("kind", "no outcome"))

    def ran(self, tool: str, *statuses: str) -> bool:
        """Whether the turn says that this tool's call ended in one of these ways."""
        calls = self.outcome.get("tool_calls", ())
        return any(call["name"] == tool and call["status"] in statuses for call in calls)


class Left:
    """Everything, by conversation where it belongs to one."""

    def __init__(self, ground: Ground) -> None:
        self.turns = {
            key: [Closed(row=row, outcome=json.loads(row["outcome"] or "{}")) for row in found]
            for key, found in _by(rows(ground.store, "SELECT * FROM warmline_turn ORDER BY id"), "conversation_id").items()
        }
        self.said = _by(rows(ground.store, "SELECT * FROM warmline_message ORDER BY id"), "conversation_id")
        self.ledger = _by(rows(ground.store, "SELECT * FROM warmline_ledger ORDER BY started_at"), "conversation_id")
        self.cases = _by(rows(ground.store, "SELECT * FROM warmline_case"), "conversation_id")
        self.case_events = _by(rows(ground.store, "SELECT * FROM warmline_case_event ORDER BY id"), "case_id")
        self.outbox = _by(rows(ground.store, "SELECT * FROM warmline_outbox ORDER BY id"), "conversation_id")
        self.leases = rows(ground.store, "SELECT id FROM warmline_conversation WHERE lease_owner IS NOT NULL")
        self.receipts = {row["key"]: row for row in rows(ground.shop, "SELECT * FROM shop_receipt")}
        self.orders = {row["number"]: row for row in rows(ground.shop, "SELECT * FROM shop_order")}
        self.returned = {row["number"]: row["returned"] for row in rows(ground.shop, "SELECT * FROM shop_line")}
        self.signups = rows(ground.shop, "SELECT * FROM shop_signup")
        self.units = {row["sku"]: row["units"] for row in rows(ground.shop, "SELECT * FROM shop_stock")}

    def made(self, conversation: str) -> list[tuple[Row, dict[str, Any]]]:
        """A conversation's writes that exist at the shop: the ledger's row and the receipt."""
        entries = self.ledger.get(conversation, [])
        return [(row, json.loads(self.receipts[row["key"]]["document"])) for row in entries if row["key"] in self.receipts]


def rows(database: str, query: str) -> list[Row]:
    """What the database of a URL holds."""
    url = make_url(database)
    engine = create_engine(url.set(drivername={"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}[url.get_backend_name()]))
    try:
        with engine.connect() as connection:
            return [dict(row) for row in connection.exec_driver_sql(query).mappings()]
    finally:
        engine.dispose()


def _by(found: Iterable[Row], column: str) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in found:
        grouped[row[column]].append(row)
    return dict(grouped)
