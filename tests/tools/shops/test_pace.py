"""How fast a service may be asked."""

import asyncio

import pytest

from warmline.errors import ShopDrifted, ShopError
from warmline.tools.shops.pace import Bucket
from warmline.tools.shops.pages import Page, all_pages


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def seconds(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)

    def bucket(self, size: float, per_second: float) -> Bucket:
        return Bucket(size=size, per_second=per_second, seconds=self.seconds, sleep=self.sleep)


async def test_a_leaky_bucket_lets_a_burst_through_and_then_leaks() -> None:
    time = Time()
    bucket = time.bucket(40, 2)
    await asyncio.gather(*(bucket.take() for _ in range(50)))
    assert time.now == pytest.approx(5.0)


async def test_a_query_waits_until_its_cost_is_restored() -> None:
    time = Time()
    bucket = time.bucket(1000, 50)
    await bucket.take(900)
    await bucket.take(300)
    assert time.now == pytest.approx(4.0)


async def test_the_service_knows_better_what_is_left() -> None:
    time = Time()
    bucket = time.bucket(1000, 50)
    bucket.settle(10, size=2000, per_second=100)
    await bucket.take(110)
    assert time.now == pytest.approx(1.0)


async def test_who_is_asked_to_be_left_alone_is() -> None:
    time = Time()
    bucket = time.bucket(40, 2)
    bucket.pause(7)
    await bucket.take()
    assert time.now == pytest.approx(7.0)


async def test_what_costs_more_than_the_bucket_holds_waits_for_a_full_one() -> None:
    time = Time()
    bucket = time.bucket(10, 1)
    await bucket.take(25)
    await bucket.take(1)
    assert time.now == pytest.approx(16.0)


async def pages(cursor: int | None, *, last: int = 3) -> Page[int, int]:
    number = cursor or 0
    return Page(items=[number * 2, number * 2 + 1], next=number + 1 if number < last else None)


async def test_a_list_is_read_to_its_end() -> None:
    assert await all_pages(pages) == list(range(8))
    assert await all_pages(pages, enough=3) == [0, 1, 2]


async def test_half_a_list_is_an_error() -> None:
    async def endless(cursor: int | None) -> Page[int, int]:
        return Page(items=[1], next=(cursor or 0) + 1)

    async def circle(_: int | None) -> Page[int, int]:
        return Page(items=[1], next=1)

    with pytest.raises(ShopError, match="more than 5 pages"):
        await all_pages(endless, most=5)
    with pytest.raises(ShopDrifted, match="read before"):
        await all_pages(circle)
