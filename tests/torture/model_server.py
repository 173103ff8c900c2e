"""A language model's server on this machine: deterministic in what it says, and seeded in how it fails to.

It stalls, answers 500, drops connections, breaks streams off and limits the rate; the same request again may fare better.
"""

import asyncio
import json
import re
from collections import Counter
from random import Random
from typing import Any

from warmline.testing.http import completion, event_stream

from .talks import HOPELESS, answer_to

STALL_SECONDS = 0.6
FAULTS = ("stall", "error", "drop", "truncate", "limit")
_WHO = re.compile(r"talk(\d+)@example\.com")


class ModelServer:
    """Answers Chat Completions on ``port``; ``faults`` counts what it did instead."""

    def __init__(self, seed: int, faulty: float) -> None:
        self.seed, self.faulty = seed, faulty
        self.port = 0
        self.faults: Counter[str] = Counter()
        self._asked: Counter[int] = Counter()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen on a port of the system's choice."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (body := await _body(reader)) is not None:
                if not await self._answer(body, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # a worker died, or hung up
        finally:
            writer.transport.abort()

    async def _answer(self, body: bytes, writer: asyncio.StreamWriter) -> bool:
        """Send an answer or what comes of one; whether the connection may go on."""
        asked = json.loads(body)
        number, text, results = _heard(asked["messages"])
        fault = "error" if text == HOPELESS else self._fault(body)
        self.faults[fault or "none"] += 1
        head, sent = _answered(number, text, results, stream=bool(asked.get("stream")))
        match fault:
            case "stall":
                await asyncio.sleep(STALL_SECONDS)
            case "drop":
                return False
            case "truncate":
                writer.write(head + sent[: len(sent) // 2])
            case "error":
                writer.write(_head("500 Internal Server Error", "text/plain", 5) + b"oops!")
            case "limit":
                writer.write(_head("429 Too Many Requests", "application/json", 2, "Retry-After: 1") + b"{}")
            case _:
                writer.write(head + sent)
        await writer.drain()
        return fault in (None, "error", "limit")

    def _fault(self, body: bytes) -> str | None:
        """The fault of this request, by how often it came."""
        self._asked[hash(body)] += 1
        draw = Random(f"{self.seed}/{body!r}/{self._asked[hash(body)]}")  # noqa: S311 - repeatable chance
        return draw.choice(FAULTS) if draw.random() < self.faulty else None


async def _body(reader: asyncio.StreamReader) -> bytes | None:
    """The body of the next request; ``None`` when there is none."""
    length = 0
    while line := (await reader.readline()).strip():
        name, _, value = line.decode().partition(":")
        if name.casefold() == "content-length":
            length = int(value)
    return await reader.readexactly(length) if length else None


def _heard(messages: list[dict[str, Any]]) -> tuple[int, str, int]:
    """Which talk this is, the customer's last words, and how many results came after them."""
    who = next(found for message in messages if (found := _WHO.search(message["content"] or "")))
    last = max(place for place, message in enumerate(messages) if message["role"] == "user")
    results = sum(message["role"] == "tool" for message in messages[last:])
    return int(who[1]), messages[last]["content"], results


def _answered(number: int, text: str, results: int, *, stream: bool) -> tuple[bytes, bytes]:
    answer = answer_to(number, text, results)
    if stream:
        sent = event_stream(answer)
        return _head("200 OK", "text/event-stream", len(sent)), sent
    sent = json.dumps(completion(answer)).encode()
    return _head("200 OK", "application/json", len(sent)), sent


def _head(status: str, kind: str, length: int, *more: str) -> bytes:
    lines = (f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {length}", *more, "", "")
    return "\r\n".join(lines).encode()
