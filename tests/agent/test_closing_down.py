"""An agent that closes: turns finish or are given back, nothing begins any more, nothing is lost."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from support.waiting import until
from support.world import World

from warmline import Capacity, Done, HandedOff, NeedsConfirmation, Replied, SupportAgent, Turn
from warmline.agent.guard.decision import Decision
from warmline.agent.guard.signals import Signals
from warmline.agent.models.base import ModelAnswer, ModelRequest
from warmline.agent.running import Running, ShuttingDown
from warmline.agent.store.store import Store
from warmline.errors import UsageError
from warmline.testing import Entry, FixedGuard, MemoryShop, ScriptedModel, calls, says
from warmline.tools.clock import SystemClock

CANCEL = calls("cancel_unshipped_order", order_number="W-10001")
DONE = says("Your order W-10001 has been cancelled.")


class Waiting(ScriptedModel):
    """Answers when it is told to."""

    def __init__(self, *answers: Entry) -> None:
        super().__init__(answers)
        self.asked, self.go = asyncio.Event(), asyncio.Event()

    async def answer(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelAnswer:
        self.asked.set()
        await self.go.wait()
        return await super().answer(request, on_text=on_text)


def at_work(agent: SupportAgent, message_id: str = "m1", text: str = "Where is it?") -> "asyncio.Task[Turn]":
    return asyncio.create_task(agent.reply("c1", text, message_id, customer="C-1"))


async def test_a_running_turn_finishes_before_the_agent_is_closed_and_no_other_begins(world: World) -> None:
    model = Waiting(says("Here."))
    agent = world.agent(model=model)
    turn = at_work(agent)
    await model.asked.wait()
    closing = asyncio.create_task(agent.close(grace=60))
    await asyncio.sleep(0)
    with pytest.raises(ShuttingDown, match="takes no new message, such as 'm2'; send it to another agent"):
        await agent.reply("c2", "Hello?", "m2")
    assert not closing.done()
    model.go.set()
    assert (await turn).text == "Here."
    await closing
    with pytest.raises(UsageError, match="is closed"):
        await agent.reply("c1", "Where is it?", "m1")


async def test_a_turn_that_does_not_finish_is_given_back_and_resumed_elsewhere(world: World) -> None:
    model = Waiting()
    agent = world.agent(model=model)
    turn = at_work(agent)
    await model.asked.wait()
    await agent.close(grace=0)
    with pytest.raises(ShuttingDown, match="worked on message 'm1'; send the same message_id to another agent"):
        await turn
    other = world.agent(says("Here."))
    assert await (await other.parts()).store.interrupted("c1") == [("m1", "Where is it?")]
    resumed = await other.reply("c1", "Where is it?", "m1", customer="C-1")
    assert (resumed.kind, resumed.text) == ("replied", "Here.")
    assert [line.text for line in await (await other.parts()).store.thread("c1")] == ["Where is it?", "Here."]


async def test_a_turn_broken_off_after_its_write_is_told_and_writes_nothing_again(world: World) -> None:
    asked = await world.agent(CANCEL).reply("c1", "Cancel W-10001", "m0", customer="C-1")
    assert isinstance(asked, NeedsConfirmation)
    model = Waiting()
    agent = world.agent(model=model)
    turn = at_work(agent, "m1", "yes")
    await model.asked.wait()  # the cancellation is made, its words are not
    await agent.close(grace=0)
    await asyncio.wait([turn])
    told = await world.agent(DONE).reply("c1", "yes", "m1", customer="C-1")
    assert told.text == "Your order W-10001 has been cancelled."
    assert len(world.shop.receipts) == 1


async def test_turns_that_wait_for_room_are_given_back_too(world: World) -> None:
    model = Waiting()
    agent = SupportAgent(
        model=model,
        shop=world.shop,
        store=world.folder / "warmline.db",
        guard=FixedGuard(),
        clock=world.clock,
        capacity=Capacity(turns=1, wait_seconds=60.0),
    )
    turns = [asyncio.create_task(agent.reply(f"c{number}", "hi", "m1")) for number in range(4)]
    await until(lambda: agent.load().waiting == 3)
    await agent.close(grace=0)
    assert all(isinstance(end, ShuttingDown) for end in await asyncio.gather(*turns, return_exceptions=True))
    assert (agent.load().turns, agent.load().waiting) == (0, 0)
    again = world.agent(*[says("Here.")] * 4)
    answers = [await again.reply(f"c{number}", "hi", "m1") for number in range(4)]
    assert [turn.text for turn in answers] == ["Here."] * 4


async def test_a_stream_that_is_broken_off_says_so(world: World) -> None:
    model = Waiting()
    agent = world.agent(model=model)

    async def listen() -> list[object]:
        return [event async for event in agent.stream("c1", "hi", "m1")]

    listening = asyncio.create_task(listen())
    await model.asked.wait()
    await agent.close(grace=0)
    with pytest.raises(ShuttingDown):
        await listening
    events = [event async for event in world.agent(says("Hello.")).stream("c1", "hi", "m1")]
    assert isinstance(events[-1], Done)


async def test_whoever_called_for_a_turn_that_was_broken_off_goes_on(world: World) -> None:
    model = Waiting()
    agent = world.agent(model=model)

    async def host() -> str:
        try:
            await agent.reply("c1", "hi", "m1")
        except ShuttingDown:
            await asyncio.sleep(0)
            return "still here"
        raise AssertionError

    task = asyncio.create_task(host())
    await model.asked.wait()
    await agent.close(grace=0)
    assert await task == "still here"
    assert task.cancelling() == 0


async def test_closing_twice_at_once_and_again_is_closing(world: World) -> None:
    model = Waiting(says("Here."))
    agent = world.agent(model=model)
    turn = at_work(agent)
    await model.asked.wait()
    closings = [asyncio.create_task(agent.close(grace=60)) for _ in range(2)]
    await asyncio.sleep(0)
    model.go.set()
    await asyncio.gather(*closings)
    assert isinstance(await turn, Replied)
    await agent.close()


async def test_a_case_stands_though_its_gathering_is_not_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("warmline.agent.enriching.fill_case_file", hangs)
    agent = world.agent(guard=_Gathering("angry"))
    turn = await agent.reply("c1", "This is a disgrace", customer="C-1")
    await agent.close(grace=0)
    assert isinstance(turn, HandedOff)
    assert [case.id for case in await (await world.agent().desk()).cases()] == [turn.case_id]


class _Gathering(FixedGuard):
    """Hands over, and lets the case file be filled afterwards."""

    def decide(self, signals: Signals) -> Decision:
        return super().decide(signals).model_copy(update={"route": "gather"})


async def test_a_turn_that_will_not_let_go_does_not_keep_the_agent_open(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("warmline.agent.running.RELEASE_SECONDS", 0.01)
    running, go = Running(), asyncio.Event()

    async def stubborn() -> None:
        async with running.turn("m1"):
            while not go.is_set():
                try:
                    await go.wait()
                except asyncio.CancelledError:
                    continue

    turn = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await running.finish(0)
    assert "1 turns did not let go" in caplog.text
    go.set()
    await turn


async def test_a_time_out_within_a_turn_stays_one() -> None:
    with pytest.raises(TimeoutError, match="mine"):
        async with Running().turn("m1"):
            raise TimeoutError("mine")


async def test_less_than_no_grace_is_refused(world: World) -> None:
    with pytest.raises(UsageError, match="expected seconds, 0 or more"):
        await world.agent().close(grace=-1)


def test_a_turn_in_another_thread_is_waited_for(tmp_path: Path) -> None:
    reached, go = threading.Event(), threading.Event()

    class Elsewhere(ScriptedModel):
        async def answer(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelAnswer:
            reached.set()
            await asyncio.to_thread(go.wait)
            return await super().answer(request, on_text=on_text)

    agent = SupportAgent(
        model=Elsewhere([says("Here.")]), shop=MemoryShop(), store=tmp_path / "t.db", guard=FixedGuard(), clock=SystemClock()
    )
    turns: list[Turn] = []
    thread = threading.Thread(target=lambda: turns.append(agent.reply_sync("c1", "hi", "m1")))
    thread.start()
    reached.wait()

    async def close() -> None:
        closing = asyncio.create_task(agent.close(grace=60))
        await asyncio.sleep(0)
        go.set()
        await closing

    asyncio.run(close())
    thread.join()
    assert [turn.text for turn in turns] == ["Here."]


async def test_the_store_of_a_host_stays_open_for_others(world: World) -> None:
    store = await Store.open(f"sqlite+aiosqlite:///{world.folder / 'host.db'}", clock=world.clock)
    model = Waiting()
    agent = SupportAgent(model=model, shop=world.shop, store=store, guard=FixedGuard(), clock=world.clock)
    turn = at_work(agent)
    await model.asked.wait()
    await agent.close(grace=0)
    await asyncio.wait([turn])
    assert await store.interrupted("c1") == [("m1", "Where is it?")]
    await store.close()
