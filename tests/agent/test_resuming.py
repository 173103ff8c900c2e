"""A turn that was interrupted, overtaken or cancelled: nothing lost, nothing twice, nobody talked over."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from support.world import World

from warmline import HandedOff, NeedsConfirmation, Replied, SupportAgent, WithHuman
from warmline.agent.guard.facts import Facts
from warmline.agent.guard.signals import Signals
from warmline.agent.models.base import ModelAnswer, ModelRequest
from warmline.agent.store.leases import LEASE
from warmline.agent.store.store import Busy, Opened, Store
from warmline.testing import Entry, FixedGuard, MemoryShop, ScriptedModel, calls, says

CANCEL = calls("cancel_unshipped_order", order_number="W-10001")
DONE = says("Your order W-10001 has been cancelled.")


def dies(_: ModelRequest) -> ModelAnswer:
    """The process is stopped."""
    raise asyncio.CancelledError


class Waiting(ScriptedModel):
    """Answers when it is told to."""

    def __init__(self, *answers: Entry) -> None:
        super().__init__(answers)
        self.asked = asyncio.Event()
        self.go = asyncio.Event()

    async def answer(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelAnswer:
        self.asked.set()
        await self.go.wait()
        return await super().answer(request, on_text=on_text)


async def store_of(agent: SupportAgent) -> Store:
    return (await agent.parts()).store


async def interrupted(agent: SupportAgent, text: str, message_id: str) -> None:
    with pytest.raises(asyncio.CancelledError):
        await agent.reply("c1", text, message_id, customer="C-1")


async def status(world: World) -> str:
    order = await world.shop.get_order("W-10001")
    assert order is not None
    return order.status


async def test_a_message_left_unanswered_is_answered_with_the_next_one_and_then_is_done(world: World) -> None:
    await interrupted(world.agent(dies), "hello there", "m0")
    asked = await world.agent(CANCEL).reply("c1", "Please cancel W-10001", "m1", customer="C-1")
    agent = world.agent(DONE)
    assert isinstance(asked, NeedsConfirmation)
    assert await (await store_of(agent)).interrupted("c1") == []
    assert isinstance(await agent.reply("c1", "yes", "m2", customer="C-1"), Replied)
    assert await status(world) == "cancelled"


async def test_a_message_answered_with_another_has_nothing_more_to_say(world: World) -> None:
    await interrupted(world.agent(dies), "hello there", "m0")
    agent = world.agent(says("Hello!"))
    answered = await agent.reply("c1", "are you there?", "m1", customer="C-1")
    late = await agent.reply("c1", "hello there", "m0", customer="C-1")
    assert (answered.text, late.text, late.message_id, late.kind) == ("Hello!", "", "m0", "replied")
    assert [said.text for said in await (await store_of(agent)).thread("c1")] == ["hello there", "are you there?", "Hello!"]


async def test_a_message_that_has_to_wait_is_stored_at_once(world: World) -> None:
    model = Waiting(says("One."), says("Two."))
    agent = world.agent(model=model)
    first = asyncio.create_task(agent.reply("c1", "first", "m1"))
    await model.asked.wait()
    store = await store_of(agent)
    assert isinstance(await store.open_turn("c1", "m2", "second", customer_id=None), Busy)
    model.go.set()
    assert (await first).text == "One."
    assert await store.interrupted("c1") == [("m2", "second")]
    assert (await agent.reply("c1", "second", "m2")).text == "Two."
    assert [message.text for message in model.requests[1].messages[1:]] == ["first", "One.", "second"]


async def test_two_workers_on_one_message_say_one_thing(world: World) -> None:
    model = Waiting(says("Slow."))
    slow = asyncio.create_task(world.agent(model=model).reply("c1", "hi", "m1"))
    await model.asked.wait()
    world.clock.moment += LEASE + timedelta(seconds=1)
    quick = world.agent(says("Quick."))
    turn = await quick.reply("c1", "hi", "m1")
    model.go.set()
    assert (turn.text, (await slow).text) == ("Quick.", "Quick.")
    assert [said.text for said in await (await store_of(quick)).thread("c1")] == ["hi", "Quick."]


async def test_a_worker_that_was_overtaken_does_not_talk_over_a_person(world: World) -> None:
    model = Waiting(says("Slow."))
    slow = asyncio.create_task(world.agent(model=model).reply("c1", "hi", "m1"))
    await model.asked.wait()
    world.clock.moment += LEASE + timedelta(seconds=1)
    agent = world.agent(guard=FixedGuard("angry"))
    opened = await agent.reply("c1", "you are useless", "m2")
    model.go.set()
    late = await slow
    assert isinstance(opened, HandedOff)
    assert (late.kind, late.text) == ("handed_off", "")
    assert [said.author for said in await (await store_of(agent)).thread("c1")] == ["customer", "customer", "notice"]


async def test_a_worker_that_was_overtaken_writes_nothing(world: World) -> None:
    await world.agent(CANCEL).reply("c1", "Cancel W-10001", "m1", customer="C-1")
    model = Waiting(CANCEL, DONE)
    slow = asyncio.create_task(world.agent(model=model).reply("c1", "yes, the whole order", "m2", customer="C-1"))
    await model.asked.wait()
    world.clock.moment += LEASE + timedelta(seconds=1)
    await world.agent(says("Did you mean it?")).reply("c1", "wait", "m3", customer="C-1")
    model.go.set()
    await slow
    assert world.shop.receipts == {}


async def test_a_slow_turn_keeps_its_conversation(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warmline.agent.turn.RENEWED", 0.001)
    model = Waiting(says("At last."))
    agent = world.agent(model=model)
    slow = asyncio.create_task(agent.reply("c1", "hi", "m1"))
    await model.asked.wait()
    store, renewed = await store_of(agent), asyncio.Event()
    renew = store.renew

    async def noted(opened: Opened) -> None:
        await renew(opened)
        renewed.set()

    monkeypatch.setattr(store, "renew", noted)
    world.clock.moment += LEASE - timedelta(seconds=1)
    await renewed.wait()
    world.clock.moment += timedelta(seconds=2)
    assert isinstance(await store.open_turn("c1", "m2", "?", customer_id=None, lease="other"), Busy)
    model.go.set()
    assert (await slow).text == "At last."


async def test_a_message_to_a_case_that_is_resolved_meanwhile_is_served(world: World) -> None:
    opened = await world.agent(guard=FixedGuard("dispute")).reply("c1", "You charged me twice", customer="C-1")
    assert isinstance(opened, HandedOff)

    class Resolving(FixedGuard):
        async def read(self, text: str, facts: Facts) -> Signals:
            desk = await world.agents[-1].desk()
            if (await desk.case(opened.case_id)).status == "open":
                await desk.claim(opened.case_id, by="ana")
                await desk.resolve(opened.case_id, by="ana")
            return await super().read(text, facts)

    agent = world.agent(says("You are welcome."), guard=Resolving())
    turn = await agent.reply("c1", "Thank you. Where is W-10001?", "m2", customer="C-1")
    assert isinstance(turn, Replied)
    following = await (await store_of(agent)).open_turn("c1", "m3", "?", customer_id="C-1")
    assert isinstance(following, Opened)
    assert following.state.settled == ["dispute"]


async def test_what_an_interrupted_turn_wrote_is_told_when_the_customer_writes_something_else(world: World) -> None:
    await world.agent(CANCEL).reply("c1", "Cancel W-10001", "m1", customer="C-1")
    await interrupted(world.agent(dies), "yes", "m2")
    model = ScriptedModel([DONE])
    turn = await world.agent(model=model).reply("c1", "hello?", "m3", customer="C-1")
    assert turn.text == "Your order W-10001 has been cancelled."
    assert "refund" in (model.requests[0].messages[-1].text or "")
    assert [(run.name, run.status) for run in turn.tool_calls] == [("cancel_unshipped_order", "done")]


async def test_a_second_yes_to_one_question_is_one_write(world: World) -> None:
    await world.agent(CANCEL).reply("c1", "Cancel W-10001", "m1", customer="C-1")
    await interrupted(world.agent(dies), "yes", "m2")
    assert isinstance(await world.agent(DONE).reply("c1", "yes", "m3", customer="C-1"), Replied)
    assert len(world.shop.receipts) == 1


async def test_a_question_whose_answer_would_mean_something_else_by_now_is_asked_again(world: World) -> None:
    asked = await world.agent(CANCEL).reply("c1", "Cancel W-10001", customer="C-1")
    order = world.shop.records.orders["W-10001"]
    world.shop.records.orders["W-10001"] = order.model_copy(update={"total": order.total.times(2)})
    again = await world.agent().reply("c1", "yes", customer="C-1")
    assert isinstance(again, NeedsConfirmation)
    assert again.text != asked.text
    assert await status(world) == "processing"


class Interruption:
    """Stops the process at the given one of the points where a turn waits for the shop or the model."""

    def __init__(self, world: World, at: int) -> None:
        self.left = at
        for name in ("get_customer", "get_order", "cancel_order"):
            self.watch(world.shop, name)

    def watch(self, thing: MemoryShop | Store | ScriptedModel, name: str) -> None:
        """Count the moments before and after a call."""
        call = getattr(thing, name)

        async def watched(*args: object, **kwargs: object) -> object:
            self.pass_by()
            result = await call(*args, **kwargs)
            self.pass_by()
            return result

        setattr(thing, name, watched)

    def pass_by(self) -> None:
        """One more point."""
        self.left -= 1
        if self.left == 0:
            raise asyncio.CancelledError


STEPS = ("open_turn", "start_write", "finish_write", "close_turn")
POINTS = 18
"""Before and after each of the nine calls of such a turn."""


@pytest.mark.parametrize("then", ["yes", "hello?"])
@pytest.mark.parametrize("at", range(1, POINTS + 1))
async def test_wherever_a_confirmed_write_is_interrupted_it_happens_once_and_is_told(world: World, at: int, then: str) -> None:
    await world.agent(CANCEL).reply("c1", "Cancel W-10001", "m1", customer="C-1")
    model = ScriptedModel([DONE])
    agent = world.agent(model=model)
    interruption = Interruption(world, at)
    store = await store_of(agent)
    for name in STEPS:
        interruption.watch(store, name)
    interruption.watch(model, "answer")
    await interrupted(agent, "yes", "m2")
    interruption.left = -1
    again = world.agent(*[says("Anything else?")] * 2)
    last = await again.reply("c1", then, "m2" if then == "yes" else "m3", customer="C-1")
    assert isinstance(last, Replied)
    assert len(world.shop.receipts) == (await status(world) == "cancelled")
    assert await (await store_of(again)).interrupted("c1") == []
    said = [line.text for line in await (await store_of(again)).thread("c1")]
    assert said.count("yes") <= 1


async def test_a_turn_can_be_cancelled_anywhere_and_leaves_a_memory_store_as_it_was() -> None:
    agent = SupportAgent(model=ScriptedModel([says("Hi.")] * 100), shop=MemoryShop(), guard=FixedGuard())
    await agent.reply("c0", "hello")
    for number in range(40):
        task = asyncio.create_task(agent.reply(f"c{number}", "hello"))
        await asyncio.sleep(0.0005 * number)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert (await agent.reply("c0", "hello again")).text == "Hi."
    assert len(await (await store_of(agent)).thread("c0")) >= 4
    await agent.close()


def test_a_memory_store_remembers_between_calls_that_are_not_async(tmp_path: Path) -> None:
    world = World(folder=tmp_path)
    agent = SupportAgent(model=ScriptedModel([CANCEL, DONE]), shop=world.shop, guard=FixedGuard(), clock=world.clock)
    assert isinstance(agent.reply_sync("c1", "Cancel W-10001", customer="C-1"), NeedsConfirmation)
    assert isinstance(agent.reply_sync("c1", "yes", customer="C-1"), Replied)
    asyncio.run(agent.close())


async def test_while_a_case_is_open_messages_that_had_to_wait_all_reach_it(world: World) -> None:
    opened = await world.agent(guard=FixedGuard("angry")).reply("c1", "This is a disgrace", customer="C-1")
    agent = world.agent(guard=FixedGuard())
    turns = await asyncio.gather(*(agent.reply("c1", f"word {number}", f"m{number}", customer="C-1") for number in range(5)))
    assert all(isinstance(turn, WithHuman) for turn in turns)
    assert isinstance(opened, HandedOff)
    notes = "\n".join(event.note for event in (await (await agent.desk()).case(opened.case_id)).events)
    assert all(f"word {number}" in notes for number in range(5))
