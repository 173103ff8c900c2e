"""The same story at each help desk we know: handed over, answered there, read here, to the end, on both databases."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from support.fake_gorgias import FakeGorgias
from support.helpdesk import Both
from support.helpdesk_worlds import ACCOUNTS, Account, a_twin

from warmline import Replied, WithHuman
from warmline.agent.desk.chores import ask_satisfaction
from warmline.agent.desk.desk import Desk
from warmline.agent.desk.outside.outside import OutsideDesk
from warmline.agent.desk.outside.telling import tell
from warmline.agent.store.store import Store
from warmline.errors import ShopError
from warmline.testing.helpdesk_contract.promises import a_ticket
from warmline.tools.clock import FrozenClock


@dataclass
class Shop(Both):
    """A shop whose people work at this account."""

    account: Account

    async def the_ticket(self) -> str:
        (link,) = await self.links()
        return str(link.ticket)

    def later(self, **much: float) -> None:
        self.clock.moment += timedelta(**much)

    async def webhook(self) -> int:
        return await self.outside.webhook(*self.account.webhook(await self.the_ticket()))


@pytest.fixture(params=ACCOUNTS)
def shop(store: Store, request: pytest.FixtureRequest) -> Shop:
    assert isinstance(store.clock, FrozenClock)
    account, desk = ACCOUNTS[request.param](store.clock), Desk(store)
    outside = OutsideDesk(desk, account.helpdesk)
    return Shop(store, desk, account.fake, outside, store.clock, account)


async def test_a_case_is_answered_and_closed_there_and_the_customer_reads_it_here_and_says_how_it_was(shop: Shop) -> None:
    case_id = await shop.a_case()
    there, number = shop.account.colleague, await shop.the_ticket()
    seen = await there.sees(number)
    assert (seen.public, len(seen.notes), "W-10001" in seen.notes[0]) == ((), 1, True)
    assert {"warmline", "warmline_dispute", "warmline_queue_payments", "warmline_mood_upset"} <= seen.tags

    shop.later(minutes=1)
    assert isinstance(await shop.customer("Hello? Anybody there?"), WithHuman)
    await shop.deliver()
    assert (await there.sees(number)).notes[1:] == ("The customer wrote:\nHello? Anybody there?",)

    shop.later(minutes=1)
    await there.note(number, "be nice to her")
    await there.answer(number, "The second charge lapses tomorrow.")
    assert await shop.webhook() == 1
    assert (await shop.reads())[-1] == ("person", "The second charge lapses tomorrow.")
    assert "be nice" not in str(await shop.reads())
    case = await shop.desk.case(case_id)
    assert (case.status, case.assignee) == ("claimed", f"Ana Ruiz ({shop.outside.helpdesk.name})")

    shop.later(minutes=1)
    await there.close(number)
    assert [await shop.webhook(), await shop.webhook()] == [1, 0]
    assert (await shop.desk.case(case_id)).status == "resolved"
    before = await there.sees(number)
    await shop.deliver()
    assert await there.sees(number) == before  # what came from there is not told there

    shop.later(minutes=11)
    assert await ask_satisfaction(shop.desk) == 1
    assert isinstance(await shop.customer("5, thanks", reason="unsure"), Replied)
    assert (await shop.desk.stats()).satisfaction == 5.0


async def test_a_poll_brings_what_no_webhook_brought_once(shop: Shop) -> None:
    await shop.a_case()
    shop.later(minutes=2)
    assert await shop.outside.poll() == 0
    await shop.account.colleague.answer(await shop.the_ticket(), "It lapses tomorrow.")
    shop.later(minutes=2)
    assert [await shop.outside.poll(), await shop.outside.poll(), await shop.webhook()] == [1, 0, 0]
    assert (await shop.reads()).count(("person", "It lapses tomorrow.")) == 1


async def test_workers_and_webhooks_at_once_make_one_ticket_one_note_and_one_answer(shop: Shop) -> None:
    turn = await shop.customer("You charged me twice for W-10001!", reason="dispute")
    there = shop.account.colleague
    await asyncio.gather(*(tell(shop.store, shop.outside.helpdesk, turn.case_id) for _ in range(3)))
    number = await shop.the_ticket()
    assert await there.tickets(turn.case_id) == [number]
    shop.later(minutes=1)
    await shop.customer("Hello?")
    told = await asyncio.gather(
        *(tell(shop.store, shop.outside.helpdesk, turn.case_id) for _ in range(3)), return_exceptions=True
    )
    assert all(isinstance(one, ShopError | bool) for one in told)
    assert (await there.sees(number)).notes[1:] == ("The customer wrote:\nHello?",)
    await there.answer(number, "It lapses tomorrow.")
    shop.later(minutes=2)
    await asyncio.gather(*(shop.webhook() for _ in range(4)), shop.outside.poll())
    assert (await shop.reads()).count(("person", "It lapses tomorrow.")) == 1


async def test_an_answer_on_a_ticket_that_was_made_twice_is_not_lost(shop: Shop) -> None:
    case_id = await shop.a_case()
    number, fake = await shop.the_ticket(), shop.account.fake
    if not isinstance(fake, FakeGorgias):
        assert await shop.outside.tidy() == 0  # it has an idempotency key
        return
    twin = await a_twin(fake, replace(a_ticket(), case_id=case_id))
    fake.says(twin, "Your money is back on Friday.")
    shop.later(minutes=1)
    assert (await shop.outside.follow(), fake.tickets[twin].fields["trashed_datetime"]) == (0, None)
    shop.later(minutes=2)
    assert [await shop.outside.tidy() for _ in range(2)] == [1, 0]
    assert await shop.account.colleague.tickets(case_id) == [number]
    assert "Your money is back on Friday." in (await shop.account.colleague.sees(number)).notes[-1]
    asked = len(fake.asked)
    assert (await shop.outside.tidy(), len(fake.asked)) == (0, asked)
    await shop.account.colleague.answer(number, "Your money is back on Friday.")
    await shop.outside.poll()
    assert ("Your money is back on Friday.") in [text for _, text in await shop.reads()]


async def test_a_customer_who_comes_back_opens_the_ticket_again(shop: Shop) -> None:
    case_id = await shop.a_case()
    there, number = shop.account.colleague, await shop.the_ticket()
    shop.later(minutes=1)
    await there.answer(number, "Done.")
    await there.close(number)
    assert await shop.webhook() == 2
    shop.later(minutes=1)
    await shop.customer("It is still there, you charged me twice!", reason="dispute")
    assert (await shop.deliver()).failed == 0
    seen = await there.sees(number)
    assert (seen.closed, "still there" in seen.notes[-1]) == (False, True)
    assert await shop.webhook() == 0
    assert (await shop.desk.case(case_id)).status == "reopened"


async def test_a_ticket_closed_before_the_customers_words_came_there_is_open_again_with_them(shop: Shop) -> None:
    case_id = await shop.a_case()
    there, number = shop.account.colleague, await shop.the_ticket()
    shop.later(minutes=1)
    await shop.customer("Wait, the amount is wrong too")
    await there.close(number)
    await shop.webhook()
    seen = await there.sees(number)
    assert (seen.closed, seen.notes[-1]) == (False, "The customer wrote:\nWait, the amount is wrong too")
    await shop.webhook()
    assert (await shop.desk.case(case_id)).status == "claimed"
    shop.later(minutes=1)
    await there.close(number)
    await shop.webhook()
    assert (await shop.desk.case(case_id)).status == "resolved"


async def test_the_tag_gives_the_conversation_back_with_what_to_do(shop: Shop) -> None:
    case_id = await shop.a_case()
    there, number = shop.account.colleague, await shop.the_ticket()
    shop.later(minutes=1)
    await there.hand_back(number, "offer the refund form")
    assert await shop.webhook() == 1
    case = await shop.desk.case(case_id)
    assert (case.status, case.events[-1].note) == ("handed_back", "offer the refund form")
    seen = await there.sees(number)
    assert (seen.closed, "warmline_hand_back" in seen.tags) == (True, False)
    assert [await shop.webhook(), (await shop.deliver()).failed] == [0, 0]


async def test_what_is_resolved_here_is_closed_there_once_though_answers_are_lost(shop: Shop) -> None:
    case_id = await shop.a_case()
    number = await shop.the_ticket()
    shop.later(minutes=1)
    await shop.desk.claim(case_id, by="bo")
    await shop.desk.resolve(case_id, by="bo")
    fake: Any = shop.account.fake
    fake.after = [httpx2.ReadTimeout("late"), httpx2.ReadTimeout("late")]
    for _ in range(4):
        await shop.deliver()
        shop.later(minutes=5)
    seen = await shop.account.colleague.sees(number)
    assert (seen.closed, len([one for one in seen.notes if "bo resolved" in one])) == (True, 1)
    assert await shop.webhook() == 0
    assert (await shop.desk.case(case_id)).status == "resolved"


async def test_a_ticket_that_is_thrown_away_is_said_here_and_the_next_word_makes_another(shop: Shop) -> None:
    case_id = await shop.a_case()
    number = await shop.the_ticket()
    shop.later(minutes=1)
    await shop.account.colleague.delete(number)
    assert await shop.webhook() == 1
    assert "was deleted" in str((await shop.desk.case(case_id)).events[-1].note)
    await shop.customer("Hello?")
    await shop.deliver()
    assert await shop.the_ticket() != number
    assert "Hello?" in (await shop.account.colleague.sees(await shop.the_ticket())).notes[0]
