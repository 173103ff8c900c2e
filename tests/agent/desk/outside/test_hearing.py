"""What people do to a ticket happens here: once, in order, and never an internal word to a customer."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from support.fake_zendesk import SECRET
from support.helpdesk import Both

from warmline import NeedsConfirmation, Replied
from warmline.agent.desk.outside import links, telling
from warmline.agent.desk.outside.telling import tell
from warmline.agent.store.belongings import Whose
from warmline.agent.store.erasure import erase
from warmline.agent.store.store import Opened
from warmline.errors import DeskError, ShopDrifted, UsageError
from warmline.tools.helpdesks.helpdesk import HAND_BACK

ANSWER = ("person", "It lapses tomorrow.")


async def a_ticket(both: Both) -> tuple[str, int]:
    case_id = await both.a_case()
    both.clock.moment += timedelta(minutes=1)
    return case_id, both.fake.ticket(case_id)[0]


async def test_an_answer_reaches_the_customer_once_however_often_and_by_how_many_it_is_taken_in(both: Both) -> None:
    _, number = await a_ticket(both)
    both.fake.writes(number, ANSWER[1])
    same = both.fake.webhook(number)
    both.clock.moment += timedelta(seconds=90)
    await asyncio.gather(*(both.outside.webhook(*same) for _ in range(5)), both.outside.poll())
    assert await both.outside.webhook(*same) == 0
    assert (await both.reads()).count(ANSWER) == 1


async def test_a_worker_that_comes_late_with_the_same_ticket_does_not_have_it_read_again(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = await both.customer("You charged me twice!", reason="dispute")
    go_on, tie = asyncio.Event(), links.tie

    async def late(*arguments: Any) -> None:
        await go_on.wait()
        await tie(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(telling, "tie", late)
        suspended = asyncio.create_task(tell(both.store, both.outside.helpdesk, turn.case_id))
        for _ in range(1000):
            await asyncio.sleep(0 if both.fake.tickets else 0.01)
            if both.fake.tickets:
                break
    await both.deliver()
    number, _ = both.fake.ticket(turn.case_id)
    both.fake.writes(number, ANSWER[1])
    await both.hears(number)
    go_on.set()
    await suspended
    await both.hears(number)
    assert (await both.reads()).count(ANSWER) == 1


async def test_answer_and_solve_in_one_update_is_both_in_this_order(both: Both) -> None:
    case_id, number = await a_ticket(both)
    both.fake.writes(number, ANSWER[1], status="solved")
    assert await both.hears(number) == 2
    assert (await both.reads())[-1] == ANSWER
    assert (await both.desk.case(case_id)).status == "resolved"


async def test_a_ticket_that_is_solved_before_the_customers_words_came_there_is_open_again_with_them(both: Both) -> None:
    case_id, number = await a_ticket(both)
    await both.customer("Wait, the amount is wrong too")
    both.fake.writes(number, status="solved")
    await both.hears(number)
    ticket = both.fake.tickets[number]
    assert (await both.desk.case(case_id)).status == "claimed"
    assert ticket.fields["status"] == "open"
    assert ticket.notes[-1] == "The customer wrote:\nWait, the amount is wrong too"
    await both.hears(number)
    assert ticket.fields["status"] == "open"
    both.fake.writes(number, ANSWER[1], status="solved")
    await both.hears(number)
    assert (await both.desk.case(case_id)).status == "resolved"


async def test_words_that_come_there_just_after_it_was_solved_open_it_again(both: Both) -> None:
    case_id, number = await a_ticket(both)
    await both.customer("Wait, the amount is wrong too")
    both.fake.writes(number, status="solved")
    await both.deliver()  # the note comes after the end, and nobody has told us of the end
    assert both.fake.tickets[number].fields["status"] == "open"
    await both.hears(number)
    assert (await both.desk.case(case_id)).status == "open"


async def test_pending_waits_for_the_customer_and_open_goes_on(both: Both) -> None:
    case_id, number = await a_ticket(both)
    both.fake.writes(number, "Which card was it?", status="pending")
    await both.hears(number)
    assert (await both.desk.case(case_id)).status == "waiting_for_customer"
    both.fake.writes(number, status="open")
    await both.hears(number)
    assert (await both.desk.case(case_id)).status == "claimed"


async def test_solved_by_a_rule_and_opened_again_there(both: Both) -> None:
    case_id, number = await a_ticket(both)
    both.fake.writes(number, status="solved", by=-1)
    await both.hears(number)
    case = await both.desk.case(case_id)
    assert (case.status, case.assignee) == ("resolved", "a rule (Zendesk)")
    both.fake.writes(number, status="open")
    await both.hears(number)
    assert (await both.desk.case(case_id)).status == "reopened"
    await both.deliver()
    assert both.fake.tickets[number].fields["status"] == "open"


async def test_a_word_after_the_end_reaches_the_customer_and_it_stays_the_end(both: Both) -> None:
    case_id, number = await a_ticket(both)
    both.fake.writes(number, status="solved")
    await both.hears(number)
    both.fake.writes(number, ANSWER[1])
    await both.hears(number)
    assert (await both.reads())[-1] == ANSWER
    assert (await both.desk.case(case_id)).status == "resolved"
    await both.deliver()
    assert both.fake.tickets[number].fields["status"] == "solved"


async def test_the_tag_gives_the_conversation_back_to_the_agent_with_what_it_is_to_do(both: Both) -> None:
    case_id, number = await a_ticket(both)
    tags = [*both.fake.tickets[number].fields["tags"], HAND_BACK]
    both.fake.writes(number, "Warmline: offer the refund form", public=False, tags=tags, status="solved")
    await both.hears(number)
    case = await both.desk.case(case_id)
    assert (case.status, case.events[-1].note) == ("handed_back", "offer the refund form")
    await both.deliver()
    ticket = both.fake.tickets[number]
    assert (ticket.fields["status"], HAND_BACK in ticket.fields["tags"]) == ("solved", False)
    assert isinstance(await both.customer("Thanks"), Replied | NeedsConfirmation)
    assert "refund form" not in str(await both.reads())


async def test_an_internal_note_beside_the_tag_is_no_instruction_unless_it_says_so(both: Both) -> None:
    case_id, number = await a_ticket(both)
    tags = [*both.fake.tickets[number].fields["tags"], HAND_BACK]
    both.fake.writes(number, "what a tiresome person", public=False, tags=tags)
    await both.hears(number)
    case = await both.desk.case(case_id)
    assert (case.status, case.events[-1].note) == ("handed_back", "")
    await both.deliver()
    assert both.fake.tickets[number].fields["status"] == "solved"


async def test_what_a_customer_writes_there_is_noted_and_not_sent_to_them_as_an_answer(both: Both) -> None:
    case_id, number = await a_ticket(both)
    both.fake.users[50] = {"id": 50, "name": "Ann Lee", "role": "end-user"}
    before = await both.reads()
    for author in (50, 51):  # 51 is somebody Zendesk does not know any more
        both.fake.writes(number, "Any news?", by=author)
    await both.hears(number)
    assert await both.reads() == before
    notes = [one.note for one in (await both.desk.case(case_id)).events if one.kind == "noted"]
    assert notes == ["The customer wrote at Zendesk, not here: Any news?"] * 2


async def test_a_ticket_that_became_part_of_another_ends_nothing_here(both: Both) -> None:
    case_id, number = await a_ticket(both)
    tags = [*both.fake.tickets[number].fields["tags"], "closed_by_merge"]
    both.fake.writes(number, "merged into #9", public=False, tags=tags, status="closed")
    await both.hears(number)
    case = await both.desk.case(case_id)
    assert case.status == "open"
    assert "was merged into another one at Zendesk" in case.events[-1].note


async def test_who_answers_there_has_the_case_here_whoever_had_it(both: Both) -> None:
    case_id, number = await a_ticket(both)
    await both.desk.claim(case_id, by="bo")
    both.fake.writes(number, ANSWER[1])
    await both.hears(number)
    assert (await both.desk.case(case_id)).assignee == "Ana Ruiz (Zendesk)"
    assert (await both.reads())[-1] == ANSWER


async def test_an_answer_on_the_ticket_of_a_merged_case_reaches_the_customer(both: Both) -> None:
    first, number = await a_ticket(both)
    second = await both.a_case("And W-10001 came broken!", thread="c2")
    await both.desk.merge(first, into=second, by="bo")
    await both.deliver()
    assert both.fake.tickets[number].fields["status"] == "solved"
    both.fake.writes(number, ANSWER[1])
    await both.hears(number)
    assert ANSWER in [*await both.reads("c1"), *await both.reads("c2")]


async def test_an_answer_that_cannot_be_given_now_is_given_later(both: Both) -> None:
    case_id, number = await a_ticket(both)
    both.fake.writes(number, status="solved")
    await both.hears(number)
    busy = await both.store.open_turn("c1", "m-busy", "Where is it?", customer_id="C-1")
    assert isinstance(busy, Opened)
    both.fake.writes(number, ANSWER[1])
    with pytest.raises(DeskError, match="the agent is answering"):
        await both.hears(number)
    assert ANSWER not in await both.reads()
    both.clock.moment += timedelta(minutes=2)  # the turn's lease is over
    assert await both.outside.poll() == 1
    assert (await both.reads()).count(ANSWER) == 1
    assert (await both.desk.case(case_id)).closed


async def test_who_wrote_an_answer_that_will_never_reach_the_customer_is_told(both: Both) -> None:
    _, number = await a_ticket(both)
    await erase(both.store, Whose(customer_id="C-1"), by="dpo")
    both.fake.writes(number, ANSWER[1])
    await both.hears(number)
    notes = both.fake.tickets[number].notes
    assert [one for one in notes if one.startswith("This answer did not reach the customer: the customer of case")] != []
    assert await both.hears(number) == 0
    assert len(both.fake.tickets[number].notes) == len(notes)


async def test_one_ticket_that_cannot_be_read_keeps_no_other_and_is_read_again(both: Both) -> None:
    first, number = await a_ticket(both)
    second = await both.a_case(thread="c2")
    other, _ = both.fake.ticket(second)
    for one in (number, other):
        both.fake.writes(one, ANSWER[1])
    both.clock.moment += timedelta(minutes=2)
    whole = both.fake.tickets[number].audits
    both.fake.tickets[number].audits = [{**audit, "events": None} for audit in whole]
    with pytest.raises(ShopDrifted, match=r"audits\.0\.events"):
        await both.outside.poll()
    assert (await both.reads("c2"))[-1] == ANSWER
    both.fake.tickets[number].audits = whole
    await both.outside.poll()
    assert ((await both.reads("c1"))[-1], (await both.reads("c2")).count(ANSWER)) == (ANSWER, 1)
    asked = len(both.fake.asked)
    assert await both.outside.poll() == 0
    assert both.fake.asked[asked:] == ["GET /incremental/tickets/cursor.json"]
    assert first != second


async def test_a_history_that_lacks_what_was_read_is_not_read_from_the_beginning(both: Both) -> None:
    _, number = await a_ticket(both)
    both.fake.writes(number, ANSWER[1])
    await both.hears(number)
    both.fake.tickets[number].audits[-1]["id"] += 1
    with pytest.raises(ShopDrifted, match="nothing is read twice"):
        await both.hears(number)
    assert (await both.reads()).count(ANSWER) == 1


async def test_only_a_webhook_of_zendesks_own_of_the_last_minutes_is_believed(both: Both) -> None:
    _, number = await a_ticket(both)
    both.fake.writes(number, ANSWER[1])
    asked = len(both.fake.asked)
    headers, body = both.fake.webhook(number)
    forged: list[tuple[tuple[dict[str, str], bytes], str]] = [
        (both.fake.webhook(number, secret="another"), "signature"),
        (both.fake.webhook(number, late=301), "last 5 minutes"),
        (both.fake.webhook(number, late=-301), "last 5 minutes"),
        ((headers, body + b" "), "signature"),
        (({}, body), "signature"),
        (({**headers, "X-Zendesk-Webhook-Signature": "é"}, body), "signature"),
    ]
    for (given, said), why in forged:
        with pytest.raises(UsageError, match=why):
            await both.outside.webhook(given, said)
    assert (len(both.fake.asked), ANSWER in await both.reads()) == (asked, False)
    assert await both.outside.webhook({name.lower(): value for name, value in headers.items()}, body) == 1
    assert SECRET not in str(both.outside.__dict__)
