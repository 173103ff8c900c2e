"""What the SQL shop answers: customers, orders, products, policies."""

from datetime import UTC

import pytest

from warmline.tools.shop import Marketing, OrderChanges, Returns, Shop
from warmline.tools.sqlshop import SqlShop


async def test_it_has_every_protocol(shop: SqlShop) -> None:
    everything: tuple[Shop, OrderChanges, Returns, Marketing] = (shop, shop, shop, shop)
    assert all(isinstance(part, kind) for part, kind in zip(everything, (Shop, OrderChanges, Returns, Marketing), strict=True))


async def test_a_customer_is_found_by_id(shop: SqlShop) -> None:
    customer = await shop.get_customer("c-1002")
    assert customer
    assert (customer.name, customer.tier, str(customer.lifetime_value)) == ("Daniel Okafor", "vip", "$6,840.00")
    assert customer.address
    assert customer.address.city == "Chicago"


async def test_who_is_no_customer_is_not_found(shop: SqlShop) -> None:
    assert await shop.get_customer("C-9999") is None


@pytest.mark.parametrize("written", ["W-10432", "w-10432", "#10432", "10432", "W 10432", " w10432 ", "#W-10432.", "W_10432"])
async def test_an_order_is_found_as_customers_write_its_number(shop: SqlShop, written: str) -> None:
    order = await shop.get_order(written)
    assert order
    assert order.number == "W-10432"


@pytest.mark.parametrize("written", ["W-99999", "", "my order", "10432 and 10391", "X-10432"])
async def test_what_is_no_order_is_not_found(shop: SqlShop, written: str) -> None:
    assert await shop.get_order(written) is None


async def test_an_order_comes_back_whole_with_aware_times(shop: SqlShop) -> None:
    order = await shop.get_order("W-10402")
    assert order
    assert order.placed_at.tzinfo is UTC
    assert [line.label for line in order.lines] == [
        "Beacon Floor Lamp (oak)",
        "Cove Bath Towels, set of 2 (sea)",
        "Little Otter Wooden Blocks (60)",
    ]
    assert [parcel.status for parcel in order.shipments] == ["delivered", "in_transit"]
    assert all(event.at.tzinfo is UTC for parcel in order.shipments for event in parcel.events)
    goods = sum(line.unit_price.amount for line in order.lines)
    assert order.total.amount == goods - order.discount.amount + order.shipping.amount


async def test_orders_come_newest_first(shop: SqlShop) -> None:
    orders = await shop.list_orders("C-1001")
    assert [order.number for order in orders][:3] == ["W-10460", "W-10432", "W-10391"]


async def test_a_customer_without_orders_has_none(shop: SqlShop) -> None:
    assert list(await shop.list_orders("C-1007")) == []


@pytest.mark.parametrize("reference", ["harbour-crewneck", "Harbour-Crewneck", "HP-CREW-RED-M", "hp-crew-oat-xl "])
async def test_a_product_is_found_by_its_id_or_a_sku(shop: SqlShop, reference: str) -> None:
    product = await shop.get_product(reference)
    assert product
    assert product.name == "Harbour Crewneck"
    red = product.variant("hp-crew-red-m")
    assert red
    assert red.next_delivery
    assert (red.units, red.label, red.next_delivery.tzinfo) == (0, "red, M", UTC)


async def test_what_is_no_product_is_not_found(shop: SqlShop) -> None:
    assert await shop.get_product("HP-NONE-1") is None


async def test_policies_come_whole(shop: SqlShop) -> None:
    policies = {policy.topic: policy for policy in await shop.list_policies()}
    assert len(policies) == 14
    assert policies["returns"].title == "Returns"
    assert "30 days after delivery" in policies["returns"].text


async def test_what_may_go_back_is_told_line_by_line(shop: SqlShop) -> None:
    check = await shop.check_return("w-10391")
    assert check
    assert [(item.sku, item.returnable) for item in check.items] == [
        ("HP-BOOT-GRN-39", 1),
        ("HP-SOCK-CHR-SM", 1),
        ("HP-RUGB-GRN-M", 0),
    ]
    assert str(check.label_fee) == "$4.95"


async def test_nothing_of_an_unknown_order_may_go_back(shop: SqlShop) -> None:
    assert await shop.check_return("W-99999") is None


async def test_a_search_finds_products_with_their_stock(shop: SqlShop) -> None:
    found = await shop.search_products("harbor crewnek", limit=3)
    assert [product.product_id for product in found] == ["harbour-crewneck"]
    assert found[0].variants[0].units == 23
