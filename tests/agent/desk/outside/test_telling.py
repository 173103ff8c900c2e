"""What a ticket is told of its case: all of it, each thing once, whoever dies when and whatever Zendesk answers."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from support.events import Taker, outbox
from support.helpdesk import Both

from warmline.agent.desk.outside import telling
from warmline.agent.desk.outside.links import Link, link_of
from warmline.agent.desk.outside.links import telling as telling_alone
from warmline.agent.desk.outside.telling import tell
from warmline.agent.outbox.delivery import deliver_due
from warmline.agent.store.belongings import Whose
from warmline.agent.store.database import transaction
from warmline.agent.store.erasure import erase
from warmline.agent.store.rows import TICKET
from warmline.agent.store.store import Store
from warmline.errors import ShopError


class Killed(BaseException):
    """The process is gone."""


def later(both: Both, **much: float) -> None:
    both.clock.moment += timedelta(**much)


async def test_a_worker_that_dies_when_the_ticket_is_made_and_not_noted_leaves_one_ticket_and_loses_no_word(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(telling, "tie", die)
        with pytest.raises(Killed):
            await both.a_case()
    assert len(both.fake.tickets) == 1
    assert await both.links() == []
    later(both, hours=3)  # Zendesk has forgotten the key by now
    await both.customer("Hello?")
    (number,) = both.fake.tickets
    both.fake.writes(number, "I am looking into it.")
    assert (await both.deliver()).failed == 0
    (case,) = await both.desk.cases()
    assert list(both.fake.tickets) == [number]
    assert both.fake.tickets[number].notes[1:] == ["The customer wrote:\nHello?"]
    await both.hears(number)
    assert (await both.reads())[-1] == ("person", "I am looking into it.")
    assert (await both.links())[0].case_id == case.id


async def test_a_ticket_whose_making_was_not_answered_is_made_once(both: Both) -> None:
    both.fake.after = [httpx2.ReadTimeout("late"), httpx2.Response(502)]
    await both.a_case()
    assert len(both.fake.tickets) == 1
    assert both.fake.asked.count("POST /tickets.json") == 3


async def test_a_note_whose_making_was_not_answered_is_made_once(both: Both) -> None:
    case_id = await both.a_case()
    await both.customer("Hello?")
    both.fake.after = [httpx2.ReadTimeout("late")]
    assert (await both.deliver()).failed == 1
    later(both, minutes=5)
    await both.customer("Still there?")
    assert (await both.deliver()).failed == 0
    _, ticket = both.fake.ticket(case_id)
    assert ticket.notes[1:] == ["The customer wrote:\nHello?", "The customer wrote:\nStill there?"]


async def test_two_workers_at_once_make_one_ticket_and_one_note(both: Both) -> None:
    turn = await both.customer("You charged me twice!", reason="dispute")
    await asyncio.gather(*(tell(both.store, both.outside.helpdesk, turn.case_id) for _ in range(2)))
    await both.customer("Hello?")
    ended = await asyncio.gather(
        *(tell(both.store, both.outside.helpdesk, turn.case_id) for _ in range(3)), return_exceptions=True
    )
    assert all(isinstance(one, ShopError | bool) for one in ended)
    _, ticket = both.fake.ticket(turn.case_id)
    assert (len(both.fake.tickets), ticket.notes[1:]) == (1, ["The customer wrote:\nHello?"])


async def test_a_worker_that_stands_still_in_the_middle_is_waited_for_a_minute(both: Both) -> None:
    case_id = await both.a_case()
    link = await link_of(both.store, "zendesk", case_id=case_id)
    assert link is not None
    still = telling_alone(both.store, link)
    assert await still.__aenter__()
    await both.customer("Hello?")
    with pytest.raises(ShopError, match="another worker"):
        await tell(both.store, both.outside.helpdesk, case_id)
    later(both, seconds=60)
    assert await tell(both.store, both.outside.helpdesk, case_id)
    assert both.fake.ticket(case_id)[1].notes[1:] == ["The customer wrote:\nHello?"]
    await still.__aexit__(None, None, None)


async def test_what_another_worker_told_meanwhile_is_looked_at_again(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = await both.a_case()
    await both.desk.claim(case_id, by="bo")
    await both.desk.wait_for_customer(case_id, by="bo")

    @asynccontextmanager
    async def after_another(store: Store, link: Link) -> AsyncGenerator[bool]:
        monkeypatch.undo()
        await both.desk.resolve(case_id, by="bo")
        await tell(both.store, both.outside.helpdesk, case_id)
        async with telling_alone(store, link) as alone:
            yield alone

    monkeypatch.setattr(telling, "telling", after_another)
    await tell(both.store, both.outside.helpdesk, case_id)
    assert both.fake.ticket(case_id)[1].fields["status"] == "solved"


async def test_a_ticket_whose_link_was_lost_is_found_and_no_answer_is_sent_again(both: Both) -> None:
    case_id = await both.a_case()
    number, _ = both.fake.ticket(case_id)
    later(both, minutes=1)
    both.fake.writes(number, "I am looking into it.")
    await both.hears(number)
    both.fake.writes(number, "Found it.")
    async with transaction(both.store.engine) as connection:  # as after a downgrade of the tables, and an upgrade
        await connection.execute(TICKET.delete())
    later(both, minutes=2)
    await both.outside.catch_up()
    await both.outside.poll()
    said = [text for author, text in await both.reads() if author == "person"]
    assert said == ["I am looking into it.", "Found it."]
    assert len(both.fake.tickets) == 1


async def test_a_case_that_was_closed_before_its_ticket_was_noted_has_it_solved(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(telling, "tie", die)
        with pytest.raises(Killed):
            await both.a_case()
    (case,) = await both.desk.cases()
    await both.desk.claim(case.id, by="bo")
    await both.desk.resolve(case.id, by="bo")
    later(both, minutes=2)
    await both.deliver()
    assert both.fake.ticket(case.id)[1].fields["status"] == "solved"


async def test_what_people_do_here_is_told_there(both: Both) -> None:
    case_id = await both.a_case()
    await both.desk.claim(case_id, by="bo")
    await both.desk.note(case_id, "the bank says Thursday", by="bo")
    await both.desk.reply(case_id, "On Thursday it lapses.", by="bo")
    await both.desk.wait_for_customer(case_id, by="bo")
    await both.deliver()
    _, ticket = both.fake.ticket(case_id)
    assert "bo noted:\nthe bank says Thursday" in ticket.notes[1]
    assert "bo answered the customer in Warmline:\nOn Thursday it lapses." in "".join(ticket.notes)
    assert ticket.fields["status"] == "pending"
    later(both, minutes=1)
    await both.customer("Thursday came and went.")
    await both.deliver()
    assert ticket.fields["status"] == "open"
    await both.desk.resolve(case_id, by="bo", note="refunded")
    await both.deliver()
    assert ticket.fields["status"] == "solved"
    assert ticket.notes[-1] == "bo resolved the case in Warmline:\nrefunded"
    later(both, minutes=30)
    await both.customer("It happened again!", reason="dispute")
    await both.deliver()
    assert ticket.fields["status"] == "open"
    assert ticket.notes[-1].startswith("The customer came back, and the case is open again:\n[dispute] It happened again!")
    assert "DRAFT REPLY" in ticket.notes[-1]


async def test_a_customer_who_comes_back_after_the_ticket_is_closed_for_good_gets_one_that_follows_it(both: Both) -> None:
    case_id = await both.a_case()
    number, ticket = both.fake.ticket(case_id)
    both.fake.writes(number, "It lapses.", status="solved")
    await both.hears(number)
    both.fake.writes(number, by=-1, status="closed")
    later(both, hours=20)
    await both.customer("It did not!", reason="dispute")
    await both.deliver()
    following, second = both.fake.ticket(case_id)
    assert (following != number, len(both.fake.tickets), second.fields["status"]) == (True, 2, "new")
    assert "It did not!" in second.notes[0]
    both.fake.writes(following, "It is refunded now.")
    await both.hears(following)
    assert (await both.reads())[-1] == ("person", "It is refunded now.")
    assert len(ticket.notes) == 1
    assert await both.deliver() is not None
    assert len(both.fake.tickets) == 2


async def test_a_ticket_that_was_deleted_ends_nothing_and_the_next_word_gets_another(both: Both) -> None:
    case_id = await both.a_case()
    number, _ = both.fake.ticket(case_id)
    both.fake.tickets[number].fields["status"] = "deleted"
    assert [await both.outside.take_in(str(number)) for _ in range(2)] == [1, 0]
    case = await both.desk.case(case_id)
    assert case.status == "open"
    assert "was deleted at Zendesk" in case.events[-1].note
    await both.customer("Hello?")
    await both.deliver()
    again, second = both.fake.ticket(case_id)
    assert again != number
    assert "Hello?" in second.notes[0]


async def test_a_graver_word_raises_the_priority_and_nothing_lowers_it(both: Both) -> None:
    case_id = await both.a_case()
    number, ticket = both.fake.ticket(case_id)
    both.fake.writes(number, priority="low")
    await both.desk.claim(case_id, by="bo")
    await both.desk.note(case_id, "well", by="bo")
    await both.deliver()
    assert ticket.fields["priority"] == "low"
    await both.customer("It burned my hand.", reason="safety")
    await both.deliver()
    assert ticket.fields["priority"] == "urgent"


async def test_an_address_that_was_only_typed_is_not_made_the_requester(both: Both) -> None:
    case_id = await both.a_case("You charged me twice! mallory@example.com", guest=True)
    _, ticket = both.fake.ticket(case_id)
    assert ticket.fields["requester"] is None
    assert "IDENTITY NOT PROVED" in ticket.notes[0]


async def test_who_was_erased_is_told_there_without_a_word_of_theirs(both: Both) -> None:
    case_id = await both.a_case()
    await both.customer("my secret")
    await erase(both.store, Whose(customer_id="C-1"), by="dpo")
    await both.deliver()
    _, ticket = both.fake.ticket(case_id)
    assert "Delete this ticket too" in ticket.notes[-1]
    assert "my secret" not in "".join(ticket.notes)
    assert ticket.fields["status"] == "solved"
    assert (await both.links())[0].case_id == case_id


async def test_a_customer_who_is_erased_before_the_ticket_is_made_gets_none(both: Both) -> None:
    await both.customer("You charged me twice!", reason="dispute")
    await erase(both.store, Whose(customer_id="C-1"), by="dpo")
    assert (await both.deliver()).failed == 0
    assert both.fake.tickets == {}


async def test_what_no_event_brought_there_is_caught_up_with(both: Both) -> None:
    await both.customer("You charged me twice!", reason="dispute")
    await deliver_due(both.store, Taker())
    assert await both.outside.catch_up() == 0  # the outbox has a minute
    later(both, minutes=2)
    assert await both.outside.catch_up() == 1
    (case,) = await both.desk.cases()
    await both.desk.claim(case.id, by="bo")
    await both.desk.resolve(case.id, by="bo")
    await deliver_due(both.store, Taker())
    later(both, minutes=2)
    assert [await both.outside.catch_up() for _ in range(2)] == [1, 0]
    assert both.fake.ticket(case.id)[1].fields["status"] == "solved"


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        (httpx2.Response(429, headers={"Retry-After": "2"}), "delivered"),
        (httpx2.Response(429), "delivered"),
        (httpx2.Response(503), "delivered"),
        (httpx2.ConnectError("refused"), "delivered"),
        (httpx2.Response(200, text='{"tickets": ['), "delivered"),
        (httpx2.Response(200, json={"tickets": [{"id": 1, "status": "frozen", "updated_at": "x"}]}), "failed"),
        (httpx2.Response(200, json={"results": []}), "failed"),
        (httpx2.Response(401, json={"error": "Couldn't authenticate you"}), "failed"),
        (httpx2.Response(403), "failed"),
        (httpx2.Response(422, json={"error": "RecordInvalid", "description": "Ann Lee is suspended"}), "dead"),
    ],
    ids=str,
)
async def test_what_zendesk_answers_decides_whether_an_event_comes_again(both: Both, answer: Any, fate: str) -> None:
    await both.customer("You charged me twice!", reason="dispute")
    both.fake.faults = [answer]
    done = await both.deliver()
    assert {"delivered": done.delivered, "failed": done.failed, "dead": done.dead}[fate] == 1
    assert "Ann Lee" not in str([row.error for row in (await outbox(both.store)).values()])
    later(both, minutes=2)
    await both.deliver()
    await both.outside.catch_up()
    assert len(both.fake.tickets) == 1
