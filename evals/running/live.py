"""A language model in a run: so many requests a minute, at such a price."""

import asyncio
import time
from collections.abc import Callable

from warmline.agent.models.base import Model, ModelAnswer, ModelRequest, is_language_model
from warmline.errors import UsageError
from warmline.evals.conversations.playing import Prices

SHORTEST_SECRET = 8
"""Signs a key has at least: servers of one's own are given any word, which then stands everywhere."""


def secrets_in(key: str | None) -> tuple[str, ...]:
    """What must be written down nowhere, of the key that is configured."""
    return (key,) if key is not None and len(key) >= SHORTEST_SECRET else ()


class Pace:
    """At most so many requests a minute, of all trials and models together; without a number as many as there are."""

    def __init__(self, per_minute: float | None) -> None:
        self._pause = 60.0 / per_minute if per_minute else 0.0
        self._next = 0.0
        self._turn = asyncio.Lock()

    async def turn(self) -> None:
        """Wait until a request may be made."""
        async with self._turn:
            await asyncio.sleep(max(self._next - time.monotonic(), 0.0))
            self._next = max(time.monotonic(), self._next) + self._pause

    async def before_another(self, seconds: float) -> None:
        """Wait before a request is made again, as long as was asked for, and until it may be."""
        await asyncio.sleep(seconds)
        await self.turn()


class PacedModel:
    """A model that is asked when it is its turn."""

    def __init__(self, model: Model, pace: Pace) -> None:
        self.model = model
        self.language_model = is_language_model(model)
        self._pace = pace

    @property
    def name(self) -> str:
        """The model's own name."""
        return self.model.name

    async def answer(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelAnswer:
        """The model's answer, when it is this request's turn."""
        await self._pace.turn()
        return await self.model.answer(request, on_text=on_text)


def read_prices(written: str) -> Prices:
    """Prices from ``0.40/1.60`` or, with what cached input costs, ``0.40/1.60/0.10``; ``UsageError`` if they are none."""
    try:
        figures = [float(part) for part in written.split("/")]
    except ValueError:
        figures = []
    if len(figures) not in (2, 3) or any(not 0 <= figure < 100_000 for figure in figures):
        raise UsageError(f"--price {written!r}: expected dollars per million tokens in and out, such as 0.40/1.60")
    return Prices(input=figures[0], output=figures[1], cached=figures[2] if len(figures) == 3 else None)
