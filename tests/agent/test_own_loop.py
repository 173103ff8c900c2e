"""Callers that are not async, in one thread or many: one event loop for all of them, which begins by itself and ends with the agent."""

import asyncio
import gc
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pytest
from support.world import World

from warmline import Capacity, HandedOff, Replied, SupportAgent
from warmline.agent.models.base import ModelAnswer, ModelRequest
from warmline.agent.own_loop import THREAD
from warmline.agent.running import ShuttingDown
from warmline.errors import UsageError
from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, says

SECONDS = 30.0


class Watched(ScriptedModel):
    """Says "Hi." and notes in which loop it was asked; ``meanwhile`` is awaited before."""

    def __init__(self, meanwhile: Callable[[], Any] | None = None) -> None:
        super().__init__([says("Hi.")] * 50)
        self.loops: list[asyncio.AbstractEventLoop] = []
        self.meanwhile = meanwhile

    async def answer(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelAnswer:
        self.loops.append(asyncio.get_running_loop())
        if self.meanwhile is not None:
            await self.meanwhile()
        return await super().answer(request, on_text=on_text)


def an_agent(model: ScriptedModel | None = None, store: Path | None = None, **more: Any) -> SupportAgent:
    return SupportAgent(shop=MemoryShop(), model=model or Watched(), store=store, guard=FixedGuard(), **more)


def loops_alive() -> int:
    return sum(thread.name == THREAD for thread in threading.enumerate())


def soon(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + SECONDS
    while not holds() and time.monotonic() < until:
        time.sleep(0.005)
    return holds()


def test_many_threads_are_served_at_once_in_one_loop(tmp_path: Path) -> None:
    all_here = asyncio.Barrier(8)

    async def meanwhile() -> None:
        async with asyncio.timeout(SECONDS):
            await all_here.wait()

    model = Watched(meanwhile)
    with an_agent(model, tmp_path / "w.db") as agent, ThreadPoolExecutor(8) as pool:
        turns = [pool.submit(agent.reply_sync, f"c{number}", "hello") for number in range(8)]
        said = [turn.result(SECONDS).text for turn in turns]
    assert said == ["Hi."] * 8
    assert len(set(model.loops)) == 1
    assert soon(lambda: loops_alive() == 0)


def test_who_finds_no_place_in_time_is_handed_to_a_person() -> None:
    go = threading.Event()

    async def meanwhile() -> None:
        await asyncio.to_thread(go.wait, SECONDS)

    model = Watched(meanwhile)
    with an_agent(model, capacity=Capacity(turns=1, waiting=0)) as agent, ThreadPoolExecutor(1) as pool:
        first = pool.submit(agent.reply_sync, "c1", "hello")
        assert soon(lambda: bool(model.loops))
        assert isinstance(agent.reply_sync("c2", "hello"), HandedOff)
        go.set()
        assert isinstance(first.result(SECONDS), Replied)


def test_whatever_is_async_can_be_called_and_raises_to_its_caller(tmp_path: Path) -> None:
    with an_agent(store=tmp_path / "w.db") as agent:
        assert agent.sync(agent.enqueue, "c1", "hello", "m1") is True
        assert agent.sync(agent.enqueue, "c1", "hello", message_id="m1") is False
        desk = agent.sync(agent.desk)
        assert agent.sync(desk.cases) == []
        with pytest.raises(UsageError, match="C-nobody"):
            agent.reply_sync("c1", "hi", "m2", customer="C-nobody")
    with pytest.raises(ShuttingDown):
        agent.reply_sync("c1", "hello", "m3")
    agent.sync(agent.close)
    assert soon(lambda: loops_alive() == 0)


def test_what_the_host_keeps_in_its_context_is_there() -> None:
    trace = ContextVar("trace", default="")
    seen: list[str] = []

    async def meanwhile() -> None:
        seen.append(trace.get())

    with an_agent(Watched(meanwhile)) as agent:
        trace.set("T-1")
        agent.reply_sync("c1", "hello")
    assert seen == ["T-1"]


async def test_where_a_loop_runs_it_is_said_what_to_call() -> None:
    agent = an_agent()
    with pytest.raises(UsageError, match=r"await agent\.reply"):
        agent.reply_sync("c1", "hello")
    assert soon(lambda: loops_alive() == 0)


def test_an_agent_that_is_closed_elsewhere_gives_back_what_threads_wait_for(tmp_path: Path) -> None:
    model = Watched(lambda: asyncio.sleep(SECONDS))
    agent = an_agent(model, tmp_path / "w.db")
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(agent.reply_sync, "c1", "hello", "m1")
        assert soon(lambda: bool(model.loops))
        asyncio.run(agent.close(grace=0))
        with pytest.raises(ShuttingDown, match="m1"):
            waits.result(SECONDS)
    assert soon(lambda: loops_alive() == 0)
    with an_agent(store=tmp_path / "w.db") as other:
        assert other.reply_sync("c1", "hello", "m1").text == "Hi."


def test_a_loop_ends_with_its_agent() -> None:
    agent = an_agent()
    agent.reply_sync("c1", "hello")
    assert loops_alive() == 1
    del agent
    gc.collect()
    assert soon(lambda: loops_alive() == 0)


def test_closing_waits_for_the_other_threads_calls_and_not_for_ever(tmp_path: Path) -> None:
    agent, begun, done = an_agent(store=tmp_path / "w.db"), threading.Event(), list[str]()

    async def call(seconds: float) -> None:
        begun.set()
        await asyncio.sleep(seconds)
        done.append("done")

    with ThreadPoolExecutor(1) as pool:
        calling = pool.submit(agent.sync, call, 0.2)
        assert begun.wait(SECONDS)
        agent.sync(agent.close)
        assert done == ["done"]
        calling.result(SECONDS)

        begun.clear()
        calling = pool.submit(agent.sync, call, 4 * SECONDS)
        assert begun.wait(SECONDS)
        asyncio.run(agent.close(grace=0))
        with pytest.raises(ShuttingDown):
            calling.result(SECONDS)


def test_what_is_made_already_cannot_be_called() -> None:
    agent = an_agent()
    with pytest.raises(UsageError, match=r"agent\.sync\(agent\.desk"):
        agent.sync(agent.desk())  # pyright: ignore[reportArgumentType, reportCallIssue]
    with pytest.raises(UsageError, match="stream has no form"):
        agent.sync(agent.stream, "c1", "hello")  # pyright: ignore[reportArgumentType]
    agent.sync(agent.close)


def test_what_is_looked_up_for_a_case_is_finished_when_the_agent_is_closed(tmp_path: Path) -> None:
    """The same for the loop itself: what goes on in it after a turn is not cut off by its end."""
    world = World(folder=tmp_path)
    done: list[str] = []

    async def later() -> None:
        await asyncio.sleep(0.05)
        done.append("done")

    async def begin() -> None:
        (await agent.parts()).background.start(later())

    with SupportAgent(shop=world.shop, model=Watched(), guard=FixedGuard()) as agent:
        agent.sync(begin)
        assert done == []
    assert done == ["done"]
