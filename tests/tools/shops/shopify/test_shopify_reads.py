"""Shopify's orders, customers, products and policies as ours: nothing lost, nothing told that Shopify does not know."""

from typing import Any

import pytest
from support.shopify_data import Data
from support.shopify_fake import FakeShopify
from support.shopify_world import (
    ADA,
    NUMBERS,
    a_level,
    a_line,
    a_parcel,
    a_product,
    a_shipped_order,
    a_shop,
    a_variant,
    an_open_shop,
    an_order,
    bag,
)

from warmline.errors import ShopError, ToolError
from warmline.testing.bench import ToolBench
from warmline.tools.access import Access
from warmline.tools.model import Order
from warmline.tools.wording import TO_ORDER, stock_in_words


async def seen(order: Any) -> Order:
    """This order, as the adapter gives it."""
    data = a_shop()
    data.orders.append(order)
    async with an_open_shop(FakeShopify(data)) as shop:
        found = await shop.get_order(order["name"])
    assert found
    return found


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "processing"),
        ({"displayFinancialStatus": "AUTHORIZED"}, "processing"),
        ({"displayFinancialStatus": "PENDING"}, "awaiting_payment"),
        ({"displayFulfillmentStatus": "ON_HOLD"}, "processing"),
        ({"displayFulfillmentStatus": "RESTOCKED"}, "cancelled"),
        ({"cancelledAt": "2026-11-19T10:00:00Z"}, "cancelled"),
        ({"displayFulfillmentStatus": "FULFILLED"}, "shipped"),
    ],
)
async def test_an_unshipped_orders_status(changes: dict[str, Any], status: str) -> None:
    assert (await seen(an_order("#1070", **changes))).status == status


@pytest.mark.parametrize(
    ("shown", "status", "parcel"),
    [
        ("DELIVERED", "delivered", "delivered"),
        ("PICKED_UP", "delivered", "delivered"),
        ("OUT_FOR_DELIVERY", "shipped", "out_for_delivery"),
        ("LABEL_PURCHASED", "shipped", "label_created"),
        ("ATTEMPTED_DELIVERY", "shipped", "delayed"),
        ("NOT_DELIVERED", "shipped", "lost"),
    ],
)
async def test_a_parcels_status(shown: str, status: str, parcel: str) -> None:
    order = await seen(a_shipped_order("#1071", shown))
    [shipment] = order.shipments
    assert (order.status, shipment.status) == (status, parcel)
    assert (shipment.carrier, shipment.tracking_number, shipment.contents) == ("DHL", "00340434161094", {"CREW-M": 1})
    assert (shipment.shipped_at is None) == (parcel == "label_created")
    assert shipment.events[0].place == "Hamburg, DE"


async def test_part_of_an_order_that_left_is_partly_shipped_and_a_cancelled_parcel_is_none() -> None:
    lines = [a_line(order=1072), a_line("CREW-L", order=1072, place=2)]
    part: dict[str, Any] = {"displayFulfillmentStatus": "PARTIALLY_FULFILLED", "lineItems": lines}
    order = await seen(an_order("#1072", fulfillments=[a_parcel(1072, lines[:1], "IN_TRANSIT")], **part))
    assert order.status == "partly_shipped"
    gone = a_parcel(1073, lines[:1], "CANCELED") | {"status": "CANCELLED"}
    order = await seen(an_order("#1073", fulfillments=[gone], lineItems=lines))
    assert (order.status, order.shipments) == ("processing", ())


async def test_all_lines_of_a_long_order_are_read() -> None:
    lines = [a_line(f"SKU-{place}", order=1074, place=place) for place in range(95)]
    order = await seen(an_order("#1074", lineItems=lines))
    assert [line.sku for line in order.lines] == [f"SKU-{place}" for place in range(95)]


async def test_more_parcels_than_are_read_are_not_taken_for_all() -> None:
    parcels = [a_parcel(1075 + place, [a_line(order=1075)]) for place in range(9)]
    with pytest.raises(ShopError, match="9 parcels"):
        await seen(an_order("#1075", fulfillments=parcels))


async def test_an_order_of_nothing_that_is_sent_and_lines_without_skus_are_readable() -> None:
    line = a_line(None, order=1076)
    custom = a_line("", order=1076, place=2, variant=None, product=None)
    order = await seen(an_order("#1076", lineItems=[line, custom], shippingAddress=None, billingAddress=None))
    assert [one.sku for one in order.lines] == ["variant-501", "line-10762"]
    assert (order.address.country, order.address.line1) == ("ZZ", "no address")


async def test_lines_of_one_sku_at_one_price_are_one_line() -> None:
    order = await seen(an_order("#1077", lineItems=[a_line(order=1077), a_line(order=1077, place=2)]))
    assert [(line.sku, line.quantity) for line in order.lines] == [("CREW-M", 2)]


async def test_the_customer_is_told_the_currency_they_paid_in() -> None:
    paid = {
        "shopMoney": {"amount": "64.80", "currencyCode": "EUR"},
        "presentmentMoney": {"amount": "71.00", "currencyCode": "USD"},
    }
    order = await seen(an_order("#1078", totalPriceSet=paid))
    assert str(order.total) == "$71.00"


async def test_an_order_without_an_address_of_its_buyer_is_proved_by_nobody() -> None:
    data = a_shop()
    data.orders.append(an_order("#1079", customer=None, email=None))
    async with an_open_shop(FakeShopify(data)) as shop:
        for email in ("", " ", "ada@example.com"):
            with pytest.raises(ToolError, match="No order matches"):
                await Access().order(shop, "#1079", email=email)


async def test_two_orders_of_one_number_are_not_guessed_between() -> None:
    data = a_shop()
    data.orders += [an_order("#1080"), an_order("#1080")]
    async with an_open_shop(FakeShopify(data)) as shop:
        with pytest.raises(ShopError, match="2 orders"):
            await shop.get_order("1080")


async def test_an_order_that_others_of_a_like_number_come_before_is_found() -> None:
    async with an_open_shop(FakeShopify(a_shop())) as shop:
        oldest = await shop.get_order(NUMBERS[-1])
    assert oldest
    assert oldest.number == NUMBERS[-1]


@pytest.mark.parametrize("number", ['#1001" OR name:"#1004', "name:#1004", "1001\\", "(1001)", "#" * 50])
async def test_an_order_number_is_no_query(number: str) -> None:
    fake = FakeShopify(a_shop())
    async with an_open_shop(fake) as shop:
        assert await shop.get_order(number) is None
    assert "Orders" not in fake.operations


async def test_a_customer_is_found_by_number_or_global_id() -> None:
    async with an_open_shop(FakeShopify(a_shop())) as shop:
        customer = await shop.get_customer(f"gid://shopify/Customer/{ADA}")
        assert customer
        assert customer == await shop.get_customer(ADA)
        assert (customer.tier, customer.marketing_consent, str(customer.lifetime_value)) == ("gold", True, "€412.30")
        assert len(await shop.list_orders(f"gid://shopify/Customer/{ADA}")) == 3


def more_products() -> Data:
    data = a_shop()
    uncounted: dict[str, Any] = {"tracked": False, "inventoryLevels": []}
    till = [a_level("Shop window", 20, online=False), a_level("Hamburg", 1)]
    data.products += [
        a_product(314, "Made On Demand", [a_variant(513, "DEMAND", units=0, availableForSale=True, inventoryPolicy="CONTINUE")]),
        a_product(315, "Voucher", [a_variant(514, "VOUCHER", inventoryItem=uncounted, availableForSale=False)]),
        a_product(316, "Withdrawn", [a_variant(515, "GONE", units=3, availableForSale=False)]),
        a_product(317, "At The Till", [a_variant(516, "TILL", inventoryItem={"tracked": True, "inventoryLevels": till})]),
        a_product(310, "Gift Card", [a_variant(510, None, inventoryItem=uncounted, selectedOptions=[])]),
        a_product(311, "Old Crewneck", [a_variant(511, "CREW-M")], status="ARCHIVED"),
        a_product(312, "Many Colours", [a_variant(600 + place, f"MANY-{place}") for place in range(60)]),
        a_product(313, "Oversold", [a_variant(512, "OVER", units=-3)]),
    ]
    return data


async def test_stock_is_told_by_location_and_a_count_below_zero_is_none() -> None:
    async with an_open_shop(FakeShopify(more_products())) as shop:
        crew, oversold = await shop.get_product("crew-m"), await shop.get_product("OVER")
        assert crew
        assert oversold
        assert crew.variants[0].stock == {"Hamburg": 4, "Berlin": 0}
        assert oversold.variants[0].units == 0


async def test_what_may_not_be_bought_or_is_not_sent_to_customers_is_not_told_as_in_stock() -> None:
    async with an_open_shop(FakeShopify(more_products())) as shop:
        gone, till = await shop.get_product("GONE"), await shop.get_product("TILL")
        assert gone
        assert till
        assert (gone.variants[0].units, stock_in_words(gone.variants[0])) == (0, "sold out")
        assert till.variants[0].stock == {"Hamburg": 1}


async def test_what_is_not_counted_is_in_stock_without_a_number_and_has_a_name_of_its_own() -> None:
    async with an_open_shop(FakeShopify(more_products())) as shop:
        card = await shop.get_product("310")
        assert card
        assert (card.variants[0].sku, card.variants[0].units, card.variants[0].in_stock) == ("variant-510", None, True)
        assert await shop.get_product("variant-510") == card


async def test_what_may_be_oversold_is_to_order_and_what_may_not_be_bought_is_not_there() -> None:
    async with an_open_shop(FakeShopify(more_products())) as shop:
        demand, voucher = await shop.get_product("DEMAND"), await shop.get_product("VOUCHER")
        assert demand
        assert voucher
        assert stock_in_words(demand.variants[0]) == TO_ORDER
        assert stock_in_words(voucher.variants[0]) == "sold out"


async def test_what_is_not_for_sale_is_not_told_and_all_variants_are() -> None:
    async with an_open_shop(FakeShopify(more_products())) as shop:
        assert await shop.get_product("311") is None
        crew, many = await shop.get_product("CREW-M"), await shop.get_product("MANY-59")
        assert crew
        assert crew.product_id == "301"
        assert many
        assert len(many.variants) == 60


async def test_search_forgives_a_typing_error_and_a_sentence() -> None:
    fake = FakeShopify(more_products())
    async with an_open_shop(fake) as shop:
        for words in ("crewnek", "do you have a crewneck for me please"):
            assert [one.name for one in await shop.search_products(words)] == ["Harbour Crewneck"]
        assert fake.operations.count("Catalogue") == 1, "the list is kept for ten minutes"
        assert [one.name for one in await shop.search_products("shoes")] == ["Rain Boots"]


async def test_a_sold_out_item_has_its_like_recommended() -> None:
    data = a_shop()
    data.products.append(a_product(320, "Pier Crewneck", [a_variant(520, "PIER-M")]))
    data.products[0]["variants"] = [a_variant(501, "CREW-M", units=0)]
    async with an_open_shop(FakeShopify(data)) as shop:
        result = await ToolBench(shop).tell("check_stock", sku="CREW-M")
        assert [one["name"] for one in result["alternatives"]] == ["Pier Crewneck (M)"]


async def test_policies_are_plain_text_and_empty_ones_left_out() -> None:
    data = a_shop()
    data.policies += [
        {"type": "PRIVACY_POLICY", "title": "Privacy", "body": " <p> </p>"},
        {"type": "TERMS_OF_SERVICE", "title": "New", "body": "<style>p{}</style><h2>New</h2>Text"},
    ]
    async with an_open_shop(FakeShopify(data)) as shop:
        told = [(one.topic, one.text) for one in await shop.list_policies()]
    assert told == [("returns", "30 days.\nAsk & send."), ("terms", "New\nText")]


async def test_what_staff_wrote_on_an_order_is_not_read() -> None:
    assert "fraud" not in (await seen(an_order("#1091"))).model_dump_json()


async def test_amounts_keep_every_cent() -> None:
    order = await seen(an_order("#1090", totalPriceSet=bag("1234567.10")))
    assert str(order.total.amount) == "1234567.10"
