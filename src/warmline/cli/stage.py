"""An event loop in a thread of its own, so that the main thread is free to wait for a keyboard or a pipe, and to hear Ctrl-C."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self, TypeVar

T = TypeVar("T")

PATIENCE_SECONDS = 10.0
"""How long an interrupted turn may take to give its conversation back."""


class Stage:
    """Where coroutines run: enter it, ``run`` them one after the other, leave it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="warmline", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of ``work``. Ctrl-C cancels it, waits until it has ended (it may have something to put back), and goes on up."""
        ended = threading.Event()
        future = asyncio.run_coroutine_threadsafe(_until(work, ended), self._loop)
        try:
            return future.result()
        except KeyboardInterrupt:
            future.cancel()
            ended.wait(PATIENCE_SECONDS)
            raise

    def start(self, work: Coroutine[Any, Any, None]) -> Future[None]:
        """Let ``work`` run beside what follows; cancel the future to end it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _serve(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.get_loop().run_forever()


async def _until(work: Coroutine[Any, Any, T], ended: threading.Event) -> T:
    try:
        return await work
    finally:
        ended.set()
