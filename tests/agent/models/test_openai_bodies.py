"""What is sent: the same head in every request, messages as they were encoded, settings the server takes."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import respx

from warmline.agent.models.base import CallRequest, Message, ModelRequest, Prompt
from warmline.agent.models.body import HEADS_KEPT, Bodies
from warmline.agent.models.openai import OpenAIModel
from warmline.errors import ModelRefused
from warmline.testing import says
from warmline.testing.http import completion, event_stream

TOOL: dict[str, Any] = {"type": "function", "function": {"name": "get_order", "parameters": {"type": "object", "properties": {}}}}
PROMPT = Prompt(system="Be kind. ¡Sé amable!", tools=(TOOL,))


Sent = Callable[..., httpx.Request]


def settings(request: httpx.Request) -> dict[str, Any]:
    return json.loads(request.content)


REFUSALS: list[tuple[int, dict[str, Any], str, str | None]] = [
    (
        400,
        {
            "error": {
                "message": "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
                "type": "invalid_request_error",
                "param": "max_tokens",
                "code": "unsupported_parameter",
            }
        },
        "max_tokens",
        "max_completion_tokens",
    ),
    (
        400,
        {"error": {"message": "'temperature' does not support 0.2 with this model.", "code": "unsupported_value"}},
        "temperature",
        None,
    ),
    (
        422,
        {"message": {"detail": [{"type": "extra_forbidden", "loc": ["body", "stream_options"], "input": {}}]}},
        "stream_options",
        None,
    ),
]


async def test_a_request_carries_the_prompt_the_tools_and_the_whole_conversation(
    door: respx.Route, model: OpenAIModel, sent: Sent
) -> None:
    door.respond(json=completion(says("On its way.")))
    call = CallRequest(call_id="c1", name="get_order", arguments='{"order_number":"1001"}')
    messages = [
        Message(role="user", text="Where is 1001? 📦"),
        Message(role="assistant", calls=(call,)),
        Message(role="tool", text='{"status":"shipped"}', call_id="c1"),
    ]
    await model.answer(ModelRequest(prompt=PROMPT, messages=messages, max_tokens=300))
    assert settings(sent()) == {
        "model": "gpt",
        "tools": [TOOL],
        "messages": [{"role": "system", "content": PROMPT.system}, *(message.wire() for message in messages)],
        "max_tokens": 300,
        "temperature": 0.2,
    }
    headers = sent().headers
    assert headers["content-type"] == "application/json"
    assert headers["authorization"] == "Bearer sk-a-secret-that-stays-one"


async def test_a_growing_conversation_repeats_every_byte_it_sent_before(
    door: respx.Route, model: OpenAIModel, sent: Sent
) -> None:
    door.respond(json=completion(says("Hello.")))
    first = [Message(role="user", text="Hello")]
    then = [*first, Message(role="assistant", text="Hello."), Message(role="user", text="Is the blue one in stock?")]
    await model.answer(ModelRequest(prompt=PROMPT, messages=first))
    await model.answer(ModelRequest(prompt=Prompt(system=PROMPT.system, tools=PROMPT.tools), messages=then))
    before, after = sent(0).content, sent(1).content
    shared = before[: before.index(b"]" + b',"max_tokens"')]
    assert shared.endswith(first[-1].encoded)
    assert after.startswith(shared + b",")


async def test_without_tools_none_are_mentioned(
    door: respx.Route, model: OpenAIModel, question: ModelRequest, sent: Sent
) -> None:
    door.respond(json=completion(says("Hello.")))
    await model.answer(question)
    assert "tools" not in settings(sent())


async def test_only_a_listener_asks_for_a_stream(
    door: respx.Route, model: OpenAIModel, question: ModelRequest, sent: Sent
) -> None:
    door.mock(
        side_effect=[
            httpx.Response(200, content=event_stream(says("Hello."))),
            httpx.Response(200, json=completion(says("Hello."))),
        ]
    )
    await model.answer(question, on_text=lambda _: None)
    await model.answer(question)
    assert (settings(sent(0))["stream"], settings(sent(0))["stream_options"]) == (True, {"include_usage": True})
    assert "stream" not in settings(sent(1))


@pytest.mark.parametrize(("status", "refusal", "left_out", "put_in"), REFUSALS)
async def test_a_setting_the_server_refuses_is_left_out_from_then_on(
    door: respx.Route,
    model: OpenAIModel,
    question: ModelRequest,
    sent: Sent,
    status: int,
    refusal: dict[str, Any],
    left_out: str,
    put_in: str | None,
) -> None:
    good = httpx.Response(200, json=completion(says("Hello.")))
    door.mock(side_effect=[httpx.Response(status, json=refusal), good, good])
    for _ in range(2):
        answer = await model.answer(question, on_text=lambda _: None)
        assert answer.text == "Hello."
    assert [left_out in settings(sent(number)) for number in range(3)] == [True, False, False]
    assert put_in is None or settings(sent())[put_in] == 1024


async def test_two_conversations_that_meet_the_refusal_at_once_are_both_answered(question: ModelRequest) -> None:
    bodies = Bodies("gpt", temperature=0.2)
    one = bodies.join(question, stream=False)
    bodies.learn("Unsupported parameter: 'temperature'")
    bodies.learn("Unsupported parameter: 'temperature'")
    assert b"temperature" in one
    assert b"temperature" not in bodies.join(question, stream=False)


async def test_a_refusal_that_only_mentions_a_setting_is_a_refusal(
    door: respx.Route, model: OpenAIModel, question: ModelRequest
) -> None:
    door.respond(400, json={"error": {"message": "max_tokens is too large: 1024 of 512."}})
    with pytest.raises(ModelRefused, match="max_tokens is too large"):
        await model.answer(question)
    assert door.call_count == 1


async def test_no_temperature_leaves_it_to_the_server(
    door: respx.Route, make_model: Any, question: ModelRequest, sent: Sent
) -> None:
    door.respond(json=completion(says("Hello.")))
    await make_model(temperature=None).answer(question)
    assert "temperature" not in settings(sent())


def test_more_prompts_than_are_kept_each_have_their_own_head(question: ModelRequest) -> None:
    bodies = Bodies("gpt", temperature=None)
    for number in range(3 * HEADS_KEPT):
        asked = ModelRequest(prompt=Prompt(system=f"Prompt {number}"), messages=question.messages)
        assert json.loads(bodies.join(asked, stream=False))["messages"][0]["content"] == f"Prompt {number}"
