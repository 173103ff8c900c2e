"""Gorgias: the shapes it documents are read, what it does not document is drift, and what it has no key for is still made once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from support import fake_gorgias
from support.fake_gorgias import BOT, FakeGorgias
from support.helpdesk_worlds import a_gorgias, a_made
from support.world import NOON

from warmline.errors import OutcomeUnknown, ShopDrifted
from warmline.testing.helpdesk_contract.promises import a_ticket
from warmline.tools.helpdesks.gorgias import Gorgias
from warmline.tools.helpdesks.gorgias.shapes import Event, Message
from warmline.tools.helpdesks.helpdesk import HAND_BACK, Requester

MESSAGE: dict[str, Any] = {
    "id": 924712,
    "uri": "/api/tickets/12/messages/924712/",
    "message_id": "<123345676453.2445.234@web>",
    "ticket_id": 12,
    "external_id": "MSG-78545",
    "public": True,
    "channel": "email",
    "via": "api",
    "source": {"type": "email", "from": {"name": "Sender Doe"}, "to": [{"name": "Receiver Doe"}]},
    "sender": {"id": 93, "name": "John Doe", "firstname": "John", "lastname": "Doe", "meta": {}},
    "integration_id": 28643,
    "rule_id": None,
    "from_agent": True,
    "receiver": {"id": 8},
    "subject": "Re:Refund request",
    "body_text": "Hello,\n\n I can't place an order on your site",
    "body_html": "Hello,<br><br>\n\n I can't place an order on your site",
    "stripped_text": None,
    "attachments": [],
    "created_datetime": "2020-01-27T10:42:21.468912",
    "sent_datetime": None,
    "failed_datetime": None,
}
"""The example of "The TicketMessage object", developers.gorgias.com, November 2026 (its addresses left out)."""

EVENT: dict[str, Any] = {
    "context": "dd4ff312-69df-494a-be96-1a58b3d8b8e0",
    "created_datetime": "2019-11-16T15:59:41.966927",
    "data": None,
    "id": 1234,
    "object_id": 123,
    "object_type": "Ticket",
    "type": "ticket-closed",
    "uri": "/api/events/1234/",
    "user_id": 123,
}
"""The example of "Retrieve an event"."""


async def happened(gorgias: Gorgias, number: int) -> list[tuple[str, str]]:
    return [(one.kind, one.standing or one.text) for one in (await gorgias.read(str(number))).happenings]


def test_the_documented_shapes_are_read_and_a_time_without_a_zone_is_in_utc() -> None:
    message, event = Message.model_validate(MESSAGE), Event.model_validate(EVENT)
    assert message.created_datetime == datetime(2020, 1, 27, 10, 42, 21, 468912, tzinfo=UTC)
    assert (event.type, event.object_id) == ("ticket-closed", 123)
    with_zone = Message.model_validate({**MESSAGE, "created_datetime": "2020-01-27T12:42:21.468912+02:00"})
    assert with_zone.created_datetime == message.created_datetime


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"body_text": "It lapses."}, "It lapses."),
        ({"body_text": None, "body_html": "<p>It&nbsp;lapses &amp; ends.</p>"}, "It\xa0lapses & ends."),
        ({"attachments": [{"name": "f.pdf", "url": "https://x/f", "size": 3}], "body_text": "See."}, "See.\nf.pdf: https://x/f"),
    ],
)
def test_no_word_of_an_answer_is_left_out(fields: dict[str, Any], said: str) -> None:
    assert Message.model_validate({**MESSAGE, **fields}).said == said


async def test_the_ticket_is_what_people_are_to_see(gorgias: Gorgias, fake: FakeGorgias) -> None:
    number = await a_made(gorgias, fake)
    fields = fake.tickets[number].fields
    assert fields["customer"] == {"name": "Ann Lee", "email": "ann@example.com"}
    assert (fields["external_id"], fields["status"], fields["priority"]) == ("K-7F3QXM", "open", "high")
    assert {one["name"] for one in fields["tags"]} == {"warmline", "warmline_dispute", "warmline_urgent"}


async def test_a_customer_gorgias_will_not_have_is_left_out(gorgias: Gorgias, fake: FakeGorgias) -> None:
    fake.unwanted = "ann@example.com"
    number = await a_made(gorgias, fake)
    assert fake.tickets[number].fields["customer"] is None


async def test_of_two_that_were_made_at_once_the_older_is_kept_and_the_other_thrown_away(
    gorgias: Gorgias, fake: FakeGorgias
) -> None:
    made = await asyncio.gather(gorgias.make(a_ticket()), a_gorgias(fake).make(a_ticket()))
    assert [one.fields["trashed_datetime"] is None for one in fake.tickets.values()] == [True, False]
    assert {one.ticket_id for one in made} == {str(min(fake.tickets))}
    assert sorted(one.said for one in made) == [0, 3]  # who has another's ticket does not know what it tells


async def test_a_making_that_was_not_answered_is_not_repeated_at_once(gorgias: Gorgias, fake: FakeGorgias) -> None:
    fake.after = [httpx2.ReadTimeout("late")]
    with pytest.raises(OutcomeUnknown):
        await gorgias.make(a_ticket())
    assert fake.asked.count("POST /tickets") == 1
    assert (await gorgias.make(replace(a_ticket(), requester=Requester(name="A", email="a@x.test")))).ticket_id == "123"
    assert len(fake.tickets) == 1


async def test_a_colleague_who_closes_it_while_a_note_arrives_has_it_open_again(gorgias: Gorgias, fake: FakeGorgias) -> None:
    number = await a_made(gorgias, fake)
    ticket = await gorgias.read(str(number))

    def closes(_: httpx2.Request) -> None:
        fake.becomes(number, status="closed")

    fake.after = [closes]
    await gorgias.add(ticket, "The customer wrote:\nHello?", said=7)
    assert fake.tickets[number].fields["status"] == "open"


async def test_a_change_of_status_that_was_made_without_its_note_is_made_good(gorgias: Gorgias, fake: FakeGorgias) -> None:
    number = await a_made(gorgias, fake)
    fake.after = [None, httpx2.Response(502)]  # the status is changed, the note is there, its answer is not
    with pytest.raises(OutcomeUnknown):
        await gorgias.add(await gorgias.read(str(number)), "resolved", said=7, standing="solved")
    again = await gorgias.read(str(number))
    assert (again.standing, again.said, again.happenings) == ("solved", 7, [])


async def test_a_snoozed_ticket_is_nobodys_end_and_wakes_when_the_customer_writes(gorgias: Gorgias, fake: FakeGorgias) -> None:
    number = await a_made(gorgias, fake)
    fake.becomes(number, status="closed", snooze_datetime=fake_gorgias.later(NOON, days=1))
    ticket = await gorgias.read(str(number))
    assert (ticket.standing, [one.kind for one in ticket.happenings]) == ("pending", [])
    await gorgias.add(ticket, "bo noted:\nparcel is late", said=7)
    assert (await gorgias.read(str(number))).standing == "pending"
    await gorgias.add(await gorgias.read(str(number)), "The customer wrote:\nHello?", said=8, standing="open")
    fields = fake.tickets[number].fields
    assert (fields["status"], fields["snooze_datetime"]) == ("open", None)
    fake.clock.moment += timedelta(days=2)
    heard = (await gorgias.read(str(number), heard=ticket.marks[-1])).happenings
    assert [one.standing for one in heard] == []


async def test_closing_by_hand_counts_though_the_key_is_that_persons_own(gorgias: Gorgias, fake: FakeGorgias) -> None:
    number = await a_made(gorgias, fake)
    await gorgias.add(await gorgias.read(str(number)), "resolved", said=7, standing="solved")
    fake.clock.moment += timedelta(minutes=1)
    await gorgias.add(await gorgias.read(str(number)), "came back", said=8, standing="open")
    fake.clock.moment += timedelta(minutes=1)
    fake.becomes(number, status="closed", by=BOT)
    assert await happened(gorgias, number) == [("standing", "solved")]


async def test_an_automatic_answer_of_a_rule_is_nobodys_word(gorgias: Gorgias, fake: FakeGorgias) -> None:
    number = await a_made(gorgias, fake)
    fake.says(number, "We got your message!", rule_id=89465)
    fake.says(number, "taken back", deleted_datetime=fake_gorgias.later(NOON))
    assert await happened(gorgias, number) == []


async def test_a_word_that_shows_late_is_not_passed_over_by_a_younger_change(gorgias: Gorgias, fake: FakeGorgias) -> None:
    number = await a_made(gorgias, fake)
    fake.says(number, "It lapses tomorrow.")
    hidden = fake.tickets[number].messages.pop()
    fake.clock.moment += timedelta(seconds=2)
    fake.becomes(number, status="closed")
    first = await gorgias.read(str(number))
    assert [one.kind for one in first.happenings] == ["standing"]
    fake.tickets[number].messages.append(hidden)
    second = await gorgias.read(str(number), heard=first.marks[-1])
    assert [(one.kind, one.text) for one in second.happenings] == [("reply", "It lapses tomorrow.")]


async def test_a_note_before_the_tag_says_what_to_do_and_an_old_one_does_not(gorgias: Gorgias, fake: FakeGorgias) -> None:
    number = await a_made(gorgias, fake)
    fake.says(number, "Warmline: an old wish", public=False)
    fake.clock.moment += timedelta(minutes=30)
    fake.tagged(number, HAND_BACK)
    (back,) = (await gorgias.read(str(number))).happenings
    assert (back.kind, back.text, back.who) == ("hand_back", "", "Ana Ruiz")


async def test_whoever_is_not_there_any_more_is_somebody(gorgias: Gorgias, fake: FakeGorgias) -> None:
    number = await a_made(gorgias, fake)
    fake.becomes(number, status="closed", by=99)
    assert [one.who for one in (await gorgias.read(str(number))).happenings] == ["somebody"]
    fake.becomes(number, status="open", by=None)
    assert [one.who for one in (await gorgias.read(str(number))).happenings] == ["a rule"]


async def test_a_ticket_that_was_deleted_for_good_is_gone_too(gorgias: Gorgias) -> None:
    assert (await gorgias.read("4711")).standing == "gone"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"status": "frozen"}, "status"),
        ({"status": None}, "status"),
        ({"id": None, "ticket_id": 1}, "id"),
        ({"snooze_datetime": "soon"}, "snooze_datetime"),
        ({"trashed_datetime": ...}, "trashed_datetime"),
        ({"external_id": ...}, "external_id"),
    ],
)
async def test_what_is_not_documented_is_drift_that_names_the_place(
    gorgias: Gorgias, fake: FakeGorgias, change: dict[str, Any], place: str
) -> None:
    whole = {"id": 1, "status": "open", "external_id": None, "snooze_datetime": None, "trashed_datetime": None}
    answer = {name: value for name, value in (whole | change).items() if value is not ...}
    fake.faults = [httpx2.Response(200, json=answer)]
    with pytest.raises(ShopDrifted, match=place):
        await gorgias.read("1")


@pytest.mark.parametrize("renamed", ["public", "from_agent", "channel", "created_datetime", "ticket_id"])
async def test_an_answer_that_cannot_be_told_from_a_note_is_drift(gorgias: Gorgias, fake: FakeGorgias, renamed: str) -> None:
    number = await a_made(gorgias, fake)
    fake.says(number, "internal?")
    fake.tickets[number].messages[-1][f"is_{renamed}"] = fake.tickets[number].messages[-1].pop(renamed)
    page = {"data": fake.tickets[number].messages, "meta": {"next_cursor": None}}
    fake.faults = [None, httpx2.Response(200, json=page)]
    with pytest.raises(ShopDrifted, match=renamed):
        await gorgias.read(str(number))


@pytest.mark.parametrize("meta", [{}, {"meta": {"next": "2"}}])
async def test_a_list_whose_end_cannot_be_seen_is_drift_and_not_the_whole(
    gorgias: Gorgias, fake: FakeGorgias, meta: dict[str, Any]
) -> None:
    number = await a_made(gorgias, fake)
    fake.faults = [None, httpx2.Response(200, json={"data": [], **meta})]
    with pytest.raises(ShopDrifted, match="meta"):
        await gorgias.read(str(number))


async def test_what_is_said_in_public_is_never_taken_for_our_own_note(gorgias: Gorgias, fake: FakeGorgias) -> None:
    number = await a_made(gorgias, fake)
    fake.says(number, "It lapses tomorrow.", external_id="warmline:9")
    ticket = await gorgias.read(str(number))
    assert (ticket.said, [one.text for one in ticket.happenings]) == (3, ["It lapses tomorrow."])


async def test_a_priority_and_kinds_of_events_that_are_new_to_us_do_no_harm(gorgias: Gorgias, fake: FakeGorgias) -> None:
    number = await a_made(gorgias, fake)
    fake.tickets[number].fields["priority"] = "critical"
    fake.events.append({**EVENT, "id": 99_999, "object_id": number, "type": "ticket-frozen", "data": [1]})
    ticket = await gorgias.read(str(number))
    assert (ticket.priority, ticket.happenings) == ("urgent", [])
