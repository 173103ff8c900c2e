"""Cancelling an order and sending it elsewhere, as long as nothing has left."""

import pytest

from warmline.errors import ToolError
from warmline.testing import an_address
from warmline.tools.clock import FrozenClock
from warmline.tools.model import Order
from warmline.tools.sqlshop import SqlShop


async def an_order_that_is(shop: SqlShop, customer_id: str, status: str) -> Order:
    return next(order for order in await shop.list_orders(customer_id) if order.status == status)


async def units(shop: SqlShop, sku: str) -> int:
    product = await shop.get_product(sku)
    assert product
    variant = product.variant(sku)
    assert variant
    return variant.units or 0


async def test_a_cancelled_order_is_promised_its_total_and_gives_its_stock_back(shop: SqlShop, clock: FrozenClock) -> None:
    mugs, candles = await units(shop, "HP-MUGS-MOS"), await units(shop, "HP-CNDL-S")
    receipt = await shop.cancel_order("w 10460", key="k1")
    assert (receipt.order_number, str(receipt.refund), receipt.cancelled_at) == ("W-10460", "$64.95", clock.now())
    order = await shop.get_order("W-10460")
    assert order
    assert order.status == "cancelled"
    assert (await units(shop, "HP-MUGS-MOS"), await units(shop, "HP-CNDL-S")) == (mugs + 1, candles + 1)


async def test_what_was_not_paid_is_not_refunded(shop: SqlShop) -> None:
    unpaid = await an_order_that_is(shop, "C-1031", "awaiting_payment")
    receipt = await shop.cancel_order(unpaid.number, key="k1")
    assert str(receipt.refund) == "$0.00"


async def test_a_packed_parcel_is_unpacked(shop: SqlShop) -> None:
    packed = next(order for order in await shop.list_orders("C-1015") if order.status == "processing" and order.shipments)
    await shop.cancel_order(packed.number, key="k1")
    order = await shop.get_order(packed.number)
    assert order
    assert (order.status, order.shipments) == ("cancelled", ())


@pytest.mark.parametrize(
    ("number", "said"),
    [("W-10432", "has left the warehouse"), ("W-10391", "has left the warehouse"), ("W-1", "There is no order 'W-1'")],
)
async def test_what_has_left_cannot_be_cancelled(shop: SqlShop, number: str, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        await shop.cancel_order(number, key="k1")


async def test_an_order_is_cancelled_once(shop: SqlShop) -> None:
    await shop.cancel_order("W-10460", key="k1")
    mugs = await units(shop, "HP-MUGS-MOS")
    with pytest.raises(ToolError, match="is cancelled already"):
        await shop.cancel_order("W-10460", key="k2")
    assert await units(shop, "HP-MUGS-MOS") == mugs


async def test_an_order_goes_to_its_new_address(shop: SqlShop) -> None:
    elsewhere = an_address(name="Maya Brooks", line1="14 Lake Street", line2=None)
    receipt = await shop.change_address("10460", elsewhere, key="k1")
    assert (receipt.order_number, receipt.address) == ("W-10460", elsewhere)
    order = await shop.get_order("W-10460")
    assert order
    assert order.address == elsewhere


async def test_another_country_takes_a_person(shop: SqlShop) -> None:
    with pytest.raises(ToolError, match="Another country changes the shipping cost"):
        await shop.change_address("W-10460", an_address(country="CA"), key="k1")


async def test_what_has_left_keeps_its_address(shop: SqlShop) -> None:
    with pytest.raises(ToolError, match="has left the warehouse"):
        await shop.change_address("W-10432", an_address(), key="k1")
