"""Reading what a Chat Completions server answers, in whole or in pieces, tolerant of what compatible servers do differently."""

import json
import secrets
from collections.abc import Sequence
from math import isfinite
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json

from .base import CallRequest, Finish, ModelAnswer, Usage
from .thoughts import spoken

_FINISHES: dict[str, Finish] = {
    "length": "length",
    "max_tokens": "length",
    "content_filter": "content_filter",
}


_BRINGS = ("tool_calls", "refusal")


class Unusable(Exception):
    """Bytes that are no Chat Completions answer; the text says what is wrong with them."""


class Reported(Exception):
    """An error object where an answer should be: servers send it after they have said that all is well."""

    def __init__(self, error: object) -> None:
        super().__init__("the server reported an error")
        self.error = error


def _part_text(part: object) -> str:
    match part:
        case str():
            return part
        case {"type": "text" | "output_text", "text": str(text)} | {"type": "refusal", "refusal": str(text)}:
            return text
        case {"type": str()}:
            return ""
        case {"text": str(text)}:
            return text
        case _:
            return ""


class Function(BaseModel):
    """The function of a call, or a piece of it."""

    name: str | None = None
    arguments: Any = ""

    @property
    def written(self) -> str:
        """The arguments: JSON text, or made such; some servers send the object itself."""
        given = self.arguments
        if given is None:
            return ""
        return given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)


class Call(BaseModel):
    """A tool call, or a piece of one; ``index`` only in streams, and not in all of them."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    index: int | None = None
    id: str | None = None
    function: Function = Function()


class Said(BaseModel):
    """A message, or a piece of one."""

    content: str | list[Any] | None = None
    refusal: str | None = None
    tool_calls: list[Call] | None = None

    @property
    def words(self) -> str:
        """The content. It may be a list of parts: those with text, joined; reasoning and the like is not for the customer."""
        given = self.content
        return "".join(map(_part_text, given)) if isinstance(given, list) else given or ""


class Choice(BaseModel):
    """An alternative; we ask for one. A whole answer has the message, a streamed piece the delta."""

    message: Said | None = None
    delta: Said | None = None
    finish_reason: str | None = None


class Details(BaseModel):
    """Where the input tokens came from."""

    cached_tokens: Any = 0


class Counted(BaseModel):
    """What the server counted, or whatever stands in the place of a count."""

    prompt_tokens: Any = 0
    completion_tokens: Any = 0
    prompt_tokens_details: Details | None = None


class Payload(BaseModel):
    """A whole answer, or one event of a stream."""

    choices: list[Choice] | None = None
    usage: Counted | None = None
    error: Any = None

    @classmethod
    def read(cls, raw: bytes) -> "Payload":
        """The payload in these bytes. ``Unusable`` if they hold none, ``Reported`` if they hold an error."""
        try:
            payload = cls.model_validate_json(raw)
        except ValidationError as error:
            shown = raw[:80].decode(errors="replace")
            raise Unusable(f"the server sent {shown!r}, which is no Chat Completions answer") from error
        if payload.error:
            raise Reported(payload.error)
        return payload


def words_alone(raw: bytes) -> str | None:
    """The words of a stream's event that brings nothing else, as nearly all do; ``None`` for one to be read as a ``Payload``."""
    try:
        event: object = from_json(raw)
    except ValueError:
        return None
    match event:
        case {"error": _}:
            return None
        case {"choices": [{"delta": {"content": str(words), **more}, **also}], **beside} if not (
            any(map(more.get, _BRINGS)) or also.get("finish_reason") or beside.get("usage")
        ):
            return words
        case _:
            return None


def parse_answer(raw: bytes, model: str) -> ModelAnswer:
    """The answer in a whole response body. ``Unusable`` or ``Reported`` if there is none."""
    payload = Payload.read(raw)
    choice = payload.choices[0] if payload.choices else Choice()
    message = choice.message
    if message is None:
        raise Unusable("the server's answer holds no message")
    return completed(
        model=model,
        text=message.words,
        refusal=message.refusal or "",
        calls=[(call.id, call.function.name or "", call.function.written) for call in message.tool_calls or ()],
        finish=choice.finish_reason,
        counted=payload.usage,
    )


def completed(
    *,
    model: str,
    text: str,
    refusal: str,
    calls: Sequence[tuple[str | None, str, str]],
    finish: str | None,
    counted: Counted | None,
) -> ModelAnswer:
    """An answer from its parts; ``calls`` are (id, name, arguments). A refusal counts as withheld: a person should see it."""
    reason = _FINISHES.get(finish or "", "tool_calls" if calls else "stop")
    return ModelAnswer(
        text=refusal or spoken(text) or None,
        calls=_named(calls),
        finish="content_filter" if refusal else reason,
        usage=_usage(counted or Counted()),
        model=model,
    )


def _named(calls: Sequence[tuple[str | None, str, str]]) -> tuple[CallRequest, ...]:
    """The calls, each with an id of its own: results are matched to calls by it."""
    named: dict[str, CallRequest] = {}
    for given, name, arguments in calls:
        call_id = given if given and given not in named else f"call_{secrets.token_hex(12)}"
        named[call_id] = CallRequest(call_id=call_id, name=name, arguments=arguments)
    return tuple(named.values())


def _usage(counted: Counted) -> Usage:
    cached = _count(counted.prompt_tokens_details.cached_tokens) if counted.prompt_tokens_details else 0
    return Usage(input=_count(counted.prompt_tokens), output=_count(counted.completion_tokens), cached=cached, calls=1)


def _count(given: object) -> int:
    return int(given) if isinstance(given, int | float) and isfinite(given) else 0
