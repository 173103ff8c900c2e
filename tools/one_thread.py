"""One thread for what must not hold up the event loop, and must not happen twice at a time; it ends with the loop."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

PAUSE_SECONDS = 0.001
"""Between two tries to break off what a thread is doing: what is only about to begin does not notice the first."""

ResultT = TypeVar("ResultT")


class OneThread:
    """A thread that does one thing after the other, begun when there is something to do."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._works: ThreadPoolExecutor | None = None
        self._until: AsyncGenerator[None] | None = None
        self._busy = False

    async def run(self, do: Callable[[], ResultT]) -> ResultT:
        """Do this there. Whoever is cancelled while he waits leaves it going on."""
        if self._works is None:
            self._works, self._until = ThreadPoolExecutor(1, self._name), self._until_the_loop_ends()
            await anext(self._until)
        self._busy = True
        try:
            doing = self._works.submit(do)
        except RuntimeError:  # the interpreter ends, and its pools have, each after the last thing that was begun in it
            self._busy = False
            return do()
        doing.add_done_callback(self._done)  # also when it is cancelled before it begins
        return await asyncio.wrap_future(doing)

    async def finish(self, do: Callable[[], None], *, hurry: Callable[[], None] | None = None) -> None:
        """Do this last. It is done also if whoever waits is cancelled. ``hurry`` breaks off what is being done, if that has begun."""
        works, until = self._works or ThreadPoolExecutor(1, self._name), self._until
        self._works = self._until = None
        try:
            told = works.submit(works.submit(do).result)  # not the thing itself: to cancel waiting for it would cancel it
        except RuntimeError:  # as above
            do()
            return
        works.shutdown(wait=False)
        try:
            while hurry and self._busy and not told.done():
                hurry()
                await asyncio.sleep(PAUSE_SECONDS)
            await asyncio.wrap_future(told)
            works.shutdown()
        finally:
            if until is not None:
                await until.aclose()

    def abandon(self, do: Callable[[], None]) -> None:
        """Do this last where nobody can wait, as when a garbage collector calls: here, unless the thread is at something."""
        works, self._works = self._works, None
        if works is not None and self._busy:
            works.submit(do)
        else:  # without the locks of `submit`, which the collector may have interrupted; a thread that nobody refers to ends
            do()

    def _done(self, _: object) -> None:
        self._busy = False

    async def _until_the_loop_ends(self) -> AsyncGenerator[None]:
        """What an event loop closes at its end is its asynchronous generators."""
        try:
            yield
        finally:
            works, self._works = self._works, None
            if works is not None:
                works.shutdown()
