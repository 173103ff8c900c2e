"""The turns an agent runs now, and how they end when it closes: finished, or given back to be run elsewhere."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from warmline.errors import UsageError
from warmline.tools.loops import tell

GRACE = 20.0
"""Seconds that running turns are given to finish: what most hosts grant a process is 30, and releasing takes some."""

RELEASE_SECONDS = 5.0
"""How long a turn that was broken off may take to give its conversation back; where a database is locked for longer, its lease lapses."""

_log = logging.getLogger(__name__)


class ShuttingDown(UsageError):
    """The agent is closing or closed: this turn did not begin, or was broken off and can be resumed elsewhere."""


class Running:
    """The turns of one agent; none begins once closing has begun."""

    def __init__(self) -> None:
        self._turns: dict[asyncio.Timeout, asyncio.AbstractEventLoop] = {}
        self._closing: list[asyncio.Future[None]] = []
        self._open = True

    @asynccontextmanager
    async def turn(self, message_id: str) -> AsyncGenerator[None]:
        """Around one turn; ``ShuttingDown`` when it may not begin, or was broken off."""
        if not self._open:
            raise ShuttingDown(f"the agent is closed and takes no new message, such as {message_id!r}; send it to another agent")
        limit = asyncio.timeout(None)
        try:
            async with limit:
                self._turns[limit] = asyncio.get_running_loop()
                try:
                    yield
                finally:
                    self._ended(limit)
        except TimeoutError:
            if not limit.expired():
                raise
            raise ShuttingDown(
                f"the agent closed while it worked on message {message_id!r}; send the same message_id to another agent, which resumes it"
            ) from None

    async def finish(self, grace: float) -> None:
        """Let no turn begin, and the others end: by themselves within ``grace`` seconds, then broken off."""
        self._open = False
        if await self._all_ended(grace):
            return
        _log.warning("%d turns did not finish within %g s and are given back", len(self._turns), grace)
        for limit, loop in list(self._turns.items()):
            with suppress(RuntimeError):  # its event loop was closed under it
                loop.call_soon_threadsafe(_break_off, limit)
        if not await self._all_ended(RELEASE_SECONDS):
            _log.error("%d turns did not let go; their conversations are free when their leases lapse", len(self._turns))

    def _ended(self, limit: asyncio.Timeout) -> None:
        del self._turns[limit]
        if not self._turns:
            for ended in self._closing:
                tell(ended)

    async def _all_ended(self, seconds: float) -> bool:
        """Whether no turn runs any more, after so many seconds at most."""
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._closing.append(ended)  # before looking: the last turn may end in another loop between the two
        try:
            if self._turns:
                await asyncio.wait([ended], timeout=seconds)
        finally:
            self._closing.remove(ended)
        return not self._turns


def _break_off(limit: asyncio.Timeout) -> None:
    with suppress(RuntimeError):  # it ended meanwhile
        limit.reschedule(asyncio.get_running_loop().time())
