"""Opening the demo shop: filled once, whole or not at all, and as of today on every later day."""

import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import create_async_engine

from warmline.errors import SettingsError
from warmline.tools.clock import FrozenClock
from warmline.tools.demo import open_demo_shop
from warmline.tools.model import Order, ReturnItem
from warmline.tools.sqlshop import SqlShop

BOOTS = ReturnItem(sku="HP-BOOT-GRN-39")


async def the_order(shop: SqlShop, number: str) -> Order:
    order = await shop.get_order(number)
    assert order
    return order


async def test_an_empty_database_is_filled_in_under_two_seconds(clock: FrozenClock, labels: Path) -> None:
    start = time.process_time()  # what it takes, not what others on this machine do meanwhile
    async with await open_demo_shop("sqlite://", clock=clock, labels=labels) as shop:
        assert time.process_time() - start < 2
        assert len(await shop.list_orders("C-1001")) >= 3


async def test_without_what_draws_labels_no_shop_is_opened_that_would_promise_one(
    clock: FrozenClock, labels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "reportlab", None)
    with pytest.raises(SettingsError, match=r"pip install 'warmline\[demo\]'"):
        await open_demo_shop("sqlite://", clock=clock, labels=labels)


async def test_times_are_relative_to_the_clock(shop: SqlShop, clock: FrozenClock) -> None:
    assert (await the_order(shop, "W-10432")).shipments[0].expected == clock.now() + timedelta(days=2)
    product = await shop.get_product("HP-CREW-RED-M")
    assert product
    red = product.variant("HP-CREW-RED-M")
    assert red
    assert red.next_delivery == clock.now() + timedelta(days=9)


async def test_opened_again_on_the_same_day_it_is_as_it_was_left(
    shop: SqlShop, url: URL, clock: FrozenClock, labels: Path
) -> None:
    await shop.create_return("W-10391", [BOOTS], reason="other", key="k1")
    before = await the_order(shop, "W-10391")
    clock.moment += timedelta(hours=23)
    async with await open_demo_shop(url, clock=clock, labels=labels) as again:
        assert await the_order(again, "W-10391") == before


@pytest.mark.parametrize(("later", "days"), [(timedelta(days=1), 1), (timedelta(days=40, hours=7), 40)])
async def test_on_a_later_day_every_date_has_moved_by_whole_days(
    shop: SqlShop, url: URL, clock: FrozenClock, labels: Path, later: timedelta, days: int
) -> None:
    moved = timedelta(days=days)
    before, customer = await the_order(shop, "W-10402"), await shop.get_customer("C-1004")
    product = await shop.get_product("HP-CREW-RED-M")
    clock.moment += later
    async with await open_demo_shop(url, clock=clock, labels=labels) as again:
        after, customer_later = await the_order(again, "W-10402"), await again.get_customer("C-1004")
        product_later = await again.get_product("HP-CREW-RED-M")
    assert customer
    assert customer_later
    assert product
    assert product_later
    assert after == Order.model_validate(_moved(before.model_dump(), moved))
    assert customer_later.since == customer.since + moved
    assert product_later == type(product).model_validate(_moved(product.model_dump(), moved))


def _moved(value: object, ahead: timedelta) -> object:
    match value:
        case dict():
            return {name: _moved(content, ahead) for name, content in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        case tuple() | list():
            return [_moved(content, ahead) for content in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        case datetime():
            return value + ahead
        case _:
            return value


async def test_it_moves_from_where_it_last_was(shop: SqlShop, url: URL, clock: FrozenClock, labels: Path) -> None:
    start = clock.now()
    for hours in (20, 40, 60, 80):
        clock.moment = start + timedelta(hours=hours)
        async with await open_demo_shop(url, clock=clock, labels=labels) as again:
            age = clock.now() + timedelta(days=2) - ((await the_order(again, "W-10432")).shipments[0].expected or start)
            assert timedelta(0) <= age < timedelta(days=1)


async def test_a_clock_that_was_set_back_moves_nothing(shop: SqlShop, url: URL, clock: FrozenClock, labels: Path) -> None:
    before = await the_order(shop, "W-10432")
    clock.moment -= timedelta(days=5)
    async with await open_demo_shop(url, clock=clock, labels=labels) as again:
        assert await the_order(again, "W-10432") == before


async def test_a_receipt_stays_as_it_was_given_out(shop: SqlShop, url: URL, clock: FrozenClock, labels: Path) -> None:
    receipt = await shop.create_return("W-10391", [BOOTS], reason="other", key="k1")
    clock.moment += timedelta(days=3)
    async with await open_demo_shop(url, clock=clock, labels=labels) as again:
        assert await again.find_receipt("k1") == receipt
        assert [line.returned for line in (await the_order(again, "W-10391")).lines] == [1, 0, 0]


async def test_an_engine_that_was_handed_in_stays_open(tmp_path: Path, clock: FrozenClock, labels: Path) -> None:
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'own.db'}")
    for _ in range(2):
        async with await open_demo_shop(engine, clock=clock, labels=labels) as shop:
            assert await shop.get_customer("C-1001")
    async with engine.connect() as connection:
        assert not connection.closed
    await engine.dispose()
