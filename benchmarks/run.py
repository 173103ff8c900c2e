"""A peer while it is measured: conversations, turns, and the proof that what was measured is the whole work."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator
from statistics import median
from typing import Any

from . import shop
from .mock_server import Mock
from .peers import Peer
from .spent import cpu_seconds, peak_mb, percentile, waited_seconds

Figures = dict[str, float]


class Run:
    """One peer, one script."""

    def __init__(self, peer: Peer, mock: Mock, *, calls: int = 1) -> None:
        self.peer, self.mock, self.calls = peer, mock, calls
        self._begun = 0

    def begin(self) -> Any:
        """A new conversation."""
        self._begun += 1
        return self.peer.begin(f"c{self._begun}")

    async def turn(self, conversation: Any) -> float:
        """One turn; the seconds it took."""
        began = time.perf_counter()
        reply = await self.peer.turn(conversation, shop.QUESTION)
        took = time.perf_counter() - began
        _is_reply(reply)
        return took

    async def pieces(self, conversation: Any) -> AsyncIterator[float]:
        """One streamed turn; when each piece came, in seconds."""
        began, said = time.perf_counter(), ""
        async for piece in self.peer.stream(conversation, shop.QUESTION):
            said += piece
            yield time.perf_counter() - began
        _is_reply(said)

    async def many(self, turns: int, *, at_once: int = 1) -> list[float]:
        """That many turns, each a conversation of its own, so many at once; the seconds each took."""
        left, took = turns, list[float]()

        async def worker() -> None:
            nonlocal left
            while left > 0:
                left -= 1
                took.append(await self.turn(self.begin()))

        await asyncio.gather(*(worker() for _ in range(at_once)))
        return took

    async def timed(self, turns: int, *, at_once: int, warm: int) -> Figures:
        """The figures of that many turns, after some that are not counted."""
        await self.many(warm, at_once=at_once)
        gc.collect()
        shop.RUNS.clear()
        before = self.mock.counted()
        wall, cpu, waited = time.perf_counter(), cpu_seconds(), waited_seconds()
        took = await self.many(turns, at_once=at_once)
        wall, cpu, waited = time.perf_counter() - wall, cpu_seconds() - cpu, max(0.0, waited_seconds() - waited)
        seen = self.mock.counted().since(before)
        self.prove(turns, seen.requests, seen.bad)
        return {
            "turns": turns,
            "cpu_ms": cpu / turns * 1e3,
            "p50_ms": median(took) * 1e3,
            "p95_ms": percentile(took, 0.95) * 1e3,
            "turns_per_s": turns / (wall - waited),
            "waited": waited / wall,
            "sent_kb": seen.bytes_in / turns / 1024,
            "peak_mb": peak_mb(),
        }

    def prove(self, turns: int, requests: int, bad: int = 0) -> None:
        """Every turn asked the model as often as the script has it, and ran its tools."""
        if requests != turns * (self.calls + 1) or bad:
            raise AssertionError(
                f"{turns} turns made {requests} requests and {bad} others; the script has {self.calls + 1} a turn"
            )
        if len(shop.RUNS) != turns * self.calls:
            raise AssertionError(f"{turns} turns ran {len(shop.RUNS)} tools; the script has {self.calls} a turn")


def _is_reply(text: str) -> None:
    if not text.startswith(shop.REPLY):
        raise AssertionError(f"the reply is {text!r}; the script's begins with {shop.REPLY!r}")
