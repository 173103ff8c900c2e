"""What a review reads from the store: answered messages by when they were answered, their cases, and what customers answered.

Everything is found by an index, a page at a time, each page in a transaction of its own: a review of a year holds nobody up.
"""

import json
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import or_, select

from warmline.agent.desk.service_levels import read_deadlines
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
    route: str
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


async def read_cases(store: Store, case_ids: Collection[str]) -> dict[str, CaseSeen]:
    """These cases by id; those that are gone are left out."""
    found: dict[str, CaseSeen] = {}
    now = store.clock.now()
    for ids in _pages(sorted(case_ids)):
        async with transaction_apart(store.engine, read_only=True) as connection:
            rows = list(await connection.execute(select(CASE).where(CASE.c.id.in_(ids))))
            history = select(CASE_EVENT).where(CASE_EVENT.c.case_id.in_(ids)).order_by(CASE_EVENT.c.id)
            by_case: dict[str, list[Any]] = {}
            for event in await connection.execute(history):
                by_case.setdefault(event.case_id, []).append(event)
        for row in rows:
            found[row.id] = _case(row, by_case.get(row.id, []), now)
    return found


async def read_ratings(store: Store, since: datetime, until: datetime) -> list[Rated]:
    """The answers to what was asked from ``since`` up to ``until``."""
    asked = SATISFACTION.c.asked_at.between(since, until) & SATISFACTION.c.score.is_not(None)
    async with transaction_apart(store.engine, read_only=True) as connection:
        rows = list(await connection.execute(select(SATISFACTION).where(asked).order_by(SATISFACTION.c.asked_at)))
    return [rated_of(row) for row in rows]


def rated_of(row: Any) -> Rated:
    """An answer from its row."""
    names = ("conversation_id", "case_id", "route", "reason", "score", "asked_at")
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


def _case(row: Any, events: Sequence[Any], now: datetime) -> CaseSeen:
    verdicts = [one.kind.removeprefix("judged_") for one in events if one.kind.startswith("judged_")]
    return CaseSeen(
        id=row.id,
        conversation_id=row.conversation_id,
        reason=row.reason,
        queue=row.queue,
        status=row.status,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        first_reply=next((one.at for one in events if one.kind == "reply_sent"), None),
        verdict=verdicts[-1] if verdicts else None,
        levels={one.kind: {"met": True, "breached": False}.get(one.state(now)) for one in read_deadlines(row.deadlines)},
    )


def _pages(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for place in range(0, len(ids), PAGE):
        yield ids[place : place + PAGE]
