"""Which event is next, and who has it: the rows of the outbox that a delivery reads and writes.

The head of a conversation is its oldest event that is neither delivered nor dead; nothing else of the conversation moves before it does.
A worker claims a head until ``held_until``. On PostgreSQL workers pass by rows that another one is claiming (``SKIP LOCKED``); on SQLite
they take turns (``BEGIN IMMEDIATE``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, exists, literal_column, or_, select, update

from warmline.agent.store.database import transaction, uninterrupted
from warmline.agent.store.leases import AHEAD
from warmline.agent.store.rows import OUTBOX
from warmline.agent.store.store import Store

_O, _EARLIER = OUTBOX, OUTBOX.alias("earlier")


def waits(table: Any = OUTBOX) -> ColumnElement[bool]:
    """Neither delivered nor given up; as the index over such rows has it."""
    return and_(table.c.delivered_at.is_(None), table.c.dead_at.is_(None))


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A row that this worker may deliver, until ``until``; ``attempts`` is how often that was begun before and came to nothing.

    A claim that lapsed counts: whoever had it died or stood still, and it may be the event that brings this about.
    """

    row: Row[Any]
    until: datetime
    attempts: int


@uninterrupted
async def claim(store: Store, *, most: int, hold: timedelta) -> Sequence[Claim]:
    """Claim up to so many heads that are due and that nobody has, oldest first."""
    now = store.clock.now()
    until = now + hold
    held = _O.c.held_until
    due, free = or_(_O.c.due_at.is_(None), _O.c.due_at <= now), or_(held.is_(None), held <= now, held > now + AHEAD * hold)
    before = and_(_EARLIER.c.conversation_id == _O.c.conversation_id, _EARLIER.c.id < _O.c.id, waits(_EARLIER))
    heads = select(_O).where(waits(), due, free, ~exists(select(literal_column("1")).where(before)))
    async with transaction(store.engine) as connection:
        rows = list(await connection.execute(heads.order_by(_O.c.id).limit(most).with_for_update(of=_O, skip_locked=True)))
        if rows:
            taken = _O.c.id.in_([row.id for row in rows])
            lapsed = case((held.is_not(None), 1), else_=0)
            await connection.execute(update(_O).where(taken).values(held_until=until, attempts=_O.c.attempts + lapsed))
    return [Claim(row=row, until=until, attempts=row.attempts + (row.held_until is not None)) for row in rows]


@uninterrupted
async def delivered(store: Store, claim: Claim) -> None:
    """Note that an event was taken: true whoever has it by now."""
    values = {"delivered_at": store.clock.now(), "dead_at": None, "held_until": None}
    await _change(store, _O.c.delivered_at.is_(None), claim, values)


@uninterrupted
async def failed(store: Store, claim: Claim, error: str, *, due_at: datetime | None) -> None:
    """Note that an event was not taken: it is tried again at ``due_at``, or is a dead letter now."""
    dead_at = store.clock.now() if due_at is None else None
    values = {"attempts": claim.attempts + 1, "error": error, "due_at": due_at, "dead_at": dead_at, "held_until": None}
    await _change(store, _mine(claim), claim, values)


@uninterrupted
async def release(store: Store, claim: Claim) -> None:
    """Give an event back as if it had not been tried."""
    await _change(store, _mine(claim), claim, {"held_until": None})


def _mine(claim: Claim) -> ColumnElement[bool]:
    """Whether the claim still stands: it may have lapsed, and another worker have the event."""
    return and_(waits(), _O.c.held_until == claim.until)


async def _change(store: Store, still: ColumnElement[bool], claim: Claim, values: dict[str, Any]) -> None:
    async with transaction(store.engine) as connection:
        await connection.execute(update(_O).where(_O.c.id == claim.row.id, still).values(values))
