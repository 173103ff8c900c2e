"""Cancelling an order and sending it elsewhere, before it leaves."""

from typing import Any

import pytest
from pydantic import ValidationError

from warmline.errors import ToolError
from warmline.testing import MemoryShop, ToolBench, a_customer, a_shipment, an_address, an_order, dollars
from warmline.tools.model import AddressReceipt, CancellationReceipt, Order, OrderStatus

NEW: dict[str, Any] = {
    "name": "Ada Moore",
    "line1": "7 Elm Street",
    "line2": "Flat 2",
    "city": "Bath",
    "region": "ME",
    "postcode": "04530",
    "country": "US",
}


def bench_with(order: Order) -> ToolBench:
    return ToolBench(MemoryShop(orders=[order]), customer=a_customer())


def a_bench(status: OrderStatus = "processing") -> ToolBench:
    return bench_with(an_order(status=status))


async def test_cancelling_asks_with_items_and_refund() -> None:
    asked = await a_bench().ask("cancel_unshipped_order", order_number="w10432")
    assert asked.question == (
        "I can cancel the whole order W-10432 (1 × Harbour Crewneck (navy, M)). You get $73.00 back. This cannot be undone."
        " Shall I cancel it?"
    )
    assert asked.facts.model_dump(mode="json") == {
        "order_number": "W-10432",
        "items": ["1 × Harbour Crewneck (navy, M)"],
        "refund": {"amount": "73.00", "currency": "USD"},
    }


async def test_an_unpaid_order_has_nothing_to_refund() -> None:
    asked = await a_bench("awaiting_payment").ask("cancel_unshipped_order", order_number="W-10432")
    assert "not paid yet, so there is nothing to refund" in asked.question
    told = await a_bench("awaiting_payment").tell("cancel_unshipped_order", order_number="W-10432")
    assert told["refund"]["amount"] == "0.00"


async def test_a_cancelled_order_is_cancelled_at_the_shop_with_the_refund_that_was_asked_about() -> None:
    bench = a_bench()
    asked = await bench.ask("cancel_unshipped_order", order_number="W-10432")
    receipt = await bench.run("cancel_unshipped_order", order_number="W-10432")
    assert isinstance(receipt, CancellationReceipt)
    assert receipt.refund == dollars("73.00")
    assert str(receipt.refund) in asked.question
    assert (await bench.tell("get_order", order_number="W-10432"))["status"] == "cancelled"


async def test_the_same_key_cancels_once() -> None:
    bench = a_bench()
    first = await bench.run("cancel_unshipped_order", order_number="W-10432", key="k")
    assert await bench.run("cancel_unshipped_order", order_number="W-10432", key="k") == first
    with pytest.raises(ToolError, match="cancelled already"):
        await bench.run("cancel_unshipped_order", order_number="W-10432", key="other")


@pytest.mark.parametrize("status", ["shipped", "partly_shipped", "delivered", "cancelled"])
@pytest.mark.parametrize(("name", "arguments"), [("cancel_unshipped_order", {}), ("change_shipping_address", NEW)])
async def test_what_has_left_or_is_cancelled_is_not_changed_and_not_asked_about(
    status: OrderStatus, name: str, arguments: dict[str, Any]
) -> None:
    bench = a_bench(status)
    for call in (bench.ask, bench.run):
        with pytest.raises(ToolError, match=r"W-10432"):
            await call(name, order_number="W-10432", **arguments)


async def test_a_label_alone_does_not_make_an_order_left() -> None:
    order = an_order(status="processing", shipments=(a_shipment("label_created"),))
    assert (await bench_with(order).ask("cancel_unshipped_order", order_number="W-10432")).question


async def test_a_new_address_is_asked_about_beside_the_old_one() -> None:
    asked = await a_bench().ask("change_shipping_address", order_number="W-10432", **NEW)
    assert "now: Ada Moore, 12 Cedar Street, Portland ME 04101, US" in asked.question
    assert "new: Ada Moore, 7 Elm Street, Flat 2, Bath ME 04530, US" in asked.question
    assert asked.question.endswith("?")


async def test_a_changed_address_is_where_the_order_goes() -> None:
    bench = a_bench()
    receipt = await bench.run("change_shipping_address", order_number="W-10432", **NEW)
    assert receipt == AddressReceipt(order_number="W-10432", address=an_address(**NEW))
    told = await bench.tell("get_order", order_number="W-10432")
    assert told["ship_to"] == "Ada Moore, 7 Elm Street, Flat 2, Bath ME 04530, US"


async def test_the_same_address_is_no_change() -> None:
    old = an_address().model_dump()
    with pytest.raises(ToolError, match="goes to exactly this address already"):
        await a_bench().ask("change_shipping_address", order_number="W-10432", **old)


async def test_another_country_is_for_a_person() -> None:
    bench = a_bench()
    for call in (bench.ask, bench.run):
        with pytest.raises(ToolError, match="takes a person"):
            await call("change_shipping_address", order_number="W-10432", **{**NEW, "country": "CA"})


@pytest.mark.parametrize("change", [{"country": "United States"}, {"country": "us"}, {"line1": " "}, {"postcode": ""}])
async def test_an_incomplete_address_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        await a_bench().ask("change_shipping_address", order_number="W-10432", **{**NEW, **change})
