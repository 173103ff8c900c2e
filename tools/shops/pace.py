"""How fast a service may be asked: a bucket that runs out and fills again.

A leaky bucket of 40 requests that leaks 2 a second is ``Bucket(size=40, per_second=2)`` with a cost of 1 for each request; a budget of
1,000 points that is restored by 50 a second is ``Bucket(size=1000, per_second=50)`` with a query's cost.
"""

import asyncio
from collections.abc import Awaitable, Callable

Sleep = Callable[[float], Awaitable[None]]


class Bucket:
    """What may still be spent. Whoever finds too little in it waits in turn; ``seconds`` and ``sleep`` stand in for time in tests."""

    def __init__(
        self, *, size: float, per_second: float, seconds: Callable[[], float] | None = None, sleep: Sleep = asyncio.sleep
    ) -> None:
        if size <= 0 or per_second <= 0:
            raise ValueError(f"Bucket(size={size!r}, per_second={per_second!r}): expected numbers above 0")
        self.size, self.per_second = size, per_second
        self._left = size
        self._seconds, self._sleep = seconds, sleep
        self._seen: float | None = None
        self._not_before = 0.0
        self._turn = asyncio.Lock()

    async def take(self, cost: float = 1.0) -> None:
        """Spend ``cost``, once there is so much; what costs more than the bucket holds waits for a full one."""
        wanted = min(cost, self.size)
        async with self._turn:
            while (wait := self._wait_for(wanted)) > 0:
                await self._sleep(wait)
            self._left -= cost

    def settle(self, left: float, *, size: float | None = None, per_second: float | None = None) -> None:
        """Believe the service about what is left and, where it says so, about its limits."""
        self._refill()
        self.size, self.per_second = size or self.size, per_second or self.per_second
        self._left = min(left, self.size)

    def pause(self, seconds: float) -> None:
        """Spend nothing for so long: the service asked to be left alone."""
        self._not_before = max(self._not_before, self._now() + seconds)

    def _wait_for(self, cost: float) -> float:
        self._refill()
        return max(self._not_before - self._now(), (cost - self._left) / self.per_second)

    def _refill(self) -> None:
        now = self._now()
        passed, self._seen = now - (now if self._seen is None else self._seen), now
        self._left = min(self.size, self._left + passed * self.per_second)

    def _now(self) -> float:
        return self._seconds() if self._seconds is not None else asyncio.get_running_loop().time()
