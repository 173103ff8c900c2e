"""Which ticket belongs to which case, and how far each side knows the other, as rows of the store."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, or_, select, update

from warmline.agent.desk.joining import Within
from warmline.agent.store.database import Overtaken, transaction, uninterrupted
from warmline.agent.store.prepared import Connection
from warmline.agent.store.rows import CASE, CASE_EVENT, CHECKPOINT, TICKET, UNCLOSED
from warmline.agent.store.store import Store
from warmline.agent.store.tables import UNSOLVED
from warmline.errors import DeskError
from warmline.tools.helpdesks.helpdesk import Standing

HOLD = timedelta(seconds=60)
"""How long a worker that tells a ticket keeps others from it: four calls of fifteen seconds. One that died is waited for."""

FIRST_LOOK = timedelta(hours=1)
"""How far back is looked where no checkpoint says how far was looked before."""

BEGINNING = ""
"""What ``heard`` is before anything there was taken in."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """A case and its ticket. ``said`` is the last event of the case the ticket was told, ``heard`` marks the last thing taken in from there,
    ``standing`` is where both last agreed that it stands."""

    case_id: str
    ticket: str
    said: int
    heard: str
    standing: Standing


@uninterrupted
async def link_of(store: Store, helpdesk: str, *, case_id: str | None = None, ticket: str | None = None) -> Link | None:
    """The link of a case, or of a ticket; ``None`` if there is none with this help desk."""
    query = select(TICKET).where(TICKET.c.helpdesk == helpdesk)
    query = query.where(TICKET.c.ticket == ticket) if case_id is None else query.where(TICKET.c.case_id == case_id)
    async with transaction(store.engine, read_only=True) as connection:
        row = (await connection.execute(query)).one_or_none()
    return None if row is None else _link(row)


@uninterrupted
async def linked(store: Store, helpdesk: str, *, after: datetime, before: datetime, most: int) -> list[tuple[Link, datetime]]:
    """The links to tickets that are not solved, made after one moment and not after another, each with when; oldest first."""
    query = select(TICKET).where(
        TICKET.c.helpdesk == helpdesk, UNSOLVED, TICKET.c.linked_at > after, TICKET.c.linked_at <= before
    )
    async with transaction(store.engine, read_only=True) as connection:
        rows = await connection.execute(query.order_by(TICKET.c.linked_at, TICKET.c.case_id).limit(most))
        return [(_link(row), row.linked_at) for row in rows]


@uninterrupted
async def tie(store: Store, helpdesk: str, link: Link) -> None:
    """Note which ticket a case has, in place of one it had before. What is known of this very ticket stays: another worker noted it, and went on."""
    row = {
        "case_id": link.case_id,
        "helpdesk": helpdesk,
        "ticket": link.ticket,
        "said": link.said,
        "heard": link.heard,
        "standing": link.standing,
        "linked_at": store.clock.now(),
    }
    async with transaction(store.engine) as connection:
        await connection.execute(update(CASE).where(CASE.c.id == link.case_id).values(id=CASE.c.id))  # one at a time
        known = select(TICKET.c.case_id).where(TICKET.c.helpdesk == helpdesk, TICKET.c.ticket == link.ticket)
        if (await connection.execute(known)).first() is not None:
            return
        await connection.execute(delete(TICKET).where(TICKET.c.case_id == link.case_id))
        await connection.execute(insert(TICKET).values(row))


@asynccontextmanager
async def telling(store: Store, link: Link) -> AsyncGenerator[bool]:
    """Whether this worker alone may tell the ticket now; the stamp of a ticket counts in seconds, and two would say the same."""
    held = await _hold(store, link)
    try:
        yield held
    finally:
        if held:
            await _free(store, link)


@uninterrupted
async def _hold(store: Store, link: Link) -> bool:
    now, until = store.clock.now(), TICKET.c.held_until
    free = or_(until.is_(None), until <= now, until > now + 2 * HOLD)  # a clock that was ahead
    query = update(TICKET).where(_same(link), free).values(held_until=now + HOLD)
    async with transaction(store.engine) as connection:
        return (await connection.execute(query)).rowcount == 1


@uninterrupted
async def _free(store: Store, link: Link) -> None:
    async with transaction(store.engine) as connection:
        await connection.execute(update(TICKET).where(_same(link)).values(held_until=None))


@uninterrupted
async def told(store: Store, link: Link, *, said: int, standing: Standing) -> None:
    """Note that the ticket knows the case up to this event; never less than it knew."""
    async with transaction(store.engine) as connection:
        await connection.execute(update(TICKET).where(_same(link), TICKET.c.said <= said).values(said=said, standing=standing))


class Untold(DeskError):
    """The customer has written what the ticket was not told: whoever closed it there has not read it."""


def taking_in(link: Link, mark: str, *, standing: Standing | None = None, told_all: bool = False) -> Within:
    """What to run in the move that something there leads to, so that it is taken in exactly once; ``Overtaken`` if it was already.

    ``told_all`` lets nothing happen (``Untold``) while the ticket does not know all that the customer wrote.
    """
    values = {"heard": mark, **({"standing": standing} if standing else {})}
    newer = (CASE_EVENT.c.case_id == link.case_id) & (CASE_EVENT.c.id > link.said) & (CASE_EVENT.c.who == "customer")

    async def take_in(connection: Connection) -> None:
        changed = await connection.execute(update(TICKET).where(_same(link), TICKET.c.heard == link.heard).values(values))
        if changed.rowcount == 0:
            raise Overtaken(f"ticket {link.ticket} was read by another worker meanwhile; nothing was done twice")
        if told_all and (await connection.execute(select(CASE_EVENT.c.id).where(newer).limit(1))).first() is not None:
            raise Untold(f"the customer of case {link.case_id} has written what ticket {link.ticket} was not told")

    return take_in


@uninterrupted
async def passed_over(store: Store, link: Link, mark: str, *, standing: Standing | None = None) -> None:
    """Note that something there was taken in and led to no move."""
    async with transaction(store.engine) as connection:
        await taking_in(link, mark, standing=standing)(connection)


@uninterrupted
async def behind(store: Store, helpdesk: str, *, before: datetime, most: int) -> list[str]:
    """Cases whose ticket lags behind, untouched since this moment, the gravest first: open ones without a ticket or with one that does not
    know their newest events, and closed ones whose ticket is not."""
    mine = select(TICKET.c.case_id).where(TICKET.c.case_id == CASE.c.id, TICKET.c.helpdesk == helpdesk)
    newer = select(CASE_EVENT.c.id).where(CASE_EVENT.c.case_id == TICKET.c.case_id, CASE_EVENT.c.id > TICKET.c.said)
    lag = select(CASE.c.id).where(UNCLOSED, CASE.c.updated_at < before, or_(~mine.exists(), mine.where(newer.exists()).exists()))
    unsolved = select(TICKET.c.case_id).join(CASE, CASE.c.id == TICKET.c.case_id).where(TICKET.c.helpdesk == helpdesk, UNSOLVED)
    over = unsolved.where(CASE.c.closed_at < before)
    async with transaction(store.engine, read_only=True) as connection:
        rows = await connection.execute(lag.order_by(CASE.c.rank, CASE.c.place_at, CASE.c.id).limit(most))
        return [*rows.scalars(), *(await connection.execute(over.limit(most))).scalars()]


@uninterrupted
async def checkpoint(store: Store, name: str) -> str | None:
    """Up to where something was read; ``None`` if it never was."""
    async with transaction(store.engine, read_only=True) as connection:
        return (await connection.execute(select(CHECKPOINT.c.cursor).where(CHECKPOINT.c.name == name))).scalar_one_or_none()


@uninterrupted
async def set_checkpoint(store: Store, name: str, cursor: str) -> None:
    """Note up to where something was read."""
    values = {"cursor": cursor, "at": store.clock.now()}
    async with transaction(store.engine) as connection:
        if (await connection.execute(update(CHECKPOINT).where(CHECKPOINT.c.name == name).values(values))).rowcount == 0:
            await connection.execute(insert(CHECKPOINT).values(name=name, **values))


def _same(link: Link) -> ColumnElement[bool]:
    return (TICKET.c.case_id == link.case_id) & (TICKET.c.ticket == link.ticket)


def _link(row: Any) -> Link:
    return Link(case_id=row.case_id, ticket=row.ticket, said=row.said, heard=row.heard, standing=row.standing)
