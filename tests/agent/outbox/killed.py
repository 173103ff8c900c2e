"""A worker that is killed when a sink has taken an event and nobody has noted it; started by a test with store, file, place and moment."""

import asyncio
import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from warmline.agent.outbox.delivery import deliver_due
from warmline.agent.outbox.event import OutboxEvent
from warmline.agent.store.store import Store
from warmline.tools.clock import FrozenClock


class Deadly:
    """Writes keys down, and dies at one of them."""

    def __init__(self, file: Path, dies_at: int) -> None:
        self.file, self.left = file, dies_at

    async def deliver(self, event: OutboxEvent) -> None:
        with self.file.open("a") as out:
            out.write(f"{event.conversation_id} {event.key}\n")
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)


async def main(url: str, file: str, dies_at: str, now: str) -> None:
    store = await Store.open(url, clock=FrozenClock(datetime.fromisoformat(now)))
    await deliver_due(store, Deadly(Path(file), int(dies_at)), at_once=3)
    await store.close()


asyncio.run(main(*sys.argv[1:]))
