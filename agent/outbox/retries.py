"""When to try an event again, and when to give it up."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

ASKED_AT_MOST = timedelta(days=1)
"""A receiver that asks to be left alone for longer is tried again after a day all the same."""

_CHANCE = Random()  # noqa: S311 - spreads load, hides nothing


@dataclass(frozen=True, kw_only=True)
class Retries:
    """``attempts`` deliveries are tried; the waits between them begin with ``first`` and triple up to ``longest``.

    Each wait is cut at random by up to a half, so that what failed together does not come back together ("equal jitter" in Marc Brooker,
    "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). By default the twelfth attempt is made 13 to 27 hours after the first.
    """

    attempts: int = 12
    first: timedelta = timedelta(seconds=10)
    longest: timedelta = timedelta(hours=6)
    chance: Random = _CHANCE

    def exhausted(self, failed: int) -> bool:
        """Whether so many failures are enough."""
        return failed >= self.attempts

    def wait(self, failed: int, asked: float | None = None) -> timedelta:
        """How long to wait after so many failures; at least the seconds the receiver ``asked`` for."""
        tripled = self.first * 3 ** min(failed - 1, 20)
        own = min(tripled, self.longest) * self.chance.uniform(0.5, 1.0)
        return max(own, min(timedelta(seconds=min(asked or 0.0, 1e6)), ASKED_AT_MOST))
