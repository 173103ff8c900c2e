"""Patterns for what must never be missed, in seven languages: ``rules.yaml`` beside this file, with the examples that test them.

A rule only raises. Patterns match whole words of ``plain_words`` (no case, no accents, digits as ``0``, ``dont``, ``j ai``); ``~`` stands
for at most four words of one sentence. ``unless`` are wordings that are no match, such as idioms. Patterns are kept linear: no nested
quantifiers, bounded gaps. Most are tried only where one of their words occurs (patterns.py).
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from warmline.errors import SettingsError

from .decision import TEXT_HUMAN_REASONS
from .patterns import Patterns, Shelf, source_of
from .text import excerpt, plain_words

PRECEDENCE: tuple[str, ...] = (
    "self_harm",
    "safety",
    "security",
    "legal_threat",
    "human_request",
    "emotional",
    "angry",
    "dispute",
    "complex_product",
    "unsure",
)
"""Which reason wins when several fit (fixtures/corpus/GUIDE.md)."""

DISTRESS = ("💔", "😭", "😢", "😞", "🥺", "😔", "😡", "🤬", "😠", "🖕", "🆘")
"""Signs that say something is wrong, but not what."""

LONGEST = 8_000
"""Characters that are searched; of a longer text head and tail (it reaches a person anyway)."""

_GAP = r"(?:\w+ ){0,4}"


class RuleHit(BaseModel):
    """A rule that matched: its id, the reason it stands for, and the words that matched."""

    model_config = ConfigDict(frozen=True)

    id: str
    reason: str
    words: str
    language: str | None = Field(default=None, exclude=True, description="of the wording that matched, if it is of one language")


class RuleText(BaseModel):
    """One rule as it stands in ``rules.yaml``; ``patterns`` by language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    reason: str
    patterns: dict[str, tuple[str, ...]]
    unless: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A rule ready for matching."""

    id: str
    reason: str
    pattern: Patterns
    unless: Patterns | None
    languages: dict[str, str] = field(default_factory=dict[str, str])
    """The language of each pattern that is of one only."""

    def match(self, text: str) -> RuleHit | None:
        """The first hit in plain words that touches no ``unless`` span."""
        spans: list[tuple[int, int]] | None = None
        for found in self.pattern.finditer(text):
            if spans is None:
                spans = [idiom.span() for idiom in self.unless.finditer(text)] if self.unless else []
            if not any(start < found.end() and found.start() < end for start, end in spans):
                language = self.languages.get(source_of(found))
                return RuleHit(id=self.id, reason=self.reason, words=found.group().strip(), language=language)
        return None


def matches(text: str, *, searched: str | None = None) -> tuple[RuleHit, ...]:
    """Every shipped rule that a cleaned text meets, the gravest reason first.

    A message of nothing but signs, with tears, a broken heart or rage among them, is not understood: a person looks. ``searched`` is its
    ``searchable`` where that is there already.
    """
    if not any(map(str.isalnum, text)):
        return tuple(RuleHit(id="signs.distress", reason="unsure", words=sign) for sign in DISTRESS if sign in text)[:1]
    words = searchable(text) if searched is None else searched
    return in_order(hit for rule in _shelf().possible(words) if (hit := rule.match(words)))


def searchable(text: str) -> str:
    """The plain words of a cleaned text that the patterns of rules and cues are searched in."""
    return plain_words(excerpt(text, LONGEST))


def in_order(hits: Iterable[RuleHit]) -> tuple[RuleHit, ...]:
    """Hits by precedence of their reason, then by id."""
    return tuple(sorted(hits, key=lambda hit: (PRECEDENCE.index(hit.reason), hit.id)))


@cache
def shipped() -> tuple[Rule, ...]:
    """The rules of ``rules.yaml``, compiled once."""
    return tuple(compiled(text) for text in texts())


@cache
def _shelf() -> Shelf[Rule]:
    return Shelf((rule, rule.pattern) for rule in shipped())


def texts() -> list[RuleText]:
    """The rules as written, with their examples."""
    import yaml

    source = resources.files(__package__ or "").joinpath("rules.yaml").read_text("utf-8")
    return parse(yaml.safe_load(source))


def parse(content: object) -> list[RuleText]:
    """Rules from parsed YAML (a list of mappings); ``SettingsError`` names the rule that cannot be read."""
    if not isinstance(content, list):
        raise SettingsError("rules.yaml: expected a list of rules")
    found = [_parse_one(number, entry) for number, entry in enumerate(cast("Sequence[Any]", content), 1)]
    if len({rule.id for rule in found}) != len(found):
        raise SettingsError("rules.yaml: two rules have one id")
    return found


def compiled(text: RuleText) -> Rule:
    """A rule with its patterns compiled; ``SettingsError`` if one of them is no regular expression."""
    unless = _join(text.id, text.unless) if text.unless else None
    return Rule(text.id, text.reason, _join(text.id, _all(text.patterns)), unless, _languages(text.patterns))


def _parse_one(number: int, entry: object) -> RuleText:
    try:
        rule = RuleText.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(f"rules.yaml, rule {number}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    if rule.reason not in TEXT_HUMAN_REASONS:
        raise SettingsError(f"rules.yaml, rule {rule.id!r}: {rule.reason!r} is no reason for a person; rules only raise")
    return rule


def _all(patterns: Mapping[str, Sequence[str]]) -> list[str]:
    return [pattern for language in patterns.values() for pattern in language]


def _languages(patterns: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The language of every pattern, but for those that several languages share."""
    spoken = Counter(_all(patterns))
    each = [(pattern, language) for language, those in patterns.items() for pattern in those]
    return {pattern.replace("~", _GAP): language for pattern, language in each if spoken[pattern] == 1}


def _join(name: str, patterns: Sequence[str]) -> Patterns:
    try:
        return Patterns.of([pattern.replace("~", _GAP) for pattern in patterns])
    except re.error as error:
        raise SettingsError(f"rules.yaml, rule {name!r}: {error}") from error
