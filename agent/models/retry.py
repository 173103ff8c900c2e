"""When to try a model again, and how long to wait before."""

import logging
from collections.abc import Awaitable, Callable
from random import Random
from typing import TypeVar

from warmline.tools.persisting import Patience, Sleep, until_answered

from .faults import Failed

FIRST_WAIT, LONGEST_WAIT = 0.5, 8.0
"""Seconds: the wait before the second attempt and the cap of its doubling, as in the OpenAI SDK."""

__all__ = ["Sleep", "persisting"]

ResultT = TypeVar("ResultT")

_log = logging.getLogger(__name__)


async def persisting(
    ask: Callable[[], Awaitable[ResultT]], *, attempts: int, seconds: float, sleep: Sleep, rng: Random
) -> ResultT:
    """What ``ask`` returns at one of up to ``attempts`` tries, none of which begins later than ``seconds`` from now."""
    patience = Patience(attempts=attempts, seconds=seconds, first=FIRST_WAIT, longest=LONGEST_WAIT)
    return await until_answered(ask, patience, failure=Failed, sleep=sleep, rng=rng, note=_note)


def _note(number: int, failed: Failed, wait: float) -> None:
    _log.info("attempt %d: %s Next in %.1f s.", number, failed, wait)
