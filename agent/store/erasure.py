"""Erasing a person: their words go everywhere, the audit trail stays. One transaction."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, update

from warmline.errors import UsageError

from . import redacted
from .alerts import alerts_to, proved_addresses, signed_up_addresses
from .belongings import Whose, events_of, rows_of, theirs
from .database import compact, transaction, uninterrupted
from .leases import must_rest
from .outbox import event_row
from .prepared import Connection
from .rows import CASE, CASE_EVENT, CONVERSATION, ERASURE, LEDGER, MESSAGE, OUTBOX, SATISFACTION, TURN
from .store import Store
from .tallies import forget


@dataclass(frozen=True, kw_only=True)
class Erased:
    """What was erased. ``reference`` stands where the customer's id stood; whose it was is not kept."""

    reference: str
    conversations: int
    cases: int
    at: datetime


@uninterrupted
async def erase(store: Store, whose: Whose, *, by: str) -> Erased:
    """Remove a person's data from every table, and on SQLite from the file; irrevocable.

    Their open cases are closed, their conversations belong to nobody. ``UsageError`` if nothing is stored, ``StoreError`` while one of
    their messages is being answered.
    """
    if not by.strip():
        raise UsageError("who erases is empty; the audit trail needs a name")
    now, reference = store.clock.now(), f"erased-{secrets.token_hex(6)}"
    async with transaction(store.engine) as connection:
        conversations = await theirs(connection, whose, lock=True)
        for row in conversations:
            must_rest(row, now)
        cases = [await _conversation(connection, row, reference, by, now) for row in conversations]
        done = Erased(reference=reference, conversations=len(conversations), cases=sum(cases), at=now)
        record = {"reference": reference, "who": by, "conversations": done.conversations, "cases": done.cases, "at": now}
        await connection.execute(insert(ERASURE).values(record))
    await compact(store.engine)
    return done


async def _conversation(connection: Connection, row: Row[Any], reference: str, by: str, at: datetime) -> int:
    """Erase one conversation; how many cases it had."""
    texts = [row.state]
    texts += await _turns(connection, row.id, at)
    texts += await _messages(connection, row.id)
    cases = await rows_of(connection, CASE, row.id)
    await _alerts(connection, row, cases, reference)
    texts += await _writes(connection, row.id)
    for case in cases:
        texts += await _case(connection, case, reference, by, at)
    asked = SATISFACTION.c.conversation_id == row.id
    await connection.execute(update(SATISFACTION).where(asked).values(comment=""))
    await _events(connection, row.id, {"reference": reference, "who": by}, at)
    addresses, numbers = redacted.identifiers(texts)
    await forget(connection, addresses, numbers)
    blank = {"customer_id": reference, "state": "{}", "lease_owner": None, "lease_until": None}
    await connection.execute(update(CONVERSATION).where(CONVERSATION.c.id == row.id).values(blank))
    return len(cases)


async def _turns(connection: Connection, conversation_id: str, at: datetime) -> list[str]:
    rows = await rows_of(connection, TURN, conversation_id)
    changed = [{"row": row.id, "outcome": redacted.outcome(row.outcome), "closed_at": row.closed_at or at} for row in rows]
    if changed:
        await connection.execute(update(TURN).where(TURN.c.id == bindparam("row")).values(text=""), changed)
    return [text for row in rows for text in (row.text, row.outcome)]


async def _messages(connection: Connection, conversation_id: str) -> list[str]:
    rows = await rows_of(connection, MESSAGE, conversation_id)
    for author in {row.author for row in rows}:
        these = (MESSAGE.c.conversation_id == conversation_id) & (MESSAGE.c.author == author)
        await connection.execute(update(MESSAGE).where(these).values(wire=redacted.wire(author)))
    return [row.wire for row in rows]


async def _writes(connection: Connection, conversation_id: str) -> list[str]:
    rows = await rows_of(connection, LEDGER, conversation_id)
    these = LEDGER.c.conversation_id == conversation_id
    await connection.execute(update(LEDGER).where(these).values(arguments=redacted.GONE))
    await connection.execute(update(LEDGER).where(these, LEDGER.c.result.is_not(None)).values(result=redacted.GONE))
    return [text for row in rows for text in (row.arguments, row.result)]


async def _case(connection: Connection, case: Row[Any], reference: str, by: str, at: datetime) -> list[str]:
    events = await events_of(connection, case.id)
    values: dict[str, Any] = {"customer_id": reference, "file": redacted.case_file(case.file, case.reason), "updated_at": at}
    if case.closed_at is None:  # nobody could act on it
        values |= {"status": "resolved", "closed_at": at, "due_at": None, "watch_at": None}
    await connection.execute(update(CASE).where(CASE.c.id == case.id).values(values))
    notes = [{"row": one.id, "note": redacted.note(one.kind, one.note)} for one in events]
    if notes:
        await connection.execute(update(CASE_EVENT).where(CASE_EVENT.c.id == bindparam("row")), notes)
    tombstone = {"case_id": case.id, "kind": "erased", "who": by, "note": reference, "at": at}
    await connection.execute(insert(CASE_EVENT).values(tombstone))
    return [case.file, *(one.note for one in events)]


async def _events(connection: Connection, conversation_id: str, body: dict[str, str], at: datetime) -> None:
    rows = await rows_of(connection, OUTBOX, conversation_id)
    await _redact(connection, rows, {})
    told = event_row(conversation_id, "conversation_erased", body, at)
    await connection.execute(insert(OUTBOX).values(told))


async def _alerts(connection: Connection, row: Row[Any], cases: Sequence[Row[Any]], reference: str) -> None:
    """What was told outside of the conversation to an address of theirs, or to one that was signed up in it."""
    writes = await rows_of(connection, LEDGER, row.id)
    addresses = proved_addresses(row.state, [case.file for case in cases]) | signed_up_addresses(writes)
    alerts = await alerts_to(connection, addresses, writes)
    await _redact(connection, alerts, {"conversation_id": f"back_in_stock/{reference}"})


async def _redact(connection: Connection, events: Sequence[Row[Any]], values: dict[str, str]) -> None:
    """Take out what an event says of them, and what was said of its delivery; it is delivered all the same."""
    changed = [{"row": event.id, "body": redacted.event(event.body), "error": None, **values} for event in events]
    if changed:
        await connection.execute(update(OUTBOX).where(OUTBOX.c.id == bindparam("row")), changed)
