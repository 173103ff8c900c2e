"""A gate at which several event loops wait at once, each in a thread of its own."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

import pytest
from support.loops import in_threads, looped
from support.waiting import until

from warmline.agent.capacity import SHOP_CALLS, Gate, Overloaded

SECONDS = 30.0
"""What a test waits for at most; each is over in an instant unless something is lost."""


class Elsewhere:
    """An event loop in a thread of its own, which can be held still."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._goes_on = threading.Event()
        self._thread.start()

    def runs(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Future[Any]":
        return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.loop))

    def stands_still(self) -> None:
        self._goes_on.clear()
        stands = threading.Event()

        def still() -> None:
            stands.set()
            assert self._goes_on.wait(SECONDS)

        self.loop.call_soon_threadsafe(still)
        assert stands.wait(SECONDS)

    def goes_on(self) -> None:
        self._goes_on.set()

    def ends(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(SECONDS)
        self.loop.close()


async def test_who_waits_in_another_loop_hears_of_his_place_at_once() -> None:
    gate, elsewhere = Gate(1, rule=SHOP_CALLS, seconds=2 * SECONDS), Elsewhere()

    async def visit() -> None:
        async with gate:
            pass

    async with gate:
        visiting = elsewhere.runs(visit())
        await until(lambda: gate.waiting == 1)
    async with asyncio.timeout(SECONDS):  # nothing else wakes that loop
        await visiting
    assert (gate.inside, gate.waiting) == (0, 0)
    elsewhere.ends()


async def test_a_place_that_is_on_its_way_as_the_wait_is_given_up_goes_to_the_next() -> None:
    gate, elsewhere = Gate(1, rule=SHOP_CALLS, seconds=SECONDS), Elsewhere()
    visits: list[asyncio.Task[None]] = []

    async def visit() -> None:
        async with gate:
            raise AssertionError("came in; was to give up")

    async def begin() -> None:
        visits.append(asyncio.create_task(visit()))

    async with gate:
        await elsewhere.runs(begin())
        await until(lambda: gate.waiting == 1)
        elsewhere.stands_still()
        elsewhere.loop.call_soon_threadsafe(visits[0].cancel)  # comes before the place does
    assert gate.inside == 1  # his, who has not heard of it
    elsewhere.goes_on()
    await until(lambda: gate.inside == 0)
    async with gate:
        pass
    elsewhere.ends()


async def test_a_place_for_a_loop_that_is_closed_goes_to_the_next() -> None:
    gate, elsewhere = Gate(1, rule=SHOP_CALLS, seconds=SECONDS), Elsewhere()

    async def visit() -> None:
        async with gate:
            pass

    kept: list[asyncio.Task[None]] = []

    async def begin() -> None:
        kept.append(asyncio.create_task(visit()))

    await gate.__aenter__()
    await elsewhere.runs(begin())
    await until(lambda: gate.waiting == 1)
    elsewhere.ends()
    next_one = asyncio.create_task(visit())
    await until(lambda: gate.waiting == 2)
    await gate.__aexit__()
    async with asyncio.timeout(SECONDS):
        await next_one
    assert (gate.inside, gate.waiting) == (0, 0)
    waited = kept[0].get_coro()
    assert waited is not None
    waited.close()  # as its end by the garbage collector
    assert (gate.inside, gate.waiting) == (0, 0)


@pytest.mark.parametrize("seconds", [SECONDS, 0.002])
def test_never_more_than_its_places_and_nobody_is_lost(seconds: float) -> None:
    gate, lock, inside, most, came, late = Gate(3, rule=SHOP_CALLS, seconds=seconds), threading.Lock(), 0, 0, 0, 0

    async def visit() -> None:
        nonlocal inside, most, came, late
        try:
            async with gate:
                with lock:
                    inside, came = inside + 1, came + 1
                    most = max(most, inside)
                await asyncio.sleep(0.0005)
                with lock:
                    inside -= 1
        except Overloaded:
            with lock:
                late += 1

    async def many() -> None:
        async with asyncio.timeout(SECONDS):
            for _ in range(20):
                await asyncio.gather(*(visit() for _ in range(5)))

    in_threads(*[looped(many)] * 3)
    assert came + late == 300
    assert (late > 0) is (seconds < SECONDS)
    assert (most, gate.inside, gate.waiting) == (3, 0, 0)
