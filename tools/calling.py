"""A function of the host's, which may be async or plain: a plain one runs in a thread, so that it may block."""

import asyncio
import concurrent.futures
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from inspect import isawaitable, iscoroutinefunction, unwrap
from typing import Any

from warmline.errors import ShopUnavailable

from .forks import anew_in_children

_ENDS_A_LOOP = (
    StopIteration,
    SystemExit,
    KeyboardInterrupt,
    GeneratorExit,
    asyncio.CancelledError,
    concurrent.futures.CancelledError,
)
"""What asyncio takes for something else than an error of what was called."""


def is_async(function: Callable[..., Any]) -> bool:
    """Whether it is called in the event loop: it is a coroutine function, an object with an async ``__call__``, or ``functools.wraps`` one."""
    return iscoroutinefunction(function) or iscoroutinefunction(unwrap(function)) or iscoroutinefunction(type(function).__call__)


class Threads:
    """Threads of one's own, ``most`` at once; those of the event loop are for those who never hang. A child of a fork begins with none."""

    def __init__(self, most: int, name: str) -> None:
        self._most, self._name = most, name
        self.begin_anew()
        anew_in_children(self)

    def begin_anew(self) -> None:
        """No thread has begun yet."""
        self._pool = ThreadPoolExecutor(self._most, self._name)
        self._left: set[Future[Any]] = set()

    async def called(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """What it returns or raises: an async function here, a plain one in a thread, in the caller's context."""
        if is_async(function):
            return await function(*args, **kwargs)
        doing = self.begun(function, *args, **kwargs)
        return await self.ended(doing)

    def begun(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> "Future[Any]":
        """A plain function, on its way; ``ShopUnavailable`` where every thread is held by a call whose caller has given up."""
        if len(self._left) >= self._most:
            raise ShopUnavailable(
                f"all {self._most} threads ({self._name}) are held by calls that did not come back in time; give what they ask a time-out of its own"
            )
        return self._pool.submit(copy_context().run, partial(_run, function, *args, **kwargs))

    async def ended(self, doing: "Future[Any]") -> Any:
        """What it returned or raised; whoever is cancelled leaves it running, if it has begun."""
        try:
            found = await asyncio.wrap_future(doing)
        except asyncio.CancelledError:
            if not doing.done():
                self._left.add(doing)
                doing.add_done_callback(self._left.discard)
            raise
        return await found if isawaitable(found) else found


def _run(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return function(*args, **kwargs)
    except _ENDS_A_LOOP as error:
        raise RuntimeError(f"{type(error).__name__}: {error}") from error
