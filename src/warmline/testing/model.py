"""A model that says what a test tells it to.

    model = ScriptedModel([calls("get_order", order_number="100482"), says("It arrives on Friday.")])

Each answer is one entry of the script: a ``ModelAnswer`` (made by ``says``, ``calls`` and ``at_once``), an exception to raise, a
``BreaksOff``, or a function of the request that returns an answer.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from warmline.agent.models.base import CallRequest, ModelAnswer, ModelRequest, Usage
from warmline.errors import ModelUnavailable, UsageError

_PIECE = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True, kw_only=True)
class BreaksOff:
    """A stream that delivers ``text`` and then fails with ``error``; without streaming it just fails."""

    text: str
    error: Exception


Entry = ModelAnswer | BreaksOff | Exception | Callable[[ModelRequest], ModelAnswer]


def says(text: str) -> ModelAnswer:
    """An answer of text alone."""
    return ModelAnswer(text=text)


def calls(name: str, /, **arguments: object) -> ModelAnswer:
    """An answer that calls one tool; the arguments are whatever JSON can hold. The model mints the call's id."""
    encoded = json.dumps(arguments, ensure_ascii=False)
    return ModelAnswer(calls=(CallRequest(call_id="", name=name, arguments=encoded),), finish="tool_calls")


def at_once(*answers: ModelAnswer) -> ModelAnswer:
    """Several answers as one: text together with calls, or several calls in one answer."""
    text = "\n".join(answer.text for answer in answers if answer.text)
    together = tuple(call for answer in answers for call in answer.calls)
    return ModelAnswer(text=text or None, calls=together, finish="tool_calls" if together else "stop")


def breaks_off(text: str, error: Exception | None = None) -> BreaksOff:
    """A stream that stops after ``text``, with ``ModelUnavailable`` unless told otherwise."""
    return BreaksOff(text=text, error=error or ModelUnavailable("The scripted model broke off in the middle of its answer."))


class ScriptedModel:
    """A ``Model`` that gives the answers of its script in order, and keeps what it was asked in ``requests``.

    Call ids left empty are minted (``call_1``, ``call_2``, ...), ``usage.calls`` counts the answer and ``model`` is this model's
    name unless the answer sets them. Raises ``UsageError`` when asked once more than the script has entries.
    """

    def __init__(self, answers: Sequence[Entry], *, name: str = "scripted") -> None:
        self.answers = tuple(answers)
        self.requests: list[ModelRequest] = []
        self._name = name
        self._minted = 0

    @property
    def name(self) -> str:
        """The name it was given."""
        return self._name

    @property
    def left(self) -> int:
        """How many entries of the script are still to come."""
        return max(len(self.answers) - len(self.requests), 0)

    async def answer(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelAnswer:
        """The script's next answer; with ``on_text`` its text comes word by word first."""
        position = len(self.requests)
        self.requests.append(request)
        if position >= len(self.answers):
            raise UsageError(
                f"The script of {self._name!r} has {len(self.answers)} entries and was asked for number {position + 1}"
                f"{_last_said(request)}. Add an entry, or look why the model is asked once more."
            )
        entry = self.answers[position]
        if isinstance(entry, Exception):
            raise entry
        if isinstance(entry, BreaksOff):
            _stream(entry.text, on_text)
            raise entry.error
        answer = self._completed(entry if isinstance(entry, ModelAnswer) else entry(request))
        _stream(answer.text, on_text)
        return answer

    def _completed(self, answer: ModelAnswer) -> ModelAnswer:
        named = tuple(call if call.call_id else replace(call, call_id=self._mint()) for call in answer.calls)
        usage = answer.usage if answer.usage.calls else answer.usage + Usage(calls=1)
        return replace(answer, calls=named, usage=usage, model=answer.model or self._name)

    def _mint(self) -> str:
        self._minted += 1
        return f"call_{self._minted}"


def _stream(text: str | None, on_text: Callable[[str], None] | None) -> None:
    if on_text is not None:
        for piece in _PIECE.findall(text or ""):
            on_text(piece)


def _last_said(request: ModelRequest) -> str:
    if not request.messages:
        return ""
    last = request.messages[-1]
    return f", after the {last.role} message {(last.text or '')[:120]!r}"
