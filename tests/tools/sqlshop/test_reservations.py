"""What an exchange keeps: the customer's when the goods arrive, back on the shelf when they do not in time."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL

from warmline.errors import ToolError
from warmline.tools.clock import FrozenClock
from warmline.tools.demo import open_demo_shop
from warmline.tools.model import ReturnItem
from warmline.tools.shop import Labels, Reservations, StockAlerts
from warmline.tools.shoprules import SEND_WINDOW
from warmline.tools.sqlshop import SqlShop

BOOTS = ReturnItem(sku="HP-BOOT-GRN-39")
NEW = "HP-BOOT-GRN-40"


async def stock(shop: SqlShop) -> dict[str, int]:
    product = await shop.get_product(NEW)
    variant = product and product.variant(NEW)
    assert variant
    return variant.stock


async def returned(shop: SqlShop) -> list[int]:
    order = await shop.get_order("W-10391")
    assert order
    return [line.returned for line in order.lines]


async def swap(shop: SqlShop, key: str = "k1") -> str:
    return (await shop.create_exchange("W-10391", BOOTS, new_sku=NEW, reason="too_small", key=key)).exchange_number


@pytest.mark.parametrize("protocol", [StockAlerts, Reservations, Labels])
async def test_it_has_the_protocols_of_upkeep(shop: SqlShop, protocol: type) -> None:
    assert isinstance(shop, protocol)


async def test_what_is_kept_too_long_is_put_back_where_it_was(shop: SqlShop, clock: FrozenClock) -> None:
    before = await stock(shop)
    await swap(shop)
    assert await stock(shop) != before
    clock.moment += SEND_WINDOW
    assert await shop.release_lapsed_reservations() == 0
    clock.moment += timedelta(seconds=1)
    assert await shop.release_lapsed_reservations() == 1
    assert await stock(shop) == before
    assert await shop.release_lapsed_reservations() == 0
    assert await stock(shop) == before


async def test_the_item_may_go_back_another_time(shop: SqlShop, clock: FrozenClock) -> None:
    await swap(shop)
    assert await returned(shop) == [1, 0, 0]
    clock.moment += SEND_WINDOW + timedelta(seconds=1)
    await shop.release_lapsed_reservations()
    assert await returned(shop) == [0, 0, 0]
    assert await shop.find_receipt("k1") is not None
    assert await swap(shop, "k1") == "X-50001"
    assert await returned(shop) == [0, 0, 0]


async def test_what_arrived_in_time_stays_the_customers(shop: SqlShop, clock: FrozenClock) -> None:
    number = await swap(shop)
    left = await stock(shop)
    await shop.receive_exchange(number.lower())
    await shop.receive_exchange(number)
    clock.moment += timedelta(days=60)
    assert await shop.release_lapsed_reservations() == 0
    assert await stock(shop) == left


async def test_goods_that_arrive_too_late_are_for_a_person(shop: SqlShop, clock: FrozenClock) -> None:
    number = await swap(shop)
    clock.moment += timedelta(days=15)
    await shop.release_lapsed_reservations()
    with pytest.raises(ToolError, match="What exchange X-50001 kept was put back on 2026-12-05"):
        await shop.receive_exchange(number)
    with pytest.raises(ToolError, match="Nothing is kept for an exchange 'X-1'"):
        await shop.receive_exchange("X-1")


async def test_several_workers_put_it_back_once(shop: SqlShop, clock: FrozenClock) -> None:
    before = await stock(shop)
    await swap(shop)
    clock.moment += timedelta(days=15)
    assert sum(await asyncio.gather(*(shop.release_lapsed_reservations() for _ in range(4)))) == 1
    assert await stock(shop) == before


async def test_the_demo_shops_moving_dates_promise_nothing_longer(
    shop: SqlShop, url: URL, clock: FrozenClock, labels: Path
) -> None:
    await swap(shop)
    clock.moment += timedelta(days=15)
    async with await open_demo_shop(url, clock=clock, labels=labels) as again:
        assert await again.release_lapsed_reservations() == 1
