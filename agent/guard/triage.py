"""Triage: one question to the language model about a message the guard is not sure of, before anything else runs.

It is asked only where the policy has a threshold ``grey`` and the guard's decision is to automate; so it raises to a person or
confirms, and cannot lower anything. Whatever is wrong with its answer counts as a person. The answer is one of a closed set: a text that
talks the model into something else is an answer that cannot be used.
"""

import asyncio
import json
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from warmline.agent.models.base import AnswerShape, Message, Model, ModelAnswer, ModelRequest, Prompt, Usage
from warmline.prompts import render

from .decision import TEXT_HUMAN_REASONS, Decision, Triage, TriageFailure
from .signals import Signals
from .text import clean, excerpt

SECONDS = 6.0
"""How long an answer may take; then a person reads the message."""

MAX_TOKENS = 256
"""Of an answer, which needs about 60."""

EARLIER = 6
EARLIER_CHARACTERS = 600
MESSAGE_CHARACTERS = 4_000
"""How much of the conversation is shown: the last messages, each cut in the middle."""

LONGEST_ANSWER = 4_000
LONGEST_WHY = 240
NONE = "none"

SHAPE = AnswerShape(
    name="triage",
    schema={
        "type": "object",
        "properties": {
            "needs_person": {"type": "boolean"},
            "reason": {"type": "string", "enum": [*TEXT_HUMAN_REASONS, NONE]},
            "why": {"type": "string"},
        },
        "required": ["needs_person", "reason", "why"],
        "additionalProperties": False,
    },
)

_FENCED = re.compile(r"```(?:json)?\s*(\{.*\})\s*```", re.DOTALL)
_FINISHES: dict[str, TriageFailure] = {"content_filter": "withheld", "length": "cut_off"}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Talk:
    """What is shown of a conversation: the new message, and the visible ones before it as (author, text)."""

    message: str
    earlier: Sequence[tuple[str, str]] = ()
    settled: Sequence[str] = ()

    def document(self) -> str:
        """The talk as JSON, in which no customer's text can end its own quotes."""
        earlier = [
            {"author": author, "text": excerpt(text, EARLIER_CHARACTERS)} for author, text in list(self.earlier)[-EARLIER:]
        ]
        shown = {
            "earlier": earlier,
            "settled_by_a_person": sorted(self.settled),
            "message": excerpt(self.message, MESSAGE_CHARACTERS),
        }
        return json.dumps(shown, ensure_ascii=False)


def is_grey(decision: Decision) -> bool:
    """Whether the guard would automate, but at a human probability between the policy's ``grey`` and ``human``."""
    grey = decision.thresholds.get("grey")
    if grey is None or decision.route != "automate":
        return False
    return grey <= decision.score < decision.thresholds.get("human", 2.0)


async def ask(model: Model, talk: Talk, *, seconds: float = SECONDS) -> tuple[Triage, Usage]:
    """What the model says of a message, and what that cost. Never raises; only being cancelled ends it early."""
    request = ModelRequest(
        prompt=_prompt(),
        messages=[Message(role="user", text=render("triage", "message", document=talk.document()))],
        max_tokens=MAX_TOKENS,
        shape=SHAPE,
        attempts=1,
    )
    try:
        async with asyncio.timeout(seconds):
            answer = await model.answer(request)
    except Exception as error:  # noqa: BLE001 (whatever fails, a person reads the message)
        _log.warning("triage by %s failed: %s: %s", model.name, type(error).__name__, error)
        return _unusable("late" if isinstance(error, TimeoutError) else "no_answer", model.name), Usage()
    return read(answer, model.name), answer.usage


def read(answer: ModelAnswer, model: str = "") -> Triage:
    """An answer, if it is one of those there can be."""
    model = answer.model or model
    if answer.calls:
        return _unusable("called_a_tool", model)
    if answer.finish in _FINISHES:
        return _unusable(_FINISHES[answer.finish], model)
    said = _said(answer.text or "")
    if said is None:
        return _unusable("unreadable", model)
    why = " ".join(clean(said.why).split())[:LONGEST_WHY]
    if said.needs_person == (said.reason == NONE):
        return _unusable("contradictory", model, why)
    if said.needs_person and said.reason not in TEXT_HUMAN_REASONS:
        return _unusable("unknown_reason", model, why)
    if not said.needs_person:
        return Triage(outcome="confirmed", why=why, model=model)
    return Triage(outcome="raised", reason=said.reason, why=why, model=model)


def reason_without(signals: Signals) -> str:
    """The reason for a person when the model gave none: the guard's own, if most of what it reads of a person is that."""
    top = signals.top_reason
    sensible = signals.reasons.get(top, 0.0) * 2 >= signals.human_probability > 0
    return top if sensible and top in TEXT_HUMAN_REASONS and top not in signals.facts.settled else "unsure"


class _Said(BaseModel):
    """An answer in the form it was asked for, to the letter."""

    model_config = ConfigDict(extra="forbid", strict=True)

    needs_person: bool
    reason: str
    why: str


def _said(text: str) -> _Said | None:
    """The answer in a text; ``None`` if it is anything but one object of this form, with each key once."""
    text = text.strip()
    fenced = _FENCED.fullmatch(text)
    if len(text) > LONGEST_ANSWER:
        return None
    try:
        return _Said.model_validate(json.loads(fenced[1] if fenced else text, object_pairs_hook=_each_once))
    except (ValueError, RecursionError, ValidationError):
        return None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _unusable(failure: TriageFailure, model: str, why: str = "") -> Triage:
    return Triage(outcome="failed", failure=failure, why=why, model=model)


@cache
def _prompt() -> Prompt:
    """One object for the process: a model keeps its encoded head."""
    return Prompt(system=render("triage", "system"))
