"""A conversation as the planner reads it: who writes, and per turn what was said, looked up and answered."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal, cast

from warmline.agent.models.base import CallRequest, Message, ModelRequest
from warmline.prompts import sections

Kind = Literal["ok", "error", "waiting", "refused"]
Arguments = Mapping[str, Any]

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SIGNED_IN = re.compile(r"\bis signed in: (?P<name>[^,\n]+),")
_TODAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_REFUSALS = ("Refused", "The arguments of", "There is no tool", "Not done")
_FALLBACK_DAY = date(2000, 1, 1)


def _opening(section: str) -> str:
    """The fixed words a message of the loop starts with, before its first placeholder."""
    return sections("agent")[section].split("{")[0].rstrip()


@dataclass(frozen=True)
class Host:
    """What the host says about the customer; no name is a guest."""

    name: str | None
    email: str | None
    today: date

    @property
    def first_name(self) -> str:
        """What to call them; empty for a guest."""
        return (self.name or "").split(" ")[0]


@dataclass(frozen=True)
class Result:
    """What a tool answered. ``waiting`` is a write the customer is being asked about, ``refused`` a call the gate did not let through."""

    kind: Kind
    text: str

    @cached_property
    def fields(self) -> Mapping[str, Any]:
        """The result as JSON; empty when it is none."""
        try:
            parsed: object = json.loads(self.text)
        except ValueError:
            return {}
        return cast("Mapping[str, Any]", parsed) if isinstance(parsed, dict) else {}


@dataclass(frozen=True)
class Called:
    """A tool call of the thread; without a result when there is none yet."""

    tool: str
    written: str
    result: Result | None

    @cached_property
    def arguments(self) -> Arguments:
        """The arguments; empty when they are no JSON."""
        return Result("ok", self.written).fields


@dataclass(frozen=True)
class Turn:
    """One message of the customer (or several in a row), the calls made for it and the reply it got."""

    text: str
    called: tuple[Called, ...] = ()
    reply: str | None = None
    refused: bool = False
    """Whether the loop sent a draft for this turn back."""

    @cached_property
    def key(self) -> tuple[object, ...]:
        """The whole turn as something that can be looked up."""
        made = ((call.tool, call.written, call.result and call.result.text) for call in self.called)
        return (self.text, tuple(made), self.reply, self.refused)


@dataclass(frozen=True)
class Thread:
    """The whole conversation; ``turns`` ends with the one to answer."""

    host: Host
    turns: tuple[Turn, ...]
    noted: tuple[Result, ...] = ()
    """What tools said in turns that were cut away."""


def read_thread(request: ModelRequest) -> Thread:
    """The conversation in a request."""
    messages = request.messages
    system = [message.text or "" for message in messages if message.role == "system"]
    return Thread(host=_host(system), turns=tuple(_turns(messages)), noted=tuple(_noted(system)))


def _host(system: Sequence[str]) -> Host:
    context = next((text for text in system if _TODAY.search(text)), "")
    today = _TODAY.search(context)
    name, email = _SIGNED_IN.search(context), _EMAIL.search(context)
    return Host(
        name=name["name"].strip() if name else None,
        email=email.group() if email else None,
        today=date.fromisoformat(today.group()) if today else _FALLBACK_DAY,
    )


def _noted(system: Sequence[str]) -> Iterable[Result]:
    opening = _opening("earlier_facts")
    for text in system:
        if text.startswith(opening):
            yield from (Result("ok", line) for line in text.splitlines()[1:] if line.startswith("{"))


def _turns(messages: Sequence[Message]) -> Iterable[Turn]:
    results = {message.call_id: result_of(message.text or "") for message in messages if message.role == "tool"}
    said: list[str] = []
    answers: list[Message] = []
    for message in messages:
        if message.role == "user" and answers:
            yield _turn(said, answers, results)
            said, answers = [], []
        if message.role == "user":
            said.append(message.text or "")
        elif said:
            answers.append(message)
    if said:
        yield _turn(said, answers, results)


def _turn(said: Sequence[str], answers: Sequence[Message], results: Mapping[str | None, Result]) -> Turn:
    refused = any(message.role == "system" for message in answers)
    replies = [message.text for message in answers if message.role == "assistant" and not message.calls and message.text]
    return Turn(
        text="\n".join(said),
        called=tuple(_called(call, results) for message in answers for call in message.calls),
        reply=replies[-1] if replies and not (refused and answers[-1].role == "system") else None,
        refused=refused,
    )


def _called(call: CallRequest, results: Mapping[str | None, Result]) -> Called:
    return Called(call.name, call.arguments, results.get(call.call_id))


def result_of(text: str) -> Result:
    """A tool message as a result: JSON, an error's words, or the note that the customer is being asked."""
    repeated = _opening("already_called")
    if text.startswith(repeated):
        text = text.removeprefix(repeated).lstrip()
    if text.startswith(_opening("not_confirmed")):
        return Result("waiting", text)
    if text.startswith(_REFUSALS):
        return Result("refused", text)
    return Result("ok" if text.startswith("{") else "error", text)
