"""What may go back, and starting a return."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from warmline.errors import ToolError
from warmline.testing import NOW, MemoryShop, ToolBench, a_customer, a_line, a_shipment, an_order, dollars
from warmline.tools.model import ItemEligibility, Order, ReturnCheck, ReturnReceipt

CREW = {"sku": "CREW-NVY-M", "quantity": 1}
MUG = a_line("MUG-MOS", name="Orchard Mug", options={"colour": "moss"}, quantity=2, unit_price=dollars("12.00"))
SALE = a_line("SCRF-SKY", name="Tern Scarf", options={}, unit_price=dollars("20.00"), final_sale=True)


def delivered(*lines: Any, days_ago: int = 3, **changes: Any) -> Order:
    """Ada's order of these lines, all delivered so many days ago in one parcel."""
    lines = lines or (a_line(),)
    parcel = a_shipment(
        "delivered", delivered_at=NOW - timedelta(days=days_ago), contents={line.sku: line.quantity for line in lines}
    )
    return an_order(status="delivered", lines=lines, shipments=(parcel,), **changes)


def bench_with(order: Order) -> ToolBench:
    return ToolBench(MemoryShop(orders=[order]), customer=a_customer())


async def test_a_check_tells_per_item_whether_until_when_and_how_much() -> None:
    told = await bench_with(delivered(a_line(), SALE)).tell("check_return", order_number="W-10432")
    assert told["items"] == [
        {
            "name": "Harbour Crewneck (navy, M)",
            "sku": "CREW-NVY-M",
            "eligible": True,
            "returnable": 1,
            "until": "2026-12-17",
            "until_words": "Thursday, 17 December 2026",
            "unit_refund": {"amount": "68.00", "currency": "USD"},
        },
        {
            "name": "Tern Scarf",
            "sku": "SCRF-SKY",
            "eligible": False,
            "until": "2026-12-17",
            "until_words": "Thursday, 17 December 2026",
            "why_not": "It was bought in a final sale, and those items are neither returned nor exchanged.",
        },
    ]


async def test_a_check_tells_what_the_label_costs_and_when_it_is_free() -> None:
    told = await bench_with(delivered()).tell("check_return", order_number="W-10432")
    assert told["label_fee"] == {"amount": "4.95", "currency": "USD"}
    assert told["label_free_for"] == ["damaged", "defective", "wrong_item", "not_as_described"]
    assert told["label_note"] == (
        "The return label costs $4.95, taken off the refund. It is free when the reason is damaged, defective, wrong item or not as"
        " described."
    )
    assert told["send_by"] == "2026-12-04"


class OtherTerms(MemoryShop):
    """A shop with other terms than the demo shop's."""

    def __init__(self, order: Order, **terms: Any) -> None:
        super().__init__(orders=[order])
        self.terms = terms

    async def check_return(self, number: str) -> ReturnCheck | None:
        check = await super().check_return(number)
        return check and check.model_copy(update=self.terms)


async def test_a_shop_without_a_label_fee_or_a_last_day_is_told_as_it_is() -> None:
    shop = OtherTerms(delivered(), label_fee=dollars("0"), send_by=None)
    bench = ToolBench(shop, customer=a_customer())
    told = await bench.tell("check_return", order_number="W-10432")
    assert (told["label_note"], "send_by" in told) == ("The return label is free.", False)
    question = (await bench.ask("start_return", order_number="W-10432", items=[CREW], reason="too_small")).question
    assert "the return label is free" in question
    assert "on its way by" not in question


async def test_a_shop_whose_label_is_never_free_does_not_speak_of_reasons() -> None:
    bench = ToolBench(OtherTerms(delivered(), free_for=()), customer=a_customer())
    told = await bench.tell("check_return", order_number="W-10432")
    assert told["label_note"] == "The return label costs $4.95, taken off the refund."


async def test_a_shop_that_cannot_check_now_sends_the_model_to_a_person() -> None:
    class Forgetful(MemoryShop):
        async def check_return(self, number: str) -> ReturnCheck | None:
            return None

    with pytest.raises(ToolError, match="Call escalate"):
        await ToolBench(Forgetful(orders=[delivered()]), customer=a_customer()).run("check_return", order_number="W-10432")


async def test_a_return_asks_with_items_refund_fee_and_last_day() -> None:
    asked = await bench_with(delivered()).ask("start_return", order_number="W-10432", items=[CREW], reason="too_small")
    assert asked.question == (
        "I can set up a return of 1 × Harbour Crewneck (navy, M) from order W-10432 (reason: too small). You get back $63.05, which is $68.00 less $4.95"
        " for the return label. You will get a label to print, and the parcel has to be on its way by Friday, 4 December 2026."
        " Shall I go ahead?"
    )
    facts = asked.facts.model_dump(mode="json")
    assert (facts["refund"]["amount"], facts["send_by"]) == ("63.05", "2026-12-04")


async def test_the_label_is_free_when_the_shop_is_at_fault() -> None:
    asked = await bench_with(delivered()).ask("start_return", order_number="W-10432", items=[CREW], reason="damaged")
    assert "You get back $68.00; the return label is free." in asked.question


async def test_a_refund_is_never_below_zero() -> None:
    cheap = a_line("PIN", name="Pin", options={}, unit_price=dollars("3.00"))
    asked = await bench_with(delivered(cheap)).ask(
        "start_return", order_number="W-10432", items=[{"sku": "PIN", "quantity": 1}], reason="changed_mind"
    )
    assert "You get back $0.00" in asked.question


@given(crews=st.integers(0, 3), mugs=st.integers(0, 2), cents=st.integers(0, 9999), free=st.booleans())
async def test_what_is_asked_is_what_is_done(crews: int, mugs: int, cents: int, free: bool) -> None:
    order = delivered(a_line(quantity=3), MUG, discount=dollars(f"{cents / 100:.2f}"))
    bench = bench_with(order)
    items = [{"sku": "crew-nvy-m", "quantity": 1}] * crews + [{"sku": "MUG-MOS", "quantity": 1}] * mugs
    call: dict[str, Any] = {"order_number": "W-10432", "items": items, "reason": "damaged" if free else "too_small"}
    if not items:
        with pytest.raises(ValidationError):
            await bench.ask("start_return", **call)
        return
    asked = (await bench.ask("start_return", **call)).facts.model_dump()
    receipt = await bench.run("start_return", **call)
    assert isinstance(receipt, ReturnReceipt)
    assert (receipt.refund.model_dump(), receipt.label_fee.model_dump()) == (asked["refund"], asked["label_fee"])
    assert receipt.send_by.date() == asked["send_by"]
    assert sum(item.quantity for item in receipt.items) == crews + mugs


async def test_asking_writes_nothing() -> None:
    shop = MemoryShop(orders=[delivered()])
    before = dict(shop.records.orders)
    await ToolBench(shop, customer=a_customer()).ask("start_return", order_number="W-10432", items=[CREW], reason="too_small")
    assert (shop.receipts, shop.records.orders) == ({}, before)


async def test_a_return_exists_once_with_number_and_label() -> None:
    bench = bench_with(delivered())
    call: dict[str, Any] = {"order_number": "W-10432", "items": [CREW], "reason": "too_small"}
    told = await bench.tell("start_return", **call)
    assert told == await bench.tell("start_return", **call)
    assert (told["return_number"], told["label"]["carrier"]) == ("R-50001", "Coastal Post")
    with pytest.raises(ToolError, match="returned already"):
        await bench.ask("start_return", **call)


@pytest.mark.parametrize(
    ("order", "items", "words"),
    [
        (delivered(days_ago=31), [CREW], "The 30 days for returns ended on Thursday, 19 November 2026."),
        (
            delivered(a_line(), SALE),
            [{"sku": "SCRF-SKY", "quantity": 1}],
            r"final sale.* Of this order, Harbour Crewneck .* can go back",
        ),
        (delivered(SALE), [{"sku": "SCRF-SKY", "quantity": 1}], "Nothing else of this order can go back either"),
        (an_order(), [CREW], "not been delivered yet"),
        (delivered(), [{"sku": "CREW-NVY-M", "quantity": 2}], "Only 1 of Harbour Crewneck"),
        (delivered(MUG), [{"sku": "MUG-MOS", "quantity": 2}, {"sku": "mug-mos", "quantity": 1}], "not 3"),
        (
            delivered(),
            [{"sku": "LAMP-1", "quantity": 1}],
            r"no item 'LAMP-1'. Its items are Harbour Crewneck \(navy, M\) \(CREW-NVY-M\)",
        ),
    ],
)
async def test_what_may_not_go_back_is_refused_before_asking_with_what_is_possible(
    order: Order, items: list[dict[str, Any]], words: str
) -> None:
    bench = bench_with(order)
    with pytest.raises(ToolError, match=words):
        await bench.ask("start_return", order_number="W-10432", items=items, reason="too_small")
    with pytest.raises(ToolError):
        await bench.run("start_return", order_number="W-10432", items=items, reason="too_small")


async def test_a_line_with_nothing_left_is_not_eligible_even_without_a_reason() -> None:
    spent = ItemEligibility(sku="CREW-NVY-M", name="Harbour Crewneck", returnable=0, unit_refund=dollars("68.00"))
    bench = ToolBench(OtherTerms(delivered(), items=(spent,)), customer=a_customer())
    told = await bench.tell("check_return", order_number="W-10432")
    assert told["items"] == [{"name": "Harbour Crewneck", "sku": "CREW-NVY-M", "eligible": False}]
    with pytest.raises(ToolError, match="cannot go back"):
        await bench.ask("start_return", order_number="W-10432", items=[CREW], reason="too_small")


@pytest.mark.parametrize(
    "change", [{"reason": "bored"}, {"items": [{"sku": "CREW-NVY-M", "quantity": 0}]}, {"items": [{"sku": "X"}]}]
)
async def test_arguments_that_cannot_be_are_refused(change: dict[str, Any]) -> None:
    call = {"order_number": "W-10432", "items": [CREW], "reason": "too_small", **change}
    with pytest.raises(ValidationError):
        await bench_with(delivered()).ask("start_return", **call)
