"""An event loop for callers that have none, as in Django, Flask and scripts: one, in a thread of its own, for all their threads.

loop = OwnLoop()
turn = loop.run(partial(agent.reply, "c1", "Where is W-10001?"))  # from any thread, and from many at once
"""

import asyncio
import atexit
import logging
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from typing import Any, TypeVar
from weakref import finalize

from warmline.errors import UsageError
from warmline.tools.loops import running_loop

from .running import GRACE, RELEASE_SECONDS, ShuttingDown

THREAD = "warmline-loop"
"""What the thread is called."""

EXIT_SECONDS = 15.0
"""How long a process that ends waits for the loop to end: what goes on in the background has ten."""

ResultT = TypeVar("ResultT")
Last = Callable[[], Awaitable[None]]

_log = logging.getLogger(__name__)


class OwnLoop:
    """Begun when first needed, and ended by ``end``, with its owner or with the process; after a fork the child begins one of its own.

    What is put into ``last`` is done in the loop before it ends: connections are closed by whom they belong to. It must not refer
    to the owner, who could not be collected then.
    """

    def __init__(self) -> None:
        self.last: list[Last] = []
        self._lock = threading.Lock()
        self._serving: _Serving | None = None

    def run(self, call: Callable[[], Awaitable[ResultT]]) -> ResultT:
        """What the call returns or raises in the loop; whoever is interrupted while he waits (Ctrl-C) cancels it, and gives it time to tidy up.

        Raises ``UsageError`` where an event loop runs, which waiting here would hold up, and ``ShuttingDown`` if the loop ends first.
        """
        if running_loop() is not None:
            raise UsageError(
                "a call for code that is not async was made where an event loop runs; there, `await` the one that is async"
            )
        tidied = threading.Event()
        doing = self._begun(call, tidied)
        try:
            return doing.result()
        except CancelledError:
            raise ShuttingDown(
                "the agent closed meanwhile; send the same message_id to another agent, which resumes it"
            ) from None
        except BaseException:
            if doing.cancel():
                tidied.wait(RELEASE_SECONDS)
            raise

    async def end(self) -> None:
        """End it, after what is to be done last. Whoever asks from within it does not wait for that."""
        with self._lock:
            serving, self._serving = self._serving, None
            if serving is not None:
                serving.stop()
        if serving is not None and serving.loop is not asyncio.get_running_loop():
            await asyncio.shield(asyncio.wrap_future(serving.ended))

    def _begun(self, call: Callable[[], Awaitable[ResultT]], tidied: threading.Event) -> "Future[ResultT]":
        with self._lock:  # until it is with the loop: what comes after `stop` might never be looked at
            if self._serving is None or not self._serving.alive:
                self._serving = _Serving(self.last)
                finalize(self, self._serving.stop).atexit = False
            return self._serving.begins(call, tidied)


class _Serving:
    """The thread and its loop. It refers to nothing of the agent whose work it does, except in what is to be done last."""

    def __init__(self, last: list[Last]) -> None:
        self._last, self._stop = last, asyncio.Event()
        self._calls: set[Future[Any]] = set()
        self.ended: Future[None] = Future()
        begun: Future[asyncio.AbstractEventLoop] = Future()
        self._thread = threading.Thread(target=self._runs, args=(begun,), name=THREAD, daemon=True)
        self._thread.start()
        self.loop = begun.result()
        atexit.register(self._at_exit)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def begins(self, call: Callable[[], Awaitable[ResultT]], tidied: threading.Event) -> "Future[ResultT]":
        doing = asyncio.run_coroutine_threadsafe(_done(call, tidied), self.loop)
        self._calls.add(doing)
        doing.add_done_callback(self._calls.discard)
        return doing

    def stop(self) -> None:
        if self.alive:  # not in a child of this process, which shares what wakes the loop
            with suppress(RuntimeError):  # it has just ended
                self.loop.call_soon_threadsafe(self._stop.set)

    def _runs(self, begun: "Future[asyncio.AbstractEventLoop]") -> None:
        try:
            asyncio.run(self._serves(begun))
        except BaseException as error:  # noqa: BLE001 - nobody is above a thread
            if begun.done():
                _log.exception("the event loop for calls that are not async ended in an error")
            else:
                begun.set_exception(error)
        finally:
            atexit.unregister(self._at_exit)
            self.ended.set_result(None)

    async def _serves(self, begun: "Future[asyncio.AbstractEventLoop]") -> None:
        begun.set_result(asyncio.get_running_loop())
        await self._stop.wait()
        if calls := [asyncio.wrap_future(doing) for doing in tuple(self._calls)]:  # such as the one that asks for the end
            await asyncio.wait(calls, timeout=GRACE + RELEASE_SECONDS)
        for do in self._last:
            await do()

    def _at_exit(self) -> None:
        self.stop()
        if self.alive:
            with suppress(TimeoutError):
                self.ended.result(EXIT_SECONDS)


async def _done(call: Callable[[], Awaitable[ResultT]], tidied: threading.Event) -> ResultT:
    try:
        return await call()
    finally:
        tidied.set()
