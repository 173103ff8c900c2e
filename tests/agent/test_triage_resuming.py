"""Triage in a turn that was interrupted: asked again, unless something was done already."""

import asyncio

import pytest
from support.grey import CONFIRM, RAISE, GreyGuard
from support.world import World

from warmline import HandedOff, NeedsConfirmation, Replied, SupportAgent
from warmline.agent.models.base import ModelAnswer, ModelRequest
from warmline.testing import ScriptedModel, calls, says

CANCEL = calls("cancel_unshipped_order", order_number="W-10001")
DONE = says("Your order W-10001 has been cancelled.")


def dies(_: ModelRequest) -> ModelAnswer:
    """The process is stopped."""
    raise asyncio.CancelledError


async def interrupted(agent: SupportAgent, text: str, message_id: str) -> None:
    with pytest.raises(asyncio.CancelledError):
        await agent.reply("c1", text, message_id, customer="C-1")


async def test_a_turn_that_stopped_while_it_was_asked_is_asked_again(world: World) -> None:
    await interrupted(world.agent(dies, guard=GreyGuard()), "Where is it?", "m1")
    turn = await world.agent(RAISE, guard=GreyGuard()).reply("c1", "Where is it?", "m1", customer="C-1")
    assert isinstance(turn, HandedOff)
    assert await world.agent(guard=GreyGuard()).reply("c1", "Where is it?", "m1", customer="C-1") == turn


async def test_a_turn_that_has_written_is_finished_and_not_asked_about_again(world: World) -> None:
    asking = world.agent(CONFIRM, CANCEL, guard=GreyGuard())
    assert isinstance(await asking.reply("c1", "Please cancel W-10001", "m1", customer="C-1"), NeedsConfirmation)
    await interrupted(world.agent(CONFIRM, dies, guard=GreyGuard()), "yes", "m2")
    model = ScriptedModel([DONE])
    turn = await world.agent(model=model, guard=GreyGuard()).reply("c1", "yes", "m2", customer="C-1")
    assert isinstance(turn, Replied)
    assert turn.text == DONE.text
    later = ScriptedModel([CONFIRM, says("You are welcome.")])
    assert isinstance(await world.agent(model=later, guard=GreyGuard()).reply("c1", "thanks", "m3", customer="C-1"), Replied)
    assert later.left == 0
