"""Asking again what failed, where that does no harm: how often, and how long to wait before."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import TypeVar

Sleep = Callable[[float], Awaitable[None]]
ResultT = TypeVar("ResultT")


class Failure(Exception):
    """An attempt without an answer: whether to try ``again``, and how many seconds to wait ``after`` it, if the other side says so."""

    again: bool
    after: float | None


FailureT = TypeVar("FailureT", bound=Failure)


@dataclass(frozen=True, kw_only=True)
class Patience:
    """Up to ``attempts``, and none that could not begin within ``seconds`` of the first.

    Waits double from ``first`` to ``longest`` seconds, each cut at random by up to a half so that many who failed do not come back
    at once. Who says how long to wait is obeyed, with up to a tenth more; who asks for more time than is left is not waited for.
    """

    attempts: int
    seconds: float
    first: float
    longest: float

    def wait(self, number: int, asked: float | None, rng: Random) -> float:
        """Seconds before the attempt that follows this one; the first is number 1."""
        if asked is not None:
            return asked * rng.uniform(1.0, 1.1)
        return min(self.first * 2 ** (number - 1), self.longest) * rng.uniform(0.5, 1.0)


async def until_answered(
    ask: Callable[[], Awaitable[ResultT]],
    patience: Patience,
    *,
    failure: type[FailureT],
    sleep: Sleep,
    rng: Random,
    note: Callable[[int, FailureT, float], None],
) -> ResultT:
    """What ``ask`` returns at its first try or a later one; the last ``failure`` when it comes to nothing, and any other error at once.

    ``note`` is told the number of an attempt that failed, how, and how long is waited now.
    """
    now = asyncio.get_running_loop().time
    deadline = now() + patience.seconds
    for number in count(1):
        try:
            return await ask()
        except failure as failed:
            wait = patience.wait(number, failed.after, rng) if failed.again else 0.0
            if not failed.again or number >= patience.attempts or now() + wait >= deadline:
                raise
            note(number, failed, wait)
        await sleep(wait)
    raise AssertionError("unreachable: counting does not end")
