"""What failed is asked again where that does no harm: so often, so late, and not a moment longer."""

import asyncio
from random import Random

import pytest

from warmline.tools.persisting import Failure, Patience, until_answered

PATIENCE = Patience(attempts=4, seconds=60, first=1, longest=3)


class Failed(Failure):
    """An attempt that came to nothing."""

    def __init__(self, *, again: bool = True, after: float | None = None) -> None:
        super().__init__()
        self.again, self.after = again, after


class Line:
    """Somebody who fails in these ways before answering; what was waited is written down and not waited."""

    def __init__(self, *failures: BaseException) -> None:
        self.failures = list(failures)
        self.waited: list[float] = []
        self.noted: list[int] = []

    async def ask(self) -> str:
        if self.failures:
            raise self.failures.pop(0)
        return "here"

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)

    def note(self, number: int, _: Failed, wait: float) -> None:
        self.noted.append(number)

    async def answer(self) -> str:
        rng = Random(1)  # noqa: S311 (spreads waits)
        return await until_answered(self.ask, PATIENCE, failure=Failed, sleep=self.sleep, rng=rng, note=self.note)


async def test_an_answer_at_once_waits_for_nothing() -> None:
    line = Line()
    assert (await line.answer(), line.waited, line.noted) == ("here", [], [])


async def test_waits_double_up_to_the_longest_and_are_cut_by_up_to_a_half() -> None:
    line = Line(Failed(), Failed(), Failed())
    assert await line.answer() == "here"
    assert line.noted == [1, 2, 3]
    assert all(most / 2 <= wait <= most for wait, most in zip(line.waited, (1, 2, 3), strict=True))


async def test_the_last_attempts_failure_is_what_is_raised() -> None:
    failures = [Failed() for _ in range(5)]
    line = Line(*failures)
    with pytest.raises(Failed) as raised:
        await line.answer()
    assert raised.value is failures[3]
    assert len(line.waited) == 3


async def test_who_says_how_long_to_wait_is_obeyed_and_given_a_tenth_more_at_most() -> None:
    line = Line(Failed(after=20))
    assert await line.answer() == "here"
    assert 20 <= line.waited[0] <= 22


async def test_more_time_than_is_left_is_not_waited_for() -> None:
    line = Line(Failed(after=61))
    with pytest.raises(Failed):
        await line.answer()
    assert line.waited == []


@pytest.mark.parametrize("failure", [Failed(again=False), ValueError("ours"), asyncio.CancelledError()])
async def test_what_would_do_harm_again_or_is_no_failure_of_theirs_is_raised_at_once(failure: BaseException) -> None:
    line = Line(failure)
    with pytest.raises(type(failure)):
        await line.answer()
    assert line.waited == []
