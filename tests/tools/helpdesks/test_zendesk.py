"""Zendesk: the shapes it documents are read, what it does not document is drift, no secret is shown, settings are named when they are wrong."""

import json
import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from support.fake_zendesk import EMAIL, TOKEN, FakeZendesk
from support.helpdesk import SETTINGS, a_service
from support.world import NOON

from warmline.errors import OutcomeUnknown, SettingsError, ShopDrifted, ShopRefused, UsageError
from warmline.tools.clock import FrozenClock
from warmline.tools.helpdesks.chosen import open_chosen_helpdesk
from warmline.tools.helpdesks.helpdesk import NewTicket, Requester
from warmline.tools.helpdesks.zendesk import Zendesk, ZendeskSettings
from warmline.tools.helpdesks.zendesk.audits import happenings, ours, said
from warmline.tools.helpdesks.zendesk.shapes import AuditPage, ZendeskUser
from warmline.tools.helpdesks.zendesk.webhooks import ticket_in
from warmline.tools.shops.pace import Bucket

DOCUMENTED: dict[str, Any] = {
    "audits": [
        {
            "author_id": 5246746,
            "created_at": "2011-09-25T22:35:44Z",
            "events": [
                {
                    "attachments": [],
                    "body": "This is a new private comment",
                    "html_body": "<p>This is a new private comment</p>",
                    "id": 2127301148,
                    "public": False,
                    "type": "Comment",
                },
                {
                    "field_name": "status",
                    "id": 2127301163,
                    "previous_value": "new",
                    "type": "Change",
                    "value": "open",
                    "via": {
                        "channel": "rule",
                        "source": {"from": {"id": 35079792, "title": "Assign"}, "rel": "trigger", "to": {}},
                    },
                },
                {"field_name": "custom_status_id", "id": 2127301164, "previous_value": 1, "type": "Change", "value": 123},
                {"id": 1564246, "type": "Notification", "subject": "Your ticket has been updated", "body": "Ticket #47"},
            ],
            "id": 2127301143,
            "metadata": {"custom": {}, "system": {"client": "Mozilla/5.0", "location": "San Francisco, CA, United States"}},
            "ticket_id": 666,
            "via": {"channel": "web"},
        }
    ],
    "meta": {"has_more": False, "after_cursor": "xxx", "before_cursor": "yyy"},
    "links": {"next": "https://example.zendesk.com/api/v2/tickets/666/audits.json?page[after]=xxx", "prev": None},
}
"""The example of "List Audits for a Ticket", developer.zendesk.com, API v2, with a notification of the resource's own example, and
of "Pagination" (by cursor); November 2026."""


def a_ticket(case_id: str = "K-7F3QXM") -> NewTicket:
    return NewTicket(case_id=case_id, subject="s", note="n", tags=["warmline"], priority="high", said=3)


@pytest.fixture
def fake() -> FakeZendesk:
    return FakeZendesk(FrozenClock(NOON))


@pytest.fixture
def zendesk(fake: FakeZendesk) -> Zendesk:
    return Zendesk(a_service(fake))


def test_the_documented_audit_is_read_and_nothing_of_it_reaches_a_customer() -> None:
    audits = AuditPage.model_validate(DOCUMENTED).audits
    people = {5246746: ZendeskUser(id=5246746, name="Ana", role="agent")}
    assert [(one.kind, one.text) for one in happenings(audits, people)] == [("other", "")] * 4


def test_files_beside_an_answer_are_named_in_it() -> None:
    comment = DOCUMENTED["audits"][0]["events"][0] | {
        "public": True,
        "attachments": [{"file_name": "f.pdf", "content_url": "https://x/f"}],
    }
    page = DOCUMENTED | {"audits": [DOCUMENTED["audits"][0] | {"events": [comment]}]}
    people = {5246746: ZendeskUser(id=5246746, name="Ana", role="admin")}
    (one,) = happenings(AuditPage.model_validate(page).audits, people)
    assert (one.kind, one.text) == ("reply", "This is a new private comment\nf.pdf: https://x/f")


def test_metadata_of_somebody_elses_app_does_not_make_an_update_ours() -> None:
    audit = DOCUMENTED["audits"][0] | {"metadata": {"custom": {"warmline_said": "nothing"}}}
    (read,) = AuditPage.model_validate(DOCUMENTED | {"audits": [audit]}).audits
    assert (ours(read), said([read])) == (False, 0)


@pytest.mark.parametrize("tags", ["warmline warmline_hand_back", ["warmline", "warmline_hand_back"]])
def test_tags_are_read_as_words_and_as_a_list(tags: object) -> None:
    change = {"type": "Change", "field_name": "tags", "value": tags, "previous_value": None}
    page = DOCUMENTED | {"audits": [DOCUMENTED["audits"][0] | {"events": [change]}]}
    assert [one.kind for one in happenings(AuditPage.model_validate(page).audits, {})] == ["hand_back"]


async def test_a_case_has_one_ticket_though_others_have_the_same_beginning(zendesk: Zendesk) -> None:
    made = await zendesk.make(a_ticket())
    assert await zendesk.make(a_ticket()) == made
    assert await zendesk.find("K-7F3QXM") == made.ticket_id
    assert await zendesk.find("K-7F3QX") is None


async def test_a_key_that_was_used_with_other_words_finds_the_ticket_that_was_made(zendesk: Zendesk, fake: FakeZendesk) -> None:
    made = await zendesk.make(a_ticket())
    other = replace(a_ticket(), note="more is known now")
    again = await zendesk.make(other)
    assert (again.ticket_id, again.said, made.said) == (made.ticket_id, 0, 3)
    assert len(fake.tickets) == 1


async def test_a_requester_zendesk_will_not_have_is_left_out(zendesk: Zendesk, fake: FakeZendesk) -> None:
    fake.suspended = "ann@example.com"
    made = await zendesk.make(replace(a_ticket(), requester=Requester(name="Ann", email="ann@example.com")))
    assert fake.tickets[int(made.ticket_id)].fields["requester"] is None


async def test_a_write_to_a_ticket_that_changed_is_refused(zendesk: Zendesk, fake: FakeZendesk) -> None:
    made = (await zendesk.make(a_ticket())).ticket_id
    read = await zendesk.read(made)
    fake.clock.moment += timedelta(seconds=1)
    fake.writes(int(made), "a word", public=False)
    with pytest.raises(ShopRefused) as refused:
        await zendesk.add(read, "late", said=4)
    assert refused.value.status == 409


async def test_a_note_that_was_not_answered_is_not_repeated_and_said_to_be_unknown(zendesk: Zendesk, fake: FakeZendesk) -> None:
    made = (await zendesk.make(a_ticket())).ticket_id
    read = await zendesk.read(made)
    asked = len(fake.asked)
    fake.after = [httpx2.ReadTimeout("late")]
    with pytest.raises(OutcomeUnknown):
        await zendesk.add(read, "hello", said=4)
    assert len(fake.asked) == asked + 1
    assert (await zendesk.read(made)).said == 4


async def test_a_history_of_several_pages_is_whole(zendesk: Zendesk, fake: FakeZendesk) -> None:
    made = (await zendesk.make(a_ticket())).ticket_id
    for number in range(7):
        fake.writes(int(made), f"answer {number}")
    ticket = await zendesk.read(made)
    assert [one.text for one in ticket.happenings if one.kind == "reply"] == [f"answer {number}" for number in range(7)]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"ticket": {"id": 1, "status": "frozen", "updated_at": "x"}}, "ticket.status"),
        ({"ticket": {"id": 1, "updated_at": "x"}}, "ticket.status"),
        ({"ticket": {"id": 1, "state": "open", "updated_at": "x"}}, "ticket.status"),
        ({"request": {}}, "ticket"),
        ([], "the whole"),
    ],
)
async def test_what_is_not_documented_is_drift_that_names_the_place(
    zendesk: Zendesk, fake: FakeZendesk, body: Any, place: str
) -> None:
    fake.faults = [httpx2.Response(200, json=body)]
    with pytest.raises(ShopDrifted, match=place):
        await zendesk.read("1")


@pytest.mark.parametrize("meta", [{}, {"meta": {"more": True}}])
async def test_a_history_whose_end_cannot_be_seen_is_drift_and_not_the_whole(
    zendesk: Zendesk, fake: FakeZendesk, meta: dict[str, Any]
) -> None:
    made = (await zendesk.make(a_ticket())).ticket_id
    fake.faults = [None, httpx2.Response(200, json={"audits": [], **meta})]
    with pytest.raises(ShopDrifted, match="meta"):
        await zendesk.read(made)


async def test_too_many_requests_wait_as_long_as_is_asked(fake: FakeZendesk) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    service = a_service(fake)
    service._sleep = sleep  # pyright: ignore[reportPrivateUsage]
    fake.limit = 0
    assert await Zendesk(service).find("K-1") is None
    assert 3 <= waited[0] <= 3.3


async def test_what_changed_comes_page_by_page_by_a_cursor_and_without_the_last_minute(
    zendesk: Zendesk, fake: FakeZendesk
) -> None:
    made = [(await zendesk.make(a_ticket(f"K-{number}"))).ticket_id for number in range(3)]
    fake.tickets[99] = fake.tickets[int(made[0])].__class__({"id": 99, "external_id": None, "status": "new", "updated_at": "x"})
    fake.tickets[99].audits = [{"id": 1, "created_at": "2026-11-01T00:00:00Z", "author_id": 7, "events": []}]
    assert (await zendesk.changed(None, since=NOON)).tickets == []
    fake.clock.moment += timedelta(minutes=2)
    first = await zendesk.changed(None, since=NOON)
    second = await zendesk.changed(first.cursor, since=NOON)
    assert ([*first.tickets, *second.tickets], first.more, second.more) == (made, True, False)
    assert (await zendesk.changed(second.cursor, since=NOON)).tickets == []


async def test_polls_keep_the_pace_of_the_export(fake: FakeZendesk) -> None:
    waited: list[float] = []
    time = [0.0]

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        time[0] += seconds

    zendesk = Zendesk(a_service(fake), exports=Bucket(size=10, per_second=10 / 60, seconds=lambda: time[0], sleep=sleep))
    for _ in range(12):
        await zendesk.changed("1", since=NOON)
    assert (len(waited), round(time[0])) == (2, 12)


async def test_a_token_that_may_not_export_is_found_out_by_reads(fake: FakeZendesk) -> None:
    fake.role = "agent"
    fake.users[1]["role"] = "agent"
    found = {one.name: one.status for one in await Zendesk(a_service(fake)).examine()}
    assert found == {"credentials": "ok", "tickets": "ok", "polling": "problem", "webhooks": "warning"}
    found = {one.name: one.status for one in await Zendesk(a_service(fake), polling=False, secrets=["s"]).examine()}
    assert found == {"credentials": "ok", "tickets": "ok", "polling": "warning", "webhooks": "ok"}
    assert {one.partition(" ")[0] for one in fake.asked} == {"GET"}
    assert (await Zendesk(a_service(fake), polling=False).changed(None, since=NOON)).tickets == []


async def test_neither_the_token_nor_an_address_is_logged(
    zendesk: Zendesk, fake: FakeZendesk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fake.faults = [httpx2.Response(503, text=f"{EMAIL} {TOKEN}")]
    await zendesk.make(a_ticket())
    assert "tickets.create" in caplog.text
    assert TOKEN not in caplog.text
    assert EMAIL not in caplog.text
    assert TOKEN not in repr(ZendeskSettings.read(SETTINGS))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"WARMLINE_ZENDESK_SUBDOMAIN": ""}, "WARMLINE_ZENDESK_SUBDOMAIN: is not set"),
        ({"WARMLINE_ZENDESK_SUBDOMAIN": "evil.example/x"}, "WARMLINE_ZENDESK_SUBDOMAIN"),
        ({"WARMLINE_ZENDESK_TOKEN": ""}, "WARMLINE_ZENDESK_TOKEN: is not set"),
        ({"WARMLINE_ZENDESK_EMAIL": "me"}, "WARMLINE_ZENDESK_EMAIL"),
        ({"WARMLINE_ZENDESK_POLLING": "perhaps"}, "WARMLINE_ZENDESK_POLLING"),
        ({"WARMLINE_HELPDESK": "zendek"}, "'zendek' is no help desk; expected zendesk"),
    ],
)
async def test_a_setting_that_cannot_be_used_is_named(change: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        async with open_chosen_helpdesk({"WARMLINE_HELPDESK": "zendesk", **SETTINGS, **change}, FrozenClock(NOON)):
            pass


async def test_the_chosen_help_desk_is_opened_and_none_where_none_is() -> None:
    async with open_chosen_helpdesk({"WARMLINE_HELPDESK": "zendesk", **SETTINGS}, FrozenClock(NOON)) as helpdesk:
        assert isinstance(helpdesk, Zendesk)
    async with open_chosen_helpdesk(SETTINGS, FrozenClock(NOON)) as helpdesk:
        assert helpdesk is None
    assert ZendeskSettings.read({**SETTINGS, "WARMLINE_ZENDESK_EMAIL": ""}).authorization.get_secret_value() == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    ("body", "ticket"),
    [
        ({"ticket_id": "35436"}, "35436"),
        ({"ticket_id": 35436}, "35436"),
        ({"type": "zen:event-type:ticket.comment_added", "detail": {"id": "35436"}}, "35436"),
        ({"type": "zen:event-type:user.created", "detail": {"id": "7"}}, None),
    ],
)
def test_a_webhook_names_a_ticket_or_is_about_none(body: dict[str, Any], ticket: str | None) -> None:
    assert ticket_in(json.dumps(body).encode()) == ticket


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"ticket_id": "../users/1"}', b'{"ticket_id": null}', b'{"detail": 1}'])
def test_a_webhook_that_names_no_ticket_is_refused(body: bytes) -> None:
    with pytest.raises(UsageError, match="the webhook"):
        ticket_in(body)
