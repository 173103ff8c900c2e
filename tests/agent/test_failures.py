"""Every failure ends at a person, and an interrupted turn loses nothing."""

import asyncio

import pytest
from support.world import World

from warmline import HandedOff, Replied
from warmline.agent.models.base import CallRequest, ModelAnswer, ModelRequest
from warmline.agent.work import Work
from warmline.errors import ModelUnavailable, ShopError, StoreError
from warmline.testing import FixedGuard, ScriptedModel, a_customer, calls, says
from warmline.tools.model import Customer, Order


@pytest.mark.parametrize("error", [ModelUnavailable("down"), RuntimeError("bug"), ShopError("gone")])
async def test_whatever_fails_ends_at_a_person_with_honest_words(world: World, error: Exception) -> None:
    turn = await world.agent(error).reply("c1", "Where is my order?", customer="C-1")
    assert isinstance(turn, HandedOff)
    assert turn.reason == "system_failure"
    assert "something went wrong on our side" in turn.text
    assert str(error) not in turn.text
    (case,) = await world.cases()
    assert type(error).__name__ in case.file.rule


async def test_a_guard_that_cannot_read_hands_over(world: World) -> None:
    turn = await world.agent(guard=FixedGuard(failing=True)).reply("c1", "hello")
    assert isinstance(turn, HandedOff)
    assert turn.reason == "system_failure"


async def test_a_shop_that_fails_while_the_case_file_is_written_does_not_stop_the_case(world: World) -> None:
    async def broken(customer_id: str) -> list[Order]:
        raise ShopError("gone")

    world.shop.list_orders = broken  # type: ignore[method-assign]
    turn = await world.agent(guard=FixedGuard("emotional")).reply("c1", "it broke", customer="C-1")
    assert isinstance(turn, HandedOff)
    assert (await world.cases())[0].file.orders == []


async def test_a_shop_that_cannot_say_who_this_is_does_not_lose_the_message(world: World) -> None:
    async def broken(customer_id: str) -> None:
        raise ShopError("gone")

    world.shop.get_customer = broken  # type: ignore[method-assign]
    turn = await world.agent().reply("c1", "Where is my order?", customer="C-1")
    assert isinstance(turn, HandedOff)
    (case,) = await world.cases()
    assert (case.customer_id, case.file.wants) == ("C-1", "Where is my order?")


async def test_an_interrupted_turn_loses_nothing_and_resumes(world: World) -> None:
    reached = asyncio.Event()

    class Slow(ScriptedModel):
        async def answer(self, request: ModelRequest, *, on_text: object = None) -> ModelAnswer:
            reached.set()
            await asyncio.sleep(60)
            raise AssertionError

    agent = world.agent(model=Slow([]))
    task = asyncio.create_task(agent.reply("c1", "Where is my order?", "m1"))
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    store = (await agent.parts()).store
    assert await store.interrupted("c1") == [("m1", "Where is my order?")]
    turn = await world.agent(says("Which one?")).reply("c1", "Where is my order?", "m1")
    assert turn.text == "Which one?"
    assert [line.text for line in await store.thread("c1")] == ["Where is my order?", "Which one?"]


async def test_a_store_that_fails_while_closing_raises_and_frees_the_conversation(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = world.agent(says("One."), says("One."))
    store = (await agent.parts()).store
    close_turn = store.close_turn

    async def full(*_: object) -> None:
        raise StoreError("full")

    monkeypatch.setattr(store, "close_turn", full)
    with pytest.raises(StoreError):
        await agent.reply("c1", "hi", "m1")
    monkeypatch.setattr(store, "close_turn", close_turn)
    assert (await agent.reply("c1", "hi", "m1")).text == "One."


async def hangs(*_: object, **__: object) -> None:
    """A shop that never answers."""
    await asyncio.Event().wait()


@pytest.mark.parametrize("method", ["get_customer", "get_order"])
async def test_a_shop_that_does_not_answer_ends_at_a_person(world: World, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    monkeypatch.setattr(world.shop, method, hangs)
    agent = world.agent(calls("get_order", order_number="W-10001"), shop_seconds=0.01)
    turn = await agent.reply("c1", "Where is W-10001?", customer="C-1")
    assert isinstance(turn, HandedOff)
    assert turn.reason == "system_failure"


async def test_a_turn_that_takes_too_long_ends_at_a_person(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warmline.agent.turn.TURN_SECONDS", 0.01)

    class Stuck(ScriptedModel):
        async def answer(self, request: ModelRequest, *, on_text: object = None) -> ModelAnswer:
            await hangs()
            raise AssertionError

    turn = await world.agent(model=Stuck([])).reply("c1", "hi")
    assert isinstance(turn, HandedOff)
    assert "TimeoutError" in turn.decision.rule


async def test_a_write_the_shop_does_not_answer_is_in_the_case_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world.shop, "cancel_order", hangs)
    agent = world.agent(calls("cancel_unshipped_order", order_number="W-10001"), shop_seconds=0.3)
    await agent.reply("c1", "Cancel W-10001", customer="C-1")
    assert isinstance(await agent.reply("c1", "yes", customer="C-1"), HandedOff)
    (case,) = await world.cases()
    assert any("check at the shop whether it happened" in question for question in case.file.open_questions)


@pytest.mark.parametrize("name", ["", "  "])
async def test_a_customer_without_a_name_gets_a_case(world: World, name: str) -> None:
    nameless = a_customer(customer_id="C-9", name=name, email="nine@example.com")
    turn = await world.agent(guard=FixedGuard("angry")).reply("c1", "This is a disgrace", customer=nameless)
    assert isinstance(turn, HandedOff)
    assert (await world.cases())[0].file.draft_reply.startswith("Hello there")


async def test_half_characters_of_a_model_are_left_out(world: World) -> None:
    broken = ModelAnswer(calls=(CallRequest(call_id="1", name="search_products", arguments='{"query": "mug \ud83d"}'),))
    turn = await world.agent(broken, says("We have \ud83dmugs.\x1b[31m")).reply("c1", "mugs?")
    assert isinstance(turn, Replied)
    assert turn.text == "We have mugs.[31m"
    assert turn.tool_calls[0].status == "done"


async def test_a_very_long_number_is_just_a_long_number(world: World) -> None:
    assert isinstance(await world.agent(says("What is that?")).reply("c1", "1" * 5_000, customer="C-1"), Replied)


async def test_a_case_file_that_cannot_be_written_in_full_is_a_case_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise RuntimeError("bug")

    monkeypatch.setattr("warmline.agent.closing.brief", fails)
    turn = await world.agent(guard=FixedGuard("angry")).reply("c1", "This is a disgrace", customer="C-1")
    assert isinstance(turn, HandedOff)
    (case,) = await world.cases()
    assert (case.customer_id, case.file.wants) == ("C-1", "This is a disgrace")
    assert case.file.transcript[-1].text == turn.text


async def test_a_reply_that_cannot_be_stored_as_it_is_ends_at_a_person(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(work: Work, *, asked: bool) -> None:
        raise RuntimeError("bug")

    monkeypatch.setattr("warmline.agent.closing._remember", fails)
    assert isinstance(await world.agent(says("Hello!")).reply("c1", "hi"), HandedOff)


async def test_a_guard_that_names_no_queue_is_no_hindrance(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(reason: str) -> str:
        raise RuntimeError("bug")

    guard = FixedGuard()
    monkeypatch.setattr(guard, "desk_for", fails)
    turn = await world.agent(ModelUnavailable("down"), guard=guard).reply("c1", "hi")
    assert isinstance(turn, HandedOff)
    assert turn.queue == "care"


async def test_a_customer_is_the_same_however_the_host_writes_the_id(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    get_customer = world.shop.get_customer

    async def tolerant(customer_id: str) -> Customer | None:
        return await get_customer(customer_id.upper())

    monkeypatch.setattr(world.shop, "get_customer", tolerant)
    agent = world.agent(says("One."), says("Two."))
    await agent.reply("c1", "hi", customer="c-1")
    assert (await agent.reply("c1", "and?", customer="C-1")).text == "Two."


async def test_a_guard_that_fails_while_a_case_is_open_does_not_lose_the_message(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise RuntimeError("bug")

    guard = FixedGuard("angry")
    agent = world.agent(guard=guard)
    opened = await agent.reply("c1", "This is a disgrace", customer="C-1")
    assert isinstance(opened, HandedOff)
    monkeypatch.setattr(guard, "read", fails)
    await agent.reply("c1", "hello?", customer="C-1")
    assert (await (await agent.desk()).case(opened.case_id)).events[-1].note == "system_failure: hello?"


async def test_a_store_that_fails_while_a_failure_is_handed_over_raises(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = world.agent(ModelUnavailable("down"))

    async def full(*_: object) -> None:
        raise StoreError("full")

    monkeypatch.setattr((await agent.parts()).store, "close_turn", full)
    with pytest.raises(StoreError):
        await agent.reply("c1", "hi")
