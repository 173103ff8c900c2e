"""Reading a streamed answer: bytes to server-sent events, events to an answer.

The events are parsed here rather than by the SDK's stream: it validates every event into its large models.
Source for the format: "Parsing an event stream" in the HTML standard, https://html.spec.whatwg.org/multipage/server-sent-events.html.
"""

import re
from dataclasses import dataclass, field

from .base import ModelAnswer
from .thoughts import Spoken
from .wire import Call, Counted, Payload, Unusable, completed, words_alone

_LINE_END = re.compile(rb"\r\n|\n|\r(?=[^\n])")  # a carriage return at the very end may be half of a pair: it waits
_DONE = b"[DONE]"


class Events:
    """Splits bytes, cut anywhere, into the data of server-sent events."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []

    def feed(self, part: bytes) -> list[bytes]:
        """The data of the events that these bytes complete."""
        whole = self._rest + part
        *lines, self._rest = _LINE_END.split(whole) if b"\r" in whole else whole.split(b"\n")
        return [data for line in lines if (data := self._line(line))]

    def flush(self) -> list[bytes]:
        """The data of an event that the stream ended without closing."""
        return self.feed(b"\n\n")

    def _line(self, line: bytes) -> bytes | None:
        if not line:
            data, self._data = b"\n".join(self._data), []
            return data
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
        return None


@dataclass(kw_only=True)
class _Call:
    """A call as far as it has come."""

    id: str | None
    name: str = ""
    arguments: list[str] = field(default_factory=list[str])


class Assembly:
    """An answer as far as it has come."""

    def __init__(self) -> None:
        self.done = False
        self._finish: str | None = None
        self._text: list[str] = []
        self._refusal: list[str] = []
        self._calls: list[_Call] = []
        self._by_index: dict[int, _Call] = {}
        self._counted: Counted | None = None
        self._spoken = Spoken()

    @property
    def complete(self) -> bool:
        """Whether the server said that this is all; only counts may still follow."""
        return self.done or self._finish is not None

    def take(self, data: bytes) -> str:
        """Add an event; returns the text to show. ``Unusable`` or ``Reported`` if it is no piece of an answer."""
        if data.strip() == _DONE:
            self.done = True
        if self.done:
            return ""
        if (words := words_alone(data)) is not None:
            self._text.append(words)
            return self._spoken.take(words)
        payload = Payload.read(data)
        self._counted = payload.usage or self._counted
        if not payload.choices:
            return ""
        choice = payload.choices[0]
        self._finish = choice.finish_reason or self._finish
        said = choice.delta or choice.message
        if said is None:
            return ""
        self._refusal.append(said.refusal or "")
        for call in said.tool_calls or ():
            self._add(call)
        words = said.words
        self._text.append(words)
        return self._spoken.take(words)

    def rest(self) -> str:
        """The text to show that was held back until the end."""
        return self._spoken.rest()

    def answer(self, model: str) -> ModelAnswer:
        """The whole answer. ``Unusable`` if the stream ended before it was whole."""
        if not self.complete:
            raise Unusable("the stream ended in the middle of the answer")
        return completed(
            model=model,
            text="".join(self._text),
            refusal="".join(self._refusal),
            calls=[(call.id, call.name, "".join(call.arguments)) for call in self._calls],
            finish=self._finish,
            counted=self._counted,
        )

    def _add(self, piece: Call) -> None:
        call = self._call_of(piece)
        call.id = call.id or piece.id
        call.name = call.name or piece.function.name or ""
        call.arguments.append(piece.function.written)

    def _call_of(self, piece: Call) -> _Call:
        """The call a piece belongs to. Some servers send whole calls without an index, or all of them with the same one."""
        known = self._by_index.get(piece.index) if piece.index is not None else next(reversed(self._calls), None)
        another = bool(piece.id and piece.function.name and known and known.id and known.id != piece.id)
        if known is None or another or (piece.index is None and piece.function.name):
            known = _Call(id=piece.id)
            self._calls.append(known)
        if piece.index is not None:
            self._by_index[piece.index] = known
        return known
