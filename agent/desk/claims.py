"""Claims: who takes a case, which comes next for a person, and when a claim lapses."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, text, update

from warmline.agent.store.prepared import Connection
from warmline.agent.store.rows import CASE, UNCLOSED
from warmline.errors import DeskError

from .lifecycle import after
from .moves import held, lapse, record, running
from .terms import Person, Terms

UNCLAIMED: ColumnElement[bool] = UNCLOSED & CASE.c.assignee.is_(None)
HELD: ColumnElement[bool] = UNCLOSED & CASE.c.assignee.is_not(None)


def named(person: str) -> str:
    """A person's name; ``DeskError`` if it is empty."""
    if not person.strip():
        raise DeskError("no name was given; say who you are")
    return person.strip()


async def claim(connection: Connection, case_id: str, by: str, at: datetime, terms: Terms) -> str:
    """Take this case; nothing happens if it is theirs already, except that the claim is renewed."""
    (row,) = await held(connection, case_id)
    after(row, "claim", by=by, now=at)
    row = await lapse(connection, row, at) if row.assignee != by else row
    if row.assignee == by and row.status == "claimed":
        await connection.execute(update(CASE).where(CASE.c.id == row.id).values(claimed_until=at + terms.claim))
        return row.id
    await _give(connection, row, by, at, terms)
    return row.id


async def claim_next(connection: Connection, by: str, at: datetime, terms: Terms, *, queue: str | None = None) -> str | None:
    """Take the case that comes first for this person; ``None`` if there is none, ``DeskError`` if they hold as many as they may.

    On PostgreSQL a case that somebody else is just taking is passed over; SQLite has one transaction at a time.
    """
    person = terms.person(by)
    await _one_at_a_time(connection, by)
    await _must_have_room(connection, by, person)
    row = (await connection.execute(_first(person, queue))).one_or_none()
    if row is None:
        return None
    await _give(connection, row, by, at, terms)
    return row.id


def claimed(row: Any, terms: Terms, at: datetime) -> dict[str, Any]:
    """What changes of a case that is taken: how long it is theirs, and its time runs."""
    return {"claimed_until": at + terms.claim, **running(row, terms, at)}


def _first(person: Person, queue: str | None) -> Any:
    query = select(CASE).where(UNCLAIMED).order_by(CASE.c.rank, CASE.c.place_at, CASE.c.id)
    if person.queues is not None:
        query = query.where(CASE.c.queue.in_(sorted(person.queues)))
    if queue is not None:
        query = query.where(CASE.c.queue == queue)
    return query.limit(1).with_for_update(skip_locked=True)


async def _give(connection: Connection, row: Any, by: str, at: datetime, terms: Terms) -> None:
    values = {"status": after(row, "claim", by=by, now=at), "assignee": by, **claimed(row, terms, at)}
    await record(connection, row, "claimed", who=by, at=at, values=values)


async def _one_at_a_time(connection: Connection, by: str) -> None:
    """One person's two windows take turns, so that together they do not take more than the person may hold."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:who))"), {"who": f"warmline:{by}"})


async def _must_have_room(connection: Connection, by: str, person: Person) -> None:
    count = select(func.count()).select_from(CASE).where(HELD, CASE.c.assignee == by, CASE.c.status == "claimed")
    has = (await connection.execute(count)).scalar_one()
    if has >= person.capacity:
        raise DeskError(
            f"{by} holds {has} cases, and may hold {person.capacity}; nothing was claimed."
            " Resolve, release or wait for the customer first, or claim a case by its number"
        )


async def lapsing(connection: Connection, at: datetime, *, most: int) -> list[str]:
    """Cases whose claim is over, the oldest first."""
    over = HELD & (CASE.c.claimed_until < at)
    query = select(CASE.c.id).where(over, CASE.c.status == "claimed").order_by(CASE.c.claimed_until).limit(most)
    return list((await connection.execute(query)).scalars())


async def cut_back(connection: Connection, at: datetime, terms: Terms) -> None:
    """No claim reaches further than one made now: a clock that was ahead when it was made does not hold a case for longer."""
    furthest = at + terms.claim
    query = update(CASE).where(HELD, CASE.c.claimed_until > furthest).values(claimed_until=furthest)
    await connection.execute(query)
