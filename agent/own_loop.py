"""An event loop for callers that have none, as in Django, Flask and scripts: one, in a thread of its own, for all their threads.

loop = OwnLoop()
turn = loop.run(partial(agent.reply, "c1", "Where is W-10001?"))  # from any thread, and from many at once
"""

import asyncio
import atexit
import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from typing import Any, TypeVar
from weakref import finalize

from warmline.errors import UsageError
from warmline.tools.loops import running_loop

from .running import RELEASE_SECONDS, ShuttingDown

THREAD = "warmline-loop"
"""What the thread is called."""

LAST_SECONDS = 10.0
"""How long what goes on in the background is waited for where nobody says how long: when the owner is collected, or the process ends."""

ResultT = TypeVar("ResultT")
Last = Callable[[float], Awaitable[None]]

_log = logging.getLogger(__name__)


class OwnLoop:
    """Begun when first needed, and ended by ``end``, with its owner or with the process."""

    def __init__(self) -> None:
        self._last: list[Last] = []
        self._lock = threading.Lock()
        self._serving: _Serving | None = None

    def before_end(self, do: Last) -> None:
        """Have this done in the loop before it ends; it gets the time of the loop until which to wait for what goes on, and knows nothing of the owner."""
        self._last[:] = [do]

    def run(self, call: Callable[[], Awaitable[ResultT]]) -> ResultT:
        """What the call returns or raises in the loop; whoever is interrupted while he waits (Ctrl-C) cancels it, and gives it time to tidy up.

        Raises ``UsageError`` where an event loop runs, which waiting here would hold up, and ``ShuttingDown`` if the loop ends first.
        """
        if running_loop() is not None:
            raise UsageError(
                "a call for code that is not async was made where an event loop runs; there, use `await`: `await agent.reply(...)`"
            )
        tidied = threading.Event()
        serving, doing = self._begun(call, tidied)
        try:
            return doing.result()
        except CancelledError:
            if not serving.ending:
                raise
            raise ShuttingDown(
                "the agent closed meanwhile; send the same message_id to another agent, which resumes it"
            ) from None
        except BaseException:
            if doing.cancel():
                tidied.wait(RELEASE_SECONDS)
            raise

    async def end(self, seconds: float) -> None:
        """Let no call begin, wait ``seconds`` for those that were made, cancel the others, do what is to be done last, and end.

        Asked from within, it only waits for the other calls; the loop ends when the one that asks has returned.
        """
        with self._lock:
            serving, self._serving = self._serving, None
            if serving is not None:
                serving.end(seconds)
        if serving is None:
            return
        if serving.loop is asyncio.get_running_loop():
            await serving.calls_done(seconds)
            return
        most = 2 * (seconds + RELEASE_SECONDS) + RELEASE_SECONDS
        _, late = await asyncio.wait([asyncio.wrap_future(serving.ended)], timeout=most)
        if late:
            _log.error("the event loop for calls that are not async did not end within %g s; a thread of its pool may hang", most)

    def _begun(self, call: Callable[[], Awaitable[ResultT]], tidied: threading.Event) -> "tuple[_Serving, Future[ResultT]]":
        with self._lock:  # until it is with the loop: what comes after the end might never be looked at
            if self._serving is None or not self._serving.alive:
                self._serving = _Serving(self._last)
                self._serving.forgotten = finalize(self, self._serving.end, LAST_SECONDS)
            return self._serving, self._serving.begins(call, tidied)


class _Serving:
    """The thread and its loop. It refers to nothing of the agent whose work it does, except in what is to be done last."""

    forgotten: "finalize[..., OwnLoop] | None" = None

    def __init__(self, last: list[Last]) -> None:
        self.ending = False
        self.ended: Future[None] = Future()
        self._last, self._told, self._seconds = last, asyncio.Event(), LAST_SECONDS
        self._calls: set[asyncio.Task[Any]] = set()
        begun: Future[asyncio.AbstractEventLoop] = Future()
        self._thread = threading.Thread(target=self._runs, args=(begun,), name=THREAD, daemon=True)
        self._thread.start()
        self.loop = begun.result()
        atexit.register(self._at_exit)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def begins(self, call: Callable[[], Awaitable[ResultT]], tidied: threading.Event) -> "Future[ResultT]":
        return asyncio.run_coroutine_threadsafe(self._done(call, tidied), self.loop)

    async def calls_done(self, seconds: float) -> None:
        """Wait so long for the calls that were made, except the one in which this is asked."""
        for _ in range(2):  # those that were handed over have begun then
            await asyncio.sleep(0)
        if others := self._calls - {asyncio.current_task()}:
            await asyncio.wait(others, timeout=seconds)

    def end(self, seconds: float) -> None:
        """Have it end, after so many seconds for what goes on; twice, if need be: the calls have them, and then what is in the background."""
        self.ending, self._seconds = True, seconds
        if self.alive:
            with suppress(RuntimeError):  # it has just ended
                self.loop.call_soon_threadsafe(self._told.set)

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
            if self.forgotten is not None:
                self.forgotten.detach()
            self.ended.set_result(None)

    async def _serves(self, begun: "Future[asyncio.AbstractEventLoop]") -> None:
        begun.set_result(asyncio.get_running_loop())
        try:
            await self._told.wait()
        finally:
            self.ending = True  # whatever ends it
        await self.calls_done(self._seconds + RELEASE_SECONDS)
        for do in self._last:
            await do(self.loop.time() + self._seconds)

    async def _done(self, call: Callable[[], Awaitable[ResultT]], tidied: threading.Event) -> ResultT:
        if task := asyncio.current_task():
            self._calls.add(task)
        try:
            found = call()
            if isinstance(found, AsyncIterator):
                raise UsageError("a stream has no form without async; use `agent.reply_sync(...)`")
            return await found
        finally:
            if task:
                self._calls.discard(task)
            tidied.set()

    def _at_exit(self) -> None:
        """Only threads that are daemons are still waiting, and nobody for them: their conversations are given back."""
        if self.alive:
            with suppress(RuntimeError, TimeoutError):
                self.loop.call_soon_threadsafe(self._cancel_calls)
                self.end(LAST_SECONDS)
                self.ended.result(LAST_SECONDS + RELEASE_SECONDS)

    def _cancel_calls(self) -> None:
        for task in self._calls:
            task.cancel()
