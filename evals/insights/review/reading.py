"""What a review reads from the store: answered messages by when they were answered, their cases, and what customers answered.

Everything is found by an index, a page at a time, each page in a transaction of its own: a review of a year holds nobody up.
"""

import json
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import or_, select

from warmline.agent.desk.lifecycle import CLOSED
from warmline.agent.desk.service_levels import Deadline, read_deadlines
from warmline.agent.store.database import transaction_apart
from warmline.agent.store.rows import CASE, CASE_EVENT, CONVERSATION, SATISFACTION, TURN
from warmline.agent.store.store import Store

PAGE = 500
"""Rows of one transaction."""

GUEST = "guest:"
"""Before a conversation's id, where it stands for a customer nobody knows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """A customer's message and its outcome as it was stored (JSON, read into plain values)."""

    turn_id: int
    conversation_id: str
    customer: str
    opened_at: datetime
    closed_at: datetime
    text: str
    outcome: dict[str, Any]

    @property
    def decision(self) -> dict[str, Any]:
        """What was decided on it; empty where that is not known."""
        return self.outcome.get("decision") or {}


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseSeen:
    """A case and what people did with it. ``verdict`` is the newest one; ``levels`` says of each deadline that was set whether it was met,
    ``None`` while it still runs."""

    id: str
    conversation_id: str
    reason: str
    queue: str
    status: str
    opened_at: datetime
    closed_at: datetime | None
    first_reply: datetime | None
    verdict: str | None
    levels: dict[str, bool | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rated:
    """What a customer answered to the question how it was."""

    conversation_id: str
    case_id: str | None
    reason: str
    score: int
    asked_at: datetime


async def read_answered(store: Store, since: datetime, until: datetime) -> AsyncIterator[list[Answered]]:
    """The messages answered from ``since`` up to ``until``, a page at a time, by when they were answered."""
    after, last = since, 0
    joined = TURN.join(CONVERSATION, CONVERSATION.c.id == TURN.c.conversation_id)
    columns = (TURN, CONVERSATION.c.customer_id)
    while True:
        query = select(*columns).select_from(joined).where(TURN.c.closed_at >= after, TURN.c.closed_at < until)
        query = query.where(or_(TURN.c.closed_at > after, TURN.c.id > last)).order_by(TURN.c.closed_at, TURN.c.id).limit(PAGE)
        async with transaction_apart(store.engine, read_only=True) as connection:
            rows = list(await connection.execute(query))
        if rows:
            after, last = rows[-1].closed_at, rows[-1].id
            yield [answered_of(row) for row in rows]
        if len(rows) < PAGE:
            return


async def read_cases(store: Store, case_ids: Collection[str], *, at: datetime | None = None) -> dict[str, CaseSeen]:
    """These cases by id, as they stood ``at`` a moment (now); those that are gone are left out."""
    found: dict[str, CaseSeen] = {}
    known = at or store.clock.now()
    for ids in _pages(sorted(case_ids)):
        async with transaction_apart(store.engine, read_only=True) as connection:
            rows = list(await connection.execute(select(CASE).where(CASE.c.id.in_(ids))))
            history = select(CASE_EVENT).where(CASE_EVENT.c.case_id.in_(ids)).order_by(CASE_EVENT.c.id)
            by_case: dict[str, list[Any]] = {}
            for event in await connection.execute(history):
                by_case.setdefault(event.case_id, []).append(event)
        for row in rows:
            found[row.id] = _case(row, by_case.get(row.id, []), known)
    return found


async def read_ratings(store: Store, since: datetime, until: datetime, *, at: datetime | None = None) -> list[Rated]:
    """The answers to what was asked from ``since`` up to ``until``, as far as they were given ``at`` a moment (now)."""
    asked = SATISFACTION.c.asked_at.between(since, until) & SATISFACTION.c.score.is_not(None)
    if at is not None:
        asked &= SATISFACTION.c.answered_at <= at
    async with transaction_apart(store.engine, read_only=True) as connection:
        rows = list(await connection.execute(select(SATISFACTION).where(asked).order_by(SATISFACTION.c.asked_at)))
    return [rated_of(row) for row in rows]


def rated_of(row: Any) -> Rated:
    """An answer from its row."""
    names = ("conversation_id", "case_id", "reason", "score", "asked_at")
    return Rated(**{name: getattr(row, name) for name in names})


def answered_of(row: Any) -> Answered:
    """A message from its row, which has its conversation's ``customer_id`` too."""
    found: object = json.loads(row.outcome or "{}")
    return Answered(
        turn_id=row.id,
        conversation_id=row.conversation_id,
        customer=row.customer_id or f"{GUEST}{row.conversation_id}",
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        text=row.text,
        outcome=cast("dict[str, Any]", found) if isinstance(found, dict) else {},
    )


def _case(row: Any, events: Sequence[Any], at: datetime) -> CaseSeen:
    seen = [one for one in events if one.at <= at]
    status, closed_at = (row.status, row.closed_at) if len(seen) == len(events) else _stood(seen)
    verdicts = [one.kind.removeprefix("judged_") for one in seen if one.kind.startswith("judged_")]
    return CaseSeen(
        id=row.id,
        conversation_id=row.conversation_id,
        reason=row.reason,
        queue=row.queue,
        status=status,
        opened_at=row.opened_at,
        closed_at=closed_at,
        first_reply=next((one.at for one in seen if one.kind == "reply_sent"), None),
        verdict=verdicts[-1] if verdicts else None,
        levels={one.kind: _met(one, at) for one in read_deadlines(row.deadlines) if one.since <= at},
    )


def _stood(events: Sequence[Any]) -> tuple[str, datetime | None]:
    """How a case stood after these events, of which it has more by now: whether it was closed, and when."""
    moves = [one for one in events if one.kind in (*CLOSED, "reopened")]
    if not moves:
        return "open", None
    return moves[-1].kind, None if moves[-1].kind == "reopened" else moves[-1].at


def _met(deadline: Deadline, at: datetime) -> bool | None:
    """Whether a deadline was met, as was known ``at`` a moment; ``None`` while it ran."""
    later = [name for name in ("met_at", "paused_at") if (when := getattr(deadline, name)) is not None and when > at]
    state = deadline.model_copy(update=dict.fromkeys(later)).state(at)
    return {"met": True, "breached": False}.get(state)


def _pages(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for place in range(0, len(ids), PAGE):
        yield ids[place : place + PAGE]
