"""The worker: what waits is answered, by the clock or in one round; several may be at it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from support.databases import KINDS, postgresql_url, sqlite_url, with_empty_tables
from support.waiting import until
from support.world import ANN, NOON, OPEN

from warmline import SupportAgent
from warmline.agent.guard.facts import Facts
from warmline.agent.guard.signals import Signals
from warmline.agent.store.database import open_engine, transaction
from warmline.agent.store.store import Store
from warmline.agent.worker.schedule import SCHEMA
from warmline.agent.worker.worker import Worker, url_beside
from warmline.errors import UsageError
from warmline.testing import Entry, FixedGuard, MemoryShop, ScriptedModel, says
from warmline.tools.clock import FrozenClock


class Told:
    """What a worker reported."""

    def __init__(self) -> None:
        self.done: list[tuple[str, int | Exception]] = []

    def __call__(self, name: str, done: int | Exception) -> None:
        self.done.append((name, done))

    def failures(self) -> list[tuple[str, int | Exception]]:
        return [one for one in self.done if isinstance(one[1], Exception)]


@pytest.fixture(params=KINDS)
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    url = postgresql_url()
    await with_empty_tables(url)
    engine, _ = open_engine(url)
    async with transaction(engine) as connection:
        await connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    await engine.dispose()
    return url


@pytest.fixture
async def make(url: str) -> AsyncIterator[Callable[..., SupportAgent]]:
    """Agents over one database."""
    made: list[SupportAgent] = []
    clock = FrozenClock(NOON)
    shop = MemoryShop(customers=[ANN], orders=[OPEN], clock=clock)

    def agent(*script: Entry, guard: FixedGuard | None = None) -> SupportAgent:
        model, read = ScriptedModel(script), guard or FixedGuard()
        made.append(SupportAgent(model=model, shop=shop, store=url, guard=read, clock=clock))
        return made[-1]

    yield agent
    for one in made:
        await one.close()


async def replies(agent: SupportAgent, conversation_id: str) -> list[str]:
    thread = await (await agent.parts()).store.thread(conversation_id)
    return [said.text for said in thread if said.author == "agent"]


async def test_what_was_enqueued_is_answered_by_the_clock(make: Callable[..., SupportAgent]) -> None:
    agent, told = make(*[says("It leaves today.")] * 3), Told()
    async with Worker(agent, name="w1", report=told) as worker:
        for number in range(3):
            await agent.enqueue(f"c{number}", "Where is W-10001?", "m1", customer="C-1")
        await until(lambda: told.done.count(("turn", 1)) == 3)
        with pytest.raises(UsageError, match="has one worker already"):
            await Worker(agent, name="w2").start()
        assert worker.name == "w1"
    assert [await replies(agent, f"c{number}") for number in range(3)] == [["It leaves today."]] * 3
    assert told.failures() == []


async def test_a_worker_that_stopped_is_followed_by_another(make: Callable[..., SupportAgent]) -> None:
    agent, told = make(says("It leaves today.")), Told()
    async with Worker(agent, name="w1"):
        pass
    await agent.enqueue("c1", "Where is W-10001?", "m1", customer="C-1")
    async with Worker(agent, name="w2", report=told):
        await until(lambda: ("turn", 1) in told.done)
    assert await replies(agent, "c1") == ["It leaves today."]


class Stuck(FixedGuard):
    """Reads when it is let go on, and counts who waits for that."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting, self.go = 0, asyncio.Event()

    async def read(self, text: str, facts: Facts) -> Signals:
        self.waiting += 1
        await self.go.wait()
        return await super().read(text, facts)


async def test_a_crowd_of_messages_keeps_no_chore_from_its_time(make: Callable[..., SupportAgent]) -> None:
    guard, told = Stuck(), Told()
    agent = make(*[says("It leaves today.")] * 4, guard=guard)
    for number in range(4):
        await agent.enqueue(f"c{number}", "Where is W-10001?", "m1", customer="C-1")
    async with Worker(agent, name="w1", at_once=2, report=told):
        await until(lambda: guard.waiting == 2)
        told.done.clear()
        await until(lambda: told.done.count(("deliver_events", 0)) >= 2)
        assert guard.waiting == 2
        guard.go.set()
        await until(lambda: told.done.count(("turn", 1)) == 4)


async def test_one_round_does_every_chore_without_dbos(make: Callable[..., SupportAgent]) -> None:
    agent = make(*[says("It leaves today.")] * 2)
    await agent.enqueue("c1", "Where is W-10001?", "m1", customer="C-1")
    await agent.enqueue("c2", "Where is W-10001?", "m1", customer="C-1")
    done = await Worker(agent).once()
    assert done["resume_turns"] == 2
    assert (await Worker(agent).once())["resume_turns"] == 0
    assert [await replies(agent, name) for name in ("c1", "c2")] == [["It leaves today."]] * 2


class Crowded(FixedGuard):
    """Counts how many messages are read at the same time."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.most = 0, 0

    async def read(self, text: str, facts: Facts) -> Signals:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.3)
        self.now -= 1
        return await super().read(text, facts)


async def test_no_more_are_answered_at_once_than_was_said(make: Callable[..., SupportAgent]) -> None:
    guard = Crowded()
    agent = make(*[says("It leaves today.")] * 6, guard=guard)
    for number in range(6):
        await agent.enqueue(f"c{number}", "Where is W-10001?", "m1", customer="C-1")
    await Worker(agent, at_once=2).once()
    assert guard.most == 2


async def test_a_store_in_memory_has_no_worker() -> None:
    agent = SupportAgent(shop=MemoryShop(), model=ScriptedModel([]), guard=FixedGuard())
    with pytest.raises(UsageError, match="needs a store that outlives it"):
        await Worker(agent).start()
    await agent.close()


def test_what_may_still_be_needed_is_not_to_be_deleted() -> None:
    agent = SupportAgent(shop=MemoryShop(), model=ScriptedModel([]), guard=FixedGuard())
    with pytest.raises(UsageError, match="kept 30 days at least, got 5"):
        Worker(agent, keep=timedelta(days=5))


def test_a_worker_that_would_answer_nothing_is_refused() -> None:
    agent = SupportAgent(shop=MemoryShop(), model=ScriptedModel([]), guard=FixedGuard())
    with pytest.raises(UsageError, match="at_once=0"):
        Worker(agent, at_once=0)


async def test_its_own_tables_stand_beside_the_store(tmp_path: Path) -> None:
    store = await Store.open(sqlite_url(tmp_path), clock=FrozenClock(NOON))
    assert url_beside(store.engine) == f"sqlite:///{tmp_path / 'w.db'}.work"
    await store.close()


async def test_conversations_older_than_are_kept_go_in_the_round(make: Callable[..., SupportAgent]) -> None:
    agent = make(says("It leaves today."))
    await agent.reply("c1", "Where is W-10001?", "m1", customer="C-1")
    clock = (await agent.parts()).clock
    assert isinstance(clock, FrozenClock)
    clock.moment += timedelta(days=401)
    assert (await Worker(agent).once())["forget_old"] == 0
    assert (await Worker(agent, keep=timedelta(days=400)).once())["forget_old"] == 1
    assert await replies(agent, "c1") == []
