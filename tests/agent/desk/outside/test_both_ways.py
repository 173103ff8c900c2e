"""A shop keeps its own desk: from the hand-off to the answer there, read here, to the end and the question how it was."""

from datetime import timedelta

from support.helpdesk import Both

from warmline import Replied, WithHuman
from warmline.agent.desk.chores import ask_satisfaction
from warmline.prompts import render


async def test_a_case_is_answered_and_solved_there_and_the_customer_reads_it_here_and_says_how_it_was(both: Both) -> None:
    case_id = await both.a_case()
    number, ticket = both.fake.ticket(case_id)
    assert ticket.fields["requester"] == {"name": "Ann Lee", "email": "ann@example.com"}
    assert ticket.fields["priority"] == (await both.desk.case(case_id)).priority
    assert {"warmline", "warmline_dispute", "warmline_queue_payments", "warmline_mood_upset"} == set(ticket.fields["tags"])
    assert "W-10001" in ticket.notes[0]

    both.clock.moment += timedelta(minutes=1)
    assert isinstance(await both.customer("Hello? Anybody there?"), WithHuman)
    await both.deliver()
    assert ticket.notes[1] == "The customer wrote:\nHello? Anybody there?"

    both.clock.moment += timedelta(minutes=1)
    both.fake.writes(number, "second charge is only reserved, be nice", public=False)
    both.fake.writes(number, "The second charge is a reservation and lapses tomorrow.")
    assert await both.hears(number) == 1
    assert (await both.reads())[-1] == ("person", "The second charge is a reservation and lapses tomorrow.")
    assert "be nice" not in str(await both.reads())
    case = await both.desk.case(case_id)
    assert (case.status, case.assignee) == ("claimed", "Ana Ruiz (Zendesk)")

    both.fake.writes(number, status="solved")
    assert await both.hears(number) == 1
    assert (await both.desk.case(case_id)).status == "resolved"
    before = len(ticket.audits)
    await both.deliver()
    assert len(ticket.audits) == before  # what came from there is not told there

    both.clock.moment += timedelta(minutes=11)
    assert await ask_satisfaction(both.desk) == 1
    assert (await both.reads())[-1] == ("notice", render("desk", "csat_question"))
    answer = await both.customer("5, thanks", reason="unsure")
    assert isinstance(answer, Replied)
    assert (await both.desk.stats()).satisfaction == 5.0
