"""What real models do wrong: each ends in a sensible turn or with a person, never in silence or nonsense."""

import json

import pytest
from support.world import World

from warmline import HandedOff, Replied
from warmline.agent.loop import MAX_STEPS
from warmline.agent.models.base import CallRequest, ModelAnswer
from warmline.errors import ModelUnavailable
from warmline.testing import ScriptedModel, at_once, breaks_off, calls, says

LOOK = calls("get_order", order_number="W-10001")
ASK = "Where is W-10001?"


def raw(name: str, arguments: str) -> ModelAnswer:
    return ModelAnswer(calls=(CallRequest(call_id="", name=name, arguments=arguments),), finish="tool_calls")


async def test_invented_arguments_are_refused_and_the_model_asks(world: World) -> None:
    invented = calls("get_order", order_number="W-10001", email="ann@example.com")
    agent = world.agent(invented, says("May I have your order number and e-mail address?"))
    turn = await agent.reply("c1", "Where is my order?")
    assert isinstance(turn, Replied)
    assert turn.tool_calls[0].status == "refused"
    assert "order_number 'W-10001' and email 'ann@example.com'" in turn.tool_calls[0].result


async def test_a_call_written_as_text_is_run_and_never_shown(world: World) -> None:
    as_text = says('```json\n{"name": "get_order", "arguments": {"order_number": "W-10001"}}\n```')
    turn = await world.agent(as_text, says("It is being prepared.")).reply("c1", ASK, customer="C-1")
    assert isinstance(turn, Replied)
    assert turn.text == "It is being prepared."
    assert turn.tool_calls[0].status == "done"


async def test_the_same_call_again_is_answered_from_its_result_and_then_stopped(world: World) -> None:
    turn = await world.agent(LOOK, LOOK, says("It is being prepared.")).reply("c1", ASK, customer="C-1")
    assert isinstance(turn, Replied)
    assert [run.status for run in turn.tool_calls] == ["done", "refused"]
    stuck = await world.agent(*[LOOK] * MAX_STEPS).reply("c2", ASK, customer="C-1")
    assert isinstance(stuck, HandedOff)
    assert [run.status for run in stuck.tool_calls] == ["done", "refused", "refused", "refused"]


@pytest.mark.parametrize(
    "wrong",
    [
        calls("teleport_parcel", to="moon"),
        raw("get_order", '{"order_number": "W-100'),
        raw("get_order", "[]"),
        raw("get_order", "null"),
        raw("get_order", ""),
        calls("get_order", order_number=10001),
        calls("get_order", number="W-10001"),
    ],
)
async def test_a_call_that_does_not_fit_is_explained_and_three_of_them_end_at_a_person(world: World, wrong: ModelAnswer) -> None:
    mended = await world.agent(wrong, LOOK, says("It is being prepared.")).reply("c1", ASK, customer="C-1")
    assert isinstance(mended, Replied)
    assert mended.tool_calls[0].status == "refused"
    stubborn = await world.agent(wrong, wrong, wrong).reply("c2", ASK, customer="C-1")
    assert isinstance(stubborn, HandedOff)
    assert stubborn.reason == "system_failure"


async def test_several_calls_at_once_are_run_in_order(world: World) -> None:
    both = at_once(LOOK, calls("find_orders"))
    turn = await world.agent(both, says("It is being prepared.")).reply("c1", ASK, customer="C-1")
    assert [(run.name, run.status) for run in turn.tool_calls] == [("get_order", "done"), ("find_orders", "done")]


async def test_text_beside_a_call_is_kept_for_the_model_and_the_reply_comes_after(world: World) -> None:
    turn = await world.agent(at_once(says("Let me look."), LOOK), says("It is being prepared.")).reply("c1", ASK, customer="C-1")
    assert turn.text == "It is being prepared."


@pytest.mark.parametrize("answer", [says(""), says("   "), ModelAnswer(text=None), ModelAnswer(text="Your ord", finish="length")])
async def test_an_empty_or_cut_answer_is_asked_for_once_more_and_then_a_person_comes(world: World, answer: ModelAnswer) -> None:
    assert (await world.agent(answer, says("Hello!")).reply("c1", "hi")).text == "Hello!"
    assert isinstance(await world.agent(answer, answer).reply("c2", "hi"), HandedOff)


async def test_a_withheld_answer_ends_at_a_person(world: World) -> None:
    turn = await world.agent(ModelAnswer(text="no", finish="content_filter")).reply("c1", "hi")
    assert isinstance(turn, HandedOff)


@pytest.mark.parametrize("failure", [ModelUnavailable("HTTP 500 mid-stream"), breaks_off("Your order is"), TimeoutError()])
async def test_a_model_that_breaks_off_ends_at_a_person_and_nothing_half_said_is_shown(world: World, failure: Exception) -> None:
    events = [event async for event in world.agent(failure).stream("c1", "hi")]
    assert "Your order is" not in json.dumps([str(event) for event in events])
    assert "something went wrong on our side" in str(events[-1])


async def test_calls_without_end_stop_after_eight_answers(world: World) -> None:
    model = ScriptedModel([calls("search_products", query=f"mug {number}") for number in range(20)])
    assert isinstance(await world.agent(model=model).reply("c1", "mugs?"), HandedOff)
    assert len(model.requests) == MAX_STEPS


async def test_an_ungrounded_draft_is_written_again_once(world: World) -> None:
    turn = await world.agent(LOOK, says("It comes on 1 May 2031."), says("It is being prepared.")).reply(
        "c1", ASK, customer="C-1"
    )
    assert turn.text == "It is being prepared."
    lies = [LOOK, says("It comes on 1 May 2031."), says("It comes on 2 May 2031.")]
    second = await world.agent(*lies).reply("c2", ASK, customer="C-1")
    assert isinstance(second, HandedOff)
    assert second.decision.rule == "reply_gate.ungrounded"
    assert "2031" not in second.text


async def test_a_claim_of_something_not_done_is_not_sent(world: World) -> None:
    claim = says("I've cancelled your order.")
    turn = await world.agent(claim, claim).reply("c1", "cancel it", customer="C-1")
    assert isinstance(turn, HandedOff)
    assert turn.decision.layer == "reply_gate"


async def test_a_draft_that_was_refused_is_not_in_the_thread(world: World) -> None:
    agent = world.agent(says("That is $99.99."), says("I do not know the price."))
    await agent.reply("c1", "how much?")
    assert [line.text for line in await (await agent.parts()).store.thread("c1")] == ["how much?", "I do not know the price."]


async def test_the_agent_can_call_for_a_person_itself(world: World) -> None:
    turn = await world.agent(calls("escalate", reason="complex_product", summary="fit")).reply("c1", "Will it fit my foot?")
    assert isinstance(turn, HandedOff)
    assert (turn.reason, turn.decision.layer) == ("complex_product", "agent")


async def test_very_many_calls_at_once_are_cut(world: World) -> None:
    many = at_once(*[calls("search_products", query=f"mug {number}") for number in range(50)])
    turn = await world.agent(many, says("We have none.")).reply("c1", "mugs?")
    assert len(turn.tool_calls) == 8


async def test_insisting_on_invented_arguments_does_not_make_them_true(world: World) -> None:
    invented = calls("get_order", order_number="W-10001", email="ann@example.com")
    turn = await world.agent(invented, invented, says("Order W-10001 is on its way."), says("Which order?")).reply(
        "c1", "Where is it?"
    )
    assert [run.status for run in turn.tool_calls] == ["refused", "refused"]
    assert turn.text == "Which order?"


async def test_what_was_refused_in_one_turn_is_no_evidence_in_the_next(world: World) -> None:
    invented = calls("get_order", order_number="W-10001", email="ann@example.com")
    agent = world.agent(invented, says("Which order?"), invented, says("Which order?"))
    await agent.reply("c1", "Where is it?")
    turn = await agent.reply("c1", "The usual one")
    assert turn.tool_calls[0].status == "refused"


async def test_a_hand_over_that_is_only_said_is_not_sent(world: World) -> None:
    said = says("I have passed this on to a colleague, who will get back to you.")
    turn = await world.agent(said, calls("escalate", reason="unsure", summary="asks for help")).reply("c1", "help")
    assert isinstance(turn, HandedOff)
    assert turn.decision.layer == "agent"


async def test_the_names_of_tools_are_not_for_customers(world: World) -> None:
    turn = await world.agent(LOOK, says("get_order says it is being prepared."), says("It is being prepared.")).reply(
        "c1", ASK, customer="C-1"
    )
    assert turn.text == "It is being prepared."
