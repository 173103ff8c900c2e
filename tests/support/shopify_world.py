"""A Shopify shop with things in it, and the contract's world over it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import httpx2
from pydantic import SecretStr

from support.shopify_data import Data, Item
from support.shopify_fake import TOKEN, FakeShopify
from warmline.testing import NOW
from warmline.testing.shop_contract import KnownOrder, Swap, World
from warmline.tools.clock import FrozenClock
from warmline.tools.model import Address, Money, ReturnItem
from warmline.tools.shop import Shop
from warmline.tools.shops.shopify import ShopifySettings, ShopifyShop, opened

LATE = datetime(2026, 11, 17, 23, 30, tzinfo=timezone(timedelta(hours=-8)))
"""The next day in UTC, which Shopify writes times in."""

ADA, BEN, CROWD = "207119551", "207119552", "207119553"
NUMBERS = [f"#{2000 + number}" for number in range(25)]
SETTINGS = ShopifySettings(
    domain="kai.myshopify.com",
    token=SecretStr(TOKEN),
    delivery_days=5,
    return_days=30,
    return_fee=Decimal("4.90"),
    exchange_days=14,
    labels="mailed",
)
HOME = {
    "name": "Ada Moore",
    "address1": "Kaistraße 4",
    "address2": None,
    "city": "Hamburg",
    "provinceCode": None,
    "province": None,
    "zip": "20457",
    "countryCodeV2": "DE",
}


def bag(amount: str, currency: str = "EUR") -> Item:
    """MoneyBag."""
    money = {"amount": amount, "currencyCode": currency}
    return {"shopMoney": money, "presentmentMoney": money}


def written(moment: datetime) -> str:
    """A DateTime as Shopify writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def a_line(sku: str | None = "CREW-M", *, order: int, place: int = 1, **changes: Any) -> Item:
    """LineItem."""
    size = (sku or "M")[-1]
    usual: Item = {
        "id": f"gid://shopify/LineItem/{order}{place}",
        "sku": sku,
        "name": f"Crewneck - {size}",
        "title": "Crewneck",
        "quantity": 1,
        "currentQuantity": 1,
        "variant": {"id": "gid://shopify/ProductVariant/501", "selectedOptions": [{"name": "Size", "value": size}]},
        "product": {"tags": ["wool"]},
        "originalUnitPriceSet": bag("59.90"),
        "discountedUnitPriceAfterAllDiscountsSet": bag("59.90"),
        "taxLines": [],
    }
    return usual | changes


def a_parcel(order: int, lines: list[Item], status: str = "DELIVERED", *, days_ago: int = 3) -> Item:
    """Fulfillment of these lines."""
    sent = NOW - timedelta(days=days_ago + 2)
    arrived = written(NOW - timedelta(days=days_ago)) if status == "DELIVERED" else None
    packed = [
        {"id": f"gid://shopify/FulfillmentLineItem/{order}{place}", "quantity": line["quantity"], "lineItem": line}
        for place, line in enumerate(lines)
    ]
    scan = {
        "happenedAt": written(sent),
        "status": "IN_TRANSIT",
        "message": None,
        "city": "Hamburg",
        "province": None,
        "country": "DE",
    }
    return {
        "id": f"gid://shopify/Fulfillment/{order}",
        "status": "SUCCESS",
        "displayStatus": status,
        "createdAt": written(sent),
        "inTransitAt": written(sent),
        "deliveredAt": arrived,
        "estimatedDeliveryAt": None,
        "trackingInfo": [{"company": "DHL", "number": "00340434161094"}],
        "fulfillmentLineItems": packed,
        "events": [scan],
    }


def an_order(name: str, *, customer: str | None = ADA, email: str | None = "ada@example.com", **changes: Any) -> Item:
    """Order: paid, of one line, not shipped."""
    number = int(name[1:])
    usual: Item = {
        "id": f"gid://shopify/Order/{number}",
        "name": name,
        "email": email,
        "processedAt": written(NOW - timedelta(days=6)),
        "updatedAt": written(NOW - timedelta(days=2)),
        "cancelledAt": None,
        "taxesIncluded": True,
        "note": "looks like fraud, says Kim",
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "customer": {"legacyResourceId": customer} if customer else None,
        "cancellation": None,
        "shippingAddress": dict(HOME),
        "billingAddress": dict(HOME),
        "totalPriceSet": bag("64.80"),
        "totalDiscountsSet": bag("0.00"),
        "totalShippingPriceSet": bag("4.90"),
        "totalReceivedSet": bag("64.80"),
        "totalRefundedSet": bag("0.00"),
        "lineItems": [a_line(order=number)],
        "fulfillments": [],
        "returns": [],
    }
    order = usual | changes
    order["fulfillmentsCount"] = {"count": len(order["fulfillments"])}
    return order


def a_shipped_order(name: str, status: str = "DELIVERED", *, lines: list[Item] | None = None, **changes: Any) -> Item:
    """An order of which everything was sent."""
    lines = lines or [a_line(order=int(name[1:]))]
    parcels = [a_parcel(int(name[1:]), lines, status)]
    return an_order(name, displayFulfillmentStatus="FULFILLED", lineItems=lines, fulfillments=parcels, **changes)


def a_level(name: str, units: int, *, online: bool = True) -> Item:
    """InventoryLevel."""
    return {"location": {"name": name, "fulfillsOnlineOrders": online}, "quantities": [{"name": "available", "quantity": units}]}


def a_variant(number: int, sku: str | None, *, units: int = 4, **changes: Any) -> Item:
    """ProductVariant, at two locations."""
    usual: Item = {
        "id": f"gid://shopify/ProductVariant/{number}",
        "sku": sku,
        "price": "59.90",
        "availableForSale": units > 0,
        "inventoryPolicy": "DENY",
        "selectedOptions": [{"name": "Size", "value": (sku or "M")[-1]}],
        "inventoryItem": {"tracked": True, "inventoryLevels": [a_level("Hamburg", units), a_level("Berlin", 0)]},
    }
    return usual | changes


def a_product(number: int, title: str, variants: list[Item], **changes: Any) -> Item:
    """Product on sale."""
    return {
        "__typename": "Product",
        "id": f"gid://shopify/Product/{number}",
        "title": title,
        "productType": "Clothing",
        "vendor": "Kai",
        "description": "Warm.",
        "status": "ACTIVE",
        "tags": ["wool"],
        "variants": variants,
    } | changes


def a_customer(number: str, name: str, email: str) -> Item:
    """Customer."""
    return {
        "legacyResourceId": number,
        "displayName": name,
        "locale": "de",
        "createdAt": "2024-02-01T09:00:00Z",
        "tags": ["Gold"],
        "amountSpent": {"amount": "412.30", "currencyCode": "EUR"},
        "defaultEmailAddress": {"emailAddress": email, "marketingState": "SUBSCRIBED"},
        "defaultPhoneNumber": None,
        "defaultAddress": dict(HOME),
    }


def a_shop() -> Data:
    """Ada's orders, Ben's, and more than two pages of somebody else's."""
    data = Data()
    people = ((ADA, "Ada Moore", "ada@example.com"), (BEN, "Ben", "ben@example.com"), (CROWD, "Cleo", "cleo@example.com"))
    data.customers = {number: a_customer(number, name, email) for number, name, email in people}
    two = [a_line("CREW-M", order=1002), a_line("CREW-L", order=1002, place=2)]
    data.orders = [
        a_shipped_order("#1001", "IN_TRANSIT", processedAt=written(LATE)),
        a_shipped_order("#1002", lines=two, totalPriceSet=bag("124.70"), totalReceivedSet=bag("124.70")),
        an_order("#1003"),
        an_order("#1004", customer=BEN, email="ben@example.com"),
        *(
            an_order(name, customer=CROWD, email="cleo@example.com", processedAt=written(NOW - timedelta(days=place)))
            for place, name in enumerate(NUMBERS)
        ),
    ]
    data.products = [
        a_product(301, "Harbour Crewneck", [a_variant(501, "CREW-M"), a_variant(502, "CREW-L"), a_variant(503, "CREW-S")]),
        a_product(302, "Rain Boots", [a_variant(504, "BOOT-41", units=0)], productType="Shoes"),
    ]
    data.policies = [{"type": "REFUND_POLICY", "title": "Refund policy", "body": "<p>30 days.</p><p>Ask &amp; send.</p>"}]
    return data


class Wire(httpx2.AsyncBaseTransport):
    """To the fake and back, letting others go first both ways, as a network does."""

    def __init__(self, fake: FakeShopify) -> None:
        self._fake = fake

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(0)
        response = self._fake(request)
        await asyncio.sleep(0)
        return response


async def at_once(_: float) -> None:
    """No wait."""


def an_open_shop(
    fake: FakeShopify, settings: ShopifySettings = SETTINGS, clock: FrozenClock | None = None
) -> AbstractAsyncContextManager[ShopifyShop]:
    """The adapter over the fake."""
    return opened(settings, clock or FrozenClock(NOW), transport=Wire(fake), sleep=at_once)


@asynccontextmanager
async def a_world() -> AsyncGenerator[World]:
    """The contract's world over a shop that mails labels itself."""
    fake = FakeShopify(a_shop())

    @asynccontextmanager
    async def reopen() -> AsyncGenerator[Shop]:
        async with an_open_shop(fake) as other:
            yield other

    async with reopen() as shop:
        yield replace(the_shopify_world(fake, shop), reopen=reopen)


def the_shopify_world(fake: FakeShopify, shop: Shop) -> World:
    """What the contract is told to be in the shop."""

    @asynccontextmanager
    async def lost() -> AsyncGenerator[None]:
        with fake.answers_lost():
            yield

    @asynccontextmanager
    async def broken() -> AsyncGenerator[None]:
        with fake.broken_after(1):
            yield

    total = Money(amount=Decimal("64.80"), currency="EUR")
    return World(
        shop=shop,
        clock=FrozenClock(NOW),
        order=KnownOrder(number="#1001", customer_id=ADA, email="ada@example.com", placed_at=LATE, total=total),
        foreign=KnownOrder(
            number="#1004", customer_id=BEN, email="ben@example.com", placed_at=NOW - timedelta(days=6), total=total
        ),
        sku="CREW-M",
        product_id="301",
        crowd=(CROWD, NUMBERS),
        unshipped="#1003",
        new_address=Address(name="Ada Moore", line1="Neuer Weg 1", city="Kiel", postcode="24103", country="DE"),
        shipped="#1001",
        returnable=("#1002", ReturnItem(sku="CREW-M")),
        swap=Swap(number="#1002", item=ReturnItem(sku="CREW-L"), new_sku="CREW-S"),
        answer_lost=lost,
        broken_midway=broken,
    )


def euros(amount: str) -> Money:
    """An amount in euros."""
    return Money(amount=Decimal(amount), currency="EUR")


def order_of(data: Data, name: str) -> Any:
    """The order of this name, as it stands in the shop."""
    return next(order for order in data.orders if order["name"] == name)
