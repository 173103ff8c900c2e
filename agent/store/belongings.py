"""What is stored of one person: which conversations are theirs, and all that is in them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Table, select

from warmline.errors import UsageError

from .alerts import alerts_to, proved_addresses
from .database import transaction, uninterrupted
from .prepared import Connection
from .rows import CASE, CASE_EVENT, CONVERSATION, LEDGER, MESSAGE, OUTBOX, SATISFACTION, TICKET, TURN
from .store import Store

_AS_JSON = frozenset({"state", "wire", "outcome", "arguments", "result", "file", "body", "deadlines"})
_LEFT_OUT = frozenset(
    {"conversation_id", "turn_id", "case_id", "customer_id", "lease_owner", "lease_until", "held_until", "rank"}
)
_ORDERED = {
    TURN: TURN.c.id,
    MESSAGE: MESSAGE.c.id,
    LEDGER: LEDGER.c.started_at,
    OUTBOX: OUTBOX.c.id,
    CASE: CASE.c.opened_at,
    SATISFACTION: SATISFACTION.c.asked_at,
}


@dataclass(frozen=True, kw_only=True)
class Whose:
    """A signed-in customer by id, or a guest by one of their conversations: exactly one of the two."""

    customer_id: str | None = None
    conversation_id: str | None = None

    def __post_init__(self) -> None:
        if (self.customer_id is None) == (self.conversation_id is None):
            raise UsageError("expected a customer's id, or for a guest a conversation's; give one of them")

    def conversations(self) -> Select[Any]:
        """The query for their conversations."""
        mine = CONVERSATION.c.customer_id == self.customer_id if self.customer_id else CONVERSATION.c.id == self.conversation_id
        return select(CONVERSATION).where(mine).order_by(CONVERSATION.c.created_at, CONVERSATION.c.id)

    def __str__(self) -> str:
        return f"customer {self.customer_id!r}" if self.customer_id else f"conversation {self.conversation_id!r}"


@dataclass(frozen=True, kw_only=True)
class Holding:
    """How much is stored of somebody; ``open_cases`` are those not closed."""

    conversations: int
    messages: int
    cases: int
    open_cases: int


@uninterrupted
async def holding(store: Store, whose: Whose) -> Holding:
    """How much there is; ``UsageError`` if there is nothing."""
    async with transaction(store.engine, read_only=True) as connection:
        keys = [row.id for row in await theirs(connection, whose)]
        messages = [row for key in keys for row in await rows_of(connection, MESSAGE, key)]
        cases = [row for key in keys for row in await rows_of(connection, CASE, key)]
    unresolved = sum(case.closed_at is None for case in cases)
    return Holding(conversations=len(keys), messages=len(messages), cases=len(cases), open_cases=unresolved)


@uninterrupted
async def export(store: Store, whose: Whose) -> dict[str, Any]:
    """Everything stored of somebody, as JSON values; ``UsageError`` if there is nothing."""
    async with transaction(store.engine, read_only=True) as connection:
        rows = await theirs(connection, whose)
        conversations = [await _conversation(connection, row) for row in rows]
        alerts = [_as_record(OUTBOX, row) for row in await _alerts(connection, rows)]
    return {
        "customer_id": whose.customer_id,
        "exported_at": store.clock.now().isoformat(),
        "conversations": conversations,
        "notifications": alerts,
    }


async def _alerts(connection: Connection, conversations: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """What they were told outside of a conversation, by what they signed up for in one and by the addresses that are surely theirs."""
    addresses: set[str] = set()
    writes: list[Row[Any]] = []
    for row in conversations:
        addresses |= proved_addresses(row.state, [case.file for case in await rows_of(connection, CASE, row.id)])
        writes += await rows_of(connection, LEDGER, row.id)
    return await alerts_to(connection, addresses, writes)


async def theirs(connection: Connection, whose: Whose, *, lock: bool = False) -> list[Row[Any]]:
    """Their conversations, oldest first; ``UsageError`` if there are none.

    With them go those whose case a person merged with one of theirs: only the same person's are, and each has the other's words.
    """
    keys = {row.id for row in await connection.execute(whose.conversations())}
    if not keys:
        raise UsageError(f"nothing is stored of {whose}; ids are exact, and a guest is found by --conversation")
    while more := await _merged_with(connection, keys) - keys:
        keys |= more
    query = select(CONVERSATION).where(CONVERSATION.c.id.in_(keys)).order_by(CONVERSATION.c.created_at, CONVERSATION.c.id)
    return list(await connection.execute(query.with_for_update() if lock else query))


async def _merged_with(connection: Connection, keys: set[str]) -> set[str]:
    """The conversations of cases that were merged into one of these conversations', and of those that these were merged into."""
    into, was = CASE.alias(), CASE.alias()
    pairs = select(was.c.conversation_id, into.c.conversation_id).join(into, into.c.id == was.c.merged_into)
    here = pairs.where(was.c.conversation_id.in_(keys)).union(pairs.where(into.c.conversation_id.in_(keys)))
    return {thread for pair in await connection.execute(here) for thread in pair}


async def rows_of(connection: Connection, table: Table, conversation_id: str) -> list[Row[Any]]:
    """The rows of a conversation in one table, oldest first."""
    query = select(table).where(table.c.conversation_id == conversation_id).order_by(_ORDERED[table])
    return list(await connection.execute(query))


async def events_of(connection: Connection, case_id: str) -> list[Row[Any]]:
    """What happened to a case, oldest first."""
    query = select(CASE_EVENT).where(CASE_EVENT.c.case_id == case_id).order_by(CASE_EVENT.c.id)
    return list(await connection.execute(query))


async def _conversation(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    parts = {"turns": TURN, "messages": MESSAGE, "writes": LEDGER, "events": OUTBOX, "satisfaction": SATISFACTION}
    listed = {name: [_as_record(table, one) for one in await rows_of(connection, table, row.id)] for name, table in parts.items()}
    cases = [await _case(connection, case) for case in await rows_of(connection, CASE, row.id)]
    return {**_as_record(CONVERSATION, row), **listed, "cases": cases}


async def _case(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    events = [_as_record(CASE_EVENT, event) for event in await events_of(connection, row.id)]
    tickets = await connection.execute(select(TICKET).where(TICKET.c.case_id == row.id))
    return {**_as_record(CASE, row), "history": events, "tickets": [_as_record(TICKET, one) for one in tickets]}


def _as_record(table: Table, row: Row[Any]) -> dict[str, Any]:
    """A row as JSON values: moments in ISO 8601, stored JSON as what it says."""
    named = zip(table.columns.keys(), row, strict=True)
    return {name: _value(name, value) for name, value in named if name not in _LEFT_OUT}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if name not in _AS_JSON or value is None:
        return value
    try:
        return json.loads(value)
    except ValueError:  # a tool that said no says so in words
        return value
