"""A language model in a run: so many requests a minute, each key of the answers with what it cost."""

import asyncio
import time
from collections.abc import Callable

from warmline.agent.models.base import Model, ModelAnswer, ModelRequest, is_language_model
from warmline.errors import UsageError
from warmline.evals.conversations.playing import Prices


class PacedModel:
    """A model that is asked at most so often a minute, by all trials together."""

    def __init__(self, model: Model, per_minute: float) -> None:
        self.model = model
        self.language_model = is_language_model(model)
        self._pause = 60.0 / per_minute
        self._next = 0.0
        self._turn = asyncio.Lock()

    @property
    def name(self) -> str:
        """The model's own name."""
        return self.model.name

    async def answer(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelAnswer:
        """The model's answer, when it is this request's turn."""
        async with self._turn:
            await asyncio.sleep(max(self._next - time.monotonic(), 0.0))
            self._next = max(time.monotonic(), self._next) + self._pause
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
