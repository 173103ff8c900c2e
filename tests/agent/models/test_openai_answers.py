"""What is read: whole answers, as OpenAI and as other servers send them."""

from typing import Any

import httpx
import pytest
import respx

from warmline.agent.models.base import CallRequest, ModelAnswer, ModelRequest, Usage
from warmline.agent.models.openai import OpenAIModel
from warmline.errors import ModelRefused, ModelUnavailable
from warmline.testing import at_once, calls, says
from warmline.testing.http import completion


def body(message: dict[str, Any], *, finish: str | None = "stop", **more: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "message": message, "finish_reason": finish}], **more}


async def read(door: respx.Route, model: OpenAIModel, question: ModelRequest, answered: dict[str, Any]) -> ModelAnswer:
    door.respond(json=answered)
    return await model.answer(question)


async def test_text_calls_and_counts_are_read(door: respx.Route, model: OpenAIModel, question: ModelRequest) -> None:
    both = at_once(says("One moment."), calls("get_order", order_number="1001"), calls("get_policy", topic="returns"))
    counted = ModelAnswer(text=both.text, calls=both.calls, finish=both.finish, usage=Usage(input=90, output=12, cached=64))
    answer = await read(door, model, question, completion(counted))
    assert answer == ModelAnswer(
        text="One moment.",
        calls=(
            CallRequest(call_id="call_1", name="get_order", arguments='{"order_number": "1001"}'),
            CallRequest(call_id="call_2", name="get_policy", arguments='{"topic": "returns"}'),
        ),
        finish="tool_calls",
        usage=Usage(input=90, output=12, cached=64, calls=1),
        model="gpt",
    )


CONTENTS: list[tuple[dict[str, Any], str | None]] = [
    ({"content": "Hello.", "tool_calls": None, "refusal": None, "annotations": [], "reasoning_content": "hm"}, "Hello."),
    (
        {"content": [{"type": "text", "text": "Hel"}, {"type": "thinking", "thinking": []}, {"type": "text", "text": "lo."}]},
        "Hello.",
    ),
    ({"content": ["Hel", {"text": "lo."}, {"image": "aGk="}, 7]}, "Hello."),
    ({"content": [{"type": "refusal", "refusal": "No."}]}, "No."),
    ({"content": ""}, None),
    ({"content": None}, None),
    ({"content": "<think>They ask for the order.</think>\n\nHello."}, "Hello."),
    ({"content": "They ask for the order.</think>\nHello."}, "Hello."),
    ({"content": "<think>They ask for"}, None),
]


@pytest.mark.parametrize(("message", "text"), CONTENTS)
async def test_content_is_read_in_every_shape(
    door: respx.Route, model: OpenAIModel, question: ModelRequest, message: dict[str, Any], text: str | None
) -> None:
    answer = await read(door, model, question, body(message))
    assert (answer.text, answer.calls, answer.finish) == (text, (), "stop")


@pytest.mark.parametrize(
    ("said", "finish"),
    [
        ("stop", "stop"),
        ("length", "length"),
        ("max_tokens", "length"),
        ("content_filter", "content_filter"),
        ("end_turn", "stop"),
        (None, "stop"),
    ],
)
async def test_an_unknown_reason_to_finish_is_a_stop(
    door: respx.Route, model: OpenAIModel, question: ModelRequest, said: str | None, finish: str
) -> None:
    answer = await read(door, model, question, body({"content": "Hello."}, finish=said))
    assert answer.finish == finish


async def test_a_refusal_is_text_for_a_person_to_see(door: respx.Route, model: OpenAIModel, question: ModelRequest) -> None:
    answer = await read(door, model, question, body({"content": None, "refusal": "I cannot help with that."}))
    assert (answer.text, answer.finish) == ("I cannot help with that.", "content_filter")


async def test_calls_are_read_as_other_servers_write_them(door: respx.Route, model: OpenAIModel, question: ModelRequest) -> None:
    written: list[dict[str, Any]] = [
        {"id": "same", "function": {"name": "get_order", "arguments": {"order_number": "1001", "city": "Köln"}}},
        {"id": "same", "function": {"name": "get_order", "arguments": "{}"}},
        {"id": 3, "function": {"name": "get_policy", "arguments": None}},
        {"function": {"name": "escalate"}},
        {"type": "custom", "id": "c"},
    ]
    answer = await read(door, model, question, body({"content": None, "tool_calls": written}))
    assert [(call.name, call.arguments) for call in answer.calls] == [
        ("get_order", '{"order_number": "1001", "city": "Köln"}'),
        ("get_order", "{}"),
        ("get_policy", ""),
        ("escalate", ""),
        ("", ""),
    ]
    assert len({call.call_id for call in answer.calls}) == 5
    assert all(call.call_id for call in answer.calls)
    assert answer.finish == "tool_calls"


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        {"prompt_tokens": None, "completion_tokens": "many", "prompt_tokens_details": None},
        {"prompt_tokens_details": {"cached_tokens": None}},
    ],
)
async def test_missing_counts_are_none(
    door: respx.Route, model: OpenAIModel, question: ModelRequest, usage: dict[str, Any] | None
) -> None:
    answer = await read(door, model, question, body({"content": "Hello."}, usage=usage))
    assert answer.usage == Usage(calls=1)


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(200, html="<html>Please sign in to this network</html>"),
        httpx.Response(200, json={"choices": []}),
        httpx.Response(200, json={"choices": None}),
        httpx.Response(200, content=b'{"choices": [{"message": {"content": "Hel'),
        httpx.Response(200, json=["Hello."]),
        httpx.Response(200, json={"error": {"message": "The upstream model is overloaded.", "code": 502}}),
        httpx.Response(200, json={"error": "overloaded"}),
    ],
)
async def test_what_is_no_answer_is_tried_again_and_then_unavailable(
    door: respx.Route, model: OpenAIModel, question: ModelRequest, response: httpx.Response
) -> None:
    door.mock(return_value=response)
    with pytest.raises(ModelUnavailable, match=r"'gpt' at model\.test"):
        await model.answer(question)
    assert door.call_count == 4


@pytest.mark.parametrize("code", [400, "400"])
async def test_an_error_object_in_a_good_response_counts_by_its_code(
    door: respx.Route, model: OpenAIModel, question: ModelRequest, code: object
) -> None:
    door.respond(json={"error": {"message": "Tool schemas are too deep.", "code": code}})
    with pytest.raises(ModelRefused, match=r"HTTP 400 \(Tool schemas are too deep\)"):
        await model.answer(question)
    assert door.call_count == 1
