"""A shop whose people work in Zendesk: an agent, the store, the fake account, and the two kept alike."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from support.fake_service import FakeService
from support.fake_zendesk import EMAIL, SECRET, TOKEN, FakeZendesk
from warmline import HandedOff, SupportAgent
from warmline.agent.desk.desk import Desk
from warmline.agent.desk.outside.outside import OutsideDesk
from warmline.agent.outbox.delivery import Delivered, deliver_due
from warmline.agent.outbox.retries import Retries
from warmline.agent.store.rows import TICKET
from warmline.agent.store.store import Store
from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, a_customer, an_order, says
from warmline.tools.clock import FrozenClock
from warmline.tools.helpdesks.zendesk import Zendesk, ZendeskSettings
from warmline.tools.shops.service import Service

ANN = a_customer(customer_id="C-1", name="Ann Lee", email="ann@example.com")
ORDER = an_order(number="W-10001", customer_id="C-1", email="ann@example.com", status="shipped")
SETTINGS = {
    "WARMLINE_ZENDESK_SUBDOMAIN": "acme",
    "WARMLINE_ZENDESK_EMAIL": EMAIL,
    "WARMLINE_ZENDESK_TOKEN": TOKEN,
    "WARMLINE_ZENDESK_SECRET": SECRET,
}


async def no_wait(_seconds: float) -> None:
    """Time passes at once."""


def in_turn(fake: FakeService) -> Callable[[httpx2.Request], Coroutine[None, None, httpx2.Response]]:
    """The fake as a server that lets others ask between two requests of one worker."""

    async def answer(request: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(0)
        return fake(request)

    return answer


def a_service(fake: FakeZendesk, **options: Any) -> Service:
    settings = ZendeskSettings.read(SETTINGS)
    return Service(
        "Zendesk",
        "https://acme.zendesk.com/api/v2",
        headers={"Authorization": settings.authorization},
        transport=httpx2.MockTransport(in_turn(fake)),
        clock=fake.clock,
        sleep=no_wait,
        **options,
    )


@dataclass
class Both:
    """Our side and theirs."""

    store: Store
    desk: Desk
    fake: FakeZendesk
    outside: OutsideDesk
    clock: FrozenClock

    async def customer(self, text: str, *, reason: str | None = None, thread: str = "c1", guest: bool = False) -> Any:
        """The customer writes; the guard finds this reason for a person, or none."""
        agent = SupportAgent(
            model=ScriptedModel([says("Gladly.")]),
            shop=MemoryShop(customers=[ANN], orders=[ORDER], clock=self.clock),
            store=self.store.engine,
            guard=FixedGuard(reason) if reason else FixedGuard(),
            clock=self.clock,
        )
        turn = await agent.reply(thread, text, customer=None if guest else "C-1")
        await agent.close()
        return turn

    async def a_case(self, text: str = "You charged me twice for W-10001!", *, thread: str = "c1", guest: bool = False) -> str:
        """A customer who is handed over, and a ticket for it."""
        turn = await self.customer(text, reason="dispute", thread=thread, guest=guest)
        assert isinstance(turn, HandedOff)
        assert (await self.deliver()).failed == 0
        return turn.case_id

    async def deliver(self) -> Delivered:
        """One pass over the outbox."""
        return await deliver_due(self.store, self.outside, retries=Retries())

    async def hears(self, ticket: int) -> int:
        """A webhook comes."""
        return await self.outside.webhook(*self.fake.webhook(ticket))

    async def reads(self, thread: str = "c1") -> list[tuple[str, str]]:
        """What the customer sees."""
        return [(said.author, said.text) for said in await self.store.thread(thread)]

    async def links(self) -> list[Any]:
        async with self.store.engine.connect() as connection:
            return list(await connection.execute(TICKET.select()))


@asynccontextmanager
async def a_shop_with_zendesk(store: Store, **options: Any) -> AsyncGenerator[Both]:
    assert isinstance(store.clock, FrozenClock)
    fake = FakeZendesk(store.clock, **options)
    async with a_service(fake) as service:
        desk = Desk(store)
        yield Both(store, desk, fake, OutsideDesk(desk, Zendesk(service, secrets=[SECRET])), store.clock)
