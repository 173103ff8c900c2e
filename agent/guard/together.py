"""Messages that come while others are being read are read together: one thread, one pass of the encoder for all that wait.

A thread for each was slower for everybody: six of them and the event loop take turns at one interpreter lock, and each message has
the encoder's weights brought through the caches for itself.
"""

import asyncio
import contextvars
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from warmline.tools.calling import Threads

from .facts import Facts
from .signals import Signals

MOST = 16
"""Messages read in one pass. The last of them waits for the others: some 15 ms if all are short."""

PATIENCE_SECONDS = 5.0
"""How long a message waits for others to be read; then it is read alone, beside whatever hangs there."""

THREADS = 4
"""Of the guard's own: what a shop or a host has in the event loop's shared pool may hang there, and nobody would be read."""

Reading = Callable[[Sequence[str], Sequence[Facts]], list[Signals]]


@dataclass(frozen=True)
class _Asked:
    text: str
    facts: Facts
    read: asyncio.Future[Signals]


@dataclass
class _Desk:
    """Of one event loop: whether a thread reads for it now, and what waits for that thread."""

    waiting: deque[_Asked] = field(default_factory=deque[_Asked])
    busy: bool = False
    task: asyncio.Task[None] | None = None

    def some(self) -> list[_Asked]:
        """The next that are still waited for, ``MOST`` at most."""
        found: list[_Asked] = []
        while self.waiting and len(found) < MOST:
            asked = self.waiting.popleft()
            if not asked.read.done():
                found.append(asked)
        return found


class Together:
    """``read_many`` for those who ask one by one, from any event loop. Whoever is alone waits for nobody.

    What ``read_many`` raises is raised to all who were read in that pass; the guard's own raises nothing.
    """

    def __init__(self, read_many: Reading) -> None:
        self._read_many = read_many
        self._threads = Threads(THREADS, "warmline-guard")
        self._desks = WeakKeyDictionary[asyncio.AbstractEventLoop, _Desk]()

    async def read(self, text: str, facts: Facts) -> Signals:
        """The signals of one message, read in a thread."""
        loop = asyncio.get_running_loop()
        desk = self._desks.get(loop)
        if desk is None:
            desk = self._desks[loop] = _Desk()
        if not desk.busy:
            return await self._first(desk, text, facts)
        asked = _Asked(text, facts, loop.create_future())
        desk.waiting.append(asked)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await asked.read
        except TimeoutError:
            if not asked.read.cancelled():  # read in the very moment in which the patience ended, or the reader's own error
                return asked.read.result()
            return await self._alone(text, facts)

    async def _first(self, desk: _Desk, text: str, facts: Facts) -> Signals:
        desk.busy = True
        try:
            return await self._alone(text, facts)
        finally:
            some = desk.some() if desk.waiting else []
            desk.busy = bool(some)
            if some:  # in a context of its own: what a host keeps in this one is about another customer
                desk.task = asyncio.get_running_loop().create_task(self._rest(desk, some), context=contextvars.Context())

    async def _alone(self, text: str, facts: Facts) -> Signals:
        (signals,) = await self._in_a_thread([text], [facts])
        return signals

    async def _in_a_thread(self, texts: list[str], facts: list[Facts]) -> list[Signals]:
        return await self._threads.ended(self._threads.begun(self._read_many, texts, facts))

    async def _rest(self, desk: _Desk, some: list[_Asked]) -> None:
        """Read those who wait, and those who come meanwhile."""
        try:
            while some:
                await self._pass(some)
                some = desk.some()
        finally:
            desk.busy, desk.task = False, None
            for asked in (*some, *desk.waiting):  # nobody, unless the event loop ends
                asked.read.cancel()
            desk.waiting.clear()

    async def _pass(self, some: Sequence[_Asked]) -> None:
        try:
            signals = await self._in_a_thread([asked.text for asked in some], [asked.facts for asked in some])
            answers = list(zip(some, signals, strict=True))
        except Exception as error:  # noqa: BLE001 - theirs to handle, as if each had been alone
            for asked in some:
                if not asked.read.done():
                    asked.read.set_exception(error)
            return
        for asked, one in answers:
            if not asked.read.done():
                asked.read.set_result(one)
