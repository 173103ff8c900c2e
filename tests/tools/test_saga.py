"""Steps outside a transaction: taken back in reverse when a later one fails, and what cannot be is said."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from warmline.errors import ShopError, ToolError
from warmline.tools.saga import Steps, compensated


class Diary:
    """What was done, and taken back."""

    def __init__(self, *stuck: str) -> None:
        self.lines: list[str] = []
        self.stuck = stuck

    def doing(self, what: str) -> Callable[[], Awaitable[str]]:
        async def act() -> str:
            await asyncio.sleep(0)
            self.lines.append(f"+{what}")
            return what

        return act

    async def undo(self, what: str) -> None:
        await asyncio.sleep(0)
        if what in self.stuck:
            raise OSError("stuck")
        self.lines.append(f"-{what}")

    async def take(self, steps: Steps, *names: str) -> None:
        for name in names:
            await steps.take(self.doing(name), what=f"the {name}", undo=self.undo)


async def attempt(diary: Diary, *names: str, error: Exception) -> None:
    """Take these steps, then fail."""
    async with compensated() as steps:
        await diary.take(steps, *names)
        raise error


async def test_nothing_is_taken_back_when_all_goes_well() -> None:
    diary = Diary()
    async with compensated() as steps:
        await diary.take(steps, "a", "b")
    assert diary.lines == ["+a", "+b"]


async def test_what_was_done_is_taken_back_the_last_one_first() -> None:
    diary = Diary()
    with pytest.raises(ToolError, match=r"^no$"):
        await attempt(diary, "a", "b", "c", error=ToolError("no"))
    assert diary.lines == ["+a", "+b", "+c", "-c", "-b", "-a"]


async def test_a_step_that_fails_is_not_taken_back_itself() -> None:
    diary = Diary()

    async def fail() -> str:
        raise ShopError("full")

    async def work() -> None:
        async with compensated() as steps:
            await diary.take(steps, "a")
            await steps.take(fail, what="the b", undo=diary.undo)

    with pytest.raises(ShopError, match=r"^full$"):
        await work()
    assert diary.lines == ["+a", "-a"]


async def test_what_cannot_be_taken_back_is_said_and_the_rest_is_taken_back() -> None:
    diary = Diary("a", "c")
    said = r"^no What was done before could not be taken back: the c \(stuck\); the a \(stuck\)\.$"
    with pytest.raises(ShopError, match=said) as raised:
        await attempt(diary, "a", "b", "c", error=ToolError("no"))
    assert diary.lines == ["+a", "+b", "+c", "-b"]
    assert isinstance(raised.value.__cause__, ToolError)


@pytest.mark.parametrize("moment", range(9))
async def test_whoever_is_cancelled_at_any_moment_leaves_nothing_or_everything(moment: int) -> None:
    diary, reached_the_end = Diary(), False

    async def work() -> None:
        nonlocal reached_the_end
        async with compensated() as steps:
            await diary.take(steps, "a", "b")
            await asyncio.sleep(0)
            reached_the_end = True

    task = asyncio.create_task(work())
    for _ in range(moment):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    done = [line[1:] for line in diary.lines if line.startswith("+")]
    undone = [line[1:] for line in diary.lines if line.startswith("-")]
    assert undone == ([] if reached_the_end else done[::-1])


async def test_being_cancelled_while_it_is_taken_back_stops_nothing() -> None:
    diary, begun = Diary(), asyncio.Event()

    async def slow(what: str) -> None:
        begun.set()
        await asyncio.sleep(0.01)
        await diary.undo(what)

    async def work() -> None:
        async with compensated() as steps:
            await steps.take(diary.doing("a"), what="the a", undo=slow)
            raise ToolError("no")

    task = asyncio.create_task(work())
    await begun.wait()
    task.cancel()
    await asyncio.wait([task])
    assert diary.lines == ["+a", "-a"]
