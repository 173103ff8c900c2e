"""What all trials of a process share: the classifier, the demo shop's records, policies, and empty stores to begin with."""

import asyncio
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from warmline.agent.guard.guard import Guard
from warmline.agent.guard.policy import Policy
from warmline.agent.store.database import engine_in_memory
from warmline.agent.store.store import Store
from warmline.agent.store.tables import METADATA
from warmline.fixtures import packaged
from warmline.tools.clock import Clock, FrozenClock
from warmline.tools.demofiles import DemoFiles, read_demo_files

from .reading import KnowingClassifier, Reader

MONDAY_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
"""When a conversation begins, unless the case says."""


@dataclass(frozen=True)
class Room:
    """A database in memory, for one trial at a time."""

    engine: AsyncEngine
    held: sqlite3.Connection


@dataclass
class Stage:
    """Shared by the trials of one process and one event loop."""

    guards: dict[object, Guard] = field(default_factory=dict[object, Guard])
    making: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while one of the ``guards`` is made."""
    _policies: dict[Path | None, Policy] = field(default_factory=dict[Path | None, Policy])
    _free: list[Room] = field(default_factory=list[Room])
    _all: list[Room] = field(default_factory=list[Room])

    @cached_property
    def reader(self) -> Reader:
        """Reads messages for all of them."""
        return Reader(KnowingClassifier.shipped())

    def shop_files(self, now: datetime) -> DemoFiles:
        """The demo shop as of then; its records are frozen, so every trial may have the same ones."""
        return _demo_shop(now)

    def policy(self, file: Path | None) -> Policy:
        """A policy; the shipped one without a file."""
        if file not in self._policies:
            self._policies[file] = Policy.load(file)
        return self._policies[file]

    async def take(self, clock: Clock) -> tuple[Room, Store]:
        """An empty store that nobody else has; give its room back."""
        if self._free:
            room = self._free.pop()
            _empty(room.held)
        else:
            room = await self._another(clock)
        return room, Store(room.engine, clock)

    def give_back(self, room: Room) -> None:
        """Let another trial have it; it is emptied before."""
        self._free.append(room)

    async def close(self) -> None:
        """Let go of every store."""
        for room in self._all:
            await room.engine.dispose()
            room.held.close()
        self._all, self._free = [], []

    async def _another(self, clock: Clock) -> Room:
        room = Room(*engine_in_memory())
        store = await Store.open(room.engine, clock=clock)
        await store.rest()  # the thread that made the tables has nothing more to do
        self._all.append(room)
        return room


def _empty(held: sqlite3.Connection) -> None:
    """Remove every row; the tables stay, so that no connection has to read the schema anew. Numbers begin at 1 again."""
    with held:
        for table in METADATA.tables:
            held.execute(f"DELETE FROM {table}")  # noqa: S608 (names of our own tables)


@lru_cache(maxsize=32)
def _demo_shop(now: datetime) -> DemoFiles:
    """Read once for each moment, also when a suite is looked through before it is played: it takes a quarter of a second."""
    return read_demo_files(packaged("shop"), now)


def clock_at(moment: datetime | None) -> FrozenClock:
    """A clock that stands still until it is told to move."""
    return FrozenClock(moment or MONDAY_NOON)
