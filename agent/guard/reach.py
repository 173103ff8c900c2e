"""What a condition's form says of when it holds: never, always, or only when another one does as well.

A condition is read as alternatives (``||``) of requirements (``&&``). Numbers compared with bounds are spans, words compared with words
are sets, everything else is taken as it is written. What is concluded is certain; what cannot be concluded is left open.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product

from .conditions import comparisons
from .names import WORDS, bounds_of
from .operands import blanked, in_parentheses, split

MOST = 64
"""Alternatives beyond which a condition is not taken apart."""

_SIMPLE = re.compile(r"[\w.]+")
_EQUALS = re.compile(r"([\w.]+)\s*(==|!=)\s*(\"[^\"]*\"|'[^']*')|([\w.]+)\s+in\s+\[([^\]]*)\]")
_OPPOSITE = {">=": "<", "<": ">=", ">": "<=", "<=": ">"}

Span = tuple[float, bool, float, bool]
"""Least value, whether it is left out, greatest value, whether it is left out."""


@dataclass(frozen=True)
class Needs:
    """What one alternative requires, all of it."""

    facts: frozenset[str] = frozenset()
    spans: Mapping[str, Span] = field(default_factory=dict[str, Span])
    words: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])

    def __and__(self, other: "Needs") -> "Needs":
        spans = {path: _both(self.span(path), other.span(path)) for path in {**self.spans, **other.spans}}
        words = {path: self.among(path) & other.among(path) for path in {**self.words, **other.words}}
        return Needs(self.facts | other.facts, spans, words)

    def span(self, path: str) -> Span:
        """Where a number may lie."""
        low, high = bounds_of(path)
        return self.spans.get(path, (low, False, high, False))

    def among(self, path: str) -> frozenset[str]:
        """What a word may be."""
        return self.words.get(path, WORDS[path])

    @property
    def impossible(self) -> bool:
        """Whether it contradicts itself."""
        opposed = any(_negated(fact) in self.facts for fact in self.facts)
        empty = any(low > high or (low == high and (out or left)) for low, out, high, left in self.spans.values())
        return opposed or empty or not all(self.words.values())

    def implies(self, other: "Needs") -> bool:
        """Whether ``other`` is met whenever this is."""
        return (
            other.facts <= self.facts
            and all(_within(self.span(path), span) for path, span in other.spans.items())
            and all(self.among(path) <= words for path, words in other.words.items())
        )


def alternatives(source: str, thresholds: Mapping[str, float]) -> list[Needs]:
    """The alternatives of a condition that do not contradict themselves; thresholds that are not given are left open."""
    return [needs for needs in _read(source.strip(), thresholds, negated=False) if not needs.impossible]


def always(needs: Iterable[Needs]) -> bool:
    """Whether one alternative asks for nothing."""
    return any(Needs().implies(one) for one in needs)


def _read(source: str, thresholds: Mapping[str, float], *, negated: bool) -> list[Needs]:
    blank = blanked(source)
    if "?" not in blank:
        for sign in ("||", "&&"):
            if pieces := split(blank, sign):
                parts = [source[at : at + len(piece)].strip() for at, piece in pieces]
                read = [_read(part, thresholds, negated=negated) for part in parts]
                return _any(source, read, negated) if (sign == "||") != negated else _all(source, read, negated)
        if in_parentheses(blank):
            return _read(source[1:-1].strip(), thresholds, negated=negated)
        rest = blank[1:].strip()
        if blank.startswith("!") and (in_parentheses(rest) or _SIMPLE.fullmatch(rest)):
            return _read(source[1:].strip(), thresholds, negated=not negated)
    return _single(source, thresholds, negated)


def _any(source: str, read: list[list[Needs]], negated: bool) -> list[Needs]:
    found = [one for part in read for one in part]
    return found if len(found) <= MOST else [_fact(source, negated)]


def _all(source: str, read: list[list[Needs]], negated: bool) -> list[Needs]:
    size = 1
    for part in read:
        size *= len(part)
    if size > MOST:
        return [_fact(source, negated)]
    joined: list[Needs] = []
    for parts in product(*read):
        needs = Needs()
        for part in parts:
            needs &= part
        joined.append(needs)
    return joined


def _single(source: str, thresholds: Mapping[str, float], negated: bool) -> list[Needs]:
    if source in ("true", "false"):
        return [Needs()] if (source == "true") != negated else []
    words = _words(source, negated)
    return [words or _span(source, thresholds, negated) or _fact(source, negated)]


def _words(source: str, negated: bool) -> Needs | None:
    found = _EQUALS.fullmatch(source)
    path = (found[1] or found[4]) if found else ""
    if found is None or path not in WORDS or path == "signals.rule_reasons":
        return None
    named = frozenset(word.strip()[1:-1] for word in (found[5] or found[3]).split(","))
    return Needs(words={path: WORDS[path] - named if negated != (found[2] == "!=") else named})


def _span(source: str, thresholds: Mapping[str, float], negated: bool) -> Needs | None:
    found = comparisons(source)
    bound = found[0].value(thresholds) if len(found) == 1 else None
    if bound is None or not _whole(source) or (negated and found[0].sign == "=="):
        return None
    low, high = bounds_of(found[0].path)
    span: Span
    match _OPPOSITE[found[0].sign] if negated else found[0].sign:
        case ">" | ">=" as sign:
            span = (bound, sign == ">", high, False)
        case "<" | "<=" as sign:
            span = (low, False, bound, sign == "<")
        case _:
            span = (bound, False, bound, False)
    return Needs(spans={found[0].path: span})


def _whole(source: str) -> bool:
    """Whether nothing stands beside the comparison."""
    return re.fullmatch(r"[\w.-]+\s*(?:>=|<=|>|<|==)\s*[\w.-]+", source) is not None


def _fact(source: str, negated: bool) -> Needs:
    plain = " ".join(source.split())
    return Needs(facts=frozenset({_negated(plain) if negated else plain}))


def _negated(fact: str) -> str:
    return fact.removeprefix("not ") if fact.startswith("not ") else f"not {fact}"


def _both(one: Span, other: Span) -> Span:
    low, out = max((one[0], one[1]), (other[0], other[1]))
    high, left = min((one[2], not one[3]), (other[2], not other[3]))
    return low, out, high, not left


def _within(inner: Span, outer: Span) -> bool:
    starts = (outer[0], outer[1]) <= (inner[0], inner[1])
    ends = (inner[2], not inner[3]) <= (outer[2], not outer[3])
    return starts and ends
