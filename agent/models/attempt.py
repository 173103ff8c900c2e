"""One try at an answer: a body posted, and what comes back read, whole or as a stream."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from dataclasses import replace

from .base import ModelAnswer, ModelRequest
from .body import Bodies
from .doors import Answered, Door
from .faults import Failed, Server, failed, foreign_errors, unavailable
from .stream import Assembly, Events
from .wire import Reported, Unusable, parse_answer

AFTER_DONE_SECONDS = 1.0
"""How long a finished stream is read on, so that its connection can be used again."""


class Listener:
    """Passes text on, and remembers that it did."""

    def __init__(self, on_text: Callable[[str], None]) -> None:
        self._on_text = on_text
        self.heard = False

    def tell(self, text: str) -> None:
        """Pass a piece of text on, if there is any."""
        if text:
            self.heard = True
            self._on_text(text)


class Attempt:
    """One try at an answer; every failure is a ``Failed`` that says whether another try makes sense."""

    def __init__(self, door: Door, model: str, bodies: Bodies, *, stall_seconds: float) -> None:
        self._door = door
        self._model = model
        self._bodies = bodies
        self._stall = stall_seconds

    @property
    def server(self) -> Server:
        """Whom its errors are about."""
        return self._door.server

    async def answer(self, request: ModelRequest, listener: Listener | None) -> ModelAnswer:
        """The answer; streamed if there is a listener."""
        response = await self._post(request, stream=listener is not None)
        if listener is None:
            return self._parsed(response.content)
        try:
            async with aclosing(response):
                return await self._read(response, listener)
        except Failed as failure:
            if listener.heard:  # another try would say the same words again
                failure.again = False
            raise

    async def _post(self, request: ModelRequest, *, stream: bool) -> Answered:
        """The server's good response; asked anew at once when it only refused something that can be left out."""
        try:
            return await self._taken(request, stream=stream)
        except foreign_errors() as error:
            if request.shape is None or not self._bodies.shaping or not _refusal(error):
                raise failed(error, self.server) from None  # the foreign error holds the request, and so the key
        return await self._unshaped(request, stream=stream)

    async def _taken(self, request: ModelRequest, *, stream: bool) -> Answered:
        """The response to a request, less the settings that the server refuses by name."""
        body = self._bodies.join(request, stream=stream)
        while True:
            try:
                return await self._door.post(body, stream=stream)
            except foreign_errors() as error:
                self._bodies.learn(_refusal(error))
                sent, body = body, self._bodies.join(request, stream=stream)
                if body == sent:
                    raise

    async def _unshaped(self, request: ModelRequest, *, stream: bool) -> Answered:
        """The response to a request without its shape: not every server that knows no shapes says so in words one can read."""
        try:
            response = await self._taken(replace(request, shape=None), stream=stream)
        except foreign_errors() as error:
            raise failed(error, self.server) from None
        self._bodies.without_shape()
        return response

    def _parsed(self, raw: bytes) -> ModelAnswer:
        try:
            return parse_answer(raw, self._model)
        except (Unusable, Reported) as error:
            raise failed(error, self.server) from None

    async def _read(self, response: Answered, listener: Listener) -> ModelAnswer:
        assembly, events = Assembly(), Events()
        async with aclosing(self._parts(response, assembly)) as parts:
            if response.headers.get("content-type", "").startswith("application/json"):  # a server that knows no streams
                answer = self._parsed(b"".join([part async for part in parts]))
                listener.tell(answer.text or "")
                return answer
            try:
                async for part in parts:
                    self._hear(events.feed(part), assembly, listener)
                self._hear(events.flush(), assembly, listener)
            except Failed:
                if not assembly.complete:
                    raise
        return self._ended(assembly, listener)

    def _hear(self, heard: Iterable[bytes], assembly: Assembly, listener: Listener) -> None:
        for data in heard:
            try:
                text = assembly.take(data)
            except (Unusable, Reported) as error:
                raise failed(error, self.server) from None
            listener.tell(text)

    def _ended(self, assembly: Assembly, listener: Listener) -> ModelAnswer:
        try:
            answer = assembly.answer(self._model)
        except Unusable as error:
            raise failed(error, self.server) from None
        listener.tell(assembly.rest())
        return answer

    async def _parts(self, response: Answered, assembly: Assembly) -> AsyncGenerator[bytes]:
        """The bytes as they come; ``Failed`` when the connection breaks or falls silent."""
        parts = response.aiter_bytes()
        while True:
            silence = asyncio.timeout(AFTER_DONE_SECONDS if assembly.done else self._stall)
            try:
                async with silence:
                    part = await anext(parts, None)
            except foreign_errors() as error:
                cause = f"the stream was silent for {self._stall:g} s" if silence.expired() else "the stream broke off"
                raise unavailable(cause, self.server, advice="If it stays so, give a fallback model.") from error
            if part is None:
                return
            yield part


def _refusal(error: Exception) -> str:
    """What the server says of a request it will not take as it is."""
    from openai import APIStatusError

    return str(error.body) if isinstance(error, APIStatusError) and error.status_code in (400, 422) else ""
