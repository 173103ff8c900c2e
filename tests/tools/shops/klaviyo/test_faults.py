"""What can go wrong at Klaviyo, and what then is known."""

import logging
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from tests.support.fake_klaviyo import ALL_SCOPES, DOUBLE, KEY, FakeKlaviyo, answers, error
from tests.support.klaviyo_account import ADA, a_consent, an_account, at_once

from warmline.errors import OutcomeUnknown, SettingsError, ShopDrifted, ShopError, ShopRefused, ShopUnavailable
from warmline.testing import NOW, MemoryShop
from warmline.tools.clock import FrozenClock
from warmline.tools.shops.klaviyo import open_marketing
from warmline.tools.texting import TEXT
from warmline.tools.with_marketing import with_marketing

READS = 3
"""Requests before the first write: the variant, the profile, and the profile that is made."""


async def subscribe(fake: FakeKlaviyo, *, times: int = 1) -> None:
    async with an_account(fake) as klaviyo:
        await klaviyo.note_consent(a_consent(), key="k")
        for _ in range(times):
            await klaviyo.subscribe_back_in_stock("BOOT-41", ADA, key="k")


def late(fault: Callable[[httpx2.Request], Any]) -> list[Callable[[httpx2.Request], Any]]:
    return [*[passes] * READS, fault]


def passes(_: httpx2.Request) -> None:
    """No fault."""


def is_lost(request: httpx2.Request) -> Exception:
    """The answer never comes."""
    return httpx2.ReadTimeout("lost", request=request)


@pytest.mark.parametrize("headers", [{"Retry-After": "2"}, {}])
async def test_a_write_that_was_turned_away_for_its_pace_is_made_after_all(headers: dict[str, str]) -> None:
    fake = FakeKlaviyo(faults=late(lambda _: error(429, "throttled", "Slow down.", headers)))
    await subscribe(fake)
    assert len(fake.waiting) == 1


async def test_the_burst_window_is_lived_with() -> None:
    fake = FakeKlaviyo(burst=2)
    await subscribe(fake)
    assert len(fake.waiting) == 1


@pytest.mark.parametrize("fault", [answers(500), answers(503), is_lost])
async def test_a_place_that_was_perhaps_taken_is_not_taken_twice(fault: Callable[[httpx2.Request], Any]) -> None:
    fake = FakeKlaviyo(faults=late(fault))
    async with an_account(fake) as klaviyo:
        await klaviyo.note_consent(a_consent(), key="k")
        for _ in range(2):
            with pytest.raises(OutcomeUnknown):
                await klaviyo.subscribe_back_in_stock("BOOT-41", ADA, key="k")
        with pytest.raises(OutcomeUnknown):
            await klaviyo.find_receipt("k")
    assert fake.asked.count(("POST", "/back-in-stock-subscriptions")) == 1


async def test_what_is_made_once_anyway_is_asked_again_and_goes_on_where_it_stopped() -> None:
    """The event has a ``unique_id``: its answer is lost four times, and the same key carries the write on."""
    gone: list[Callable[[httpx2.Request], Any]] = [answers(502)] * 4
    fake = FakeKlaviyo(faults=[*late(passes), *gone])
    async with an_account(fake) as klaviyo:
        await klaviyo.note_consent(a_consent(), key="k")
        with pytest.raises(OutcomeUnknown):
            await klaviyo.subscribe_back_in_stock("BOOT-41", ADA, key="k")
        receipt = await klaviyo.subscribe_back_in_stock("BOOT-41", ADA, key="k")
        assert await klaviyo.find_receipt("k") == receipt
    assert (len(fake.waiting), len(fake.events)) == (1, 1)


@pytest.mark.parametrize("scope", ["catalogs:write", "profiles:write", "events:write"])
async def test_a_missing_scope_is_refused_and_nothing_is_said_to_be_done(scope: str) -> None:
    fake = FakeKlaviyo(scopes=ALL_SCOPES - {scope})
    with pytest.raises(ShopRefused) as refused:
        await subscribe(fake)
    assert refused.value.status == 403


def profiles(**attributes: Any) -> dict[str, Any]:
    return {"data": [{"type": "profile", "id": "1", "attributes": {"email": ADA, **attributes}}]}


DRIFTED: dict[str, dict[str, Any]] = {
    "missing field": profiles(),
    "missing consent": profiles(subscriptions={"email": {"marketing": {}}}),
    "unknown enum": profiles(subscriptions={"email": {"marketing": {"consent": "PENDING"}}}),
    "renamed field": {"profiles": []},
}


@pytest.mark.parametrize("body", DRIFTED.values(), ids=DRIFTED)
async def test_an_answer_of_another_shape_signs_nobody_up(body: dict[str, Any]) -> None:
    fake = FakeKlaviyo(faults=[passes, answers(200, json=body)])
    with pytest.raises(ShopDrifted):
        await subscribe(fake)
    assert fake.count() == 0


async def test_half_a_body_is_read_again_and_then_is_no_answer() -> None:
    fake = FakeKlaviyo(faults=[answers(200, content=b'{"data": [{"type"')] * 4)
    with pytest.raises(ShopError):
        await subscribe(fake)
    assert fake.count() == 0


async def test_a_service_that_is_down_for_reads_is_unavailable() -> None:
    with pytest.raises(ShopUnavailable):
        await subscribe(FakeKlaviyo(faults=[answers(503)] * 4))


async def test_logs_and_errors_hold_no_key_and_no_customer(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="warmline")
    await subscribe(FakeKlaviyo())
    fake = FakeKlaviyo(faults=late(lambda _: error(400, "invalid", f"{ADA} is no address")))
    with pytest.raises(ShopRefused) as refused:
        await subscribe(fake)
    told = caplog.text + str(refused.value)
    assert "Klaviyo: back_in_stock: HTTP 202" in told
    assert KEY not in told
    assert ADA not in told
    assert "BOOT" not in told


VARIABLES = {
    "WARMLINE_KLAVIYO_KEY": KEY,
    "WARMLINE_KLAVIYO_DOUBLE_LIST": DOUBLE,
    "WARMLINE_KLAVIYO_REGISTER_URL": "sqlite://",
}
NAMED = {**VARIABLES, "WARMLINE_KLAVIYO_TEXTS": "+1, +44"}


async def test_nobody_is_signed_up_while_the_list_that_should_ask_to_confirm_does_not() -> None:
    fake = FakeKlaviyo(lists={DOUBLE: "single_opt_in"})
    async with open_marketing(VARIABLES, FrozenClock(NOW), transport=httpx2.MockTransport(fake)) as klaviyo:
        assert set(klaviyo.lacks) == {"subscribe_back_in_stock", "text_when_back_in_stock", "enrol_in_care_series"}
        assert "expected double_opt_in" in klaviyo.lacks["enrol_in_care_series"]
        found = await klaviyo.examine()
    assert [one.found for one in found if one.status == "problem"] == [klaviyo.lacks["enrol_in_care_series"]]


@pytest.mark.parametrize("fault", [answers(503), answers(200, text="<html>Maintenance</html>"), is_lost])
async def test_while_klaviyo_is_down_it_opens_stops_messages_later_and_signs_up_once_it_has_seen_its_lists(
    fault: Callable[[httpx2.Request], Any],
) -> None:
    fake = FakeKlaviyo(faults=[fault] * 8)
    fake.add("ben@example.com", consent="SUBSCRIBED")
    transport = httpx2.MockTransport(fake)
    async with open_marketing(VARIABLES, FrozenClock(NOW), transport=transport, sleep=at_once) as klaviyo:
        assert set(klaviyo.lacks) == {"text_when_back_in_stock"}
        fake.faults = [fault] * 8
        await klaviyo.note_consent(a_consent(), key="k")
        with pytest.raises(ShopError):
            await klaviyo.subscribe_back_in_stock("BOOT-41", ADA, key="k")
        fake.faults.clear()
        await klaviyo.stop_messages(email="ben@example.com", phone=None, key="s")
        assert (fake.count(), fake.consent("ben@example.com")) == (0, "UNSUBSCRIBED")
        fake.lists[DOUBLE] = "single_opt_in"
        with pytest.raises(ShopError, match="expected double_opt_in"):
            await klaviyo.subscribe_back_in_stock("BOOT-41", ADA, key="k")
        fake.lists[DOUBLE] = "double_opt_in"
        for _ in range(2):
            await klaviyo.subscribe_back_in_stock("BOOT-41", ADA, key="k")
    assert len(fake.waiting) == 1


async def test_an_examination_reads_and_names_each_scope_that_is_missing() -> None:
    fake = FakeKlaviyo(scopes=ALL_SCOPES - {"profiles:read", "lists:read"})
    async with open_marketing(VARIABLES, FrozenClock(NOW), transport=httpx2.MockTransport(fake)) as klaviyo:
        problems = [one.found for one in await klaviyo.examine() if one.status == "problem"]
    assert len(problems) == 2
    assert "profiles:read" in problems[0]
    assert "lists:read" in problems[1]
    assert {method for method, _ in fake.asked} == {"GET"}


async def test_a_whole_account_has_no_problem() -> None:
    async with open_marketing(NAMED, FrozenClock(NOW), transport=httpx2.MockTransport(FakeKlaviyo())) as klaviyo:
        assert not klaviyo.lacks
        assert {one.status for one in await klaviyo.examine()} == {"ok"}


async def test_what_is_not_set_is_named_and_no_secret_is_told() -> None:
    with pytest.raises(SettingsError, match="WARMLINE_KLAVIYO_DOUBLE_LIST") as told:
        async with open_marketing({"WARMLINE_KLAVIYO_KEY": KEY}, FrozenClock(NOW)):
            pass
    assert KEY not in str(told.value)


async def test_texts_are_offered_only_where_a_country_is_named_for_them() -> None:
    for variables, offered in ((VARIABLES, False), (NAMED, True)):
        async with open_marketing(variables, FrozenClock(NOW), transport=httpx2.MockTransport(FakeKlaviyo())) as klaviyo:
            assert ("text_when_back_in_stock" not in klaviyo.lacks) is offered
            assert TEXT.offered_by(with_marketing(MemoryShop(), klaviyo)) is offered
            assert (await klaviyo.texts_reach("+447911123456"), await klaviyo.texts_reach("+4915112345678")) == (offered, False)
    with pytest.raises(SettingsError, match="WARMLINE_KLAVIYO_TEXTS"):
        async with open_marketing({**VARIABLES, "WARMLINE_KLAVIYO_TEXTS": "US"}, FrozenClock(NOW)):
            pass


async def test_a_profile_without_a_word_on_e_mail_takes_messages_and_a_list_without_a_process_none() -> None:
    nothing = {"type": "profile", "id": "1", "attributes": {"email": ADA, "phone_number": None, "subscriptions": {"email": None}}}
    fake = FakeKlaviyo()
    fake.faults = [lambda _: None, answers(200, json={"data": [nothing], "links": {"next": None}})]
    async with an_account(fake) as klaviyo:
        await klaviyo.note_consent(a_consent(), key="k")
        await klaviyo.subscribe_back_in_stock("BOOT-41", ADA, key="k")
    assert len(fake.waiting) == 1
    unset = {"type": "list", "id": DOUBLE, "attributes": {"name": None, "opt_in_process": None}}
    fake = FakeKlaviyo()
    fake.faults = [answers(200, json={"data": unset})]
    async with open_marketing(NAMED, FrozenClock(NOW), transport=httpx2.MockTransport(fake)) as klaviyo:
        assert "has the opt-in process None" in klaviyo.lacks["text_when_back_in_stock"]
