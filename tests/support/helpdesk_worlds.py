"""Each help desk of ours over its fake account, with a colleague who works there and means to disturb it: for the contract, and for whole stories."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2

from support import fake_gorgias, fake_zendesk
from support.fake_gorgias import FakeGorgias
from support.fake_service import FakeService
from support.fake_zendesk import FakeZendesk
from support.helpdesk import a_service, in_turn, no_wait
from support.world import NOON
from warmline.errors import ShopUnavailable
from warmline.testing.helpdesk_contract import Colleague, HelpDeskWorld, Seen, Trouble
from warmline.testing.helpdesk_contract.promises import a_ticket
from warmline.tools.clock import FrozenClock
from warmline.tools.helpdesks.gorgias import Gorgias, GorgiasSettings
from warmline.tools.helpdesks.helpdesk import HAND_BACK, NewTicket
from warmline.tools.helpdesks.zendesk import Zendesk
from warmline.tools.shops.service import Service

GORGIAS_SETTINGS = {
    "WARMLINE_GORGIAS_DOMAIN": "acme",
    "WARMLINE_GORGIAS_EMAIL": fake_gorgias.EMAIL,
    "WARMLINE_GORGIAS_TOKEN": fake_gorgias.KEY,
    "WARMLINE_GORGIAS_SECRET": fake_gorgias.SECRET,
}


def a_gorgias(fake: FakeGorgias, *, kind: type[Gorgias] = Gorgias, **options: Any) -> Gorgias:
    """The adapter over a fake account."""
    headers = {"Authorization": GorgiasSettings.read(GORGIAS_SETTINGS).authorization}
    transport = httpx2.MockTransport(in_turn(fake))
    url = "https://acme.gorgias.com/api"
    service = Service("Gorgias", url, headers=headers, transport=transport, clock=fake.clock, sleep=options.pop("sleep", no_wait))
    return kind(service, clock=fake.clock, **{"secrets": [fake_gorgias.SECRET], **options})


async def a_made(gorgias: Gorgias, fake: FakeGorgias) -> int:
    """The number of a ticket that was made a minute ago."""
    number = int((await gorgias.make(a_ticket())).ticket_id)
    fake.clock.moment += timedelta(minutes=1)
    return number


class Dying(Gorgias):
    """A worker that sees no ticket of a case, and dies when it looks again after it made one."""

    looks = 0

    async def find(self, case_id: str) -> str | None:
        self.looks += 1
        if self.looks == 2:
            raise ShopUnavailable(f"the worker died on {case_id}")
        return None


async def a_twin(fake: FakeGorgias, ticket: NewTicket) -> int:
    """A second ticket of a case."""
    with suppress(ShopUnavailable):
        await a_gorgias(fake, kind=Dying).make(ticket)
    return max(fake.tickets)


@dataclass
class AtZendesk:
    """Somebody who works in Zendesk."""

    fake: FakeZendesk

    async def answer(self, ticket: str, text: str) -> None:
        self.fake.writes(int(ticket), text)

    async def note(self, ticket: str, text: str) -> None:
        self.fake.writes(int(ticket), text, public=False)

    async def customer_writes(self, ticket: str, text: str) -> None:
        self.fake.users[88] = {"id": 88, "name": "Ann Lee", "role": "end-user"}
        self.fake.writes(int(ticket), text, by=88)

    async def close(self, ticket: str) -> None:
        self.fake.writes(int(ticket), status="solved")

    async def reopen(self, ticket: str) -> None:
        self.fake.writes(int(ticket), status="open")

    async def hand_back(self, ticket: str, instruction: str) -> None:
        tags = [*self.fake.tickets[int(ticket)].fields["tags"], HAND_BACK]
        self.fake.writes(int(ticket), f"Warmline: {instruction}", public=False, tags=tags)

    async def delete(self, ticket: str) -> None:
        self.fake.tickets[int(ticket)].fields["status"] = "deleted"

    async def sees(self, ticket: str) -> Seen:
        one = self.fake.tickets[int(ticket)]
        said = [event for audit in one.audits for event in audit["events"] if event["type"] == "Comment"]
        return Seen(
            public=tuple(event["body"] for event in said if event["public"]),
            notes=tuple(one.notes),
            tags=frozenset(one.fields["tags"]),
            closed=one.fields["status"] in ("solved", "closed"),
        )

    async def tickets(self, case_id: str) -> list[str]:
        return [str(number) for number, one in self.fake.tickets.items() if one.fields["external_id"] == case_id]


@dataclass
class AtGorgias:
    """Somebody who works in Gorgias."""

    fake: FakeGorgias

    async def answer(self, ticket: str, text: str) -> None:
        self.fake.says(int(ticket), text)

    async def note(self, ticket: str, text: str) -> None:
        self.fake.says(int(ticket), text, public=False)

    async def customer_writes(self, ticket: str, text: str) -> None:
        self.fake.says(int(ticket), text, by=None)

    async def close(self, ticket: str) -> None:
        self.fake.becomes(int(ticket), status="closed")

    async def reopen(self, ticket: str) -> None:
        self.fake.becomes(int(ticket), status="open")

    async def hand_back(self, ticket: str, instruction: str) -> None:
        self.fake.says(int(ticket), f"Warmline: {instruction}", public=False)
        self.fake.tagged(int(ticket), HAND_BACK)

    async def delete(self, ticket: str) -> None:
        self.fake.becomes(int(ticket), trashed_datetime=fake_gorgias.later(self.fake.clock.now()))

    async def sees(self, ticket: str) -> Seen:
        one = self.fake.tickets[int(ticket)]
        return Seen(
            public=tuple(message["body_text"] for message in one.messages if message["public"]),
            notes=tuple(one.notes),
            tags=frozenset(tag["name"] for tag in one.fields["tags"]),
            closed=one.fields["status"] == "closed",
        )

    async def tickets(self, case_id: str) -> list[str]:
        live = ((number, one) for number, one in self.fake.tickets.items() if one.fields["trashed_datetime"] is None)
        return [str(number) for number, one in live if one.fields["external_id"] == case_id]


@dataclass(frozen=True, kw_only=True)
class Account:
    """A help desk of ours, its fake, and a colleague there."""

    helpdesk: Any
    fake: Any
    colleague: Colleague
    webhook: Callable[[str], tuple[dict[str, str], bytes]]


def at_zendesk(clock: FrozenClock) -> Account:
    """Zendesk."""
    fake = FakeZendesk(clock)
    helpdesk = Zendesk(a_service(fake), secrets=[fake_zendesk.SECRET])
    return Account(helpdesk=helpdesk, fake=fake, colleague=AtZendesk(fake), webhook=lambda ticket: fake.webhook(int(ticket)))


def at_gorgias(clock: FrozenClock) -> Account:
    """Gorgias."""
    fake = FakeGorgias(clock)
    return Account(helpdesk=a_gorgias(fake), fake=fake, colleague=AtGorgias(fake), webhook=a_gorgias_webhook)


def a_gorgias_webhook(ticket: str) -> tuple[dict[str, str], bytes]:
    """What the HTTP integration of the manual sends."""
    return {"X-Warmline-Secret": fake_gorgias.SECRET}, b'{"ticket_id": "%b"}' % ticket.encode()


ACCOUNTS: dict[str, Callable[[FrozenClock], Account]] = {"zendesk": at_zendesk, "gorgias": at_gorgias}


@asynccontextmanager
async def a_helpdesk_world(name: str) -> AsyncGenerator[HelpDeskWorld]:
    """A world for the contract, in which two minutes pass at once."""
    clock = FrozenClock(NOON)
    account = ACCOUNTS[name](clock)

    async def pause() -> None:
        clock.moment += timedelta(minutes=2)

    yield HelpDeskWorld(
        helpdesk=account.helpdesk,
        colleague=account.colleague,
        pause=pause,
        now=clock.now,
        webhook=account.webhook,
        trouble=lambda trouble: _disturb(account.fake, trouble),
    )


def _disturb(fake: FakeService, trouble: Trouble) -> None:
    if trouble.lost:
        fake.after.append(httpx2.ReadTimeout("late"))
    else:
        fake.faults.append(httpx2.Response(trouble.status, headers=trouble.headers, content=trouble.body))
