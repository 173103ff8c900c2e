"""The embedded model: no language model, no network, no key; a deterministic planner that speaks the models' protocol.

It writes English. What it does not understand it asks about once and then hands to a person. Each answer is computed from the
request alone, so any engine may ask again.
"""

import asyncio
import hashlib
import json
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Protocol

from .base import CallRequest, ModelAnswer, ModelRequest, Usage
from .planner.goals import Call
from .planner.past import Past
from .planner.plan import Step, next_step
from .planner.thread import read_thread

REMEMBERED = 256
"""Texts whose intents are kept."""
_PIECE = re.compile(r"\S+\s*|\s+")
_READ = 1000


class IntentReader(Protocol):
    """Reads what a message asks for; the guard's classifier is one."""

    def read(self, text: str) -> Mapping[str, float]:
        """The probability of each reason for one text."""
        ...


class EmbeddedModel:
    """A ``Model`` that plans instead of generating.

    ``classifier`` reads intents; without one the guard's own is loaded at the first answer.
    """

    language_model = False
    """It plans with tools and understands no other instructions: see ``is_language_model``."""

    def __init__(self, *, classifier: IntentReader | None = None) -> None:
        self._classifier = classifier
        self._past = Past()
        self._read: OrderedDict[str, Mapping[str, float]] = OrderedDict()

    @property
    def name(self) -> str:
        """``embedded``."""
        return "embedded"

    async def answer(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelAnswer:
        """The next message; with ``on_text`` its text comes word by word."""
        step = await asyncio.to_thread(self._plan, request) if self._classifier is None else self._plan(request)
        if step.call is not None:
            call = CallRequest(call_id=_call_id(request, step.call), name=step.call.tool, arguments=_encoded(step.call))
            return ModelAnswer(calls=(call,), finish="tool_calls", usage=Usage(calls=1), model=self.name)
        if on_text is not None:
            for piece in _PIECE.findall(step.text):
                on_text(piece)
        return ModelAnswer(text=step.text, usage=Usage(calls=1), model=self.name)

    def _plan(self, request: ModelRequest) -> Step:
        names = frozenset(str(tool["function"]["name"]) for tool in request.prompt.tools)
        return next_step(read_thread(request), self._intents, names, self._past)

    def _intents(self, text: str) -> Mapping[str, float]:
        """The classifier's reading, kept for texts that come again: every turn is gone through at each answer."""
        key = text[:_READ]
        if key in self._read:
            self._read.move_to_end(key)
            return self._read[key]
        if self._classifier is None:
            from warmline.agent.guard.classifier import Classifier

            self._classifier = Classifier.load()
        self._read[key] = self._classifier.read(key)
        if len(self._read) > REMEMBERED:
            self._read.popitem(last=False)
        return self._read[key]


def _encoded(call: Call) -> str:
    return json.dumps({name: value for name, value in call.arguments.items() if value is not None}, ensure_ascii=False)


def _call_id(request: ModelRequest, call: Call) -> str:
    """An id that is the same whenever the same request is answered again, and different for each message of a conversation."""
    digest = hashlib.sha256(f"{len(request.messages)}:{call.tool}:{_encoded(call)}".encode()).hexdigest()
    return f"call_{digest[:16]}"
