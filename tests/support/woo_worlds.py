"""A WooCommerce shop with all the contract asks for."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import httpx2

from warmline.testing import an_address
from warmline.testing.shop_contract import KnownOrder, World
from warmline.tools.clock import FrozenClock
from warmline.tools.model import Money
from warmline.tools.shop import Shop
from warmline.tools.shops.service import Service
from warmline.tools.shops.woocommerce import WooShop
from warmline.tools.shops.woocommerce.opening import a_shop
from warmline.tools.shops.woocommerce.terms import Terms

from .woo import KEY, Woo
from .woo_shapes import a_customer, a_fulfillment, a_product, a_variation, an_order, completed

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
LATE = datetime(2026, 11, 17, 23, 30, tzinfo=timezone(timedelta(hours=-8)))
CROWD = [str(2000 + number) for number in range(130)]
TERMS = Terms(delivery_days=5, return_days=30, label_fee=Decimal("4.95"), free_for=("damaged", "defective"))


async def at_once(_: float) -> None:
    """No wait."""


def a_service(woo: Woo, key: str | None = KEY, **more: Any) -> Service:
    """The way to it; without a key, to its public pages."""
    given: dict[str, Any] = {"transport": httpx2.MockTransport(woo), "sleep": at_once, "clock": FrozenClock(NOW), **more}
    return Service("WooCommerce", "https://woo.test/wp-json", headers={"Authorization": key} if key else None, **given)


async def open_woo(woo: Woo, *, terms: Terms = TERMS, key: str = KEY) -> WooShop:
    """The shop, asked for what it has."""
    return await a_shop(a_service(woo, key), a_service(woo, None), terms, FrozenClock(NOW))


def a_woo(**given: Any) -> Woo:
    """Ada's three orders, Ben's, and a hundred and thirty of somebody who orders every hour."""
    woo = Woo(**given)
    bens: dict[str, Any] = {"customer": 27, "email": "ben@example.com"}
    woo.add(an_order(727), completed(728), an_order(729), an_order(730, **bens))
    for hours, number in enumerate(CROWD):
        placed = (NOW - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S")
        woo.add(completed(int(number), customer=28, email="cleo@example.com", date_created_gmt=placed))
    woo.parcels = {728: [a_fulfillment()]} if woo.fulfillments else {}
    woo.customers = {
        26: a_customer(),
        27: a_customer(27, "ben@example.com", "Ben", "Stone"),
        28: a_customer(28, "cleo@example.com"),
    }
    woo.products = {
        93: a_product(),
        94: a_product(94, "Fjord Rain Boots", type="simple", sku="BOOT-41", variations=[], attributes=[]),
    }
    woo.variations = {931: a_variation(), 932: a_variation(932, "CREW-NVY-S", "S", 0)}
    return woo


def the_woo_world(woo: Woo, shop: Shop, **given: Any) -> World:
    """What is in it."""

    async def writes() -> int:
        return woo.writes

    def known(number: str, customer_id: str, email: str) -> KnownOrder:
        total = Money(amount=Decimal("16.45"), currency="USD")
        return KnownOrder(number=number, customer_id=customer_id, email=email, placed_at=LATE, total=total)

    @asynccontextmanager
    async def reopen() -> AsyncGenerator[Shop]:
        yield await open_woo(woo)

    @asynccontextmanager
    async def trouble(name: str) -> AsyncGenerator[None]:
        with woo.set(name):
            yield

    world: dict[str, Any] = {
        "shop": shop,
        "clock": FrozenClock(NOW),
        "order": known("727", "26", "ada@example.com"),
        "foreign": known("730", "27", "ben@example.com"),
        "sku": "CREW-NVY-M",
        "product_id": "93",
        "crowd": ("28", CROWD),
        "unshipped": "729",
        "new_address": an_address(line1="14 Cedar Street"),
        "shipped": "728",
        "reopen": reopen,
        "answer_lost": lambda: trouble("lost"),
        "broken_midway": lambda: trouble("broken"),
        "writes": writes,
    }
    return World(**{**world, **given})
