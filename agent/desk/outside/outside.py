"""The help desk outside as the agent's worker sees it: a sink for events, a receiver for webhooks, and what is done by the clock."""

from collections.abc import Mapping

from sqlalchemy import select

from warmline.agent.desk.desk import Desk
from warmline.agent.outbox.event import OutboxEvent
from warmline.agent.store.database import transaction, uninterrupted
from warmline.agent.store.rows import CASE
from warmline.errors import DeliveryError, ShopError, ShopRefused, Undeliverable, WarmlineError
from warmline.tools.helpdesks.helpdesk import HelpDesk

from .hearing import hear
from .links import FIRST_LOOK, checkpoint, link_of, set_checkpoint
from .telling import catch_up, tell
from .twins import throw_away_twins

PAGES = 10
"""Pages of one poll; Zendesk allows ten a minute."""

UNHEARD = frozenset({"turn_closed", "csat", "back_in_stock", "sla_warning", "sla_breached", "case_enriching"})
"""Events that change nothing a ticket shows."""

_WRONG = frozenset({400, 413, 422})
"""Answers to a request that will never be taken."""

CONFLICT = 409


class OutsideDesk:
    """Keeps cases and tickets alike, in both directions. It is a sink (``docs/events.md``): hand it to ``deliver_due``."""

    def __init__(self, desk: Desk, helpdesk: HelpDesk) -> None:
        self.desk, self.helpdesk = desk, helpdesk

    async def deliver(self, event: OutboxEvent) -> None:
        """Tell the tickets what they do not know of the cases this event is about. An event that comes twice finds nothing left to tell."""
        if event.kind in UNHEARD:
            return
        case_id = event.body.get("case_id")
        try:
            for one in [case_id] if isinstance(case_id, str) else await self._cases(event.conversation_id):
                await tell(self.desk.store, self.helpdesk, one)
        except ShopRefused as error:
            if error.status in _WRONG:
                raise Undeliverable(str(error)) from error
            raise DeliveryError(str(error), after=1.0 if error.status == CONFLICT else None) from error
        except ShopError as error:
            raise DeliveryError(str(error)) from error

    async def webhook(self, headers: Mapping[str, str], body: bytes) -> int:
        """Take in the ticket a webhook is about; ``UsageError`` (answer 401) for one that is not genuine, or older than five minutes.

        Of the webhook itself only the ticket's number is believed: what happened is asked. So one that is sent again changes nothing.
        """
        ticket = self.helpdesk.ticket_of(headers, body, now=self.desk.store.clock.now())
        return 0 if ticket is None else await self.take_in(ticket)

    async def take_in(self, ticket: str) -> int:
        """Take in what is new on a ticket, then tell it what came of that; how many things were taken in."""
        moved = await hear(self.desk, self.helpdesk, ticket)
        link = await link_of(self.desk.store, self.helpdesk.key, ticket=ticket)
        if link is not None:
            await tell(self.desk.store, self.helpdesk, link.case_id)
        return moved

    async def poll(self) -> int:
        """Take in every ticket that changed since the last poll, for what no webhook brought; how many things were taken in.

        The checkpoint moves on when all tickets of a page were taken in. One that fails keeps no other; its error is raised at last.
        """
        store, name, moved = self.desk.store, f"helpdesk:{self.helpdesk.key}", 0
        for _ in range(PAGES):
            page = await self.helpdesk.changed(await checkpoint(store, name), since=store.clock.now() - FIRST_LOOK)
            failures: list[WarmlineError] = []
            for ticket in dict.fromkeys(page.tickets):
                try:
                    moved += await self.take_in(ticket)
                except WarmlineError as error:
                    failures.append(error)
            if failures:
                raise failures[0]
            await set_checkpoint(store, name, page.cursor)
            if not page.more:
                break
        return moved

    async def catch_up(self) -> int:
        """Tell what no event has brought there; how many cases."""
        return await catch_up(self.desk.store, self.helpdesk)

    async def tidy(self) -> int:
        """Throw away tickets that were made twice; how many."""
        return await throw_away_twins(self.desk.store, self.helpdesk)

    async def follow(self) -> int:
        """All that is done by the clock, each though another fails; how much was done."""
        done, failures = 0, list[WarmlineError]()
        for part in (self.poll, self.catch_up, self.tidy):
            try:
                done += await part()
            except WarmlineError as error:
                failures.append(error)
        if failures:
            raise failures[0]
        return done

    @uninterrupted
    async def _cases(self, conversation_id: str) -> list[str]:
        """The cases of a conversation, for an event that names none (``conversation_erased``)."""
        query = select(CASE.c.id).where(CASE.c.conversation_id == conversation_id)
        async with transaction(self.desk.store.engine, read_only=True) as connection:
            return list((await connection.execute(query)).scalars())
