"""Several processes deliver the outbox at once and are killed in the middle of it, until nothing is due; started by ``drain``.

`python -m torture.deliverers GROUND` forks them and prints how many died.
"""

import asyncio
import json
import logging
import os
import signal
import sys
from asyncio.subprocess import PIPE
from datetime import timedelta
from itertools import count
from random import Random
from typing import NamedTuple

import warmline.agent.outbox.delivery as delivery_module
from warmline.agent.outbox.delivery import deliver_due
from warmline.agent.outbox.event import OutboxEvent
from warmline.agent.outbox.letters import counts
from warmline.agent.store.database import before_commit
from warmline.agent.store.store import Store
from warmline.errors import StoreError
from warmline.tools.clock import SystemClock

from .ground import Ground
from .inbox import Inbox, Received

DELIVERERS = 3
MOST_DEATHS = 25
"""After so many, those that come do not die any more."""
FARTHEST = 10
"""How many points of danger the first one passes at the most, the second twice as many and so on; there are four to an event."""
HOLD = 0.5
"""Seconds that a delivery may take, and that its claim stands beyond that: what a dead process had is free after a second."""


class Drained(NamedTuple):
    """What the host received, and how many deliverers died on the way."""

    received: Received
    deaths: int


async def drain(ground: Ground) -> Drained:
    """Have everything delivered."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = (sys.executable, "-m", "torture.deliverers", json.dumps(ground.wire()))
    parent = await asyncio.create_subprocess_exec(*command, stdout=PIPE, env=environment)
    told, _ = await parent.communicate()
    if parent.returncode:
        raise RuntimeError("the deliverers failed; what they printed on stderr says why")
    return Drained(received=Inbox(ground).received(), deaths=int(told))


class Doom:
    """Kills this process at one of the points it passes; 0 is never."""

    def __init__(self, left: int) -> None:
        self._left = left

    def meets(self, *_: object) -> None:
        """Pass a point, or not."""
        self._left -= 1
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)


class DoomedInbox(Inbox):
    """An inbox whose deliverer may die before it took an event, and after."""

    def __init__(self, ground: Ground, doom: Doom) -> None:
        super().__init__(ground)
        self._doom = doom

    async def deliver(self, event: OutboxEvent) -> None:
        self._doom.meets()
        await super().deliver(event)
        self._doom.meets()


async def _deliver(ground: Ground, doom: Doom) -> None:
    store = await Store.open(ground.store, clock=SystemClock())
    before_commit(store.engine, doom.meets)
    inbox = DoomedInbox(ground, doom)
    while (await counts(store)).waiting:
        try:
            await deliver_due(store, inbox, at_once=4, most=100, timeout_seconds=HOLD)
        except StoreError as error:
            sys.stderr.write(f"a deliverer goes on: {error}\n")
        await asyncio.sleep(0.05)
    await store.close()


def _bear(ground: Ground, life: int, *, mortal: bool) -> int:
    child = os.fork()
    if child:
        return child
    draws = Random(f"{ground.seed}/delivery/{life}")  # noqa: S311 - repeatable chance
    asyncio.run(_deliver(ground, Doom(draws.randint(1, FARTHEST * life) if mortal else 0)))
    os._exit(0)


def main() -> None:
    """Keep so many at it until the last one finds nothing left to do."""
    ground = Ground.from_wire(json.loads(sys.argv[1]))
    lives, deaths = count(1), 0
    alive = {_bear(ground, next(lives), mortal=True) for _ in range(DELIVERERS)}
    while alive:
        child, status = os.wait()
        alive.discard(child)
        if os.WIFSIGNALED(status):
            deaths += 1
            alive.add(_bear(ground, next(lives), mortal=deaths < MOST_DEATHS))
        elif status:
            sys.exit(1)
    sys.stdout.write(f"{deaths}\n")


if __name__ == "__main__":
    logging.disable()
    delivery_module.__dict__["GRACE"] = timedelta(seconds=HOLD)
    main()
