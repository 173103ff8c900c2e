"""Steps that no transaction takes back, each with what does: when a later step fails, those before it are undone, the last one first."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeVar

from warmline.errors import ShopError

from .sqlite import uninterrupted

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Steps:
    """What one write has done outside its transaction so far."""

    def __init__(self) -> None:
        self._undo: list[tuple[str, Callable[[], Awaitable[None]]]] = []

    async def take(self, act: Callable[[], Awaitable[T]], *, what: str, undo: Callable[[T], Awaitable[None]]) -> T:
        """Take a step and remember how to undo it. ``what`` names its result to a person, should undoing it fail.

        A step that has begun ends, also for a caller who is cancelled: half of it could not be undone. One that fails leaves nothing behind itself.
        """
        step = asyncio.ensure_future(act())
        try:
            result = await asyncio.shield(step)
        except asyncio.CancelledError:
            await asyncio.wait([step])
            if not step.cancelled() and step.exception() is None:
                self._undo.append((what, partial(undo, step.result())))
            raise
        self._undo.append((what, partial(undo, result)))
        return result

    @uninterrupted
    async def take_back(self) -> list[str]:
        """Undo every step, the last one first, whatever becomes of the others; what is left over, and why."""
        left: list[str] = []
        while self._undo:
            what, undo = self._undo.pop()
            try:
                await undo()
            except Exception as error:  # noqa: BLE001 (the others are undone all the same)
                _log.exception("%s could not be taken back", what)
                left.append(f"{what} ({error})")
        return left


@asynccontextmanager
async def compensated() -> AsyncGenerator[Steps]:
    """Steps that are taken back when the block fails, by whatever it raises.

    The error itself goes on; where something is left over it becomes a ``ShopError`` that names it, so that a person gets to see it.
    """
    steps = Steps()
    try:
        yield steps
    except BaseException as error:
        left = await steps.take_back()
        if left and isinstance(error, Exception):
            raise ShopError(f"{error} What was done before could not be taken back: {'; '.join(left)}.") from error
        raise
