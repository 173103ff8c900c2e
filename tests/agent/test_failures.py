"""Every failure ends at a person, and an interrupted turn loses nothing."""

import asyncio

import pytest
from support.world import World

from warmline import HandedOff
from warmline.agent.models.base import ModelAnswer, ModelRequest
from warmline.errors import ModelUnavailable, ShopError, StoreError
from warmline.testing import FixedGuard, ScriptedModel, says
from warmline.tools.model import Order


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
