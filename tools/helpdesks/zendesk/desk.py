"""Zendesk Support as a help desk: API v2, as developer.zendesk.com documents it (read in November 2026).

- Making a ticket, its internal first comment, requester, follow-up, custom metadata: "Creating and updating tickets". A key in
  ``Idempotency-Key`` makes a ticket once for two hours ("Ticketing API introduction"), the look-up by ``external_id`` ("List Tickets") after that.
- An update is refused with 409 if the ticket changed since it was read (``safe_update``, "Protecting against ticket update collisions").
- What happened: "List Audits for a Ticket"; who did it: "Show Many Users". What changed: "Incremental Exports", by cursor, 10 a minute; it leaves
  out the last minute.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from warmline.errors import ShopRefused, UsageError
from warmline.tools.capabilities import Finding
from warmline.tools.helpdesks.helpdesk import Changed, Made, NewTicket, Priority, Standing, Ticket
from warmline.tools.shops.pace import Bucket
from warmline.tools.shops.pages import Page, all_pages
from warmline.tools.shops.service import Service

from . import audits
from .examining import examine
from .shapes import Audit, AuditPage, Export, Meta, OneTicket, TicketPage, Users, ZendeskTicket, ZendeskUser
from .signing import verify
from .webhooks import ticket_in

PER_PAGE = 100
MOST_USERS = 100
MISMATCH, NO_SUCH, CONFLICT, UNPROCESSABLE = 400, 404, 409, 422
"""A key that was used with other words; no such ticket; changed since it was read; not to be taken like this."""


class Zendesk:
    """One account. ``secrets`` are those of its webhooks; ``exports`` is the pace of the export, which has one of its own."""

    key = "zendesk"
    name = "Zendesk"

    def __init__(
        self, service: Service, *, secrets: Sequence[str] = (), polling: bool = True, exports: Bucket | None = None
    ) -> None:
        self._service = service
        self._secrets = tuple(secrets)
        self._polling = polling
        self._exports = exports or Bucket(size=10, per_second=10 / 60)

    async def find(self, case_id: str) -> str | None:
        """By our number, which stands in ``external_id``; a closed ticket takes nothing any more."""
        found = await self._of_case(case_id)
        usable = [one.id for one in found if audits.STANDINGS[one.status] not in ("closed", "gone")]
        return str(max(usable)) if usable else None

    async def make(self, ticket: NewTicket) -> Made:
        """Make it, unless the key says that it was made. A requester Zendesk will not have (suspended, say) is left out."""
        try:
            made = await self._create(ticket)
        except ShopRefused as error:
            if error.status == UNPROCESSABLE and ticket.requester is not None:
                return await self.make(replace(ticket, requester=None))
            found = await self.find(ticket.case_id) if error.status in (MISMATCH, CONFLICT) else None
            if found is None:
                raise
            return Made(ticket_id=found, said=0)
        return Made(ticket_id=str(made.id), said=ticket.said)

    async def _create(self, ticket: NewTicket) -> ZendeskTicket:
        named = {"requester": {"name": ticket.requester.name, "email": ticket.requester.email}} if ticket.requester else {}
        follows = {"via_followup_source_id": int(ticket.instead_of)} if ticket.instead_of and ticket.follows else {}
        body = {
            "subject": ticket.subject,
            "comment": {"body": ticket.note, "public": False},
            "external_id": ticket.case_id,
            "tags": list(ticket.tags),
            "priority": ticket.priority,
            "metadata": {audits.SAID: str(ticket.said)},
            **named,
            **follows,
        }
        parts = ["warmline", ticket.case_id, ticket.instead_of, None if ticket.requester else "unnamed"]
        once = {"Idempotency-Key": "-".join(filter(None, parts))}
        reply = await self._service.ask(
            "tickets.create", "POST", "/tickets.json", effect="write", once=True, headers=once, json={"ticket": body}
        )
        return reply.read(OneTicket).ticket

    async def read(self, ticket_id: str, *, heard: str = "") -> Ticket:
        """The ticket before its audits: what is written in between changes its stamp, and a write is refused."""
        reply = await self._service.ask(
            "tickets.show", "GET", f"/tickets/{int(ticket_id)}.json", effect="read", answers=(NO_SUCH,)
        )
        if reply.status == NO_SUCH:
            return Ticket(ticket_id=ticket_id, standing="gone", stamp="", said=0)
        ticket = reply.read(OneTicket).ticket
        history = await self._history(ticket_id)
        return Ticket(
            ticket_id=ticket_id,
            standing=audits.STANDINGS[ticket.status],
            stamp=ticket.updated_at,
            said=audits.said(history),
            priority=ticket.priority,
            marks=audits.marks(history),
            happenings=audits.happenings(history, await self._people(audits.authors(history))),
        )

    async def add(
        self, ticket: Ticket, note: str, *, said: int, standing: Standing | None = None, priority: Priority | None = None
    ) -> None:
        """One update, which Zendesk refuses if the ticket is not as it was."""
        body: dict[str, Any] = {"safe_update": True, "updated_stamp": ticket.stamp, "metadata": {audits.SAID: str(said)}}
        body |= {"comment": {"body": note, "public": False}} if note else {}
        body |= {name: value for name, value in (("status", standing), ("priority", priority)) if value is not None}
        path = f"/tickets/{int(ticket.ticket_id)}.json"
        await self._service.ask("tickets.update", "PUT", path, effect="write", json={"ticket": body})

    async def tag(self, ticket_id: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        """Twice is once, so both may be repeated."""
        path = f"/tickets/{int(ticket_id)}/tags.json"
        for method, tags in (("PUT", add), ("DELETE", remove)):
            if tags:
                json = {"tags": list(tags)}
                await self._service.ask(f"tags.{method.lower()}", method, path, effect="write", once=True, json=json)

    async def changed(self, cursor: str | None, *, since: datetime) -> Changed:
        """A page of the incremental export; tickets that carry no number of ours are left out."""
        if not self._polling:
            return Changed(tickets=[], cursor=cursor or "", more=False)
        await self._exports.take()
        where: dict[str, str | int] = {"cursor": cursor} if cursor else {"start_time": int(since.timestamp())}
        reply = await self._service.ask(
            "tickets.export", "GET", "/incremental/tickets/cursor.json", effect="read", params={**where, "per_page": PER_PAGE}
        )
        page = reply.read(Export)
        on = page.after_cursor or cursor
        if on is None:
            raise reply.drifted("after_cursor: missing")
        return Changed(tickets=[str(one.id) for one in page.tickets if one.external_id], cursor=on, more=not page.end_of_stream)

    def ticket_of(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str | None:
        """The ticket a webhook names, once it is known to be Zendesk's."""
        if not self._secrets:
            raise UsageError("WARMLINE_ZENDESK_SECRET is not set, so no webhook can be told from a forged one; nothing was done")
        verify(self._secrets, headers, body, now=now)
        return ticket_in(body)

    async def examine(self) -> Sequence[Finding]:
        """Who we are there, and whether audits and the export may be read."""
        return await examine(self._service, webhooks=bool(self._secrets), polling=self._polling)

    async def _of_case(self, case_id: str) -> list[ZendeskTicket]:
        """The tickets that carry exactly this number."""

        async def fetch(cursor: str | None) -> Page[ZendeskTicket, str]:
            where: dict[str, str | int] = {"external_id": case_id, "page[size]": PER_PAGE}
            where |= {"page[after]": cursor} if cursor else {}
            reply = await self._service.ask("tickets.find", "GET", "/tickets.json", effect="read", params=where)
            page = reply.read(TicketPage)
            return Page(items=page.tickets, next=_next(page.meta))

        return [one for one in await all_pages(fetch) if one.external_id == case_id]

    async def _history(self, ticket_id: str) -> list[Audit]:
        async def fetch(cursor: str | None) -> Page[Audit, str]:
            where: dict[str, str | int] = {"page[size]": PER_PAGE, **({"page[after]": cursor} if cursor else {})}
            path = f"/tickets/{int(ticket_id)}/audits.json"
            page = (await self._service.ask("audits.list", "GET", path, effect="read", params=where)).read(AuditPage)
            return Page(items=page.audits, next=_next(page.meta))

        return await all_pages(fetch)

    async def _people(self, ids: set[int]) -> dict[int, ZendeskUser]:
        """Who these are; whoever is not there any more is left out, and taken for no colleague."""
        people: dict[int, ZendeskUser] = {}
        wanted = sorted(ids)
        for start in range(0, len(wanted), MOST_USERS):
            some = ",".join(map(str, wanted[start : start + MOST_USERS]))
            reply = await self._service.ask("users.show", "GET", "/users/show_many.json", effect="read", params={"ids": some})
            people |= {one.id: one for one in reply.read(Users).users}
        return people


def _next(meta: Meta) -> str | None:
    return meta.after_cursor if meta.has_more else None
