"""The scripted model keeps to its script, and says so when the script is over."""

import pytest

from warmline.agent.models.base import CallRequest, Message, Model, ModelAnswer, ModelRequest, Usage
from warmline.errors import ModelUnavailable, UsageError
from warmline.testing import ScriptedModel, at_once, breaks_off, calls, says


async def test_answers_come_in_order_and_requests_are_kept(question: ModelRequest) -> None:
    model = ScriptedModel([says("Hello."), calls("get_order", order_number="1001")], name="shop-test")
    first, second = await model.answer(question), await model.answer(question)
    assert first == ModelAnswer(text="Hello.", usage=Usage(calls=1), model="shop-test")
    assert second.calls == (CallRequest(call_id="call_1", name="get_order", arguments='{"order_number": "1001"}'),)
    assert second.finish == "tool_calls"
    assert (model.name, model.requests, model.left) == ("shop-test", [question, question], 0)


async def test_several_calls_and_text_can_be_one_answer(question: ModelRequest) -> None:
    together = at_once(says("Let me look."), calls("get_order", order_number="1"), calls("get_policy", topic="returns"))
    answer = await ScriptedModel([together]).answer(question)
    assert answer.text == "Let me look."
    assert [(call.call_id, call.name) for call in answer.calls] == [("call_1", "get_order"), ("call_2", "get_policy")]
    assert at_once(says("Hello."), says("Again.")) == ModelAnswer(text="Hello.\nAgain.")


async def test_what_an_answer_sets_itself_is_left_alone(question: ModelRequest) -> None:
    call = CallRequest(call_id="mine", name="get_order", arguments="not JSON")
    given = ModelAnswer(calls=(call,), finish="length", usage=Usage(input=5, calls=2), model="other")
    assert await ScriptedModel([given]).answer(question) == given


async def test_an_answer_can_depend_on_the_request(question: ModelRequest) -> None:
    model: Model = ScriptedModel([lambda request: says(f"You asked: {request.messages[-1].text}")])
    assert (await model.answer(question)).text == "You asked: Where is it?"


async def test_text_is_streamed_word_by_word(question: ModelRequest) -> None:
    heard: list[str] = []
    answer = await ScriptedModel([says(" It arrives\non Friday. ")]).answer(question, on_text=heard.append)
    assert heard == [" ", "It ", "arrives\n", "on ", "Friday. "]
    assert "".join(heard) == answer.text
    heard.clear()
    await ScriptedModel([calls("get_order")]).answer(question, on_text=heard.append)
    assert heard == []


async def test_errors_are_raised_and_a_stream_can_break_off(question: ModelRequest) -> None:
    heard: list[str] = []
    model = ScriptedModel([ModelUnavailable("down"), breaks_off("Your order "), breaks_off("Well", ValueError("odd"))])
    with pytest.raises(ModelUnavailable, match="down"):
        await model.answer(question, on_text=heard.append)
    with pytest.raises(ModelUnavailable, match="broke off"):
        await model.answer(question, on_text=heard.append)
    with pytest.raises(ValueError, match="odd"):
        await model.answer(question)
    assert heard == ["Your ", "order "]


@pytest.mark.parametrize(
    ("messages", "words"),
    [
        (
            [Message(role="tool", text="No order matches.", call_id="c")],
            "after the tool message 'No order matches.'. Add an entry",
        ),
        ([], "number 2. Add an entry"),
    ],
)
async def test_a_script_that_is_over_says_where_it_ended(question: ModelRequest, messages: list[Message], words: str) -> None:
    model = ScriptedModel([says("Hello.")])
    await model.answer(question)
    with pytest.raises(UsageError, match="has 1 entries and was asked for number 2") as caught:
        await model.answer(ModelRequest(prompt=question.prompt, messages=messages))
    assert words in str(caught.value)
