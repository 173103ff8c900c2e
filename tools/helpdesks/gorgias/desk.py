"""Gorgias as a help desk: its REST API, as developers.gorgias.com documents it (read in November 2026).

- Making a ticket with an internal note ("Create a ticket", "Create a message"), its look-up by ``external_id`` ("List tickets"). There is no
  idempotency key: who finds two tickets for a case after making one keeps the older, and throws away the one just made. Where a worker
  died before that, ``keep_only`` does it later.
- Status and priority: "Update a ticket"; tags by name: "Add tags to a ticket", "Remove tags from a ticket". Nothing refuses a write to a ticket that
  changed meanwhile, so it is looked at before and after.
- What happened: "List messages" and "List events" of a ticket, and of the account for what changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal, TypeVar

from pydantic import BaseModel

from warmline.errors import ShopRefused
from warmline.tools.capabilities import Finding
from warmline.tools.clock import Clock
from warmline.tools.helpdesks.helpdesk import HAND_BACK, Changed, Happening, Made, NewTicket, Priority, Standing, Ticket
from warmline.tools.helpdesks.places import in_order, unheard
from warmline.tools.helpdesks.shared_secret import ticket_of_unsigned
from warmline.tools.shops.pages import Page, all_pages
from warmline.tools.shops.replies import Reply
from warmline.tools.shops.service import Service

from . import history
from .examining import examine
from .polling import Poll
from .shapes import Event, GorgiasTicket, Listed, Message, Numbered, Tag, User

PER_PAGE = 100
MOST_POLLED = 1000
"""Pages that one poll reads of each list: a hundred thousand messages of a worker that stood still."""

INVALID, NO_SUCH, CONFLICT = 400, 404, 409
SECRET = "WARMLINE_GORGIAS_SECRET"  # noqa: S105 (its name)
URGENT = "warmline_urgent"
"""The tag for what is more than ``high``, the highest priority that is documented by its name."""

PRIORITIES: Mapping[str, str] = {"urgent": "high", "high": "high", "normal": "normal", "low": "low"}
_READ: Mapping[str, Priority] = {"high": "high", "normal": "normal", "low": "low"}
ItemT = TypeVar("ItemT", bound=BaseModel)
MadeT = TypeVar("MadeT", Message, Event)


class Gorgias:
    """One account. ``secrets`` are what its HTTP integration sends in ``X-Warmline-Secret``."""

    key = "gorgias"
    name = "Gorgias"

    def __init__(self, service: Service, *, clock: Clock, secrets: Sequence[str] = ()) -> None:
        self._service, self._clock, self._secrets = service, clock, tuple(secrets)
        self._people: dict[int, str] = {}
        self._me: int | None = None
        self._tag: int | None = None

    async def find(self, case_id: str) -> str | None:
        """By our number, which stands in ``external_id``; of several the oldest that is not in the trash."""
        usable = await self._of_case(case_id)
        return str(min(usable)) if usable else None

    async def make(self, ticket: NewTicket) -> Made:
        """Make it, unless there is one; if somebody made one at the same time, both keep the older. What Gorgias will not take is left out."""
        found = await self.find(ticket.case_id)
        if found is not None:
            return Made(ticket_id=found, said=0)
        try:
            made = await self._create(ticket)
        except ShopRefused as error:
            if error.status in (INVALID, CONFLICT) and ticket.requester is not None:
                return await self.make(replace(ticket, requester=None))
            raise
        kept = await self.find(ticket.case_id) or str(made)
        if kept != str(made):
            await self._update(made, trashed_datetime=self._clock.now().isoformat())
            return Made(ticket_id=kept, said=0)
        return Made(ticket_id=kept, said=ticket.said)

    async def keep_only(self, case_id: str, ticket_id: str) -> int:
        """First the note, then the trash: whoever dies in between notes it twice, and no word is lost."""
        usable = await self._of_case(case_id)
        others = [one for one in usable if str(one) != ticket_id] if int(ticket_id) in usable else []
        for other in others:
            messages = await self._messages(str(other))
            if words := [one.happening for one in history.words(sorted(messages, key=lambda one: one.id))]:
                said = history.said(await self._messages(ticket_id))
                json = await self._note(_on_the_other(other, words), said)
                path = f"/tickets/{int(ticket_id)}/messages"
                await self._service.ask("messages.create", "POST", path, effect="write", json=json)
            await self._update(other, trashed_datetime=self._clock.now().isoformat())
        return len(others)

    async def read(self, ticket_id: str, *, heard: str = "") -> Ticket:
        """The ticket before its history: what is written in between changes its stamp, and a write is refused."""
        ticket = await self._ticket(ticket_id)
        if ticket is None or ticket.trashed_datetime is not None:
            return Ticket(ticket_id=ticket_id, standing="gone", stamp="", said=0)
        messages = sorted(await self._messages(ticket_id), key=lambda one: one.id)
        marks, happenings = await self._happenings(ticket, messages, heard)
        return Ticket(
            ticket_id=ticket_id,
            standing=self._standing(ticket),
            stamp=_stamp(ticket),
            said=history.said(messages),
            priority=_READ.get(ticket.priority or "", "urgent") if ticket.priority else None,
            marks=marks,
            happenings=happenings,
        )

    async def add(
        self, ticket: Ticket, note: str, *, said: int, standing: Standing | None = None, priority: Priority | None = None
    ) -> None:
        """The status first, then the note: a note that is there is never one without its status, and a later call adds what is missing.

        A colleague who closes the ticket in this very moment has not read the note: it is opened again.
        """
        now = await self._ticket(ticket.ticket_id)
        if now is None or _stamp(now) != ticket.stamp:
            raise ShopRefused(f"Gorgias: ticket {ticket.ticket_id} changed since it was read; nothing was done", status=CONFLICT)
        to = _asked(standing)
        raised = {"priority": PRIORITIES[priority]} if priority and PRIORITIES[priority] != now.priority else {}
        await self._update(now.id, **(_changed_to(to, now) if to and to != ticket.standing else {}), **raised)
        if note or to:
            json = await self._note(note or f"In Warmline: {to}.", said, to)
            await self._service.ask("messages.create", "POST", f"/tickets/{now.id}/messages", effect="write", json=json)
        if (to or ticket.standing) == "open":
            after = await self._ticket(ticket.ticket_id)
            if after is not None and self._standing(after) == "solved" and after.trashed_datetime is None:
                await self._update(now.id, **_changed_to("open", after))

    async def tag(self, ticket_id: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        """Twice is once, so both may be repeated."""
        path = f"/tickets/{int(ticket_id)}/tags"
        for method, names in (("POST", add), ("DELETE", remove)):
            if names:
                json = {"names": list(names)}
                await self._service.ask(f"tags.{method.lower()}", method, path, effect="write", once=True, json=json)

    async def changed(self, cursor: str | None, *, since: datetime) -> Changed:
        """The tickets of all messages and events since; which of them are a case's, their caller knows."""
        poll = Poll.of(cursor, since=since)
        messages = await self._since("messages.list", "/messages", Message, poll)
        events = await self._since("events.list", "/events", Event, poll)
        return poll.changed(messages, events)

    def ticket_of(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str | None:
        """The ticket a webhook names. Gorgias signs none and tells no time, so it is believed for the secret that it carries."""
        del now
        return ticket_of_unsigned(self._secrets, headers, body, variable=SECRET)

    async def examine(self) -> Sequence[Finding]:
        """Who we are there, and whether tickets and events may be read."""
        return await examine(self._service, webhooks=bool(self._secrets))

    async def _of_case(self, case_id: str) -> list[int]:
        found = await self._all("tickets.find", "/tickets", {"external_id": case_id}, GorgiasTicket)
        return [one.id for one in found if one.external_id == case_id and one.trashed_datetime is None]

    async def _create(self, ticket: NewTicket) -> int:
        named = {"customer": {"name": ticket.requester.name, "email": ticket.requester.email}} if ticket.requester else {}
        tags = [*ticket.tags, *([URGENT] if ticket.priority == "urgent" else [])]
        body = {
            "subject": ticket.subject,
            "external_id": ticket.case_id,
            "channel": "api",
            "via": "api",
            "from_agent": True,
            "status": "open",
            "priority": PRIORITIES[ticket.priority],
            "tags": [{"name": one} for one in tags],
            "messages": [await self._note(ticket.note, ticket.said)],
            **named,
        }
        reply = await self._service.ask("tickets.create", "POST", "/tickets", effect="write", json=body)
        return reply.read(Numbered).id

    async def _note(self, text: str, said: int, standing: Literal["open", "solved"] | None = None) -> dict[str, Any]:
        return {
            "channel": "internal-note",
            "via": "api",
            "source": {"type": "internal-note"},
            "public": False,
            "from_agent": True,
            "sender": {"id": await self._own()},
            "body_text": text,
            "external_id": history.signed(said, standing),
        }

    async def _update(self, ticket: int, **fields: Any) -> None:
        """Twice is once here too."""
        if fields:
            await self._service.ask("tickets.update", "PUT", f"/tickets/{ticket}", effect="write", once=True, json=fields)

    async def _ticket(self, ticket_id: str) -> GorgiasTicket | None:
        reply = await self._service.ask("tickets.show", "GET", f"/tickets/{int(ticket_id)}", effect="read", answers=(NO_SUCH,))
        return None if reply.status == NO_SUCH else reply.read(GorgiasTicket)

    async def _messages(self, ticket_id: str) -> list[Message]:
        where: dict[str, str | int] = {"ticket_id": int(ticket_id), "order_by": "created_datetime:asc"}
        return await self._all("messages.list", "/messages", where, Message)

    async def _happenings(self, ticket: GorgiasTicket, messages: list[Message], heard: str) -> tuple[list[str], list[Happening]]:
        where: dict[str, str | int] = {"object_type": "Ticket", "object_id": ticket.id, "order_by": "created_datetime:asc"}
        events = await self._all("events.list", "/events", where, Event)
        people = {number: await self._name(number) for number in history.authors(events)}
        tag = await self._hand_back() if any(one.type == history.TAGGED for one in events) else None
        happened = in_order(history.words(messages), history.hand_backs(messages, events, people, tag=tag))
        last = history.standing(messages, events, people, snoozed=self._snoozed(ticket))
        newest = {"s": max((one.id for one in history.changes_of_status(events)), default=0)}
        return unheard(heard, [*happened, *last], newest=newest)

    def _snoozed(self, ticket: GorgiasTicket) -> bool:
        return ticket.snooze_datetime is not None and ticket.snooze_datetime > self._clock.now()

    def _standing(self, ticket: GorgiasTicket) -> Standing:
        if self._snoozed(ticket):
            return "pending"
        return "open" if ticket.status == "open" else "solved"

    async def _own(self) -> int:
        """Our own number: ``0`` stands for whoever asks ("Retrieve a user")."""
        if self._me is None:
            self._me = (await self._service.ask("users.me", "GET", "/users/0", effect="read")).read(User).id
        return self._me

    async def _name(self, number: int) -> str:
        if number not in self._people:
            reply = await self._service.ask("users.show", "GET", f"/users/{number}", effect="read", answers=(NO_SUCH,))
            self._people[number] = (reply.read(User).name or "somebody") if reply.ok else "somebody"
        return self._people[number]

    async def _hand_back(self) -> int | None:
        """The number of the tag; events name tags by it."""
        if self._tag is None:
            found = await self._all("tags.list", "/tags", {"search": HAND_BACK}, Tag)
            self._tag = next((one.id for one in found if one.name == HAND_BACK), None)
        return self._tag

    async def _all(self, operation: str, path: str, where: Mapping[str, str | int], item: type[ItemT]) -> list[ItemT]:
        async def fetch(cursor: str | None) -> Page[ItemT, str]:
            listed = (await self._page(operation, path, where, cursor)).read(Listed[item])
            return Page(items=listed.data, next=listed.meta.next_cursor)

        return await all_pages(fetch)

    async def _since(self, operation: str, path: str, item: type[MadeT], poll: Poll) -> list[MadeT]:
        """The newest first, back to where the last poll ended."""

        async def fetch(cursor: str | None) -> Page[MadeT, str]:
            listed = (await self._page(operation, path, {"order_by": "created_datetime:desc"}, cursor)).read(Listed[item])
            enough = any(one.created_datetime < poll.since for one in listed.data)
            return Page(items=listed.data, next=None if enough else listed.meta.next_cursor)

        return await all_pages(fetch, most=MOST_POLLED)

    async def _page(self, operation: str, path: str, where: Mapping[str, str | int], cursor: str | None) -> Reply:
        params = {**where, "limit": PER_PAGE, **({"cursor": cursor} if cursor else {})}
        return await self._service.ask(operation, "GET", path, effect="read", params=params)


def _stamp(ticket: GorgiasTicket) -> str:
    return f"{ticket.status} {ticket.updated_datetime or ''}"


def _on_the_other(ticket: int, words: Sequence[Happening]) -> str:
    told = "\n\n".join(f"{one.who}: {one.text}" for one in words)
    return (
        f"This case had a second ticket by mistake, {ticket}; it is in the trash now. What was written there did not go to the customer. What they"
        f" are to read of it, write here:\n\n{told}"
    )


def _asked(standing: Standing | None) -> Literal["open", "solved"] | None:
    """Gorgias knows open and closed: what waits for the customer is open there."""
    if standing is None:
        return None
    return "solved" if standing == "solved" else "open"


def _changed_to(standing: Literal["open", "solved"], ticket: GorgiasTicket) -> dict[str, Any]:
    awake = {} if ticket.snooze_datetime is None else {"snooze_datetime": None}
    return {"status": "closed" if standing == "solved" else "open", **awake}
