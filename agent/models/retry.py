"""When to try a model again, and how long to wait before: tenacity with our policy."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from random import Random
from typing import TYPE_CHECKING, TypeVar, cast

from .faults import Failed

if TYPE_CHECKING:
    from tenacity import AsyncRetrying, RetryCallState

FIRST_WAIT, LONGEST_WAIT = 0.5, 8.0
"""Seconds: the wait before the second attempt and the cap of its doubling, as in the OpenAI SDK."""

ResultT = TypeVar("ResultT")

Sleep = Callable[[float], Awaitable[None]]
_log = logging.getLogger(__name__)


async def persisting(
    ask: Callable[[], Awaitable[ResultT]], *, attempts: int, seconds: float, sleep: Sleep, rng: Random
) -> ResultT:
    """What ``ask`` returns at its first try, or at a later one as ``retrying`` makes them.

    The first try goes past tenacity, whose setting up costs a tenth of what an answer does; only what failed is handed to it.
    """
    began = asyncio.get_running_loop().time()
    try:
        return await ask()
    except Failed as failure:
        failed: list[Failed] = [failure]

    async def again() -> ResultT:
        if failed:
            raise failed.pop()
        return await ask()

    left = seconds - (asyncio.get_running_loop().time() - began)
    return cast("ResultT", await retrying(attempts=attempts, seconds=left, sleep=sleep, rng=rng)(again))


def retrying(*, attempts: int, seconds: float, sleep: Sleep, rng: Random) -> "AsyncRetrying":
    """Attempts of one answer: up to ``attempts`` of them, and none that could not begin within ``seconds`` from now.

    Waits double, each cut at random by up to a half so that many conversations do not come back at once. A server that says how
    long to wait is obeyed, with up to a tenth more; one that asks for more time than is left is not waited for at all.
    """
    from tenacity import AsyncRetrying, retry_if_exception

    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds

    def wait(state: "RetryCallState") -> float:
        asked = _failure(state).after
        if asked is not None:
            return asked * rng.uniform(1.0, 1.1)
        return min(FIRST_WAIT * 2 ** (state.attempt_number - 1), LONGEST_WAIT) * rng.uniform(0.5, 1.0)

    def enough(state: "RetryCallState") -> bool:
        return state.attempt_number >= attempts or loop.time() + state.upcoming_sleep >= deadline

    return AsyncRetrying(
        retry=retry_if_exception(lambda error: isinstance(error, Failed) and error.again),
        wait=wait,
        stop=enough,
        sleep=sleep,
        before_sleep=_note,
        reraise=True,
    )


def _note(state: "RetryCallState") -> None:
    _log.info("attempt %d: %s Next in %.1f s.", state.attempt_number, _failure(state), state.upcoming_sleep)


def _failure(state: "RetryCallState") -> Failed:
    return cast("Failed", state.outcome and state.outcome.exception())  # nothing else is repeated
