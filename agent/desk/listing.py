"""Looking at the queue: a page of cases, and how things stand."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Select, case, func, select, tuple_

from warmline.agent.store.prepared import Connection
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
    connection: Connection,
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


async def stats(connection: Connection, now: datetime, since: datetime) -> Stats:
    """Counts of what is open now and of what happened since."""
    groups = await _open_now(connection, now)
    closed = select(CASE.c.status, func.count()).where(CASE.c.closed_at >= since).group_by(CASE.c.status)
    breached = select(func.count()).select_from(CASE_EVENT).where(CASE_EVENT.c.kind == "sla_breached", CASE_EVENT.c.at >= since)
    score = SATISFACTION.c.score
    asked = select(func.avg(score), func.count(score)).where(SATISFACTION.c.asked_at >= since)
    average, answers = (await connection.execute(asked)).one()
    return Stats(
        open=sum(one.number for one in groups),
        unclaimed=sum(one.number for one in groups if one.assignee is None),
        overdue=sum(one.late for one in groups),
        by_queue=_summed(groups, "queue"),
        by_status=_summed(groups, "status"),
        by_person=_summed(groups, "assignee"),
        oldest_unclaimed=min((one.oldest for one in groups if one.assignee is None), default=None),
        since=since,
        closed=dict(tuple(row) for row in await connection.execute(closed)),
        breached=(await connection.execute(breached)).scalar_one(),
        satisfaction=None if average is None else round(float(average), 2),
        answers=answers,
    )


async def _open_now(connection: Connection, now: datetime) -> list[Any]:
    """What is open, counted from one index alone."""
    late = func.sum(case((CASE.c.due_at < now, 1), else_=0))
    by = (CASE.c.queue, CASE.c.status, CASE.c.assignee)
    query = select(*by, func.count().label("number"), late.label("late"), func.min(CASE.c.opened_at).label("oldest"))
    return list(await connection.execute(query.where(UNCLOSED).group_by(*by)))


def _summed(groups: list[Any], name: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in groups:
        value = getattr(one, name)
        if value is not None:
            counts[value] = counts.get(value, 0) + one.number
    return dict(sorted(counts.items()))


def _ordered() -> Select[Any]:
    return select(CASE).order_by(CASE.c.rank, CASE.c.place_at, CASE.c.id)


def _place() -> Any:
    return tuple_(CASE.c.rank, CASE.c.place_at, CASE.c.id)
