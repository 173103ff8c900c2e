"""The demo shop's rules: order numbers, what may go back, and for how much."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmline.errors import ToolError
from warmline.testing import NOW, a_line, a_shipment, an_order, dollars
from warmline.tools.model import Order, ReturnItem, ReturnReason
from warmline.tools.shoprules import FREE_LABEL, check_order, claim, label_fee, order_number, paid_share, still_here

CREW = "CREW-NVY-M"


def delivered(days_ago: float, **changes: Any) -> Order:
    parcel = a_shipment("delivered", delivered_at=NOW - timedelta(days=days_ago))
    usual: dict[str, Any] = {"status": "delivered", "shipments": (parcel,)}
    return an_order(**{**usual, **changes})


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("W-10432", "W-10432"),
        ("w-10432", "W-10432"),
        ("#10432", "W-10432"),
        ("10432", "W-10432"),
        ("W 10432", "W-10432"),
        ("# w10432!", "W-10432"),
        ("order 10432", "order 10432"),
        ("W-10432-1", "W-10432-1"),
        ("", ""),
    ],
)
def test_an_order_number_is_read_as_customers_write_it(written: str, number: str) -> None:
    assert order_number(written) == number


def test_a_delivered_item_may_go_back_for_thirty_days() -> None:
    [item] = check_order(delivered(30), NOW).items
    assert (item.returnable, item.why_not, item.until) == (1, None, NOW)


def test_after_thirty_days_it_may_not() -> None:
    [item] = check_order(delivered(30.01), NOW).items
    assert item.returnable == 0
    assert item.why_not == "The 30 days for returns ended on Friday, 20 November 2026."


@pytest.mark.parametrize(
    ("order", "why_not"),
    [
        (delivered(3, status="cancelled"), "The order was cancelled."),
        (delivered(3, lines=(a_line(final_sale=True),)), "final sale"),
        (delivered(3, lines=(a_line(returned=1),)), "It has been returned already."),
        (an_order(status="shipped"), "It has not been delivered yet; it can go back within 30 days of delivery."),
        (an_order(status="processing"), "It has not been delivered yet"),
        (delivered(3, lines=(a_line("OTHER-1"),)), "It has not been delivered yet"),
    ],
)
def test_what_may_not_go_back_says_why(order: Order, why_not: str) -> None:
    [item] = check_order(order, NOW).items
    assert item.returnable == 0
    assert why_not in (item.why_not or "")


def test_only_the_units_that_arrived_in_time_may_go_back() -> None:
    early = a_shipment("delivered", shipment_id="S-1", delivered_at=NOW - timedelta(days=31), contents={CREW: 2})
    late = a_shipment("delivered", shipment_id="S-2", delivered_at=NOW - timedelta(days=1), contents={CREW: 1})
    moving = a_shipment("in_transit", shipment_id="S-3", contents={CREW: 1})
    order = an_order(lines=(a_line(quantity=4),), shipments=(early, late, moving))
    [item] = check_order(order, NOW).items
    assert (item.returnable, item.until) == (1, NOW + timedelta(days=29))


def test_units_of_an_item_are_counted_together_whatever_the_case_of_the_sku() -> None:
    parcel = a_shipment("delivered", contents={CREW: 3})
    order = an_order(status="delivered", lines=(a_line(quantity=3),), shipments=(parcel,))
    items = [ReturnItem(sku=CREW.lower()), ReturnItem(sku=CREW, quantity=2)]
    assert [(line.sku, units) for line, units in claim(order, items, NOW)] == [(CREW, 3)]


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([], "at least one item"),
        ([ReturnItem(sku="HAT-1")], r"Order W-10432 has no item 'HAT-1'\. Its items are CREW-NVY-M \(Harbour Crewneck\)"),
        ([ReturnItem(sku=CREW, quantity=2)], "Only 1 of Harbour Crewneck .* can still go back, not 2"),
    ],
)
def test_what_cannot_be_claimed_says_why(items: list[ReturnItem], said: str) -> None:
    with pytest.raises(ToolError, match=said):
        claim(delivered(3), items, NOW)


def test_an_item_past_its_window_cannot_be_claimed() -> None:
    with pytest.raises(ToolError, match=r"cannot go back\. The 30 days for returns ended on"):
        claim(delivered(64), [ReturnItem(sku=CREW)], NOW)


def test_another_line_that_may_not_go_back_is_no_obstacle() -> None:
    both = {CREW: 1, "SALE-1": 1}
    order = delivered(3, lines=(a_line(), a_line("SALE-1", final_sale=True)), shipments=(a_shipment("delivered", contents=both),))
    assert [line.sku for line, _ in claim(order, [ReturnItem(sku=CREW)], NOW)] == [CREW]


def test_a_discount_is_shared_in_proportion() -> None:
    order = an_order(lines=(a_line(), a_line("B", unit_price=dollars("32.00"), quantity=1)), discount=dollars("10.00"))
    assert str(paid_share(order, dollars("68.00"))) == "$61.20"
    assert str(paid_share(order, dollars("32.00"))) == "$28.80"


def test_an_order_of_free_things_pays_back_nothing() -> None:
    order = an_order(lines=(a_line(unit_price=dollars("0.00")),))
    assert paid_share(order, dollars("0.00")) == dollars("0.00")


@given(
    prices=st.lists(st.tuples(st.integers(1, 50_000), st.integers(1, 5)), min_size=1, max_size=5),
    rate=st.integers(0, 100),
)
def test_refunds_never_come_to_more_than_was_paid(prices: list[tuple[int, int]], rate: int) -> None:
    lines = tuple(
        a_line(f"SKU-{place}", unit_price=dollars(f"{Decimal(cents) / 100:.2f}"), quantity=units)
        for place, (cents, units) in enumerate(prices)
    )
    goods = sum((line.unit_price.times(line.quantity).amount for line in lines), Decimal(0))
    discount = (goods * rate / 100).quantize(Decimal("0.01"))
    order = an_order(lines=lines, discount=dollars(str(discount)), shipping=dollars("0.00"))
    back = sum((paid_share(order, line.unit_price).times(line.quantity).amount for line in lines), Decimal(0))
    cents = Decimal("0.01") * sum(line.quantity for line in lines)
    assert order.total.amount - cents < back <= order.total.amount


@pytest.mark.parametrize("reason", FREE_LABEL)
def test_the_label_is_free_when_the_shop_is_at_fault(reason: ReturnReason) -> None:
    assert label_fee(delivered(3), reason) == dollars("0.00")


@pytest.mark.parametrize("reason", ["too_small", "too_large", "changed_mind", "arrived_late", "other"])
def test_the_label_costs_its_fee_otherwise(reason: ReturnReason) -> None:
    assert label_fee(delivered(3), reason) == dollars("4.95")


@pytest.mark.parametrize("status", ["awaiting_payment", "processing"])
def test_an_order_can_be_changed_until_it_leaves(status: str) -> None:
    still_here(an_order(status=status, shipments=(a_shipment("label_created"),)))  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (an_order(status="cancelled"), "is cancelled already"),
        (an_order(status="shipped"), "has left the warehouse"),
        (an_order(status="delivered"), "has left the warehouse"),
        (an_order(status="partly_shipped"), "has left the warehouse"),
        (an_order(status="processing", shipments=(a_shipment("in_transit"),)), "has left the warehouse"),
    ],
)
def test_an_order_that_has_left_or_is_cancelled_cannot_be_changed(order: Order, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        still_here(order)
