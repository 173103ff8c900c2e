"""More messages than there is room for: an honest answer and a case for each, none lost, none twice, none for ever."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from support.waiting import until
from support.world import World

from warmline import Capacity, HandedOff, Replied, SupportAgent, Turn
from warmline.agent.guard.facts import Facts
from warmline.agent.guard.guard import Guard
from warmline.agent.guard.signals import Signals
from warmline.agent.models.base import Model, ModelAnswer, ModelRequest
from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, calls, says
from warmline.tools.model import Customer

ONE = Capacity(turns=1, waiting=1, wait_seconds=60.0)


class Slow(ScriptedModel):
    """Answers when it is told to; ``most`` is how many answers were under way at once."""

    def __init__(self, count: int = 20) -> None:
        super().__init__([says("Here you are.")] * count)
        self.asked, self.go = asyncio.Event(), asyncio.Event()
        self.now = self.most = 0

    async def answer(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelAnswer:
        self.asked.set()
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await self.go.wait()
            return await super().answer(request, on_text=on_text)
        finally:
            self.now -= 1


def busy(
    world: World, capacity: Capacity, model: Model, guard: Guard | None = None, shop: MemoryShop | None = None
) -> SupportAgent:
    agent = SupportAgent(
        model=model,
        shop=shop or world.shop,
        store=world.folder / "busy.db",
        guard=guard or FixedGuard(),
        clock=world.clock,
        capacity=capacity,
    )
    world.agents.append(agent)
    return agent


async def send(agent: SupportAgent, conversation_id: str, text: str = "Where is my parcel?") -> asyncio.Task[Turn]:
    """A message, sent far enough that it runs or waits."""
    before = agent.load().turns + agent.load().waiting
    task = asyncio.create_task(agent.reply(conversation_id, text, "m1"))
    await until(lambda: agent.load().turns + agent.load().waiting > before)
    return task


async def test_a_message_with_no_place_to_wait_is_a_persons_at_once_and_the_others_are_answered(world: World) -> None:
    model = Slow()
    agent = busy(world, ONE, model)
    served = [await send(agent, "c1"), await send(agent, "c2")]
    turned_away = await agent.reply("c3", "Where is my parcel?", "m1")
    model.go.set()
    assert isinstance(turned_away, HandedOff)
    assert (turned_away.reason, turned_away.decision.rule) == ("system_failure", "overload.queue_full")
    assert "something went wrong on our side" in turned_away.text
    assert [(await one).text for one in served] == ["Here you are."] * 2
    (case,) = await world.cases()
    assert case.file.wants == "Where is my parcel?"


async def test_a_message_that_waited_too_long_is_a_persons(world: World) -> None:
    model = Slow()
    agent = busy(world, replace(ONE, wait_seconds=0.01), model)
    first = await send(agent, "c1")
    turn = await agent.reply("c2", "Where is my parcel?")
    assert isinstance(turn, HandedOff)
    assert (turn.reason, turn.decision.rule) == ("system_failure", "overload.waited")
    model.go.set()
    assert isinstance(await first, Replied)


async def test_what_was_turned_away_is_turned_away_once(world: World) -> None:
    model = Slow()
    agent = busy(world, replace(ONE, waiting=0), model)
    first = await send(agent, "c1")
    turn = await agent.reply("c2", "Where is my parcel?", "m1")
    model.go.set()
    await first
    again = await agent.reply("c2", "Where is my parcel?", "m1")
    assert isinstance(turn, HandedOff)
    assert isinstance(again, HandedOff)
    assert (again.case_id, again.text, again.decision.rule) == (turn.case_id, turn.text, "overload.queue_full")
    assert len(await world.cases()) == 1


async def test_a_message_that_is_a_persons_anyway_keeps_its_reason(world: World) -> None:
    model = Slow()
    agent = busy(world, replace(ONE, waiting=0), model, guard=_Feeling())
    first = await send(agent, "c1")
    turn = await agent.reply("c2", "I cannot go on like this")
    model.go.set()
    await first
    assert isinstance(turn, HandedOff)
    assert (turn.reason, turn.decision.rule.startswith("overload")) == ("emotional", False)


async def test_a_guard_that_fails_while_there_is_no_room_stops_no_case(world: World) -> None:
    model = Slow()
    agent = busy(world, replace(ONE, waiting=0), model, guard=_Feeling(failing="c2"))
    first = await send(agent, "c1")
    turn = await agent.reply("c2", "c2")
    model.go.set()
    await first
    assert turn.decision.rule == "overload.queue_full"


async def test_messages_are_served_in_the_order_they_came(world: World) -> None:
    model = Slow()
    agent = busy(world, Capacity(turns=1, waiting=9, wait_seconds=60.0), model)
    tasks = [await send(agent, f"c{number}", f"message {number}") for number in range(6)]
    model.go.set()
    await asyncio.gather(*tasks)
    assert [request.messages[-1].text for request in model.requests] == [f"message {number}" for number in range(6)]


async def test_a_conversation_with_many_messages_takes_one_place(world: World) -> None:
    model = Slow()
    agent = busy(world, ONE, model)
    many = [asyncio.create_task(agent.reply("c1", f"word {number}")) for number in range(5)]
    await model.asked.wait()
    other = await send(agent, "c2")
    model.go.set()
    assert isinstance(await other, Replied)
    assert all(isinstance(turn, Replied) for turn in await asyncio.gather(*many))


async def test_no_more_calls_reach_the_model_and_the_shop_at_once_than_they_may(world: World) -> None:
    model, shop = Slow(), _CountingShop(customers=list(world.shop.records.customers.values()), clock=world.clock)
    agent = busy(world, Capacity(model_calls=2, shop_calls=3), model, shop=shop)
    tasks = [asyncio.create_task(agent.reply(f"c{number}", "hi", customer="C-1")) for number in range(10)]
    await until(lambda: shop.now == 3)
    assert agent.load().shop_calls == 3
    shop.go.set()
    await until(lambda: agent.load().turns == 10 and agent.load().model_calls == 2)
    model.go.set()
    assert all(isinstance(turn, Replied) for turn in await asyncio.gather(*tasks))
    assert (shop.most, model.most) == (3, 2)


async def test_a_call_that_waited_too_long_for_the_model_ends_at_a_person(world: World) -> None:
    model = Slow()
    agent = busy(world, Capacity(model_calls=1, wait_seconds=0.01), model)
    first = await send(agent, "c1")
    await model.asked.wait()
    turn = await agent.reply("c2", "Where is my parcel?")
    model.go.set()
    await first
    assert isinstance(turn, HandedOff)
    assert turn.decision.rule == "overload.model_calls"


async def test_a_call_that_waited_too_long_for_the_shop_ends_at_a_person(world: World) -> None:
    shop = _CountingShop(customers=list(world.shop.records.customers.values()), clock=world.clock)
    agent = busy(
        world, Capacity(shop_calls=1, wait_seconds=0.01), ScriptedModel([calls("search_products", query="mug")]), shop=shop
    )
    first = asyncio.create_task(agent.reply("c1", "hi", customer="C-1"))
    await until(lambda: shop.now == 1)
    looked = await agent.reply("c2", "Do you have mugs?")
    unknown = await agent.reply("c3", "hi", customer="C-1")
    first.cancel()
    await asyncio.wait([first])
    assert isinstance(looked, HandedOff)
    assert looked.decision.rule == "overload.shop_calls"
    assert isinstance(unknown, HandedOff)
    assert "'C-1' could not be looked up: Overloaded: waited 0.01 s for one of 1 places" in unknown.decision.rule


class _Feeling(FixedGuard):
    """Feels when somebody cannot go on, and serves the others."""

    def __init__(self, failing: str = "") -> None:
        super().__init__()
        self._broken = failing
        self._grave = FixedGuard("emotional")

    async def read(self, text: str, facts: Facts) -> Signals:
        if text == self._broken:
            raise RuntimeError("bug")
        return await (self._grave if "go on" in text else super()).read(text, facts)


class _CountingShop(MemoryShop):
    """A shop that knows its customers when it is told to."""

    now = most = 0
    go: asyncio.Event

    async def get_customer(self, customer_id: str) -> Customer | None:
        self.go = getattr(self, "go", asyncio.Event())
        self.now += 1
        self.most = max(self.most, self.now)
        await self.go.wait()
        self.now -= 1
        return await super().get_customer(customer_id)
