"""A run: sends every talk's messages, at least once each, to workers that die; then asks for all of them again, and has it audited."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from support.postgres import Throwaway, a_database

from warmline.agent.store.database import open_engine
from warmline.agent.store.migrating import upgrade

from .audit import Told, audit
from .audit_outbox import audit_outbox
from .crew import Crew, Key, Lost
from .deliverers import Drained, drain
from .flood import flood
from .ground import Ground, make_shop, messages_of
from .inbox import Received
from .left import Left, Violation
from .model_server import ModelServer
from .talks import Talk, talk

PATIENCE = 30.0
"""Seconds after which a message that nobody answered is sent again; that a worker died or stands still is known at once. On a machine that is
busy with other things a shorter one has every message worked on so many times that none is answered."""


@dataclass(kw_only=True)
class Report:
    """What a run did, and what the auditor found. ``cut_off`` is how many deliverers died."""

    ground: Ground
    counts: dict[str, int] = field(default_factory=dict[str, int])
    deaths: Counter[str] = field(default_factory=Counter[str])
    freezes: Counter[str] = field(default_factory=Counter[str])
    faults: Counter[str] = field(default_factory=Counter[str])
    restarts: int = 0
    cut_off: int = 0
    late: int = 0
    seconds: float = 0.0
    errors: Counter[str] = field(default_factory=Counter[str])
    violations: list[Violation] = field(default_factory=list[Violation])
    told: Told = field(default_factory=dict[Key, list[str]])
    again: Told = field(default_factory=dict[Key, list[str]])

    @property
    def kills(self) -> int:
        """How many workers died, by whatever hand."""
        return self.deaths.total()


Drain = Callable[[Ground], Awaitable[Drained]]
"""Has everything in the outbox delivered to an inbox, and says what is in it."""


class Driver:
    """One run on one ground, and on ``server`` if that is a PostgreSQL.

    ``answered`` of ``expected`` sendings are: each message that is no goodbye, and then all of them once more.
    """

    def __init__(self, ground: Ground, server: Throwaway | None = None, *, drain: Drain = drain) -> None:
        self.ground = replace(ground, server=server.url if server else "")
        self.server, self.drain = server, drain
        self.chance = Random(ground.seed)  # noqa: S311 - repeatable chance
        self.model = ModelServer(ground.seed, ground.faulty)
        self.talks = [talk(number) for number in range(ground.talks)]
        self.sent: Counter[Key] = Counter()
        self.deferred = False
        self.answered = 0
        self.endangered = sum(len(one.lines) - 1 for one in self.talks)
        self.expected = self.endangered + messages_of(ground)
        self.moved = asyncio.Event()
        self.report = Report(ground=self.ground)

    async def run(self) -> Report:
        """All of it."""
        began = time.monotonic()
        await self._build()
        await self.model.start()
        self.ground = replace(self.ground, model_port=self.model.port)
        crew = Crew(self.ground)
        self.report.deaths, self.report.freezes, self.report.errors = crew.deaths, crew.freezes, crew.errors
        self.report.faults = self.model.faults
        try:
            await crew.start()
            self.report.told = await self._cruel(crew)
            self.report.again = await self._gentle(crew)
        finally:
            await crew.stop()
            await self.model.stop()
        counts, found = audit(self.ground, self.talks, self.report.told, self.report.again)
        self.report.violations = [*_outcries(crew.errors), *found]
        received, self.report.cut_off = await self.drain(self.ground)
        self.report.violations += audit_outbox(Left(self.ground), received)
        self.report.counts = {"messages sent": self.sent.total(), **counts, **_delivered(received)}
        self.report.seconds = time.monotonic() - began
        return self.report

    async def _build(self) -> None:
        """The store's tables and the shop."""
        if self.server is not None:
            for name in ("store", "shop"):
                await asyncio.to_thread(a_database, self.server.url, name)
        await make_shop(self.ground)
        engine, _ = open_engine(self.ground.store)
        await upgrade(engine)
        await engine.dispose()

    async def _cruel(self, crew: Crew) -> Told:
        """Every talk but its goodbye, while workers die."""
        limit = asyncio.Semaphore(self.ground.at_once)
        cruelty = [asyncio.create_task(one) for one in (self._kill(crew), self._restart(), flood(self.ground))]
        try:
            async with asyncio.TaskGroup() as group:
                for one in self.talks:
                    group.create_task(self._hold(crew, one, limit))
        finally:
            for one in cruelty:
                one.cancel()
            await asyncio.gather(*cruelty, return_exceptions=True)
        return crew.answers

    async def _gentle(self, crew: Crew) -> Told:
        """Every message once more, and the goodbyes, by workers that no longer die."""
        self.model.faulty = 0.0
        await crew.soften()
        return await self._all_again(crew)

    async def _all_again(self, crew: Crew) -> Told:
        limit = asyncio.Semaphore(self.ground.at_once)
        async with asyncio.TaskGroup() as group:
            for one in self.talks:
                group.create_task(self._recall(crew, one, limit))
        return crew.answers

    async def _hold(self, crew: Crew, one: Talk, limit: asyncio.Semaphore) -> None:
        """A talk in order: the next message when the last is answered, or at once where the customer is in a hurry."""
        async with limit:
            hurried: list[asyncio.Task[None]] = []
            for place, line in enumerate(one.lines[:-1]):
                sending = asyncio.create_task(self._deliver(crew, one, place))
                hurried.append(sending)
                if line.hurried:
                    await asyncio.sleep(self.chance.random() * 0.1)
                else:
                    await asyncio.gather(*hurried)

    async def _recall(self, crew: Crew, one: Talk, limit: asyncio.Semaphore) -> None:
        async with limit:
            for place in range(len(one.lines)):
                await self._deliver(crew, one, place)

    async def _deliver(self, crew: Crew, one: Talk, place: int) -> None:
        """One message, until it is answered."""
        message = {**_message(one, place), "deferred": self.deferred}
        pause = 0.05
        while True:
            known = bool(self.report.told.get((one.conversation_id, one.message_id(place))))
            twice = not known and self.chance.random() < self.ground.doubled
            await crew.manned(2 if twice else 1)
            chosen = self.chance.sample(crew.workers, 2 if twice else 1)
            streamed = self.chance.random() < 0.5
            asked = [crew.ask(worker, {**message, "streamed": streamed}) for worker in chosen]
            self.sent[one.conversation_id, one.message_id(place)] += len(asked)
            if await self._heard(asked):
                self.answered += 1
                self.moved.set()
                return
            await asyncio.sleep(pause := min(pause * 2, 1.0))

    async def _heard(self, asked: Sequence[Coroutine[Any, Any, str]]) -> bool:
        """Whether anybody answered in time; late answers are noted all the same."""
        tasks = [asyncio.ensure_future(one) for one in asked]
        done, late = await asyncio.wait(tasks, timeout=PATIENCE)
        self.report.late += len(late)
        for task in late:
            task.cancel()
        failed = [error for task in done if (error := task.exception()) is not None]
        for error in failed:
            if not isinstance(error, Lost):
                raise error
        return len(failed) < len(done)

    async def _kill(self, crew: Crew) -> None:
        """Kill a worker from outside whenever another share of the messages is answered, at no particular point of its work."""
        for number in range(self.ground.kills):
            await self._until(self.endangered * number // self.ground.kills)
            await asyncio.sleep(self.chance.random() * 0.1)
            await crew.manned()
            crew.kill(self.chance.choice(crew.workers), "from outside")

    async def _restart(self) -> None:
        """Let the server crash and come back whenever another share of the messages is answered."""
        for number in range(1, self.ground.restarts + 1):
            await self._until(self.endangered * number // (self.ground.restarts + 1))
            if self.server is not None:
                await asyncio.to_thread(self.server.restart)
                self.report.restarts += 1

    async def _until(self, answered: int) -> None:
        while self.answered < answered:
            self.moved.clear()
            await self.moved.wait()


def _outcries(errors: Counter[str]) -> Iterator[Violation]:
    """Whoever sends a message hears its outcome or a ``StoreError``, and nothing else."""
    for error, number in errors.items():
        if not error.startswith("StoreError:"):
            yield Violation(conversation="*", message="*", what=f"raised {number} times: {error}")


def _delivered(received: Received) -> dict[str, int]:
    times = Counter(key for key, _ in received)
    return {"events received": len(times), "events received again": times.total() - len(times)}


def _message(one: Talk, place: int) -> dict[str, Any]:
    return {
        "conversation_id": one.conversation_id,
        "message_id": one.message_id(place),
        "text": one.lines[place].text,
        "customer_id": one.customer_id,
    }
