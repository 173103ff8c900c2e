"""A text is a consent of its own: said in the customer's language, to a number that is theirs or that is asked whether it is."""

from collections.abc import Callable
from typing import Any

import pytest

from warmline.errors import ToolError
from warmline.prompts import sections
from warmline.testing import MemoryShop, ToolBench, a_customer, a_product, a_variant, an_address
from warmline.tools.consents import Consent
from warmline.tools.model import SubscriptionReceipt
from warmline.tools.signing_up import LANGUAGES

TOOL = "text_when_back_in_stock"
NUMBER = "+18025550114"
SOLD_OUT = a_product(
    variants=(a_variant("CREW-RED-M", colour="red", size="M", units=0), a_variant("CREW-NVY-M", colour="navy", size="M"))
)


class Asking(MemoryShop):
    """A shop that keeps consents, has numbers confirm, and texts only to North America and Germany; its host wants other numbers, or not."""

    def __init__(self, *, others: bool = True) -> None:
        super().__init__(products=[SOLD_OUT])
        self.others = others
        self.consents: list[Consent] = []

    async def asks_to_confirm(self, country: str | None) -> bool:
        return country != "US"

    async def note_consent(self, consent: Consent, *, key: str) -> None:
        assert key
        self.consents.append(consent)

    async def texts_others(self) -> bool:
        return self.others

    async def texts_reach(self, phone: str) -> bool:
        return phone.startswith(("+1", "+49"))


def a_bench(shop: MemoryShop | None = None, **changes: Any) -> ToolBench:
    return ToolBench(shop or MemoryShop(products=[SOLD_OUT]), **changes)


def signed_in(shop: MemoryShop | None = None, phone: str | None = "+1-802-555-0114") -> ToolBench:
    return a_bench(shop, customer=a_customer(phone=phone, address=an_address(country="US")))


async def test_the_question_says_what_how_often_what_it_costs_that_it_binds_to_nothing_and_how_it_ends() -> None:
    asked = await signed_in().ask(TOOL, sku="crew-red-m")
    for said in ("one text", NUMBER, "red, M", "automatically", "need not agree", "rates may apply", "STOP", "?"):
        assert said in asked.question
    assert asked.facts.model_dump()["phone"] == NUMBER


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shop", [MemoryShop, Asking], ids=["its own", "confirms"])
async def test_the_question_is_in_the_customers_language(language: str, shop: Callable[..., MemoryShop]) -> None:
    bench = signed_in(Asking() if shop is Asking else None)
    bench.language = language
    question = (await bench.ask(TOOL, sku="crew-red-m")).question
    confirmed = "_confirmed" if shop is Asking else ""
    wording = sections("signups")[f"text{confirmed}_{language}"]
    assert question == wording.format(phone=NUMBER, item="Harbour Crewneck (red, M)")
    assert "STOP" in question


def test_every_question_of_a_sign_up_is_there_in_every_language() -> None:
    kinds = ("mail", "mail_confirmed", "text", "text_confirmed", "care", "care_confirmed")
    assert set(sections("signups")) == {f"{kind}_{language}" for kind in kinds for language in LANGUAGES}
    assert all(words.endswith("?") for words in sections("signups").values())


async def test_one_number_is_put_on_the_list_once() -> None:
    bench = signed_in()
    receipt = await bench.run(TOOL, sku="crew-red-m", key="k")
    assert receipt == SubscriptionReceipt(sku="CREW-RED-M", phone=NUMBER, since=bench.clock.now())
    assert await bench.run(TOOL, sku="crew-red-m", key="k") == receipt


async def test_the_consent_is_one_to_texts_with_the_words_that_were_shown() -> None:
    shop = Asking()
    bench = signed_in(shop)
    bench.language = "de"
    asked = await bench.ask(TOOL, sku="crew-red-m")
    await bench.run(TOOL, sku="crew-red-m", key="k")
    [consent] = shop.consents
    assert (consent.channel, consent.address, consent.purpose) == ("sms", NUMBER, "back_in_stock")
    assert (consent.wording, consent.given_at, consent.country) == (asked.question, bench.clock.now(), "US")
    assert "bestätigen" in consent.wording


async def test_a_number_that_is_only_said_is_taken_where_it_is_asked_to_confirm_and_the_host_wants_it() -> None:
    assert "+4915112345678" in (await a_bench(Asking()).ask(TOOL, sku="crew-red-m", phone="+49 151 123 45 678")).question
    for bench in (a_bench(), signed_in(), a_bench(Asking(others=False)), signed_in(Asking(others=False))):
        for call in (bench.ask, bench.run):
            with pytest.raises(ToolError, match="account only"):
                await call(TOOL, sku="crew-red-m", phone="+4915112345678")
    assert (await signed_in().ask(TOOL, sku="crew-red-m", phone="+1 (802) 555-0114")).question


async def test_without_a_number_it_is_asked_for() -> None:
    for bench in (a_bench(Asking()), signed_in(Asking(), phone=None)):
        with pytest.raises(ToolError, match="country code"):
            await bench.ask(TOOL, sku="crew-red-m")


@pytest.mark.parametrize("phone", ["0151 12345678", "+0151123456", "call me", "+49", "+1234567890123456"])
async def test_a_number_that_is_none_is_asked_for_again(phone: str) -> None:
    with pytest.raises(ToolError, match="is not a telephone number"):
        await a_bench(Asking()).ask(TOOL, sku="crew-red-m", phone=phone)


async def test_where_the_shop_sends_no_texts_nobody_is_asked_for_a_yes_to_one() -> None:
    for call in (a_bench(Asking()).ask, a_bench(Asking()).run):
        with pytest.raises(ToolError, match=r"sends no texts to \+551155256325"):
            await call(TOOL, sku="crew-red-m", phone="+55 11 5525 6325")


async def test_what_is_in_stock_can_be_ordered_now() -> None:
    with pytest.raises(ToolError, match="so it can be ordered now"):
        await signed_in().ask(TOOL, sku="CREW-NVY-M")


async def test_texts_and_mails_are_stopped_apart() -> None:
    shop = MemoryShop(products=[SOLD_OUT])
    bench = signed_in(shop)
    await bench.run(TOOL, sku="crew-red-m", key="t")
    await bench.run("subscribe_back_in_stock", sku="crew-red-m", key="m")
    await bench.run("stop_messages", channel="sms", key="s")
    assert [one.email for one in shop.records.waiting.values()] == ["ada@example.com"]
    await bench.run(TOOL, sku="crew-red-m", key="t2")
    await bench.run("stop_messages", channel="email", key="s2")
    assert [one.phone for one in shop.records.waiting.values()] == [NUMBER]
