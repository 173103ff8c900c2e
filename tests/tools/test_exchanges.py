"""Swapping an item: the difference in price, and what cannot be chosen."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmline.errors import ToolError
from warmline.testing import MemoryShop, ToolBench, a_customer, a_line, a_product, a_shipment, a_variant, an_order, dollars
from warmline.tools.model import ExchangeReceipt, Money, Order, ReturnCheck, ReturnItem, Variant
from warmline.tools.toolbox import tools_for

VARIANTS = (
    a_variant("CREW-NVY-M", colour="navy", size="M"),
    a_variant("CREW-NVY-L", colour="navy", size="L", units=2),
    a_variant("CREW-GRY-M", colour="grey", size="M", price="73.00"),
    a_variant("CREW-RED-M", colour="red", size="M", price="60.00"),
    a_variant("CREW-OAT-M", colour="oatmeal", size="M", units=0),
    a_variant("CREW-OLD-M", colour="old rose", size="M", rest={"final_sale": True}),
)
CALL: dict[str, Any] = {"order_number": "W-10432", "sku": "CREW-NVY-M", "quantity": 1, "reason": "too_small"}


def delivered(quantity: int = 1, **changes: Any) -> Order:
    parcel = a_shipment("delivered", contents={"CREW-NVY-M": quantity})
    return an_order(status="delivered", lines=(a_line(quantity=quantity),), shipments=(parcel,), **changes)


def bench_with(order: Order, *variants: Variant) -> ToolBench:
    shop = MemoryShop(orders=[order], products=[a_product(variants=variants or VARIANTS)])
    return ToolBench(shop, customer=a_customer())


async def test_an_exchange_asks_with_both_items_and_the_last_day() -> None:
    asked = await bench_with(delivered()).ask("start_exchange", new_sku="CREW-NVY-L", **CALL)
    assert asked.question == (
        "I can exchange 1 × Harbour Crewneck (navy, M) from order W-10432 for 1 × Harbour Crewneck (navy, L) (reason: too small). There is nothing to pay."
        " You will get a label to send the old one back; it has to be on its way by Friday, 4 December 2026, and the new one is kept"
        " for you until then. Shall I go ahead?"
    )


@pytest.mark.parametrize(
    ("new_sku", "words"),
    [("CREW-NVY-L", "nothing to pay"), ("CREW-GRY-M", "You pay $5.00 more."), ("CREW-RED-M", "You get $8.00 back.")],
)
async def test_the_difference_in_price_is_explained(new_sku: str, words: str) -> None:
    assert words in (await bench_with(delivered()).ask("start_exchange", new_sku=new_sku, **CALL)).question


async def test_a_shop_without_a_last_day_names_none() -> None:
    class Patient(MemoryShop):
        async def check_return(self, number: str) -> ReturnCheck | None:
            check = await super().check_return(number)
            return check and check.model_copy(update={"send_by": None})

    bench = ToolBench(Patient(orders=[delivered()]), customer=a_customer())
    question = (await bench.ask("start_exchange", new_sku="CREW-NVY-L", **CALL)).question
    assert "to send the old one back, and the new one is kept for you. Shall" in question


class Own(MemoryShop):
    """Charges for exchanges by a rule of its own; ``price`` of ``None`` is one it cannot tell."""

    price: Money | None = dollars("12.00")

    async def price_exchange(self, number: str, item: ReturnItem, *, new_sku: str) -> Money | None:
        return self.price


async def test_the_customer_is_told_what_the_shop_says_it_costs() -> None:
    bench = ToolBench(Own(orders=[delivered()]), customer=a_customer())
    assert "You pay $12.00 more." in (await bench.ask("start_exchange", new_sku="CREW-NVY-L", **CALL)).question


async def test_an_exchange_whose_price_the_shop_cannot_tell_goes_to_a_person() -> None:
    shop = Own(orders=[delivered()])
    shop.price = None
    with pytest.raises(ToolError, match=r"cannot be told beforehand\. Call escalate"):
        await ToolBench(shop, customer=a_customer()).ask("start_exchange", new_sku="CREW-NVY-L", **CALL)


def test_no_exchange_is_offered_by_a_shop_that_names_no_price() -> None:
    class Silent(MemoryShop):
        price_exchange = None  # pyright: ignore[reportAssignmentType]

    assert "start_exchange" in {tool.name for tool in tools_for(MemoryShop())}
    assert {tool.name for tool in tools_for(MemoryShop())} - {tool.name for tool in tools_for(Silent())} == {"start_exchange"}


async def test_a_like_for_like_replacement_costs_nothing() -> None:
    asked = await bench_with(delivered()).ask("start_exchange", new_sku="CREW-NVY-M", **CALL)
    assert "nothing to pay" in asked.question


@given(quantity=st.integers(1, 3), cents=st.integers(0, 9999), price=st.integers(1, 20000))
async def test_what_is_asked_is_what_is_done(quantity: int, cents: int, price: int) -> None:
    new = a_variant("NEW", price=f"{price / 100:.2f}", colour="green", size="M")
    bench = bench_with(delivered(3, discount=dollars(f"{cents / 100:.2f}")), *VARIANTS, new)
    call: dict[str, Any] = {**CALL, "quantity": quantity, "new_sku": "new"}
    asked = (await bench.ask("start_exchange", **call)).facts.model_dump()
    receipt = await bench.run("start_exchange", **call)
    assert isinstance(receipt, ExchangeReceipt)
    assert receipt.difference.model_dump() == asked["difference"]
    assert receipt.reserved_until.date() == asked["send_by"]
    stocked = await bench.tell("check_stock", sku="NEW")
    assert stocked["variants"][0]["units"] == 12 - quantity


async def test_the_same_key_reserves_once() -> None:
    bench = bench_with(delivered())
    first = await bench.run("start_exchange", new_sku="CREW-NVY-L", key="k", **CALL)
    assert await bench.run("start_exchange", new_sku="CREW-NVY-L", key="k", **CALL) == first
    assert (await bench.tell("check_stock", sku="CREW-NVY-L"))["variants"][0]["units"] == 1


@pytest.mark.parametrize(
    ("quantity", "new_sku", "words"),
    [
        (1, "CREW-OAT-M", r"\(oatmeal, M\) \(CREW-OAT-M\) is sold out. In stock instead: .*navy, L \(CREW-NVY-L\)"),
        (3, "CREW-NVY-L", "only 2 left"),
        (1, "CREW-OLD-M", "final sale item"),
        (1, "NO-SUCH-SKU", "Nothing has the SKU 'NO-SUCH-SKU'"),
        (1, "harbour-crewneck", r"names the product Harbour Crewneck, not a variant. Its SKUs are: CREW-NVY-M \(navy, M\)"),
        (4, "CREW-NVY-M", "Only 3 of Harbour Crewneck"),
    ],
)
async def test_what_cannot_be_had_is_refused_before_asking_with_what_is_possible(quantity: int, new_sku: str, words: str) -> None:
    bench = bench_with(delivered(3))
    call: dict[str, Any] = {**CALL, "quantity": quantity, "new_sku": new_sku}
    with pytest.raises(ToolError, match=words):
        await bench.ask("start_exchange", **call)
    with pytest.raises(ToolError):
        await bench.run("start_exchange", **call)


async def test_with_nothing_in_stock_the_model_is_sent_to_look_elsewhere() -> None:
    bench = bench_with(delivered(), a_variant("CREW-NVY-M", units=0, colour="navy", size="M"))
    with pytest.raises(ToolError, match="Call check_stock for what is like it"):
        await bench.ask("start_exchange", new_sku="CREW-NVY-M", **CALL)


async def test_what_nobody_counts_can_be_chosen_in_any_number() -> None:
    bench = bench_with(delivered(3), a_variant("ONLY", units=0, rest={"supply": "uncounted"}))
    asked = await bench.ask("start_exchange", new_sku="ONLY", **{**CALL, "quantity": 3})
    assert "for 3 × Harbour Crewneck" in asked.question


async def test_what_would_have_to_be_ordered_first_is_not_promised_in_an_exchange() -> None:
    bench = bench_with(delivered(), a_variant("ONLY", units=0, rest={"supply": "back_order"}))
    with pytest.raises(ToolError, match="is not there now, can be ordered and comes later"):
        await bench.ask("start_exchange", new_sku="ONLY", **CALL)


async def test_a_product_with_one_variant_may_be_named_by_its_id() -> None:
    bench = bench_with(delivered(), a_variant("ONLY"))
    asked = await bench.ask("start_exchange", new_sku="harbour-crewneck", **CALL)
    assert "for 1 × Harbour Crewneck (reason: too small). There" in asked.question


async def test_an_item_priced_in_another_currency_than_was_paid_goes_to_a_person() -> None:
    paid = [Money(amount=Decimal(amount), currency="EUR") for amount in ("68.00", "5.00", "0.00", "73.00")]
    line = a_line().model_copy(update={"unit_price": paid[0]})
    order = delivered(shipping=paid[1], discount=paid[2], total=paid[3]).model_copy(update={"lines": (line,)})
    with pytest.raises(ToolError, match="paid in EUR and CREW-NVY-L is priced in USD"):
        await bench_with(order).ask("start_exchange", new_sku="CREW-NVY-L", **CALL)
