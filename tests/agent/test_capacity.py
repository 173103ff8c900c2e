"""A gate: so many at once, the others in the order they came, and none for ever."""

import asyncio
from typing import Any

import pytest

from warmline import Capacity
from warmline.agent.capacity import QUEUE_FULL, SHOP_CALLS, Gate, Overloaded, Places
from warmline.errors import UsageError

LONG = 60.0


class Guest:
    """Goes through a gate, and stays inside until it is told to leave."""

    def __init__(self, gate: Gate) -> None:
        self.inside = asyncio.Event()
        self.leave = asyncio.Event()
        self.task = asyncio.create_task(self.visit(gate))

    async def visit(self, gate: Gate) -> None:
        async with gate:
            self.inside.set()
            await self.leave.wait()

    async def gone(self) -> None:
        self.leave.set()
        await self.task


async def settled() -> None:
    """Everything that can go on has gone on."""
    for _ in range(5):
        await asyncio.sleep(0)


async def guests(gate: Gate, count: int) -> list[Guest]:
    come = [Guest(gate) for _ in range(count)]
    await settled()
    return come


async def test_so_many_are_inside_and_the_others_come_in_in_their_order() -> None:
    gate = Gate(2, rule=SHOP_CALLS, seconds=LONG)
    come = await guests(gate, 5)
    assert (gate.inside, gate.waiting) == (2, 3)
    for number, guest in enumerate(come):
        await guest.gone()
        await settled()
        assert [one.inside.is_set() for one in come] == [place < number + 3 for place in range(5)]
    assert (gate.inside, gate.waiting) == (0, 0)


async def test_whoever_comes_as_a_place_becomes_free_does_not_overtake_those_who_wait() -> None:
    gate = Gate(1, rule=SHOP_CALLS, seconds=LONG)
    first, second = await guests(gate, 2)
    first.leave.set()
    late = Guest(gate)
    await settled()
    assert (second.inside.is_set(), late.inside.is_set()) == (True, False)
    await second.gone()
    await late.gone()


async def test_with_no_place_to_wait_it_is_said_at_once() -> None:
    gate = Gate(1, rule=SHOP_CALLS, seconds=LONG, line=1)
    first, second = await guests(gate, 2)
    with pytest.raises(Overloaded, match="1 are being served and 1 wait") as told:
        await Guest(gate).task
    assert told.value.rule == QUEUE_FULL
    await first.gone()
    await second.gone()


async def test_whoever_waited_too_long_is_told_and_the_next_in_line_is_next() -> None:
    gate = Gate(1, rule=SHOP_CALLS, seconds=0.01)
    (first,) = await guests(gate, 1)
    with pytest.raises(Overloaded, match=r"waited 0\.01 s for one of 1 places") as told:
        await Guest(gate).task
    assert told.value.rule == SHOP_CALLS
    assert gate.waiting == 0
    await first.gone()
    assert gate.inside == 0


async def test_a_wait_that_is_given_up_leaves_the_line() -> None:
    gate = Gate(1, rule=SHOP_CALLS, seconds=LONG)
    first, second, third = await guests(gate, 3)
    second.task.cancel()
    await first.gone()
    await settled()
    assert (second.task.cancelled(), third.inside.is_set()) == (True, True)
    await third.gone()
    assert (gate.inside, gate.waiting) == (0, 0)


async def test_a_place_that_comes_as_the_wait_is_given_up_goes_to_the_next() -> None:
    gate = Gate(1, rule=SHOP_CALLS, seconds=LONG)
    waiting: list[Guest] = []
    async with gate:
        waiting += await guests(gate, 2)
    second, third = waiting
    second.task.cancel()  # the place is the second's by now, who does not know yet
    await settled()
    assert (second.inside.is_set(), third.inside.is_set()) == (False, True)
    await third.gone()
    assert gate.inside == 0


async def test_a_time_out_of_whoever_is_inside_is_his_own() -> None:
    gate = Gate(1, rule=SHOP_CALLS, seconds=LONG)

    async def slow() -> None:
        async with gate:
            raise TimeoutError("mine")

    with pytest.raises(TimeoutError, match="mine"):
        await slow()
    assert gate.inside == 0


def test_a_gate_outlives_event_loops() -> None:
    gate = Gate(1, rule=SHOP_CALLS, seconds=LONG)

    async def crowd() -> None:
        for guest in await guests(gate, 3):
            await guest.gone()

    for _ in range(2):
        asyncio.run(crowd())
    assert gate.inside == 0


@pytest.mark.parametrize(
    "wrong",
    [{"turns": 0}, {"model_calls": 0}, {"shop_calls": -1}, {"waiting": -1}, {"wait_seconds": 0}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_capacity_nothing_could_run_with_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=next(iter(wrong))):
        Capacity(**wrong)


def test_no_waiting_at_all_is_a_capacity() -> None:
    assert Places(Capacity(waiting=0)).load().waiting == 0
