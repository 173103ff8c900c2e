"""A Gorgias account: its pace, its polls, what its user may see, its settings and webhooks."""

import json
import logging
from datetime import timedelta

import httpx2
import pytest
from support.fake_gorgias import EMAIL, KEY, SECRET, FakeGorgias
from support.helpdesk_worlds import GORGIAS_SETTINGS, a_gorgias, a_made
from support.world import NOON

from warmline.errors import SettingsError, ShopError, UsageError
from warmline.testing.helpdesk_contract.promises import a_ticket
from warmline.tools.clock import FrozenClock
from warmline.tools.helpdesks.chosen import open_chosen_helpdesk
from warmline.tools.helpdesks.gorgias import Gorgias, GorgiasSettings


async def test_too_many_requests_wait_as_long_as_is_asked(fake: FakeGorgias) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    fake.limit = 0
    assert await a_gorgias(fake, sleep=sleep).find("K-1") is None
    assert 3 <= waited[0] <= 3.3


async def test_the_next_poll_looks_again_at_the_last_minute_and_names_nothing_twice(gorgias: Gorgias, fake: FakeGorgias) -> None:
    number = await a_made(gorgias, fake)
    fake.says(number, "one")
    late = fake.tickets[number].messages.pop()
    fake.clock.moment += timedelta(seconds=30)
    fake.says(number, "two")
    first = await gorgias.changed(None, since=NOON)
    assert (first.tickets, first.more) == ([str(number)], False)
    assert (await gorgias.changed(first.cursor, since=NOON)).tickets == []
    fake.tickets[number].messages.append(late)
    second = await gorgias.changed(first.cursor, since=NOON)
    assert second.tickets == [str(number)]
    assert (await gorgias.changed(second.cursor, since=NOON)).tickets == []
    await gorgias.add(await gorgias.read(str(number)), "our own note", said=9)
    assert (await gorgias.changed(second.cursor, since=NOON)).tickets == []


async def test_a_poll_reads_no_further_back_than_it_must(gorgias: Gorgias, fake: FakeGorgias) -> None:
    number = await a_made(gorgias, fake)
    for _ in range(9):
        fake.says(number, "chatter")
        fake.clock.moment += timedelta(minutes=5)
    cursor = (await gorgias.changed(None, since=NOON)).cursor
    asked = fake.asked.count("GET /messages")
    await gorgias.changed(cursor, since=NOON)
    assert fake.asked.count("GET /messages") - asked == 1


@pytest.mark.parametrize("closed", ["tickets", "events", "tags"])
async def test_what_the_user_may_not_see_is_found_out_by_reads(gorgias: Gorgias, fake: FakeGorgias, closed: str) -> None:
    fake.closed_to = closed
    found = {one.name: one.status for one in await gorgias.examine()}
    expected = {"credentials": "ok", "tickets": "ok", "events": "ok", "tags": "ok", "webhooks": "ok"}
    assert found == {**expected, closed: "problem"}
    assert {one.partition(" ")[0] for one in fake.asked} == {"GET"}


async def test_a_key_that_is_not_taken_is_one_finding_that_says_what_to_check(fake: FakeGorgias) -> None:
    fake.faults = [httpx2.Response(401)]
    (found,) = await a_gorgias(fake, secrets=[]).examine()
    assert (found.status, found.found) == ("problem", "refused (HTTP 401)")
    assert "WARMLINE_GORGIAS_TOKEN" in (found.remedy or "")


async def test_neither_the_key_nor_an_address_is_logged(
    gorgias: Gorgias, fake: FakeGorgias, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fake.faults = [None, None, httpx2.Response(503, text=f"{EMAIL} {KEY}")]
    with pytest.raises(ShopError):
        await gorgias.make(a_ticket())
    assert "tickets.create" in caplog.text
    assert not [one for one in (KEY, EMAIL, "ann@example.com", SECRET) if one in caplog.text]
    assert KEY not in repr(GorgiasSettings.read(GORGIAS_SETTINGS))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"WARMLINE_GORGIAS_DOMAIN": ""}, "WARMLINE_GORGIAS_DOMAIN: is not set"),
        ({"WARMLINE_GORGIAS_DOMAIN": "acme.gorgias.com/x"}, "WARMLINE_GORGIAS_DOMAIN"),
        ({"WARMLINE_GORGIAS_TOKEN": ""}, "WARMLINE_GORGIAS_TOKEN: is not set"),
        ({"WARMLINE_GORGIAS_EMAIL": "me"}, "WARMLINE_GORGIAS_EMAIL"),
    ],
)
async def test_a_setting_that_cannot_be_used_is_named(change: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        async with open_chosen_helpdesk({"WARMLINE_HELPDESK": "gorgias", **GORGIAS_SETTINGS, **change}, FrozenClock(NOON)):
            pass


async def test_the_chosen_help_desk_is_opened(fake: FakeGorgias) -> None:
    async with open_chosen_helpdesk({"WARMLINE_HELPDESK": "gorgias", **GORGIAS_SETTINGS}, fake.clock) as helpdesk:
        assert isinstance(helpdesk, Gorgias)
    settings = GorgiasSettings.read({**GORGIAS_SETTINGS, "WARMLINE_GORGIAS_EMAIL": ""})
    assert settings.authorization.get_secret_value() == f"Bearer {KEY}"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"ticket_id": "../users/1"}', b'{"ticket_id": null}', b'{"id": 1}'])
def test_a_webhook_that_names_no_ticket_is_refused(gorgias: Gorgias, body: bytes) -> None:
    with pytest.raises(UsageError, match="the webhook"):
        gorgias.ticket_of({"x-warmline-secret": SECRET}, body, now=NOON)


def test_without_a_secret_no_webhook_is_believed(fake: FakeGorgias) -> None:
    body = json.dumps({"ticket_id": 123}).encode()
    with pytest.raises(UsageError, match="WARMLINE_GORGIAS_SECRET is not set"):
        a_gorgias(fake, secrets=[]).ticket_of({"x-warmline-secret": ""}, body, now=NOON)
    assert a_gorgias(fake, secrets=["old", SECRET]).ticket_of({"X-Warmline-Secret": SECRET}, body, now=NOON) == "123"
