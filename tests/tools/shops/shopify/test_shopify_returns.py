"""Returns and exchanges: the shop's rules, what Shopify is told, and the label."""

from datetime import timedelta
from typing import Any

import pytest
from support.shopify_fake import FakeShopify, refusing
from support.shopify_world import (
    SETTINGS,
    a_line,
    a_parcel,
    a_shipped_order,
    a_shop,
    an_open_shop,
    an_order,
    bag,
    euros,
    order_of,
)

from warmline.errors import ShopError, ShopRefused, ShopUnavailable, ToolError
from warmline.testing import NOW
from warmline.tools.model import Address, Label, ReturnItem, ReturnReceipt
from warmline.tools.shops.shopify import ShopifyShop

KIEL = Address(name="Ada van der Moore", line1="Neuer Weg 1", city="Kiel", region="SH", postcode="24103", country="DE")
CREW = [ReturnItem(sku="CREW-M")]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("INVALID", ToolError),
        ("SOMETHING_NEW", ToolError),
        ("MISSING_PERMISSION", ShopRefused),
        ("CREATION_FAILED", ShopUnavailable),
    ],
)
async def test_why_a_return_was_not_made_decides_what_is_said(code: str, error: type[Exception]) -> None:
    fake = FakeShopify(a_shop())
    async with an_open_shop(fake) as shop:
        payload = {"return": None, "userErrors": [{"code": code, "field": ["returnInput"], "message": "Ada Moore may not"}]}
        fake.answers = [refusing("returnCreate", payload) for _ in range(9)]
        with pytest.raises(error) as refused:
            await shop.create_return("#1002", CREW, reason="changed_mind", key="k1")
        assert "Ada" not in str(refused.value)
        assert await shop.find_receipt("k1") is None


async def test_a_return_costs_what_the_settings_say_and_shopify_is_told() -> None:
    fake = FakeShopify(a_shop())
    async with an_open_shop(fake) as shop:
        receipt = await shop.create_return("#1002", CREW, reason="too_small", key="k1")
        assert (receipt.return_number, receipt.refund, receipt.label_fee) == ("#1002-R1", euros("55.00"), euros("4.90"))
        assert receipt.send_by == NOW + timedelta(days=14)
        free = await shop.create_return("#1002", [ReturnItem(sku="CREW-L")], reason="defective", key="k2")
        assert (free.refund, free.label_fee.amount) == (euros("59.90"), 0)
    first, second = (one["asked"] for one in order_of(fake.data, "#1002")["returns"])
    assert first["returnShippingFee"] == {"amount": {"amount": "4.90", "currencyCode": "EUR"}}
    assert first["returnLineItems"][0]["returnReason"] == "SIZE_TOO_SMALL"
    assert "returnShippingFee" not in second


@pytest.mark.parametrize(
    ("days_ago", "status", "tags", "why"),
    [
        (30, "DELIVERED", ["wool"], None),
        (31, "DELIVERED", ["wool"], "ended"),
        (3, "DELIVERED", ["Final-Sale"], "final sale"),
        (34, "FULFILLED", ["wool"], "ended"),
    ],
)
async def test_the_shops_own_rules_decide_what_may_go_back(days_ago: int, status: str, tags: list[str], why: str | None) -> None:
    fake = FakeShopify(a_shop())
    line = a_line(order=1050, product={"tags": tags})
    order = a_shipped_order("#1050", lines=[line])
    order["fulfillments"] = [a_parcel(1050, [line], status, days_ago=days_ago)]
    fake.data.orders.append(order)
    async with an_open_shop(fake) as shop:
        check = await shop.check_return("#1050")
        assert check
        [item] = check.items
        assert (item.returnable, why is None) == (1 if why is None else 0, item.why_not is None)
        assert why is None or why in (item.why_not or "")


async def test_what_was_paid_is_what_comes_back_discounts_and_added_taxes_counted() -> None:
    fake = FakeShopify(a_shop())
    reduced: dict[str, Any] = {
        "discountedUnitPriceAfterAllDiscountsSet": bag("50.00"),
        "taxLines": [{"priceSet": bag("8.01")}],
        "quantity": 2,
    }
    line = a_line(order=1051, currentQuantity=2, **reduced)
    fake.data.orders.append(a_shipped_order("#1051", lines=[line], taxesIncluded=False))
    async with an_open_shop(fake) as shop:
        check = await shop.check_return("#1051")
        assert check
        assert check.items[0].unit_refund == euros("54.00")


async def test_an_order_in_another_currency_goes_to_a_person() -> None:
    fake = FakeShopify(a_shop())
    fake.data.shop_facts["currencyCode"] = "USD"
    async with an_open_shop(fake) as shop:
        with pytest.raises(ToolError, match="another currency"):
            await shop.check_return("#1002")


async def test_an_exchange_carries_the_discount_the_customer_was_told() -> None:
    fake = FakeShopify(a_shop())
    reduced: dict[str, Any] = {"discountedUnitPriceAfterAllDiscountsSet": bag("53.91")}
    line = a_line(order=1052, **reduced)
    fake.data.orders.append(a_shipped_order("#1052", lines=[line], totalDiscountsSet=bag("5.99"), totalPriceSet=bag("58.81")))
    async with an_open_shop(fake) as shop:
        receipt = await shop.create_exchange("#1052", CREW[0], new_sku="CREW-S", reason="too_large", key="k1")
        assert (receipt.difference, receipt.reserved_until) == (euros("0.00"), NOW + timedelta(days=14))
    [asked] = [one["asked"] for one in order_of(fake.data, "#1052")["returns"]]
    [coming] = asked["exchangeLineItems"]
    assert coming["variantId"] == "gid://shopify/ProductVariant/503"
    assert coming["appliedDiscount"]["value"]["percentage"] == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("sku", "quantity", "why"), [("BOOT-41", 1, "in stock"), ("NOPE", 1, "no item"), ("CREW-S", 1, "told beforehand")]
)
async def test_an_exchange_that_cannot_be_had_or_told_is_refused(sku: str, quantity: int, why: str) -> None:
    fake = FakeShopify(a_shop())
    order_of(fake.data, "#1002")["taxesIncluded"] = sku != "CREW-S"
    async with an_open_shop(fake) as shop:
        with pytest.raises(ToolError, match=why):
            await shop.create_exchange("#1002", CREW[0], new_sku=sku, reason="too_large", key="k1")
        assert await shop.find_receipt("k1") is None


async def test_a_label_is_given_to_a_return_once_and_its_receipt_stays_as_it_was() -> None:
    label = Label(carrier="DHL", tracking_number="JJD0001", location="https://labels.example.com/1.pdf")
    fake = FakeShopify(a_shop())
    async with an_open_shop(fake) as shop:
        made = await shop.create_return("#1002", CREW, reason="defective", key="k1")
        for _ in range(2):
            await shop.attach_label("#1002", made.return_number, label)
        assert fake.operations.count("ReverseDelivery") == 1
        assert await shop.find_receipt("k1") == made
        with pytest.raises(ShopError, match="https"):
            await shop.attach_label("#1002", made.return_number, label.model_copy(update={"location": "/tmp/label.pdf"}))  # noqa: S108
        with pytest.raises(ShopError, match="not there"):
            await shop.attach_label("#1002", "#1002-R9", label)


async def test_a_label_made_by_something_else_of_the_shops_is_in_a_receipt_told_later() -> None:
    label = Label(carrier="DHL", tracking_number="JJD0001", location="https://labels.example.com/1.pdf")
    fake = FakeShopify(a_shop())
    async with an_open_shop(fake) as shop:
        with fake.broken_after(2):
            made = await shop.create_return("#1002", CREW, reason="defective", key="k1")
        await shop.attach_label("#1002", made.return_number, label)
        found = await shop.find_receipt("k1")
        assert isinstance(found, ReturnReceipt)
        assert found.label == label


async def test_an_item_named_twice_or_not_at_all_is_refused() -> None:
    async with an_open_shop(FakeShopify(a_shop())) as shop:
        for items, why in (([], "at least one"), (CREW * 2, "once"), ([ReturnItem(sku="X")], "no item")):
            with pytest.raises(ToolError, match=why):
                await shop.create_return("#1002", items, reason="other", key="k1")


async def test_rules_that_nobody_told_are_not_made_up() -> None:
    fake = FakeShopify(a_shop())
    settings = SETTINGS.model_copy(update={"return_days": None})
    fake.data.orders.append(an_order("#1060"))
    async with an_open_shop(fake, settings) as shop:
        assert isinstance(shop, ShopifyShop)
        assert {"check_return", "create_return", "create_exchange"} == set(shop.lacks)
        with pytest.raises(ToolError, match="not known"):
            await shop.check_return("#1002")
