"""What a conversation has shown to be so: the customer's words and the tools' results, as values to check against."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from warmline.agent.models.base import CallRequest, Message

from .values import TEXTS_KEPT, Kind, Value, bare_amounts, canonical_identifier, values_in, values_in_json

_DIGITS = 4
"""An order number may be said without its letters when at least this many digits are left."""
_TAIL = 7
"""A telephone number may be said without its country or area when at least this many digits are left."""
_GAPS = re.compile(r"[\W_]+")
_RULES = '{"topic":'
_LABEL = '"label_note":'
"""How a policy, and what may go back, look as a result."""
_PEOPLE = ("person", "notice")
"""Authors of the thread whose words were written by people, though they stand where a model's stand."""


@dataclass
class Evidence:
    """Values by kind, and all words, from which a reply or an argument may be drawn.

    ``said`` are the words of the customer and the host alone, ``results`` those of tools, ``rules`` those of the shop's policies and
    people. ``today`` is what "tomorrow" and "in 3 days" count from.
    """

    today: date | None = None
    values: dict[Kind, set[str]] = field(default_factory=dict[Kind, set[str]])
    words: list[str] = field(default_factory=list[str])
    said: list[str] = field(default_factory=list[str])
    results: list[str] = field(default_factory=list[str])
    rules: list[str] = field(default_factory=list[str])
    _calls: dict[str, list[CallRequest]] = field(default_factory=dict[str, list[CallRequest]])

    @classmethod
    def of(cls, messages: Iterable[Message], *, today: date | None = None) -> "Evidence":
        """The evidence in a thread: what customer, tools and host said, never what a model said."""
        evidence = cls(today=today)
        for message in messages:
            evidence.hear(message)
        return evidence

    def hear(self, message: Message, *, author: str = "") -> None:
        """Take in one message of the thread; of a model's own only which calls it made."""
        for call in message.calls:
            self._calls.setdefault(call.call_id, []).append(call)
        if not message.text:
            return
        if message.role == "tool":
            self.add(self._answer(message), json=message.text.startswith("{"))
        elif message.role != "assistant":
            self.said.append(canonical_words(message.text))
            self.add(message.text, links=message.role != "user")
        elif author in _PEOPLE:
            self.add(message.text)
            self.rules.append(canonical_words(message.text))

    def add(self, text: str, *, json: bool = False, links: bool = True) -> None:
        """Take in one more text, or a tool result as JSON; without its links, for a customer's may lead anywhere."""
        words = canonical_words(text)
        self.words.append(words)
        if json:
            self.results.append(words)
            if text.startswith(_RULES) or _LABEL in text:
                self.rules.append(words)
        for kind, found in _shown(text, json=json):
            if links or kind != "url":
                self.values.setdefault(kind, set()).update(found)

    def rules_mention(self, keys: Iterable[str]) -> bool:
        """Whether a rule of the shop that was looked up, or a person, says one of these words."""
        return any(key in words for key in keys for words in self.rules)

    def results_mention(self, keys: Iterable[str]) -> bool:
        """Whether a tool's result says one of these words."""
        return any(f" {key} " in words for key in keys for words in self.results)

    def holds(self, value: Value) -> bool:
        """Whether a value in a reply occurs here; a percentage or an amount by its figure, an identifier without punctuation."""
        known = self.values.get(value.kind, set())
        match value.kind:
            case "date":
                return any(self._holds_date(reading) for reading in (value.canonical, value.also) if reading)
            case "identifier":
                return self._holds_identifier(value.canonical)
            case "day" | "span":
                ways = value.also or ("+-" if value.kind == "span" else "+")
                return value.canonical in known or self._counts_to(int(value.canonical), ways)
            case "phone":
                numbers = known | {_digits(other) for other in self.values.get("identifier", set())}
                return any(
                    other.endswith(value.canonical) or value.canonical.endswith(other) for other in numbers if len(other) >= _TAIL
                )
            case _:
                return value.canonical in known

    def mentions(self, text: str) -> bool:
        """Whether these words, taken literally but for case and punctuation, occur anywhere here."""
        return _occurs(text, self.words)

    def missing(self, text: str) -> list[Value]:
        """The values in a text that occur nowhere here."""
        return [value for value in values_in(text) if not self.holds(value)]

    def _answer(self, message: Message) -> str:
        """A tool's answer; one that is no result says nothing new by repeating what the call itself said."""
        text = message.text or ""
        if text.startswith("{"):
            return text
        leaves = {leaf for call in self._calls.get(message.call_id or "", ()) for leaf in _leaves(call.arguments)}
        for leaf in sorted(leaves, key=len, reverse=True):
            text = text.replace(leaf, " ")
        return text

    def _holds_date(self, canonical: str) -> bool:
        known = self.values.get("date", set())
        return canonical in known or any(other.endswith(canonical) or canonical.endswith(other) for other in known)

    def _counts_to(self, days: int, ways: str) -> bool:
        """Whether so many days from today (``+``), or before it (``-``), is a day that is known."""
        if self.today is None:
            return False
        found = [self.today + timedelta(days=days if way == "+" else -days) for way in ways if way != "="]
        return any(self._holds_date(str(day)) for day in found)

    def _holds_identifier(self, canonical: str) -> bool:
        known = self.values.get("identifier", set())
        if canonical in known:
            return True
        if canonical.isdigit() and len(canonical) >= _DIGITS:
            digits = [_digits(other) for other in known]
            return canonical in digits or (len(canonical) >= _TAIL and any(other.endswith(canonical) for other in digits))
        return _digits(canonical) in known and len(_digits(canonical)) >= _DIGITS


@lru_cache(maxsize=TEXTS_KEPT)
def _shown(text: str, *, json: bool) -> tuple[tuple[Kind, frozenset[str]], ...]:
    """The values in a text by kind, with every reading of a date, and its weekday."""
    found: dict[Kind, set[str]] = {}
    for value in values_in_json(text) if json else (*values_in(text), *bare_amounts(text)):
        known = found.setdefault(value.kind, set())
        known.add(value.canonical)
        if value.kind == "date" and value.also:
            known.add(value.also)
        if value.kind == "date" and len(value.canonical) == len("2026-11-28"):
            found.setdefault("weekday", set()).add(f"{date.fromisoformat(value.canonical):%A}".casefold())
    return tuple((kind, frozenset(values)) for kind, values in found.items())


def _digits(identifier: str) -> str:
    return "".join(char for char in identifier if char.isdigit())


def _leaves(arguments: str) -> Iterator[str]:
    """Every text among a call's arguments."""
    try:
        nodes: list[Any] = [json.loads(arguments)]
    except (ValueError, RecursionError):
        return
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            nodes += node.values()
        elif isinstance(node, list):
            nodes += node
        elif isinstance(node, str) and node.strip():
            yield node.strip()


def _occurs(text: str, among: Iterable[str]) -> bool:
    wanted = f" {canonical_words(text).strip()} "
    return any(wanted in words for words in among)


@lru_cache(maxsize=TEXTS_KEPT)
def canonical_words(text: str) -> str:
    """A text as words between single spaces, without case and punctuation, with a space at both ends."""
    return f" {_GAPS.sub(' ', text.casefold()).strip()} "


def said_number(evidence: Evidence, phone: str) -> bool:
    """Whether the customer or the host said this telephone number, however they put its figures apart; the country code is part of it."""
    figures = " ?".join(_digits(phone))
    pattern = re.compile(rf" (?:00 ?)?{figures} ")
    return bool(figures) and any(pattern.search(words) for words in evidence.said)


def mentioned(evidence: Evidence, value: str, *, said: bool = False) -> bool:
    """Whether an argument a model chose was said by the customer or shown by a tool; ``said``: by the customer or the host."""
    if said:
        return _occurs(value, evidence.said)
    identifier = canonical_identifier(value)
    return evidence.mentions(value) or (bool(identifier) and evidence.holds(Value("identifier", identifier, value)))
