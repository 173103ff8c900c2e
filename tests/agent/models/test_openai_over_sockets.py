"""The same over real sockets: a server on this machine that fails in every way a server can."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from warmline.agent.models.base import ModelRequest
from warmline.agent.models.openai import OpenAIModel
from warmline.errors import ModelUnavailable
from warmline.testing import says
from warmline.testing.http import completion, event_stream

Reply = Callable[[asyncio.StreamWriter], Awaitable[None]]
WHOLE = json.dumps(completion(says("Hello there."))).encode()
EVENTS = event_stream(says("Hello there."))
FIRST_WORD = EVENTS.index(b"Hello ") + EVENTS[EVENTS.index(b"Hello ") :].index(b"\n\n") + 2


def head(status: str, kind: str, *more: str) -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status}", f"Content-Type: {kind}", *more, "", "")).encode()


def chunk(part: bytes) -> bytes:
    return f"{len(part):x}\r\n".encode() + part + b"\r\n"


async def answers(writer: asyncio.StreamWriter) -> None:
    writer.write(head("200 OK", "application/json", f"Content-Length: {len(WHOLE)}") + WHOLE)


async def fails(writer: asyncio.StreamWriter) -> None:
    writer.write(head("500 Internal Server Error", "text/plain", "Content-Length: 5") + b"oops!")


async def drops(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def truncates(writer: asyncio.StreamWriter) -> None:
    writer.write(head("200 OK", "application/json", f"Content-Length: {len(WHOLE)}", "Connection: close") + WHOLE[:40])


STREAMS = head("200 OK", "text/event-stream", "Transfer-Encoding: chunked")


async def streams(writer: asyncio.StreamWriter) -> None:
    writer.write(STREAMS)
    for at in range(0, len(EVENTS), 50):
        writer.write(chunk(EVENTS[at : at + 50]))
        await writer.drain()
    writer.write(b"0\r\n\r\n")


async def stalls(writer: asyncio.StreamWriter) -> None:
    writer.write(STREAMS + chunk(EVENTS[:20]))
    await writer.drain()
    await asyncio.sleep(30)


async def stalls_after_a_word(writer: asyncio.StreamWriter) -> None:
    writer.write(STREAMS + chunk(EVENTS[:FIRST_WORD]))
    await writer.drain()
    await asyncio.sleep(30)


async def drops_midway(writer: asyncio.StreamWriter) -> None:
    writer.write(STREAMS + chunk(EVENTS[:20]))
    await writer.drain()


class Server:
    """Answers one request with each of its replies, the last one again and again."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.bodies: list[bytes] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (body := await self._body(reader)) is not None:
                self.bodies.append(body)
                reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
                await reply(writer)
                await writer.drain()
                if reply in (truncates, drops_midway):
                    return
        except (ConnectionError, asyncio.CancelledError):
            return
        finally:
            writer.close()

    async def _body(self, reader: asyncio.StreamReader) -> bytes | None:
        try:
            headers = (await reader.readuntil(b"\r\n\r\n")).lower()
        except asyncio.IncompleteReadError:
            return None
        return await reader.readexactly(int(headers.partition(b"content-length:")[2].split()[0]))


@pytest.fixture
async def local() -> AsyncIterator[Server]:
    server = Server()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
    yield server
    listening.close()


@pytest.fixture(params=[False, True], ids=["through-sdk", "direct"])
def direct(request: pytest.FixtureRequest) -> bool:
    return request.param


@pytest.fixture
async def model(local: Server, direct: bool, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[OpenAIModel]:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)

    async def at_once(_: float) -> None:
        return None

    given: dict[str, Any] = {"base_url": local.url, "api_key": "any", "direct": direct}
    async with OpenAIModel("local", **given, stall_seconds=1.0, attempts=6, sleep=at_once) as model:
        yield model


async def test_answers_are_read_and_the_connection_used_again(local: Server, model: OpenAIModel, question: ModelRequest) -> None:
    local.replies = [answers, streams]
    heard: list[str] = []
    whole = await model.answer(question)
    streamed = await model.answer(question, on_text=heard.append)
    assert whole.text == streamed.text == "".join(heard) == "Hello there."
    assert [json.loads(body)["messages"][1]["content"] for body in local.bodies] == ["Where is it?"] * 2


async def test_errors_drops_and_cut_answers_are_tried_again(local: Server, model: OpenAIModel, question: ModelRequest) -> None:
    local.replies = [fails, drops, truncates, answers]
    assert (await model.answer(question)).text == "Hello there."
    assert len(local.bodies) == 4


async def test_streams_that_fail_before_a_word_are_tried_again(local: Server, model: OpenAIModel, question: ModelRequest) -> None:
    local.replies = [fails, stalls, drops_midway, streams]
    heard: list[str] = []
    assert (await model.answer(question, on_text=heard.append)).text == "Hello there."
    assert "".join(heard) == "Hello there."


async def test_a_stream_that_stalls_after_a_word_is_given_up(local: Server, model: OpenAIModel, question: ModelRequest) -> None:
    local.replies = [stalls_after_a_word]
    heard: list[str] = []
    with pytest.raises(ModelUnavailable, match=r"'local' at 127\.0\.0\.1 gave no answer: the stream was silent for 1 s"):
        await model.answer(question, on_text=heard.append)
    assert (heard, len(local.bodies)) == (["Hello "], 1)


async def test_a_server_that_is_not_there_is_unavailable(direct: bool, question: ModelRequest) -> None:
    nowhere = OpenAIModel("local", base_url="http://127.0.0.1:1/v1", api_key="any", attempts=1, direct=direct)
    with pytest.raises(ModelUnavailable, match="the connection failed"):
        await nowhere.answer(question)
    await nowhere.aclose()
