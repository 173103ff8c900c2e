"""Yes means these arguments, and a write happens once."""

import asyncio
from collections.abc import Sequence

import pytest
from support.world import World

from warmline import HandedOff, NeedsConfirmation, Replied
from warmline.agent.guard.limits import Limits
from warmline.agent.ledger import write_key
from warmline.agent.models.base import CallRequest, ModelAnswer, ModelRequest
from warmline.agent.store.store import Closing, Opened
from warmline.errors import ShopError, ToolError
from warmline.testing import at_once, calls, says

CANCEL = calls("cancel_unshipped_order", order_number="W-10001")
DONE = says("Your order W-10001 has been cancelled.")


def dies(_: ModelRequest) -> ModelAnswer:
    """The process is stopped while the model words the outcome."""
    raise asyncio.CancelledError


async def status(world: World, number: str = "W-10001") -> str:
    order = await world.shop.get_order(number)
    assert order is not None
    return order.status


async def test_a_write_waits_for_a_yes_and_then_happens(world: World) -> None:
    agent = world.agent(CANCEL, DONE)
    asked = await agent.reply("c1", "Please cancel W-10001", customer="C-1")
    assert isinstance(asked, NeedsConfirmation)
    assert (asked.tool, asked.arguments) == ("cancel_unshipped_order", '{"order_number":"W-10001"}')
    assert "W-10001" in asked.text
    assert await status(world) == "processing"
    done = await agent.reply("c1", "yes please", customer="C-1")
    assert isinstance(done, Replied)
    assert [(run.name, run.status) for run in done.tool_calls] == [("cancel_unshipped_order", "done")]
    assert await status(world) == "cancelled"


@pytest.mark.parametrize("answer", ["no", "yes but the other one", "hm", "what does it cost?", "yes if it is free"])
async def test_anything_but_a_yes_writes_nothing(world: World, answer: str) -> None:
    agent = world.agent(CANCEL, says("All right."))
    await agent.reply("c1", "Please cancel W-10001", customer="C-1")
    assert isinstance(await agent.reply("c1", answer, customer="C-1"), Replied)
    assert await status(world) == "processing"


async def test_a_yes_after_another_message_answers_nothing(world: World) -> None:
    agent = world.agent(CANCEL, says("All right."), says("What do you mean?"))
    await agent.reply("c1", "Please cancel W-10001", customer="C-1")
    await agent.reply("c1", "wait, what does it cost?", customer="C-1")
    assert isinstance(await agent.reply("c1", "yes", customer="C-1"), Replied)
    assert await status(world) == "processing"


async def test_a_yes_without_a_question_writes_nothing(world: World) -> None:
    agent = world.agent(CANCEL)
    assert isinstance(await agent.reply("c1", "yes, W-10001", customer="C-1"), NeedsConfirmation)
    assert await status(world) == "processing"


async def test_changed_arguments_ask_again(world: World) -> None:
    agent = world.agent(CANCEL, calls("cancel_unshipped_order", order_number="w10001"))
    await agent.reply("c1", "Please cancel W-10001", customer="C-1")
    assert isinstance(await agent.reply("c1", "yes, the order W-10001 w10001 now", customer="C-1"), NeedsConfirmation)
    assert await status(world) == "processing"


async def test_the_yes_turn_run_again_writes_once(world: World) -> None:
    await world.agent(CANCEL).reply("c1", "Please cancel W-10001", customer="C-1")
    first = world.agent(dies)
    with pytest.raises(asyncio.CancelledError):
        await first.reply("c1", "yes", "m-yes", customer="C-1")
    assert await status(world) == "cancelled"
    turn = await world.agent(DONE).reply("c1", "yes", "m-yes", customer="C-1")
    assert isinstance(turn, Replied)
    assert len(world.shop.receipts) == 1


async def test_a_write_found_started_is_looked_up_at_the_shop_before_anything_else(world: World) -> None:
    await world.agent(CANCEL).reply("c1", "Please cancel W-10001", customer="C-1")
    agent = world.agent(DONE)
    store = (await agent.parts()).store
    opened = await store.open_turn("c1", "m-yes", "yes", customer_id="C-1")
    assert isinstance(opened, Opened)
    pending = opened.state.pending
    assert pending is not None
    key = write_key("c1", pending.tool, pending.arguments, pending.asked_in)
    await store.start_write(opened, key=key, tool=pending.tool, arguments=pending.arguments)
    await store.release("c1", opened.lease)
    await world.shop.cancel_order("W-10001", key=key)
    turn = await agent.reply("c1", "yes", "m-yes", customer="C-1")
    assert isinstance(turn, Replied)
    assert len(world.shop.receipts) == 1


async def test_a_write_of_unknown_outcome_goes_to_a_person_who_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(number: str, *, key: str) -> None:
        raise ShopError("connection lost")

    monkeypatch.setattr(world.shop, "cancel_order", breaks)
    agent = world.agent(CANCEL)
    await agent.reply("c1", "Please cancel W-10001", customer="C-1")
    turn = await agent.reply("c1", "yes", customer="C-1")
    assert isinstance(turn, HandedOff)
    assert turn.reason == "system_failure"
    assert (await (await agent.parts()).store.writes("c1"))[0].status == "started"
    (case,) = await world.cases()
    assert any("check at the shop whether it happened" in question for question in case.file.open_questions)


async def test_a_write_the_shop_refuses_after_the_yes_is_told_to_the_model_and_not_repeated(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def left(number: str, *, key: str) -> None:
        raise ToolError("The parcel left a minute ago.")

    agent = world.agent(CANCEL, says("I am sorry, the parcel left a minute ago."))
    await agent.reply("c1", "Please cancel W-10001", customer="C-1")
    monkeypatch.setattr(world.shop, "cancel_order", left)
    turn = await agent.reply("c1", "yes", customer="C-1")
    assert isinstance(turn, Replied)
    assert turn.tool_calls[0].status == "failed"
    assert turn.tool_calls[0].result == "The parcel left a minute ago."


async def test_two_writes_at_once_are_asked_about_one_after_the_other(world: World) -> None:
    both = at_once(CANCEL, calls("subscribe_back_in_stock", sku="W-10001"))
    agent = world.agent(both)
    turn = await agent.reply("c1", "Cancel W-10001 and sign me up", customer="C-1")
    assert isinstance(turn, NeedsConfirmation)
    assert [(run.name, run.status) for run in turn.tool_calls] == [
        ("cancel_unshipped_order", "asked"),
        ("subscribe_back_in_stock", "refused"),
    ]


async def test_another_customers_order_and_one_that_does_not_exist_are_refused_in_the_same_words(world: World) -> None:
    texts: list[Sequence[str]] = []
    for number in ("W-10003", "W-99999"):
        agent = world.agent(calls("get_order", order_number=number), says("I cannot find it."))
        turn = await agent.reply(f"c-{number}", f"Where is {number}?", customer="C-1")
        texts.append([run.result for run in turn.tool_calls])
    assert texts[0] == texts[1]
    assert "No order matches" in texts[0][0]


async def test_writes_are_limited(world: World) -> None:
    agent = world.agent(CANCEL)
    parts = await agent.parts()
    opened = await parts.store.open_turn("c1", "m0", "hi", customer_id="C-1")
    assert isinstance(opened, Opened)
    opened.state.writes = Limits().writes_per_conversation
    await parts.store.close_turn(opened, Closing(messages=[], state=opened.state, outcome="{}"))
    turn = await agent.reply("c1", "Cancel W-10001", "m1", customer="C-1")
    assert isinstance(turn, HandedOff)
    assert turn.decision.rule == "tool_gate.write_limit"


async def test_a_refusal_of_the_shop_is_told_again_when_the_turn_runs_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.agent(CANCEL).reply("c1", "Cancel W-10001", customer="C-1")
    cancel_order = world.shop.cancel_order

    async def left(number: str, *, key: str) -> None:
        raise ToolError("The parcel left a minute ago.")

    monkeypatch.setattr(world.shop, "cancel_order", left)
    with pytest.raises(asyncio.CancelledError):
        await world.agent(dies).reply("c1", "yes", "m-yes", customer="C-1")
    monkeypatch.setattr(world.shop, "cancel_order", cancel_order)
    turn = await world.agent(says("I am sorry, it left a minute ago.")).reply("c1", "yes", "m-yes", customer="C-1")
    assert (turn.tool_calls[0].status, turn.tool_calls[0].result) == ("failed", "The parcel left a minute ago.")
    assert await status(world) == "processing"


async def test_one_yes_is_one_write_however_often_and_in_whatever_spelling_a_model_calls(world: World) -> None:
    again = ModelAnswer(
        calls=(CallRequest(call_id="", name="cancel_unshipped_order", arguments='{ "order_number" : " W-10001 " }'),)
    )
    agent = world.agent(CANCEL, at_once(CANCEL, again), DONE)
    await agent.reply("c1", "Cancel W-10001", customer="C-1")
    turn = await agent.reply("c1", "yes, the whole order", customer="C-1")
    assert isinstance(turn, Replied)
    assert len(world.shop.receipts) == 1
