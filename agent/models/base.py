"""What crosses the seam to a language model.

Messages are the wire format of Chat Completions, each encoded once: a request's body is joined from ``Message.encoded`` behind a
byte-stable prefix (system prompt and tools), so that a long conversation costs nothing to send again and providers' prompt caches hit.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Literal, Protocol

from pydantic_core import to_json

Role = Literal["system", "user", "assistant", "tool"]
Finish = Literal["stop", "tool_calls", "length", "content_filter"]

MESSAGES_KEPT = 4096
"""Messages kept as they were read from the store, of all conversations: some 6 MB."""


@dataclass(frozen=True, kw_only=True)
class CallRequest:
    """A tool call as a model wrote it; ``arguments`` is JSON text, or was meant to be."""

    call_id: str
    name: str
    arguments: str


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message of a conversation, as it travels."""

    role: Role
    text: str | None = None
    calls: tuple[CallRequest, ...] = ()
    call_id: str | None = None

    @cached_property
    def encoded(self) -> bytes:
        """The message as JSON, the way it is sent."""
        return to_json(self.wire())

    def wire(self) -> dict[str, Any]:
        """The message as Chat Completions has it."""
        wire: dict[str, Any] = {"role": self.role, "content": self.text}
        if self.calls:
            wire["tool_calls"] = [
                {"id": call.call_id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
                for call in self.calls
            ]
        if self.call_id is not None:
            wire["tool_call_id"] = self.call_id
        return wire

    @classmethod
    def from_wire(cls, wire: dict[str, Any]) -> "Message":
        """The message that ``wire()`` or ``encoded`` came from."""
        calls = tuple(
            CallRequest(call_id=call["id"], name=call["function"]["name"], arguments=call["function"]["arguments"])
            for call in wire.get("tool_calls") or ()
        )
        return cls(role=wire["role"], text=wire.get("content"), calls=calls, call_id=wire.get("tool_call_id"))


@lru_cache(maxsize=MESSAGES_KEPT)
def message_of(encoded: str) -> Message:
    """The message that was stored as this text; a thread is read again in every turn, and most of it was read before."""
    return Message.from_wire(json.loads(encoded))


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """The byte-stable head of every request of a deployment: the system prompt and the tools' schemas."""

    system: str
    tools: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class AnswerShape:
    """The form an answer must have: a JSON Schema and its name. Servers that know none are asked in words, by the prompt."""

    name: str
    schema: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ModelRequest:
    """What a model is asked: the stable head, then the conversation so far.

    ``shape`` asks for JSON of this form; what comes back must be checked all the same. ``attempts`` is how often a model may try at
    most; ``None`` leaves it to the model.
    """

    prompt: Prompt
    messages: Sequence[Message]
    max_tokens: int = 1024
    shape: AnswerShape | None = None
    attempts: int | None = None


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What an answer cost, in tokens; ``cached`` is the part of ``input`` served from the provider's prompt cache."""

    input: int = 0
    output: int = 0
    cached: int = 0
    calls: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            input=self.input + other.input,
            output=self.output + other.output,
            cached=self.cached + other.cached,
            calls=self.calls + other.calls,
        )


@dataclass(frozen=True, kw_only=True)
class ModelAnswer:
    """One answer: text, calls, or both; ``model`` is the one that answered (a fallback may have)."""

    text: str | None = None
    calls: tuple[CallRequest, ...] = ()
    finish: Finish = "stop"
    usage: Usage = field(default_factory=Usage)
    model: str = ""


class Model(Protocol):
    """A language model, or what stands in for one; a stand-in says so with the attribute ``language_model = False``."""

    @property
    def name(self) -> str:
        """The model's name, as reports show it."""
        ...

    async def answer(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelAnswer:
        """The model's next message.

        With ``on_text`` the answer is streamed: it is called with each piece of text as it comes. Raises ``ModelUnavailable`` when no
        answer came within the model's own time budget, ``ModelRefused`` when the server said no.
        """
        ...


def is_language_model(model: Model) -> bool:
    """Whether a model understands whatever it is told; all do that do not say otherwise."""
    return bool(getattr(model, "language_model", True))


async def release_connections(model: Model | None) -> None:
    """Let a model that has a method of this name close what it opened in this event loop; the next answer opens it anew."""
    found: Callable[[], Awaitable[None]] | None = getattr(model, "release_connections", None)
    if found is not None:
        await found()
