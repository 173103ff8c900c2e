"""A pool of connections for all event loops at once: an agent is used in its host's, and in its own for calls that are not async.

It is for drivers whose idle connections belong to no event loop: ours for SQLite, and psycopg.
"""

import asyncio
import threading
from collections import deque
from contextlib import suppress
from typing import Any

from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.util import await_only
from sqlalchemy.util.queue import Empty, Full, QueueCommon

from warmline.tools.loops import tell


class _QueueOfLoops(QueueCommon[Any]):
    """Idle connections, for all event loops at once: whoever waits in one is woken by who gives a connection back in another."""

    def __init__(self, maxsize: int = 0, use_lifo: bool = False) -> None:
        self.maxsize, self.use_lifo = maxsize, use_lifo
        self._idle = deque[Any]()
        self._waiting = deque[asyncio.Future[None]]()
        self._lock = threading.RLock()  # the collector may give back a connection here that nobody did

    def empty(self) -> bool:
        return not self._idle

    def full(self) -> bool:
        return 0 < self.maxsize <= len(self._idle)

    def qsize(self) -> int:
        return len(self._idle)

    def put_nowait(self, item: Any) -> None:
        with self._lock:
            if self.full():
                raise Full
            self._idle.append(item)
            self._wake()

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        self.put_nowait(item)

    def get_nowait(self) -> Any:
        with self._lock:
            if not self._idle:
                raise Empty
            return self._idle.pop() if self.use_lifo else self._idle.popleft()

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        try:
            return self.get_nowait()
        except Empty:
            if not block:
                raise
        return await_only(self._wait(timeout))

    async def _wait(self, timeout: float | None) -> Any:  # noqa: ASYNC109 - SQLAlchemy's, in seconds
        try:
            async with asyncio.timeout(timeout):
                while True:
                    waits = asyncio.get_running_loop().create_future()
                    self._waiting.append(waits)
                    try:
                        with suppress(Empty):
                            return self.get_nowait()
                        await waits
                    finally:
                        waits.cancel()  # nobody is to be told here any more
        except TimeoutError:
            raise Empty from None
        finally:
            with self._lock:
                if self._idle:  # who leaves may have been woken in another's place
                    self._wake()

    def _wake(self) -> None:
        while self._waiting:
            waits = self._waiting.popleft()
            with suppress(RuntimeError):  # its event loop is over
                if not waits.done():
                    tell(waits)
                    return


class PoolOfLoops(AsyncAdaptedQueuePool):
    """SQLAlchemy's pool for async engines, which several event loops may use at once; its own belongs to the first in which one had to wait."""

    _queue_class = _QueueOfLoops  # pyright: ignore[reportAssignmentType] - a queue all the same
