"""What was written and not told: whichever way the conversation goes on, the customer or a person gets to know of it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from support.world import World

from warmline import HandedOff, Replied, SupportAgent
from warmline.agent.guard.guard import Guard
from warmline.agent.ledger import write_key
from warmline.agent.models.base import ModelAnswer, ModelRequest
from warmline.agent.store.leases import LEASE
from warmline.agent.store.store import Opened, Store
from warmline.errors import ShopError, StoreError, ToolError
from warmline.testing import FixedGuard, ScriptedModel, calls, says

CANCEL = calls("cancel_unshipped_order", order_number="W-10001")
DONE = says("Your order W-10001 has been cancelled.")


def dies(_: ModelRequest) -> ModelAnswer:
    """The process is stopped."""
    raise asyncio.CancelledError


async def fails(*_: object, **__: object) -> None:
    """The shop does not answer."""
    raise ShopError("connection lost")


async def store_of(agent: SupportAgent) -> Store:
    return (await agent.parts()).store


async def written_and_not_told(world: World) -> None:
    """The customer was asked, said yes in m2, and the worker died when the shop had done it."""
    await world.agent(CANCEL).reply("c1", "Cancel W-10001", "m1", customer="C-1")
    with pytest.raises(asyncio.CancelledError):
        await world.agent(dies).reply("c1", "yes", "m2", customer="C-1")
    assert len(world.shop.receipts) == 1


async def write_begun(store: Store, *, lease: str) -> tuple[Opened, str]:
    """A worker took up the yes and noted the write as begun: its hold on the conversation, and the write's key."""
    opened = await store.open_turn("c1", "m2", "yes", customer_id="C-1", lease=lease)
    assert isinstance(opened, Opened)
    pending = opened.state.pending
    assert pending is not None
    key = write_key("c1", pending.tool, pending.arguments, pending.asked_in)
    await store.start_write(opened, key=key, tool=pending.tool, arguments=pending.arguments)
    return opened, key


async def written_and_not_noted(world: World, *, made: bool = True) -> Opened:
    """The same, and the worker died before it noted that, or before the shop did it; its hold on the conversation is returned."""
    await world.agent(CANCEL).reply("c1", "Cancel W-10001", "m1", customer="C-1")
    opened, key = await write_begun(await store_of(world.agents[-1]), lease="dead")
    if made:
        await world.shop.cancel_order("W-10001", key=key)
    world.clock.moment += LEASE + timedelta(seconds=1)
    return opened


@pytest.mark.parametrize("guard", [FixedGuard("angry"), FixedGuard(failing=True)])
async def test_a_turn_that_goes_to_a_person_when_it_is_run_again_says_in_the_case_what_it_wrote(
    world: World, guard: Guard
) -> None:
    await written_and_not_told(world)
    turn = await world.agent(guard=guard).reply("c1", "yes", "m2", customer="C-1")
    assert isinstance(turn, HandedOff)
    (case,) = await world.cases()
    assert [(step.tool, step.status) for step in case.file.done] == [("cancel_unshipped_order", "done")]


async def test_a_write_is_in_the_case_also_when_the_shop_cannot_say_who_the_customer_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await written_and_not_noted(world)
    monkeypatch.setattr(world.shop, "get_customer", fails)
    agent = world.agent()
    assert isinstance(await agent.reply("c1", "yes", "m2", customer="C-1"), HandedOff)
    (case,) = await world.cases()
    assert [(step.tool, step.status) for step in case.file.done] == [("cancel_unshipped_order", "done")]
    assert [entry.status for entry in await (await store_of(agent)).writes("c1")] == ["done"]


@pytest.mark.parametrize("reason", ["order_status", "angry"])
async def test_a_write_that_cannot_be_looked_up_is_given_to_a_person(
    world: World, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    await written_and_not_noted(world)
    monkeypatch.setattr(world.shop, "find_receipt", fails)
    turn = await world.agent(guard=FixedGuard(reason)).reply("c1", "yes", "m2", customer="C-1")
    assert isinstance(turn, HandedOff)
    assert turn.reason == ("system_failure" if reason == "order_status" else reason)
    (case,) = await world.cases()
    assert "cancel_unshipped_order broke off; check at the shop whether it happened." in case.file.open_questions
    assert [(run.name, run.status) for run in turn.tool_calls] == [("cancel_unshipped_order", "unknown")]
    assert len(world.shop.receipts) == 1


async def test_a_person_is_told_of_a_write_that_was_confirmed_and_may_still_be_made(world: World) -> None:
    await written_and_not_noted(world, made=False)
    turn = await world.agent(guard=FixedGuard("angry")).reply("c1", "yes", "m2", customer="C-1")
    assert [(run.name, run.status) for run in turn.tool_calls] == [("cancel_unshipped_order", "unknown")]
    (case,) = await world.cases()
    assert "cancel_unshipped_order broke off; check at the shop whether it happened." in case.file.open_questions
    assert "has not done it so far" in case.file.done[0].result


async def test_a_store_that_fails_while_a_write_is_taken_up_raises(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await written_and_not_noted(world)
    agent = world.agent(DONE)

    async def locked(*_: object, **__: object) -> None:
        raise StoreError("the store is locked")

    with monkeypatch.context() as broken:
        broken.setattr(await store_of(agent), "finish_write", locked)
        with pytest.raises(StoreError, match="locked"):
            await agent.reply("c1", "yes", "m2", customer="C-1")
    assert isinstance(await agent.reply("c1", "yes", "m2", customer="C-1"), Replied)
    assert len(world.shop.receipts) == 1


async def test_what_a_worker_that_was_taken_for_dead_writes_late_is_told_in_the_next_turn_and_only_there(world: World) -> None:
    await world.agent(CANCEL).reply("c1", "Cancel W-10001", "m1", customer="C-1")
    suspended = await store_of(world.agents[-1])
    _, key = await write_begun(suspended, lease="suspended")
    world.clock.moment += LEASE + timedelta(seconds=1)
    model = ScriptedModel([says("Anything else?"), DONE, says("Good bye.")])
    agent = world.agent(model=model)
    assert (await agent.reply("c1", "hello?", "m3", customer="C-1")).tool_calls == ()
    world.clock.moment += timedelta(seconds=1)
    receipt = await world.shop.cancel_order("W-10001", key=key)
    await suspended.finish_write(key, status="done", result=receipt.model_dump_json())
    told = await agent.reply("c1", "and now?", "m4", customer="C-1")
    assert [(run.name, run.status) for run in told.tool_calls] == [("cancel_unshipped_order", "done")]
    assert told.text == "Your order W-10001 has been cancelled."
    assert (await agent.reply("c1", "thank you", "m5", customer="C-1")).tool_calls == ()


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(seconds=3)], ids=["clocks agree", "the late worker's is behind"])
async def test_what_is_written_late_while_another_turn_ends_without_knowing_is_told_in_the_next(
    world: World, ahead: timedelta
) -> None:
    await world.agent(CANCEL).reply("c1", "Cancel W-10001", "m1", customer="C-1")
    suspended = await store_of(world.agents[-1])
    _, key = await write_begun(suspended, lease="suspended")
    world.clock.moment += LEASE + timedelta(seconds=1)

    class Slow(ScriptedModel):
        """While it answers, the worker that was taken for dead goes on."""

        async def answer(self, request: ModelRequest, *, on_text: Any = None) -> ModelAnswer:
            if not world.shop.receipts:
                receipt = await world.shop.cancel_order("W-10001", key=key)
                await suspended.finish_write(key, status="done", result=receipt.model_dump_json())
                world.clock.moment += ahead
            return await super().answer(request, on_text=on_text)

    agent = world.agent(model=Slow([says("Anything else?"), DONE, says("Good bye.")]))
    assert (await agent.reply("c1", "hello?", "m3", customer="C-1")).tool_calls == ()
    told = await agent.reply("c1", "and now?", "m4", customer="C-1")
    assert [(run.name, run.status) for run in told.tool_calls] == [("cancel_unshipped_order", "done")]
    assert (await agent.reply("c1", "thank you", "m5", customer="C-1")).tool_calls == ()


@pytest.mark.parametrize("when", ["before the close", "after the close", "after the close, not noted"])
async def test_what_failed_for_one_worker_and_is_made_by_one_that_was_taken_for_dead_is_told(world: World, when: str) -> None:
    await world.agent(CANCEL).reply("c1", "Cancel W-10001", "m1", customer="C-1")
    suspended = await store_of(world.agents[-1])
    _, key = await write_begun(suspended, lease="suspended")
    world.clock.moment += LEASE + timedelta(seconds=1)
    cancel = world.shop.cancel_order

    async def refuses(*_: object, **__: object) -> Any:
        raise ToolError("The warehouse takes no cancellations now.")

    async def goes_on() -> None:
        receipt = await cancel("W-10001", key=key)
        if when != "after the close, not noted":
            await suspended.finish_write(key, status="done", result=receipt.model_dump_json())

    class Slow(ScriptedModel):
        async def answer(self, request: ModelRequest, *, on_text: Any = None) -> ModelAnswer:
            if when == "before the close" and not world.shop.receipts:
                await goes_on()
            return await super().answer(request, on_text=on_text)

    agent = world.agent(model=Slow([says("I could not cancel it."), DONE, says("Good bye.")]))
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(world.shop, "cancel_order", refuses)
        failed = await agent.reply("c1", "yes", "m2", customer="C-1")
    assert [(run.name, run.status) for run in failed.tool_calls] == [("cancel_unshipped_order", "failed")]
    if when != "before the close":
        await goes_on()
    told = await agent.reply("c1", "and now?", "m3", customer="C-1")
    assert [(run.name, run.status) for run in told.tool_calls] == [("cancel_unshipped_order", "done")]
    assert (await agent.reply("c1", "thank you", "m4", customer="C-1")).tool_calls == ()
    (entry,) = await suspended.writes("c1")
    assert (entry.status, entry.told) == ("done", True)


async def test_a_write_that_was_told_is_not_told_again_because_a_late_worker_notes_it_too(world: World) -> None:
    opened = await written_and_not_noted(world)
    agent = world.agent(DONE, says("Good bye."))
    assert isinstance(await agent.reply("c1", "yes", "m2", customer="C-1"), Replied)
    world.clock.moment += timedelta(seconds=1)
    (key,) = world.shop.receipts
    await (await store_of(agent)).finish_write(key, status="done", result="late")
    (entry,) = await (await store_of(agent)).writes(opened.conversation_id)
    assert entry.told
    assert entry.result != "late"
    assert (await agent.reply("c1", "thank you", "m3", customer="C-1")).tool_calls == ()
