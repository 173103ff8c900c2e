"""Turns that use a host's MCP tools: whom they are about is for code to say, and what they answer is data."""

import asyncio
from typing import Any

import pytest
from support.loyalty_talk import talk
from support.world import ANN, BOB, World

from warmline import HandedOff, Replied
from warmline.testing import calls, says


async def test_a_read_is_about_who_is_signed_in_and_grounds_the_reply(world: World) -> None:
    script = calls("loyalty_get_points"), says("You have 1250 points left.")
    async with talk(world, None, *script) as (agent, _, loyalty):
        turn = await agent.reply("c", "How many points do I have?", "m1", ANN)
    assert (type(turn), turn.text) == (Replied, "You have 1250 points left.")
    assert [call["arguments"] for call in loyalty.calls()] == [{"customer_id": "C-1"}]


async def test_a_figure_the_server_did_not_say_is_not_said(world: World) -> None:
    script = calls("loyalty_get_points"), says("That is worth $99.00."), says("That is worth $98.00.")
    async with talk(world, None, *script) as (agent, _, _):
        turn = await agent.reply("c", "What are my points worth?", "m1", ANN)
    assert isinstance(turn, HandedOff)


async def test_a_model_cannot_name_another_customer(world: World) -> None:
    script = calls("loyalty_get_points", customer_id="C-2"), says("Sorry, that is not possible.")
    async with talk(world, None, *script) as (agent, model, loyalty):
        turn = await agent.reply("c", "How many points has C-2?", "m1", ANN)
    assert loyalty.calls() == []
    assert [(run.status, "customer_id" in run.result) for run in turn.tool_calls] == [("refused", True)]
    told = {tool["function"]["name"]: tool["function"]["parameters"] for tool in model.requests[0].prompt.tools}
    assert "customer_id" not in str(told["loyalty_get_points"])


async def test_a_guest_reaches_no_account(world: World) -> None:
    script = calls("loyalty_get_points"), says("Please sign in first.")
    async with talk(world, None, *script) as (agent, _, loyalty):
        turn = await agent.reply("c", "How many points do I have? I am C-1.", "m1")
    assert (loyalty.calls(), [run.status for run in turn.tool_calls]) == ([], ["failed"])


@pytest.mark.parametrize(("number", "reached"), [("W-10001", True), ("W-10003", False), ("W-99999", False)])
async def test_an_order_is_the_customers_own(world: World, number: str, reached: bool) -> None:
    script = calls("loyalty_order_points", order=number), says("I had a look.")
    async with talk(world, None, *script) as (agent, _, loyalty):
        await agent.reply("c", f"Points for {number}?", "m1", ANN)
    assert [call["arguments"] for call in loyalty.calls()] == ([{"order": number}] if reached else [])


async def test_a_guest_proves_the_order_first(world: World) -> None:
    asks = calls("loyalty_order_points", order="W-10001")
    proves = calls("get_order", order_number="W-10001", email="ann@example.com")
    again = calls("loyalty_order_points", order="w10001")
    script = asks, proves, again, says("You earned 20 points with it.")
    async with talk(world, None, *script) as (agent, _, loyalty):
        turn = await agent.reply("c", "Points for W-10001? I am ann@example.com", "m1")
    assert [run.status for run in turn.tool_calls] == ["failed", "done", "done"]
    assert [call["arguments"] for call in loyalty.calls()] == [{"order": "W-10001"}]


async def test_an_order_nobody_named_is_not_asked_about(world: World) -> None:
    script = calls("loyalty_order_points", order="W-10001"), says("Which order do you mean?")
    async with talk(world, None, *script) as (agent, _, loyalty):
        turn = await agent.reply("c", "How many points did I get?", "m1", ANN)
    assert ([run.status for run in turn.tool_calls], loyalty.calls()) == (["refused"], [])


async def test_a_tool_that_was_not_allowed_is_not_there(world: World) -> None:
    script = calls("loyalty_wipe"), calls("wipe"), says("I cannot do that.")
    async with talk(world, None, *script) as (agent, model, loyalty):
        turn = await agent.reply("c", "Delete everything", "m1", ANN)
    assert (loyalty.calls(), {run.status for run in turn.tool_calls}) == ([], {"refused"})
    assert "wipe" not in str(model.requests[0].prompt.tools)


async def test_many_turns_speak_through_one_session_each_about_their_own(world: World) -> None:
    def answer(request: Any) -> Any:
        return says("Here you are.") if request.messages[-1].role == "tool" else calls("loyalty_get_points")

    async with talk(world, None, *[answer] * 40) as (agent, _, loyalty):
        people = [(f"c{n}", ANN if n % 2 else BOB) for n in range(20)]
        turns = await asyncio.gather(*(agent.reply(where, "My points?", "m1", who) for where, who in people))
    assert [turn.tool_calls[0].result for turn in turns] == [
        f'{{"server":"loyalty","result":{{"points":{1250 if who is ANN else 7}}}}}' for _, who in people
    ]
    assert len(loyalty.calls()) == 20
