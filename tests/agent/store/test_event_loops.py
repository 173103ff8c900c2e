"""A SQLite store in many event loops, at once and one after the other: each has its own connection, and none waits for what another left."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.loops import SECONDS, in_threads, looped

from warmline import SupportAgent
from warmline.agent.store import database
from warmline.agent.store.database import transaction
from warmline.agent.store.rows import CONVERSATION
from warmline.agent.store.store import Opened, Store
from warmline.errors import StoreError
from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, says
from warmline.tools.clock import SystemClock

MANY = 60


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = asyncio.run(Store.open(f"sqlite:///{tmp_path / 'w.db'}", clock=SystemClock()))
    yield store
    asyncio.run(store.close())


@pytest.fixture
def writer(tmp_path: Path, store: Store) -> Iterator[sqlite3.Connection]:
    """Another process's connection, which can hold the lock for writing."""
    assert store.on_loop
    other = sqlite3.connect(tmp_path / "w.db", isolation_level=None, check_same_thread=False)
    yield other
    other.close()


async def opened(store: Store, *names: str) -> None:
    turns = await asyncio.gather(*(store.open_turn(name, "m", "hello", customer_id=None) for name in names))
    assert all(isinstance(turn, Opened) for turn in turns)


def of(loop: str) -> list[str]:
    return [f"{loop}{number}" for number in range(MANY)]


async def stored(store: Store) -> int:
    async with transaction(store.engine, read_only=True) as connection:
        return len((await connection.execute(CONVERSATION.select())).all())


def test_two_loops_at_once_each_get_their_turn(store: Store) -> None:
    in_threads(*(looped(lambda name=name: opened(store, *of(name))) for name in "ab"))
    assert asyncio.run(stored(store)) == 2 * MANY


def test_a_loop_that_rests_the_store_takes_nothing_from_the_other(store: Store) -> None:
    async def each(loop: str) -> None:
        for name in of(loop):
            await opened(store, name)
            await store.rest()

    in_threads(*(looped(lambda name=name: each(name)) for name in "ab"))
    assert asyncio.run(stored(store)) == 2 * MANY


def test_one_loop_after_the_other_though_both_had_to_wait(store: Store, writer: sqlite3.Connection) -> None:
    async def held_up(loop: str) -> None:
        writer.execute("BEGIN IMMEDIATE")
        asyncio.get_running_loop().call_later(0.05, writer.execute, "COMMIT")
        await opened(store, *(f"{loop}{number}" for number in range(4)))

    for loop in "ab":
        asyncio.run(held_up(loop))
    assert asyncio.run(stored(store)) == 8


def test_a_loop_that_was_left_in_the_middle_holds_up_nobody(store: Store, writer: sqlite3.Connection) -> None:
    left = asyncio.new_event_loop()
    writer.execute("BEGIN IMMEDIATE")
    task = left.create_task(opened(store, "a"))
    left.run_until_complete(asyncio.sleep(0.02))
    writer.execute("COMMIT")
    asyncio.run(asyncio.wait_for(opened(store, "b"), SECONDS))
    left.run_until_complete(task)
    left.close()
    assert asyncio.run(stored(store)) == 2


def test_waits_do_not_add_up(store: Store, writer: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.3)

    async def refused() -> float:
        impatient = await Store.open(f"sqlite:///{tmp_path / 'w.db'}", clock=SystemClock())
        writer.execute("BEGIN IMMEDIATE")
        began = asyncio.get_running_loop().time()
        found = await asyncio.gather(*(opened(impatient, name) for name in of("a")), return_exceptions=True)
        took = asyncio.get_running_loop().time() - began
        writer.execute("COMMIT")
        await impatient.close()
        assert [type(one) for one in found] == [StoreError] * MANY
        return took

    assert asyncio.run(refused()) < 0.3 * MANY / 4


async def test_who_comes_late_to_the_lock_tries_more_than_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a machine stood still, or a long wait in the own queue."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.0)
    store = await Store.open(f"sqlite:///{tmp_path / 'late.db'}", clock=SystemClock())
    writer = sqlite3.connect(tmp_path / "late.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    asyncio.get_running_loop().call_later(0.001, writer.execute, "COMMIT")
    await opened(store, "c")
    writer.close()
    await store.close()


@pytest.mark.parametrize("warm", [False, True])
def test_an_agent_serves_a_loop_and_threads_without_one_at_the_same_time(tmp_path: Path, warm: bool) -> None:
    model = ScriptedModel([says("Hello.")] * (2 * MANY + 1))
    agent = SupportAgent(shop=MemoryShop(), model=model, store=tmp_path / "agent.db", guard=FixedGuard())
    if warm:
        agent.reply_sync("first", "hello", "m")

    async def awaited() -> None:
        for name in of("a"):
            assert (await agent.reply(name, "hello", "m")).text == "Hello."

    def called() -> None:
        assert [agent.reply_sync(name, "hello", "m").text for name in of("b")] == ["Hello."] * MANY

    in_threads(looped(awaited), called)
    asyncio.run(agent.close())
