"""Streamed answers: pieces put together, said once, and never half an answer taken for a whole one."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
import respx

from warmline.agent.models.base import CallRequest, ModelAnswer, ModelRequest, Usage
from warmline.agent.models.openai import OpenAIModel
from warmline.errors import ModelRefused, ModelUnavailable
from warmline.testing import ScriptedModel, at_once, calls, says
from warmline.testing.http import completion, event_stream

Make = Callable[..., OpenAIModel]
DONE = b"data: [DONE]\n\n"
HELLO = event_stream(says("Hello there."))


def event(delta: dict[str, Any] | None, *, finish: str | None = None, **more: Any) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return b"data: " + json.dumps({"choices": [choice], **more}).encode() + b"\n\n"


def called(index: int | None, call_id: str | None, name: str | None, arguments: object) -> dict[str, Any]:
    function = {key: value for key, value in {"name": name, "arguments": arguments}.items() if value is not None}
    piece = {"index": index, "id": call_id, "function": function}
    return {"tool_calls": [{key: value for key, value in piece.items() if value is not None}]}


def stream(*pieces: bytes, then: Exception | None = None, silent: bool = False) -> httpx.Response:
    """A response whose bytes come in these pieces, and then an error or nothing at all."""

    async def come() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece
        if then is not None:
            raise then
        if silent:
            await asyncio.Event().wait()

    return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=come())


async def listen(model: OpenAIModel, question: ModelRequest) -> tuple[ModelAnswer, list[str]]:
    heard: list[str] = []
    return await model.answer(question, on_text=heard.append), heard


async def test_text_is_passed_on_as_it_comes(door: respx.Route, model: OpenAIModel, question: ModelRequest) -> None:
    whole = ModelAnswer(text="It arrives on Friday.", usage=Usage(input=90, output=12, cached=64))
    door.mock(return_value=stream(event_stream(whole)))
    answer, heard = await listen(model, question)
    assert heard == ["It ", "arrives ", "on ", "Friday."]
    assert answer == ModelAnswer(text="It arrives on Friday.", usage=Usage(input=90, output=12, cached=64, calls=1), model="gpt")


async def test_a_call_is_put_together_from_its_pieces(door: respx.Route, model: OpenAIModel, question: ModelRequest) -> None:
    said = at_once(says("One moment."), calls("get_order", order_number="1001"), calls("get_policy", topic="Rückgabe"))
    door.mock(return_value=stream(event_stream(said)))
    answer, heard = await listen(model, question)
    assert "".join(heard) == answer.text == "One moment."
    assert [(call.call_id, call.name, json.loads(call.arguments)) for call in answer.calls] == [
        ("call_1", "get_order", {"order_number": "1001"}),
        ("call_2", "get_policy", {"topic": "Rückgabe"}),
    ]
    assert answer.finish == "tool_calls"


INTERLEAVED = [
    called(0, "a", "get_order", ""),
    called(1, "b", "get_policy", '{"to'),
    called(0, None, None, '{"order_'),
    called(1, None, None, 'pic":"fit"}'),
    called(0, None, None, 'number":"1"}'),
]
REPEATED = [
    called(0, "a", "get_order", '{"order_'),
    called(0, "a", "get_order", 'number":"1"}'),
    called(1, "b", "get_policy", '{"topic":"fit"}'),
]
UNNUMBERED = [
    called(None, "a", "get_order", '{"order_number":"1"}'),
    called(None, "b", "get_policy", '{"to'),
    called(None, None, None, 'pic":"fit"}'),
]
ALL_FIRST = [called(0, "a", "get_order", '{"order_number":"1"}'), called(0, "b", "get_policy", '{"topic":"fit"}')]


@pytest.mark.parametrize(
    "deltas", [INTERLEAVED, REPEATED, UNNUMBERED, ALL_FIRST], ids=["interleaved", "repeated", "unnumbered", "all-first"]
)
async def test_several_calls_come_apart_however_they_are_numbered(
    door: respx.Route, model: OpenAIModel, question: ModelRequest, deltas: list[dict[str, Any]]
) -> None:
    door.mock(return_value=stream(*(event(delta) for delta in deltas), event({}, finish="tool_calls"), DONE))
    answer, _ = await listen(model, question)
    assert answer.calls == (
        CallRequest(call_id="a", name="get_order", arguments='{"order_number":"1"}'),
        CallRequest(call_id="b", name="get_policy", arguments='{"topic":"fit"}'),
    )


async def test_a_call_without_id_and_with_its_arguments_as_an_object_is_made_good(
    door: respx.Route, model: OpenAIModel, question: ModelRequest
) -> None:
    door.mock(return_value=stream(event(called(0, None, "get_order", {"order_number": "1"})), event(None, finish="stop")))
    answer, _ = await listen(model, question)
    assert [(call.name, call.arguments) for call in answer.calls] == [("get_order", '{"order_number": "1"}')]
    assert answer.calls[0].call_id
    assert answer.finish == "tool_calls"


SAME: dict[str, bytes] = {
    "crlf": HELLO.replace(b"\n", b"\r\n"),
    "cr": HELLO.replace(b"\n", b"\r"),
    "no-space": HELLO.replace(b"data: ", b"data:"),
    "comments": b": warming up\n\n" + HELLO.replace(b"\n\n", b"\n\n: still here\n\n"),
    "other-fields": HELLO.replace(b"data: ", b"event: message\nid: 7\nretry: 10\ndata: "),
    "data-in-lines": HELLO.replace(b'{"choices"', b'{\ndata: "choices"'),
    "no-done": HELLO.removesuffix(DONE),
    "no-last-blank-line": HELLO.removesuffix(b"\n\n"),
    "no-finish": HELLO.replace(b'"finish_reason": "stop"', b'"finish_reason": null'),
    "more-after-done": HELLO + event({"content": " Again."}),
    "odd-events": event(None) + b'data: {"choices": null}\n\n' + b"data\n\n" + HELLO,
}


@pytest.mark.parametrize("raw", SAME.values(), ids=SAME.keys())
async def test_a_stream_is_read_as_servers_write_it(
    door: respx.Route, model: OpenAIModel, question: ModelRequest, raw: bytes
) -> None:
    door.mock(return_value=stream(raw))
    answer, heard = await listen(model, question)
    assert (answer.text, answer.finish, heard) == ("Hello there.", "stop", ["Hello ", "there."])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
async def test_a_stream_may_be_cut_anywhere(door: respx.Route, model: OpenAIModel, question: ModelRequest, size: int) -> None:
    delta = json.dumps({"choices": [{"delta": {"content": "¿Qué tal? 📦"}, "finish_reason": "stop"}]}, ensure_ascii=False)
    raw = f"data: {delta}\r\n\r\ndata: [DONE]\r\n\r\n".encode()
    door.mock(return_value=stream(*(raw[at : at + size] for at in range(0, len(raw), size))))
    answer, heard = await listen(model, question)
    assert (answer.text, heard) == ("¿Qué tal? 📦", ["¿Qué tal? 📦"])


@pytest.mark.parametrize(
    ("pieces", "heard"),
    [
        (["<think>They", " ask.</th", "ink>\n", "\nHello", " there."], ["Hello", " there."]),
        (["<", "th", "ank you"], ["<thank you"]),
        (["<thi"], ["<thi"]),
        (["\n", "Hello"], ["\nHello"]),
        (["<think>They ask"], []),
    ],
)
async def test_thoughts_are_not_said(
    door: respx.Route, model: OpenAIModel, question: ModelRequest, pieces: list[str], heard: list[str]
) -> None:
    door.mock(return_value=stream(*(event({"content": piece}) for piece in pieces), event({}, finish="stop")))
    answer, said = await listen(model, question)
    assert (said, answer.text) == (heard, "".join(heard) or None)


async def test_a_refusal_is_for_a_person_to_see_and_not_said(
    door: respx.Route, model: OpenAIModel, question: ModelRequest
) -> None:
    deltas = [{"role": "assistant", "content": None, "refusal": "I cannot"}, {"refusal": " help."}]
    door.mock(return_value=stream(*(event(delta) for delta in deltas), event({}, finish="stop"), DONE))
    answer, heard = await listen(model, question)
    assert (answer.text, answer.finish, heard) == ("I cannot help.", "content_filter", [])


async def test_an_answer_that_is_withheld_midway_says_so(door: respx.Route, model: OpenAIModel, question: ModelRequest) -> None:
    door.mock(return_value=stream(event({"content": "Well, "}), event({}, finish="content_filter"), DONE))
    answer, heard = await listen(model, question)
    assert (answer.text, answer.finish, heard) == ("Well, ", "content_filter", ["Well, "])


async def test_a_server_that_knows_no_streams_is_understood(
    door: respx.Route, model: OpenAIModel, question: ModelRequest
) -> None:
    door.respond(json=completion(says("Hello there.")))
    answer, heard = await listen(model, question)
    assert (answer.text, heard) == ("Hello there.", ["Hello there."])


ENGINE_FAILED = b'data: {"error": {"message": "The engine failed.", "type": "server_error"}}\n\n'
BREAKS: dict[str, tuple[bytes, dict[str, Any], str]] = {
    "ends": (b"", {}, "ended in the middle"),
    "error-event": (ENGINE_FAILED, {}, "The engine failed"),
    "nonsense": (b"data: oops\n\n", {}, "'oops', which is no"),
    "connection-lost": (b"", {"then": httpx.ReadError("reset")}, "broke off"),
    "stalls": (b"", {"silent": True}, r"silent for 0\.05 s"),
}


@pytest.mark.parametrize("way", BREAKS)
async def test_a_stream_that_breaks_before_it_said_anything_is_tried_again(
    door: respx.Route, make_model: Make, question: ModelRequest, waits: list[float], way: str
) -> None:
    last, ending, _ = BREAKS[way]
    door.mock(side_effect=[stream(event({"role": "assistant", "content": ""}), last, **ending), stream(HELLO)])
    answer, heard = await listen(make_model(stall_seconds=0.05), question)
    assert (answer.text, "".join(heard), len(waits)) == ("Hello there.", "Hello there.", 1)


@pytest.mark.parametrize("way", BREAKS)
async def test_a_stream_that_breaks_after_it_spoke_is_not_tried_again_by_anyone(
    door: respx.Route, make_model: Make, question: ModelRequest, way: str
) -> None:
    last, ending, cause = BREAKS[way]
    door.mock(return_value=stream(event({"content": "Hello "}), last, **ending))
    fallback, heard = ScriptedModel([]), list[str]()
    model = make_model(stall_seconds=0.05, fallback=fallback)
    with pytest.raises(ModelUnavailable, match=cause):
        await model.answer(question, on_text=heard.append)
    assert (heard, door.call_count, fallback.requests) == (["Hello "], 1, [])


async def test_what_follows_a_finished_answer_does_not_matter(
    door: respx.Route, model: OpenAIModel, question: ModelRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warmline.agent.models.attempt.AFTER_DONE_SECONDS", 0.02)
    door.mock(side_effect=[stream(HELLO, silent=True), stream(HELLO.removesuffix(DONE), then=httpx.ReadError("reset"))])
    for _ in range(2):
        answer, heard = await listen(model, question)
        assert (answer.text, "".join(heard)) == ("Hello there.", "Hello there.")


async def test_a_refusal_in_the_stream_is_a_refusal(door: respx.Route, model: OpenAIModel, question: ModelRequest) -> None:
    door.mock(return_value=stream(b'data: {"error": {"message": "Context is too long.", "code": 400}}\n\n'))
    with pytest.raises(ModelRefused, match=r"HTTP 400 \(Context is too long\)"):
        await listen(model, question)


async def test_a_listener_that_fails_is_not_the_models_fault(
    door: respx.Route, model: OpenAIModel, question: ModelRequest
) -> None:
    def hang_up(_: str) -> None:
        raise BrokenPipeError("the customer has left")

    door.mock(return_value=stream(HELLO))
    with pytest.raises(BrokenPipeError, match="the customer has left"):
        await model.answer(question, on_text=hang_up)
    assert door.call_count == 1
