"""WooCommerce's orders in our words: money, statuses, parcels, refunds, notes, and what is no order."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from support.woo import Woo
from support.woo_shapes import a_fulfillment, a_line, a_place, a_refund, an_order, completed
from support.woo_worlds import TERMS, open_woo

from warmline.errors import ShopDrifted
from warmline.tools.model import Money, Order


async def read(order: dict[str, Any], woo: Woo | None = None, **terms: Any) -> Order:
    woo = woo or Woo()
    woo.add(order)
    found = await (await open_woo(woo, terms=TERMS.model_copy(update=terms))).get_order(order["number"])
    assert found is not None
    return found


def usd(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="USD")


async def test_amounts_are_with_tax_as_the_customer_paid_them() -> None:
    line = a_line(quantity=3, subtotal="10.00", subtotal_tax="1.90", total="8.00", total_tax="1.52")
    discounted: dict[str, Any] = {
        "discount_total": "2.00",
        "discount_tax": "0.38",
        "shipping_total": "4.00",
        "shipping_tax": "0.76",
    }
    order = await read(an_order(line_items=[line], total="14.28", **discounted))
    assert order.lines[0].unit_price == usd("3.97")
    assert (order.discount, order.shipping, order.total) == (usd("2.38"), usd("4.76"), usd("14.28"))


async def test_a_currency_without_cents_has_none() -> None:
    line = a_line(quantity=2, subtotal="2500", subtotal_tax="250", total="2500", total_tax="250")
    order = await read(an_order(currency="JPY", total="3250", shipping_total="500", line_items=[line]))
    assert (str(order.lines[0].unit_price.amount), str(order.total.amount), order.total.currency) == ("1375", "3250", "JPY")


async def test_times_are_utc_and_the_promise_is_the_operators() -> None:
    order = await read(an_order(date_created_gmt="2026-11-18T07:30:00"), delivery_days=3)
    assert order.placed_at == datetime(2026, 11, 18, 7, 30, tzinfo=UTC)
    assert order.promised == datetime(2026, 11, 21, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"status": "pending", "date_paid_gmt": None}, "awaiting_payment"),
        ({"status": "on-hold", "date_paid_gmt": None}, "awaiting_payment"),
        ({"status": "on-hold"}, "processing"),
        ({"status": "failed", "date_paid_gmt": None}, "awaiting_payment"),
        ({"status": "processing"}, "processing"),
        ({"status": "completed", "date_completed_gmt": "2026-11-18T18:00:00"}, "shipped"),
        ({"status": "cancelled"}, "cancelled"),
        ({"status": "refunded"}, "cancelled"),
        ({"status": "refunded", "date_completed_gmt": "2026-11-18T18:00:00"}, "shipped"),
    ],
)
async def test_a_status_is_told_in_our_words(given: dict[str, Any], status: str) -> None:
    assert (await read(an_order(**given))).status == status


async def test_what_completed_means_is_the_operators_word() -> None:
    assert (await read(completed(1), completed="delivered")).status == "delivered"


async def test_a_status_nobody_explained_is_drift_and_one_that_was_is_read() -> None:
    with pytest.raises(ShopDrifted, match="WARMLINE_WOOCOMMERCE_STATUSES"):
        await read(an_order(status="packed"))
    assert (await read(an_order(status="packed"), statuses={"packed": "processing"})).status == "processing"


@pytest.mark.parametrize("given", [{"status": "trash"}, {"status": "checkout-draft"}, {"line_items": []}])
async def test_what_is_no_order_is_not_found(given: dict[str, Any]) -> None:
    woo = Woo()
    woo.add(an_order(**given))
    shop = await open_woo(woo)
    assert await shop.get_order("727") is None
    assert await shop.list_orders("26") == []


async def test_parcels_say_what_is_in_them_and_what_is_not_sent_yet() -> None:
    woo = Woo()
    woo.parcels = {727: [a_fulfillment(1, {315: 1}), a_fulfillment(2, {315: 1}, sent=False)]}
    order = await read(an_order(), woo)
    [parcel] = order.shipments
    assert (order.status, parcel.contents, parcel.status) == ("partly_shipped", {"CREW-NVY-M": 1}, "in_transit")
    assert (parcel.carrier, parcel.tracking_number) == ("ups", "1Z999AA1234567890")
    woo.parcels = {727: [a_fulfillment(1, {315: 2})]}
    assert (await read(an_order(), woo)).status == "shipped"


@pytest.mark.parametrize("as_object", [False, True])
async def test_a_tracking_plugins_numbers_are_the_whole_order_together(*, as_object: bool) -> None:
    items = [
        {"tracking_provider": "usps", "tracking_number": "9400", "date_shipped": "1795000000"},
        {"tracking_provider": "", "custom_tracking_provider": "Bike Post", "tracking_number": "B-7"},
    ]
    value: Any = {str(place): one for place, one in enumerate(items)} if as_object else items
    order = await read(
        completed(1, meta_data=[{"id": 1, "key": "_wc_shipment_tracking_items", "value": value}]), Woo(fulfillments=False)
    )
    [parcel] = order.shipments
    assert (parcel.carrier, parcel.tracking_number, parcel.contents) == ("usps, Bike Post", "9400, B-7", {"CREW-NVY-M": 2})


async def test_refunded_units_count_as_returned() -> None:
    woo = Woo()
    woo.refunds = {727: [a_refund(1, "3.23", {315: 1})]}
    order = await read(completed(727, refunds=[{"id": 1, "reason": "", "total": "-3.23"}]), woo)
    assert order.lines[0].returned == 1


async def test_a_line_without_a_sku_and_one_twice_have_names_of_their_own() -> None:
    lines = [a_line(1, ""), a_line(2, "A"), a_line(3, "a", name="Engraved"), a_line(4, "", variation_id=0)]
    order = await read(an_order(line_items=lines))
    assert [line.sku for line in order.lines] == ["ID-931", "A", "a/3", "ID-93"]
    assert order.lines[0].options == {"size": "M"}


async def test_an_order_of_fees_only_has_them_as_lines() -> None:
    fee: dict[str, Any] = {"id": 8, "name": "Repair", "total": "20.00", "total_tax": "1.00", "taxes": []}
    order = await read(an_order(line_items=[], fee_lines=[fee]))
    assert [(line.name, line.unit_price) for line in order.lines] == [("Repair", usd("21.00"))]


async def test_goods_that_are_not_sent_go_to_the_billing_address() -> None:
    empty = dict.fromkeys(a_place(), "")
    assert (await read(an_order(shipping=empty))).address.line1 == "969 Market"
    nowhere = {**empty, "email": "ada@example.com", "phone": ""}
    assert (await read(an_order(shipping=empty, billing=nowhere), country="DE")).address.country == "DE"


async def test_the_newest_note_to_the_customer_is_shown_and_the_staffs_are_not() -> None:
    woo = Woo()
    woo.notes = {
        727: [
            {"id": 1, "date_created_gmt": "2026-11-18T08:00:00", "note": "Packed by Jo", "customer_note": False},
            {
                "id": 2,
                "date_created_gmt": "2026-11-18T09:00:00",
                "note": "Leaves <b>Friday</b> &amp; not before",
                "customer_note": True,
            },
            {"id": 3, "date_created_gmt": "2026-11-18T07:00:00", "note": "Thanks", "customer_note": True},
        ]
    }
    assert (await read(an_order(), woo)).note == "Leaves Friday & not before"


async def test_numbers_of_a_plugin_are_searched_for_and_matched_exactly() -> None:
    woo = Woo()
    woo.add(an_order(900, number="B-1001"), an_order(901, number="B-10012"))
    shop = await open_woo(woo, terms=TERMS.model_copy(update={"numbers": "plugin"}))
    found = await shop.get_order("#b-1001")
    assert found is not None
    assert found.number == "B-1001"
    assert await shop.get_order("B-100") is None
    assert await shop.get_order("900") is None


async def test_guests_orders_are_nobodys() -> None:
    woo = Woo()
    woo.add(an_order(1, customer=0, email="guest@example.com"))
    shop = await open_woo(woo)
    found = await shop.get_order("1")
    assert found is not None
    assert found.customer_id == "guest"
    for name in ("0", "00", "guest", "", "-0", "0x0", "²"):
        assert await shop.list_orders(name) == []
        assert await shop.get_customer(name) is None


async def test_a_long_list_is_read_whole_and_its_newest_in_detail() -> None:
    woo = Woo()
    for number in range(1, 31):
        woo.add(completed(number, date_created_gmt=f"2026-10-{number:02d}T08:00:00"))
        woo.parcels[number] = [a_fulfillment()]
    orders = await (await open_woo(woo)).list_orders("26")
    assert [order.number for order in orders] == [str(number) for number in range(30, 0, -1)]
    assert [bool(order.shipments) for order in orders] == [True] * 20 + [False] * 10
