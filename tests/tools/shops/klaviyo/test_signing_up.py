"""Signing up at Klaviyo: with a consent that was noted, once, confirmed where the country asks for it, and never against an unsubscription."""

import json

import pytest
from tests.support.fake_klaviyo import SINGLE, FakeKlaviyo
from tests.support.klaviyo_account import ADA, a_consent, an_account

from warmline.errors import ShopDrifted, ToolError, UsageError
from warmline.tools.consents import needs_double_opt_in
from warmline.tools.shops.klaviyo.klaviyo import ASKED_FOR_CARE, ASKED_FOR_STOCK

BOOT = "$custom:::$default:::BOOT-41"
NUMBER = "+4915112345678"


async def test_one_place_on_the_list_and_one_event_with_the_words_said_yes_to() -> None:
    fake = FakeKlaviyo()
    async with an_account(fake) as klaviyo:
        await klaviyo.note_consent(a_consent(), key="k")
        receipt = await klaviyo.subscribe_back_in_stock("BOOT-41", ADA, key="k")
    assert (receipt.sku, receipt.email) == ("BOOT-41", ADA)
    assert fake.waiting == [(BOOT, ADA, "EMAIL")]
    event = fake.events[ASKED_FOR_STOCK, ADA, "k"]
    assert event["properties"]["wording"] == a_consent().wording
    assert event["properties"]["country"] == "US"


async def test_waiting_for_one_thing_is_no_subscription_to_everything() -> None:
    fake = FakeKlaviyo()
    async with an_account(fake) as klaviyo:
        await klaviyo.note_consent(a_consent(country="US"), key="k")
        await klaviyo.subscribe_back_in_stock("BOOT-41", ADA, key="k")
    assert (fake.consent(ADA), fake.members, fake.confirmations) == ("NEVER_SUBSCRIBED", [], [])


@pytest.mark.parametrize("country", [None, "DE", "AT", "FR", "BR"])
async def test_an_address_is_asked_to_confirm_unless_one_yes_is_known_to_be_enough(country: str | None) -> None:
    fake = FakeKlaviyo()
    async with an_account(fake) as klaviyo:
        await klaviyo.note_consent(a_consent(country=country), key="k")
        await klaviyo.subscribe_back_in_stock("BOOT-41", ADA, key="k")
        await klaviyo.note_consent(a_consent("care_series", about="boots", country=country), key="c")
        await klaviyo.enrol_in_care_series("boots", ADA, key="c")
    assert fake.confirmations == [ADA, ADA]
    assert fake.members == []


async def test_where_one_yes_is_enough_the_care_series_begins_at_once() -> None:
    fake = FakeKlaviyo()
    async with an_account(fake) as klaviyo:
        await klaviyo.note_consent(a_consent("care_series", about="boots"), key="c")
        await klaviyo.enrol_in_care_series("boots", ADA, key="c")
    assert (fake.members, fake.confirmations) == ([(SINGLE, ADA)], [])
    assert fake.events[ASKED_FOR_CARE, ADA, "c"]["properties"]["about"] == "boots"


async def test_without_a_list_of_its_own_nobody_is_signed_up_unconfirmed() -> None:
    fake = FakeKlaviyo()
    async with an_account(fake, single=None) as klaviyo:
        await klaviyo.note_consent(a_consent("care_series", about="boots"), key="c")
        await klaviyo.enrol_in_care_series("boots", ADA, key="c")
    assert (fake.members, fake.confirmations) == ([], [ADA])


async def test_without_a_noted_consent_nothing_is_sent() -> None:
    fake = FakeKlaviyo()
    async with an_account(fake) as klaviyo:
        with pytest.raises(UsageError, match="note_consent"):
            await klaviyo.subscribe_back_in_stock("BOOT-41", ADA, key="k")
        await klaviyo.note_consent(a_consent(), key="k")
        for write in (
            klaviyo.subscribe_back_in_stock("BOOT-41", "else@example.com", key="k"),
            klaviyo.enrol_in_care_series("boots", ADA, key="k"),
            klaviyo.text_when_back_in_stock("BOOT-41", NUMBER, key="k"),
        ):
            with pytest.raises(UsageError, match="note_consent"):
                await write
    assert fake.asked == []


@pytest.mark.parametrize(("consent", "suppression"), [("UNSUBSCRIBED", ()), ("SUBSCRIBED", ("SPAM_REPORT",))])
async def test_an_unsubscribed_address_is_never_signed_up_from_a_chat(consent: str, suppression: tuple[str, ...]) -> None:
    fake = FakeKlaviyo()
    fake.add(ADA, consent=consent, suppression=suppression)
    async with an_account(fake) as klaviyo:
        await klaviyo.note_consent(a_consent(), key="k")
        with pytest.raises(ToolError, match="no more messages"):
            await klaviyo.subscribe_back_in_stock("BOOT-41", ADA, key="k")
        assert await klaviyo.find_receipt("k") is None
    assert (fake.count(), fake.consent(ADA)) == (0, consent)


async def test_a_text_is_a_consent_of_its_own_and_always_confirmed() -> None:
    fake = FakeKlaviyo()
    async with an_account(fake) as klaviyo:
        await klaviyo.note_consent(a_consent(address=NUMBER, channel="sms", country="US"), key="t")
        await klaviyo.text_when_back_in_stock("BOOT-41", "+49 151 12345678", key="t")
        assert ADA not in fake.profiles
        with pytest.raises(ToolError, match="country code"):
            await klaviyo.text_when_back_in_stock("BOOT-41", "0151 12345678", key="u")
        with pytest.raises(ToolError, match="number's country"):
            await klaviyo.text_when_back_in_stock("BOOT-41", "+55 11 5525 6325", key="u")
    assert (fake.waiting, fake.confirmations) == ([(BOOT, NUMBER, "SMS")], [NUMBER])


async def test_a_variant_is_found_by_its_whole_sku_on_whatever_page() -> None:
    fake = FakeKlaviyo(page=2)
    fake.variants = {f"BOOT-41-{size}": f"$custom:::$default:::{size}" for size in range(5)} | fake.variants
    async with an_account(fake) as klaviyo:
        await klaviyo.note_consent(a_consent(), key="k")
        await klaviyo.subscribe_back_in_stock("BOOT-41", ADA, key="k")
        await klaviyo.note_consent(a_consent(about="BOOT"), key="n")
        with pytest.raises(ToolError, match="waiting list"):
            await klaviyo.subscribe_back_in_stock("BOOT", ADA, key="n")
    assert fake.waiting == [(BOOT, ADA, "EMAIL")]


async def test_two_variants_of_one_sku_are_nobodys_to_choose_from() -> None:
    fake = FakeKlaviyo(variants={"BOOT-41": BOOT, "boot-41": "$shopify:::$default:::9"})
    async with an_account(fake) as klaviyo:
        await klaviyo.note_consent(a_consent(), key="k")
        with pytest.raises(ShopDrifted):
            await klaviyo.subscribe_back_in_stock("BOOT-41", ADA, key="k")
    assert fake.count() == 0


async def test_a_profile_that_somebody_made_meanwhile_is_as_good() -> None:
    fake = FakeKlaviyo()

    def meanwhile(_: object) -> None:
        fake.add(ADA)

    fake.faults = [lambda _: None, lambda _: None, meanwhile]
    async with an_account(fake) as klaviyo:
        await klaviyo.note_consent(a_consent(), key="k")
        await klaviyo.subscribe_back_in_stock("BOOT-41", ADA, key="k")
    assert ("POST", "/profiles") in fake.asked
    assert len(fake.waiting) == 1


async def test_stopping_unsubscribes_each_channel_apart_and_outlives_an_older_yes() -> None:
    fake = FakeKlaviyo()
    fake.add(ADA, consent="SUBSCRIBED")
    fake.add(NUMBER, consent="SUBSCRIBED")
    async with an_account(fake) as klaviyo:
        await klaviyo.note_consent(a_consent(), key="k")
        receipt = await klaviyo.stop_messages(email=ADA, phone=None, key="s")
        assert (fake.consent(ADA), fake.consent(NUMBER, "sms")) == ("UNSUBSCRIBED", "SUBSCRIBED")
        assert await klaviyo.stop_messages(email=ADA, phone=None, key="s") == receipt == await klaviyo.find_receipt("s")
        with pytest.raises(ToolError, match="no more messages"):
            await klaviyo.subscribe_back_in_stock("BOOT-41", ADA, key="k")
        await klaviyo.stop_messages(email=None, phone=NUMBER, key="p")
    assert fake.consent(NUMBER, "sms") == "UNSUBSCRIBED"
    assert fake.count() == 0


async def test_no_list_is_named_when_everything_is_to_stop() -> None:
    sent: list[dict[str, object]] = []
    fake = FakeKlaviyo()
    fake.faults = [lambda request: sent.append(json.loads(request.content)["data"])]
    async with an_account(fake) as klaviyo:
        await klaviyo.stop_messages(email=ADA, phone=None, key="s")
    assert "relationships" not in sent[0]


@pytest.mark.parametrize("country", [None, "US", "DE"])
def test_everybody_confirms_unless_the_host_names_the_country_and_a_number_always(country: str | None) -> None:
    assert needs_double_opt_in(country)
    assert needs_double_opt_in(country, single={"US"}) is (country != "US")
    assert needs_double_opt_in(country, "sms", single={"US"})
