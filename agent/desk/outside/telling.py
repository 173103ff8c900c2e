"""Telling the help desk outside what its ticket does not know of a case yet: it is compared, not remembered, so it may be done twice and late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import select

from warmline.agent.desk.case import Case, case_of
from warmline.agent.desk.lifecycle import CLOSED
from warmline.agent.desk.opening import RANKS
from warmline.agent.store.database import transaction, uninterrupted
from warmline.agent.store.rows import CASE, CASE_EVENT
from warmline.agent.store.store import Store
from warmline.errors import ShopError, ShopUnavailable
from warmline.tools.helpdesks.helpdesk import HelpDesk, NewTicket, Priority, Requester, Standing, Ticket

from .links import BEGINNING, Link, behind, link_of, telling, tie, told
from .words import fitted, news, proved_requester, story, subject, tags

AT_ONCE = 100
"""Cases that one sweep catches up with."""

GRACE = timedelta(minutes=1)
"""How long the outbox has to bring a case there before the sweep looks after it."""


@dataclass(frozen=True, kw_only=True)
class _Known:
    """A case as it is now, with what happened to it."""

    case: Case
    events: Sequence[Any]

    @property
    def newest(self) -> int:
        return self.events[-1].id if self.events else 0

    @property
    def standing(self) -> Standing:
        if self.case.status in CLOSED:
            return "solved"
        return "pending" if self.case.status == "waiting_for_customer" else "open"

    def agrees(self, link: Link) -> bool:
        """Whether the ticket stands as the case does; one that is gone does, until the case is closed."""
        return self.standing == link.standing or (link.standing == "gone" and self.standing != "solved")

    def wrote(self, said: int) -> bool:
        """Whether the customer has written since that event."""
        return any(event.id > said and event.who == "customer" for event in self.events)

    def words(self, said: int, name: str) -> str:
        """What is to be told since that event."""
        return news(self.case, [event for event in self.events if event.id > said], name=name)


async def tell(store: Store, helpdesk: HelpDesk, case_id: str) -> bool:
    """Bring the ticket of a case up to date; make it if there is none and the case is open. Whether there was something to tell.

    ``ShopError`` if the help desk fails; a later call does what this one did not.
    """
    known = await _known(store, case_id)
    if known is None:
        return False
    link = await link_of(store, helpdesk.key, case_id=case_id)
    if link is None:
        return await _begin(store, helpdesk, known)
    if known.newest <= link.said and known.agrees(link):
        return False
    return await _alone(store, helpdesk, known, link)


async def catch_up(store: Store, helpdesk: HelpDesk) -> int:
    """Tell what no event has brought there: cases from before there was a help desk, events that were given up or taken by somebody else.

    How many cases had something to tell. One that fails keeps no other; its error is raised at last.
    """
    done, failures = 0, list[ShopError]()
    for case_id in await behind(store, helpdesk.key, before=store.clock.now() - GRACE, most=AT_ONCE):
        try:
            done += await tell(store, helpdesk, case_id)
        except ShopError as error:
            failures.append(error)
    if failures:
        raise failures[0]
    return done


async def _begin(store: Store, helpdesk: HelpDesk, known: _Known) -> bool:
    """Find the ticket that was made by whoever died before it was noted, else make one for a case that is open."""
    found = await helpdesk.find(known.case.id)
    if found is None:
        if known.standing != "solved":
            await _make(store, helpdesk, known)
        return known.standing != "solved"
    heard = _heard(known, await helpdesk.read(found), helpdesk.name)
    link = Link(case_id=known.case.id, ticket=found, said=0, heard=heard, standing="open")
    await tie(store, helpdesk.key, link)
    return await _alone(store, helpdesk, known, link)


def _heard(known: _Known, ticket: Ticket, name: str) -> str:
    """Up to where a ticket was taken in whose link is no longer known: what the customer has read from there is not sent again."""
    sent = {event.note for event in known.events if event.kind == "reply_sent" and event.who.endswith(f"({name})")}
    return next((one.mark for one in reversed(ticket.happenings) if one.kind == "reply" and one.text in sent), BEGINNING)


async def _make(store: Store, helpdesk: HelpDesk, known: _Known, *, instead_of: Ticket | None = None) -> None:
    case, who = known.case, proved_requester(known.case.file)
    opened = max((n for n, event in enumerate(known.events) if event.kind == "opened"), default=-1)
    since = news(case, known.events[opened + 1 :], name=helpdesk.name)
    ticket = NewTicket(
        case_id=case.id,
        subject=subject(case),
        note=fitted("\n\n".join(filter(None, [story(case), since]))),
        tags=tags(case),
        priority=cast("Priority", case.priority),
        said=known.newest,
        requester=Requester(name=who[0], email=who[1]) if who else None,
        instead_of=instead_of.ticket_id if instead_of else None,
        follows=instead_of is not None and instead_of.standing == "closed",
    )
    made = await helpdesk.make(ticket)
    link = Link(case_id=case.id, ticket=made.ticket_id, said=made.said, heard=BEGINNING, standing="open")
    await tie(store, helpdesk.key, link)


async def _alone(store: Store, helpdesk: HelpDesk, known: _Known, link: Link) -> bool:
    """Tell a ticket that nobody else is just telling; ``ShopUnavailable`` while somebody is: they may have looked before this happened."""
    if known.agrees(link) and not known.words(link.said, helpdesk.name):
        await told(store, link, said=known.newest, standing=link.standing)
        return False
    async with telling(store, link) as alone:
        if not alone:
            raise ShopUnavailable(f"{helpdesk.name}: ticket {link.ticket} is being told something by another worker")
        now, same = await _known(store, link.case_id), await link_of(store, helpdesk.key, ticket=link.ticket)
        return now is not None and same is not None and await _go_on(store, helpdesk, now, same)


async def _go_on(store: Store, helpdesk: HelpDesk, known: _Known, link: Link) -> bool:
    ticket = await helpdesk.read(link.ticket)
    said = max(link.said, ticket.said)
    words = known.words(said, helpdesk.name)
    if ticket.standing in ("closed", "gone"):
        if words and known.standing != "solved":
            await _make(store, helpdesk, known, instead_of=ticket)
            return True
        gone = ticket.standing == "gone" and known.standing != "solved"
        await told(store, link, said=known.newest, standing="gone" if gone else known.standing)
        return False
    unread = known.wrote(said) and ticket.standing != known.standing
    change = known.standing if unread or not known.agrees(link) else None
    if words or change:
        await helpdesk.add(ticket, words, said=known.newest, standing=change, priority=_raised(known, said, ticket))
    await told(store, link, said=known.newest, standing=known.standing)
    return bool(words or change)


def _raised(known: _Known, said: int, ticket: Ticket) -> Priority | None:
    """A priority that the customer's newer words raised; what colleagues there set is not lowered."""
    graver = RANKS[known.case.priority] < RANKS.get(ticket.priority or "", len(RANKS))
    return cast("Priority", known.case.priority) if known.wrote(said) and graver else None


@uninterrupted
async def _known(store: Store, case_id: str) -> _Known | None:
    query = select(CASE_EVENT).where(CASE_EVENT.c.case_id == case_id).order_by(CASE_EVENT.c.id)
    async with transaction(store.engine, read_only=True) as connection:
        row = (await connection.execute(select(CASE).where(CASE.c.id == case_id))).one_or_none()
        events = list(await connection.execute(query))
    return None if row is None else _Known(case=case_of(row, store.clock.now(), events=events), events=events)
