"""Looking at the queue: a page of cases, and how things stand."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from warmline.agent.store.rows import CASE, CASE_EVENT, SATISFACTION, UNCLOSED
from warmline.errors import UsageError

from .lifecycle import CLOSED, Status
from .moves import row_of

MOST = 500
"""Cases on one page."""


class Stats(BaseModel):
    """How a desk stands: now, and since a moment."""

    open: int
    unclaimed: int
    overdue: int
    by_queue: dict[str, int]
    by_status: dict[str, int]
    by_person: dict[str, int]
    oldest_unclaimed: datetime | None
    since: datetime
    closed: dict[str, int]
    breached: int
    satisfaction: float | None
    answers: int


async def page(
    connection: AsyncConnection,
    *,
    queue: str | None,
    status: Status | None,
    assignee: str | None,
    overdue_at: datetime | None,
    include_closed: bool,
    limit: int,
    after: str | None,
) -> list[Any]:
    """Up to ``limit`` rows by priority, then deadline, then age, beyond the case ``after``."""
    if not 0 < limit <= MOST:
        raise UsageError(f"limit is {limit!r}; expected 1 to {MOST} cases on a page")
    query = _ordered().limit(limit)
    if not include_closed and status not in CLOSED:
        query = query.where(UNCLOSED)
    wanted = {CASE.c.queue: queue, CASE.c.status: status, CASE.c.assignee: assignee}
    query = query.where(*(column == value for column, value in wanted.items() if value is not None))
    if overdue_at is not None:
        query = query.where(CASE.c.due_at < overdue_at)
    if after is not None:
        last = await row_of(connection, after)
        query = query.where(_place() > tuple_(last.rank, last.place_at, last.id))
    return list(await connection.execute(query))


async def stats(connection: AsyncConnection, now: datetime, since: datetime) -> Stats:
    """Counts of what is open now and of what happened since."""
    open_by = {
        name: await _counts(connection, column)
        for name, column in {"status": CASE.c.status, "queue": CASE.c.queue, "person": CASE.c.assignee}.items()
    }
    unclaimed = UNCLOSED & CASE.c.assignee.is_(None)
    closed = select(CASE.c.status, func.count()).where(CASE.c.closed_at >= since).group_by(CASE.c.status)
    oldest = select(func.count(), func.min(CASE.c.opened_at)).where(unclaimed)
    late = select(func.count()).select_from(CASE).where(UNCLOSED, CASE.c.due_at < now)
    breached = select(func.count()).select_from(CASE_EVENT).where(CASE_EVENT.c.kind == "sla_breached", CASE_EVENT.c.at >= since)
    score = SATISFACTION.c.score
    asked = select(func.avg(score), func.count(score)).where(SATISFACTION.c.asked_at >= since)
    waiting, first = (await connection.execute(oldest)).one()
    average, answers = (await connection.execute(asked)).one()
    return Stats(
        open=sum(open_by["status"].values()),
        unclaimed=waiting,
        overdue=(await connection.execute(late)).scalar_one(),
        by_queue=open_by["queue"],
        by_status=open_by["status"],
        by_person=open_by["person"],
        oldest_unclaimed=first,
        since=since,
        closed=await _pairs(connection, closed),
        breached=(await connection.execute(breached)).scalar_one(),
        satisfaction=None if average is None else round(float(average), 2),
        answers=answers,
    )


def _ordered() -> Select[Any]:
    return select(CASE).order_by(CASE.c.rank, CASE.c.place_at, CASE.c.id)


def _place() -> Any:
    return tuple_(CASE.c.rank, CASE.c.place_at, CASE.c.id)


async def _counts(connection: AsyncConnection, column: Any) -> dict[str, int]:
    query = select(column, func.count()).where(UNCLOSED, column.is_not(None)).group_by(column).order_by(column)
    return await _pairs(connection, query)


async def _pairs(connection: AsyncConnection, query: Select[Any]) -> dict[str, int]:
    rows: Any = await connection.execute(query)
    return dict(tuple(row) for row in rows)
