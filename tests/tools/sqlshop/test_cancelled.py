"""Whoever waits for the shop may give up at any moment: nothing is lost, nothing stays locked."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from warmline.tools.clock import FrozenClock
from warmline.tools.demo import open_demo_shop
from warmline.tools.sqlshop import SqlShop

MOMENTS = 40
"""How many points of an awaited call are tried; a read has about half as many."""


async def given_up_on(call: Callable[[], Awaitable[object]], moment: int) -> None:
    """Start a call and cancel it after so many turns of the event loop."""
    task = asyncio.ensure_future(call())
    for _ in range(moment):
        await asyncio.sleep(0)
        await asyncio.sleep(0.0005 if moment % 3 == 0 else 0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_shop_in_memory_outlives_calls_that_were_given_up_on(clock: FrozenClock, labels: Path) -> None:
    async with await open_demo_shop("sqlite://", clock=clock, labels=labels) as shop:
        for moment in range(MOMENTS):
            await given_up_on(lambda: shop.get_order("W-10460"), moment)
        assert await shop.get_order("W-10460") is not None


async def test_two_shops_in_memory_are_two(clock: FrozenClock, labels: Path) -> None:
    async with (
        await open_demo_shop("sqlite://", clock=clock, labels=labels) as one,
        await open_demo_shop("sqlite:///:memory:", clock=clock, labels=labels) as other,
    ):
        await one.cancel_order("W-10460", key="k1")
        assert await other.find_receipt("k1") is None


@pytest.mark.parametrize("moment", range(0, MOMENTS, 4))
async def test_a_write_given_up_on_leaves_no_lock_and_happens_whole_or_not_at_all(shop: SqlShop, moment: int) -> None:
    await given_up_on(lambda: shop.cancel_order("W-10460", key="k1"), moment)
    order, receipt = await shop.get_order("W-10460"), await shop.find_receipt("k1")
    assert order is not None
    assert (order.status == "cancelled") == (receipt is not None)
    assert (await shop.cancel_order("W-10460", key="k1")).order_number == "W-10460"
