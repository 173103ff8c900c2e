"""The server that is not there: it answers for any client, and lets nothing out."""

import httpx2
import pytest
import respx
from openai import AsyncOpenAI

from warmline.agent.models.base import ModelRequest
from warmline.agent.models.openai import OpenAIModel
from warmline.testing import at_once, calls, says
from warmline.testing.http import completion, event_stream, mock_server


@pytest.fixture
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every address anything tries to resolve or connect to."""
    tried: list[object] = []

    def refuse(*arguments: object, **_: object) -> None:
        tried.append(arguments)
        raise OSError("no request may leave")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    return tried


async def test_no_request_leaves_not_even_one_that_nothing_answers(no_sockets: list[object], question: ModelRequest) -> None:
    with mock_server("https://model.test/v1") as server:
        server.post("/chat/completions").respond(json=completion(says("Hello.")))
        async with OpenAIModel("gpt", api_key="any", base_url="https://model.test/v1") as model:
            assert (await model.answer(question)).text == "Hello."
        async with OpenAIModel("gpt", api_key="any", base_url="https://api.openai.com/v1") as model:
            with pytest.raises(AssertionError, match=r"api\.openai\.com"):
                await model.answer(question)
        with httpx2.Client() as client, pytest.raises(AssertionError, match=r"shop\.test"):
            client.get("https://shop.test/orders")
    assert no_sockets == []


async def test_without_it_the_same_request_would_leave(no_sockets: list[object], question: ModelRequest) -> None:
    async with OpenAIModel("gpt", api_key="any", base_url="https://model.test/v1", attempts=1) as model:
        with pytest.raises(Exception, match="no request may leave"):
            await model.answer(question)
    assert len(no_sockets) == 1


async def test_its_answers_are_ones_the_sdk_understands() -> None:
    answer = at_once(says("One moment."), calls("get_order", order_number="1001"))
    with mock_server() as server:
        server.post("/chat/completions", json__stream=True).respond(content=event_stream(answer))
        server.post("/chat/completions").respond(json=completion(answer, model="any"))
        async with AsyncOpenAI(api_key="any", base_url="https://model.test/v1") as client:
            whole = await client.chat.completions.create(model="any", messages=[])
            async with client.chat.completions.stream(model="any", messages=[]) as stream:
                streamed = await stream.get_final_completion()
    for read in (whole, streamed):
        assert read.choices[0].message.content == "One moment."
        call = (read.choices[0].message.tool_calls or [])[0]
        assert call.type == "function"
        assert (call.id, call.function.name, call.function.arguments) == ("call_1", "get_order", '{"order_number": "1001"}')
        assert read.choices[0].finish_reason == "tool_calls"


def test_an_answer_that_is_never_asked_for_is_an_error() -> None:
    server = mock_server()
    server.start()
    server.post("/chat/completions").respond(200)
    with pytest.raises(AssertionError, match="some routes were not called"):
        server.stop()
    with mock_server(assert_all_called=False) as lenient:
        assert isinstance(lenient.post("/chat/completions"), respx.Route)
