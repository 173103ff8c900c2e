"""The run in which nobody waits for an answer: messages are only handed in, and what came of them is read from the events in the host's inbox."""

import asyncio
from contextlib import suppress

from support.postgres import Throwaway

from .audit import Told
from .crew import Crew, Key
from .deliverers import Drained
from .driver import Driver
from .ground import Ground
from .inbox import Inbox
from .left import rows
from .talks import Talk

LOST_AFTER = 150.0
"""Seconds after which an event is not waited for any more, and the auditor finds it missing. One takes three seconds when nothing happens."""

WAITS = "SELECT count(*) AS number FROM warmline_outbox WHERE delivered_at IS NULL AND dead_at IS NULL"


class DeferredDriver(Driver):
    """Sends each message until a worker took it in, some to two at once; then waits for the event that tells of its outcome."""

    def __init__(self, ground: Ground, server: Throwaway | None = None) -> None:
        super().__init__(ground, server, drain=_by_the_workers)
        self.inbox = Inbox(self.ground)
        self.deferred = True
        self.expected += sum(len(one.lines) for one in self.talks)
        self._closed: set[Key] = set()

    async def _deliver(self, crew: Crew, one: Talk, place: int) -> None:
        await super()._deliver(crew, one, place)
        if self.deferred:
            await self._told((one.conversation_id, one.message_id(place)))

    async def _gentle(self, crew: Crew) -> Told:
        """Hand everything in once more, which changes nothing, and the goodbyes; once all is told, ask for every outcome."""
        await super()._gentle(crew)
        with suppress(TimeoutError):
            async with asyncio.timeout(LOST_AFTER):
                await self._delivered()
        self.deferred = False
        return await self._all_again(crew)

    async def _told(self, message: Key) -> None:
        try:
            async with asyncio.timeout(LOST_AFTER):
                await self._heard_of(message)
        except TimeoutError:
            self.report.late += 1

    async def _heard_of(self, message: Key) -> None:
        while message not in self._closed:
            await asyncio.sleep(0.2)
            told = (line for line in self.inbox.news() if line["type"] == "turn_closed")
            self._closed.update((line["conversation_id"], line["data"]["message_id"]) for line in told)

    async def _delivered(self) -> None:
        """Return when no event waits."""
        while (await asyncio.to_thread(rows, self.ground.store, WAITS))[0]["number"]:  # noqa: ASYNC110 - other processes deliver
            await asyncio.sleep(0.5)


async def _by_the_workers(ground: Ground) -> Drained:
    """They delivered it while the run went on."""
    return Drained(received=Inbox(ground).received(), deaths=0)
