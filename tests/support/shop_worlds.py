"""Worlds for the shop contract over shops in memory."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from functools import cache

from warmline.testing import (
    NOW,
    MemoryShop,
    a_customer,
    a_line,
    a_policy,
    a_product,
    a_shipment,
    a_variant,
    an_address,
    an_order,
    dollars,
)
from warmline.testing.shop_contract import KnownOrder, Swap, World
from warmline.tools.model import Order, ReturnItem

PACIFIC = timezone(timedelta(hours=-8))
LATE = datetime(2026, 11, 17, 23, 30, tzinfo=PACIFIC)
"""The next day in UTC."""

CROWD = [f"W-{30000 + number}" for number in range(60)]
LINES = (a_line(), a_line("CREW-NVY-L", options={"colour": "navy", "size": "L"}))
BEN = ("C-2002", "ben@example.com")


@cache
def orders() -> list[Order]:
    """Ada's, Ben's, and sixty of somebody who orders every day."""
    crowd = [
        an_order(number, customer_id="C-3003", email="cleo@example.com", placed_at=NOW - timedelta(days=days))
        for days, number in enumerate(CROWD)
    ]
    arrived = a_shipment("delivered", contents={line.sku: line.quantity for line in LINES})
    return [
        an_order(placed_at=LATE),
        an_order("W-10391", status="delivered", lines=LINES, shipments=(arrived,)),
        an_order("W-10460", status="processing"),
        an_order("W-20001", status="processing", placed_at=NOW - timedelta(days=1), customer_id=BEN[0], email=BEN[1]),
        *crowd,
    ]


def a_memory_shop(kind: Callable[..., MemoryShop] = MemoryShop) -> MemoryShop:
    """A shop in memory, of a class of its own where one is given, with all the contract asks for."""
    customers = [
        a_customer(),
        a_customer(BEN[0], name="Ben", email=BEN[1]),
        a_customer("C-3003", name="Cleo", email="cleo@example.com"),
    ]
    boots = a_product("fjord-boots", name="Fjord Rain Boots", kind="shoes", variants=(a_variant("BOOT-41", size="41", units=0),))
    return kind(customers=customers, orders=orders(), products=[a_product(), boots], policies=[a_policy(), a_policy("shipping")])


def known(order: Order) -> KnownOrder:
    """What the shop's own screens say of an order."""
    return KnownOrder(
        number=order.number, customer_id=order.customer_id, email=order.email, placed_at=order.placed_at, total=order.total
    )


def the_world(shop: MemoryShop) -> World:
    """What is in it."""

    async def writes() -> int:
        return len(shop.receipts)

    return World(
        shop=shop,
        clock=shop.clock,
        order=KnownOrder(number="W-10432", customer_id="C-1001", email="ada@example.com", placed_at=LATE, total=dollars("73.00")),
        foreign=known(orders()[3]),
        sku="CREW-NVY-M",
        product_id="harbour-crewneck",
        crowd=("C-3003", CROWD),
        unshipped="W-10460",
        new_address=an_address(line1="14 Cedar Street"),
        shipped="W-10432",
        returnable=("W-10391", ReturnItem(sku="CREW-NVY-M")),
        swap=Swap(number="W-10391", item=ReturnItem(sku="CREW-NVY-L"), new_sku="CREW-GRY-M"),
        sold_out="BOOT-41",
        cared="harbour-crewneck",
        writes=writes,
    )


@asynccontextmanager
async def a_memory_world(kind: Callable[..., MemoryShop] = MemoryShop) -> AsyncGenerator[World]:
    """A fresh shop in memory, and what is in it."""
    yield the_world(a_memory_shop(kind))
