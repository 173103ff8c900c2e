"""What a conversation has shown to be so: the customer's words and the tools' results, as values to check against."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from warmline.agent.models.base import Message

from .values import Kind, Value, canonical_identifier, values_in, values_in_json

_DIGITS = 4
"""An order number may be said without its letters when at least this many digits are left."""


@dataclass
class Evidence:
    """Values by kind, and all words, from which a reply or an argument may be drawn."""

    values: dict[Kind, set[str]] = field(default_factory=dict[Kind, set[str]])
    words: list[str] = field(default_factory=list[str])

    @classmethod
    def of(cls, messages: Iterable[Message]) -> "Evidence":
        """The evidence in a thread: what customer, tools and host said, never what a model said."""
        evidence = cls()
        for message in messages:
            if message.role != "assistant" and message.text:
                evidence.add(message.text, json=message.role == "tool")
        return evidence

    def add(self, text: str, *, json: bool = False) -> None:
        """Take in one more text, or a tool result as JSON."""
        self.words.append(canonical_words(text))
        for value in values_in_json(text) if json else values_in(text):
            self._take(value)

    def holds(self, value: Value) -> bool:
        """Whether a value in a reply occurs here; a percentage or an amount by its figure, an identifier without punctuation."""
        known = self.values.get(value.kind, set())
        if value.kind == "date":
            return self._holds_date(value.canonical)
        if value.kind == "identifier":
            return self._holds_identifier(value.canonical)
        return value.canonical in known

    def mentions(self, text: str) -> bool:
        """Whether these words, taken literally but for case and punctuation, occur anywhere here."""
        wanted = f" {canonical_words(text).strip()} "
        return any(wanted in words for words in self.words)

    def missing(self, text: str) -> list[Value]:
        """The values in a text that occur nowhere here."""
        return [value for value in values_in(text) if not self.holds(value)]

    def _take(self, value: Value) -> None:
        self.values.setdefault(value.kind, set()).add(value.canonical)
        if value.kind == "date" and len(value.canonical) == len("2026-11-28"):
            weekday = f"{date.fromisoformat(value.canonical):%A}".casefold()
            self.values.setdefault("weekday", set()).add(weekday)

    def _holds_date(self, canonical: str) -> bool:
        known = self.values.get("date", set())
        return canonical in known or any(other.endswith(canonical) or canonical.endswith(other) for other in known)

    def _holds_identifier(self, canonical: str) -> bool:
        known = self.values.get("identifier", set())
        if canonical in known:
            return True
        if canonical.isdigit() and len(canonical) >= _DIGITS:
            return any(_digits(other) == canonical for other in known)
        return _digits(canonical) in known and len(_digits(canonical)) >= _DIGITS


def _digits(identifier: str) -> str:
    return "".join(char for char in identifier if char.isdigit())


def canonical_words(text: str) -> str:
    """A text as words between single spaces, without case and punctuation, with a space at both ends."""
    return f" {' '.join(''.join(char if char.isalnum() else ' ' for char in text.casefold()).split())} "


def mentioned(evidence: Evidence, value: str) -> bool:
    """Whether an argument a model chose was said by the customer or shown by a tool."""
    identifier = canonical_identifier(value)
    return evidence.mentions(value) or (bool(identifier) and evidence.holds(Value("identifier", identifier, value)))


def thread_evidence(context: Sequence[str], messages: Iterable[Message]) -> Evidence:
    """The evidence of a thread together with the host's own context lines."""
    evidence = Evidence.of(messages)
    for line in context:
        evidence.add(line)
    return evidence
