"""Sign-ups are consent: asked for, to the customer's own address, and only where there is something to send."""

from typing import Any

import pytest

from warmline.errors import ToolError
from warmline.testing import MemoryShop, ToolBench, a_customer, a_product, a_variant
from warmline.tools.access import Access
from warmline.tools.model import EnrolmentReceipt, SubscriptionReceipt

SOLD_OUT = a_product(
    variants=(a_variant("CREW-RED-M", colour="red", size="M", units=0), a_variant("CREW-NVY-M", colour="navy", size="M"))
)
CALLS: dict[str, dict[str, Any]] = {
    "subscribe_back_in_stock": {"sku": "crew-red-m"},
    "enrol_in_care_series": {"product": "harbor crewneck"},
}
each_sign_up = pytest.mark.parametrize("name", CALLS)


def a_bench(**changes: Any) -> ToolBench:
    return ToolBench(MemoryShop(products=[SOLD_OUT]), **changes)


def signed_in() -> ToolBench:
    return a_bench(customer=a_customer())


async def test_back_in_stock_asks_with_the_item_the_address_and_the_way_out() -> None:
    asked = await signed_in().ask("subscribe_back_in_stock", sku="crew-red-m")
    assert asked.question == (
        "I can send one e-mail to ada@example.com as soon as Harbour Crewneck (red, M) is back in stock. You can stop it at any time"
        " with the link in the e-mail. Shall I put you on the list?"
    )
    assert asked.facts.model_dump(exclude_none=True) == {
        "item": "Harbour Crewneck (red, M)",
        "sku": "CREW-RED-M",
        "product_id": "harbour-crewneck",
        "email": "ada@example.com",
    }


async def test_care_letters_ask_with_the_product_the_address_and_the_way_out() -> None:
    question = (await signed_in().ask("enrol_in_care_series", product="harbor crewneck")).question
    assert "looking after your Harbour Crewneck to ada@example.com" in question
    assert "stop them at any time" in question
    assert question.endswith("?")


async def test_signing_up_puts_the_customer_on_the_list_once() -> None:
    bench = signed_in()
    receipt = await bench.run("subscribe_back_in_stock", sku="crew-red-m", key="k")
    assert receipt == SubscriptionReceipt(sku="CREW-RED-M", email="ada@example.com", since=bench.clock.now())
    assert await bench.run("subscribe_back_in_stock", sku="crew-red-m", key="k") == receipt
    letters = await bench.run("enrol_in_care_series", product="CREW-NVY-M", key="l")
    assert letters == EnrolmentReceipt(product_id="harbour-crewneck", email="ada@example.com", since=bench.clock.now())


@each_sign_up
async def test_a_signed_in_customer_may_only_sign_up_the_account(name: str) -> None:
    bench = signed_in()
    for call in (bench.ask, bench.run):
        with pytest.raises(ToolError, match="messages go to that address only"):
            await call(name, email="else@example.com", **CALLS[name])
    assert (await bench.ask(name, email=" Ada@Example.com", **CALLS[name])).question


@each_sign_up
async def test_a_guest_without_an_address_is_asked_for_one(name: str) -> None:
    for call in (a_bench().ask, a_bench().run):
        with pytest.raises(ToolError, match="Ask the customer which address"):
            await call(name, **CALLS[name])


@each_sign_up
async def test_a_guests_address_is_the_one_that_proved_an_order_unless_another_is_given(name: str) -> None:
    proven = Access(proven={"W-10432": "guest@example.com"})
    assert "guest@example.com" in (await a_bench(access=proven).ask(name, **CALLS[name])).question
    assert "new@example.com" in (await a_bench(access=proven).ask(name, email="new@example.com", **CALLS[name])).question


@pytest.mark.parametrize(
    "email", ["ada", "ada@", "@example.com", "ada@example", "ada @example.com", "a@b.c, d@e.f", "<a@b.com>", "a@.."]
)
async def test_an_address_that_is_none_is_asked_for_again(email: str) -> None:
    with pytest.raises(ToolError, match="is not an e-mail address"):
        await a_bench().ask("subscribe_back_in_stock", sku="CREW-RED-M", email=email)


async def test_what_is_in_stock_can_be_ordered_now() -> None:
    bench = signed_in()
    for call in (bench.ask, bench.run):
        with pytest.raises(ToolError, match=r"CREW-NVY-M\W.*in stock, so it can be ordered now"):
            await call("subscribe_back_in_stock", sku="CREW-NVY-M")


async def test_a_product_without_care_has_no_letters() -> None:
    bench = ToolBench(MemoryShop(products=[a_product(care=None)]), customer=a_customer())
    for call in (bench.ask, bench.run):
        with pytest.raises(ToolError, match="no care letters"):
            await call("enrol_in_care_series", product="crewneck")


@each_sign_up
async def test_asking_writes_nothing(name: str) -> None:
    shop = MemoryShop(products=[SOLD_OUT])
    await ToolBench(shop, customer=a_customer()).ask(name, **CALLS[name])
    assert shop.receipts == {}
