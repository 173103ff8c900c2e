"""The checkable values in a text or a tool result: money, dates, percentages, identifiers, addresses of the net.

Values are parsed, so "10" is never found in "100" and "$1,250" equals "1250.00".
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

Kind = Literal["money", "date", "weekday", "percent", "identifier", "url", "email"]

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH = "|".join([*_MONTHS, *(name[:3] for name in _MONTHS), "sept"])
_FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?"
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("url", re.compile(r"https?://[^\s<>\"')\]]+|www\.[^\s<>\"')\]]+", re.IGNORECASE)),
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("date", re.compile(r"\b(?P<iso>\d{4}-\d{2}-\d{2})(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?")),
    ("date", re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})\b\.?,?(?: (?P<year>\d{{4}}))?", re.IGNORECASE)),
    ("date", re.compile(rf"\b(?P<month>{_MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<year>\d{{4}}))?", re.IGNORECASE)),
    ("date", re.compile(r"\b(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})\b")),
    ("weekday", re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)),
    ("money", re.compile(rf"[$€£]\s?(?P<figure>{_FIGURE})")),
    ("money", re.compile(rf"\b(?P<figure>{_FIGURE})\s?(?:USD|EUR|GBP|CAD|AUD|dollars?|euros?|pounds?|€|£)(?!\w)", re.IGNORECASE)),
    ("money", re.compile(rf"\b(?:USD|EUR|GBP|CAD|AUD)\s?(?P<figure>{_FIGURE})", re.IGNORECASE)),
    ("percent", re.compile(r"\b(?P<figure>\d+(?:\.\d+)?)\s?(?:%|percent\b)", re.IGNORECASE)),
    ("identifier", re.compile(r"(?<![\w-])#?(?=[A-Z0-9-]*\d)(?=(?:[A-Z0-9]-?){4})[A-Z0-9]+(?:-[A-Z0-9]+)*(?![\w-])", re.IGNORECASE)),
    ("identifier", re.compile(r"(?<![\w-])(?=(?:[A-Z0-9]-?){6})[A-Z]+(?:-[A-Z0-9]+)+(?![\w-])")),
)  # fmt: skip
_YEARS = range(1990, 2100)
_DATE_PARTS = 3


@dataclass(frozen=True)
class Value:
    """One value: what it is, its canonical form, and the words it was written in."""

    kind: Kind
    canonical: str
    words: str


def values_in(text: str) -> list[Value]:
    """Every checkable value in a text, in the order of the patterns."""
    found: list[Value] = []
    rest = text
    for kind, pattern in _PATTERNS:
        spans = [(match, value) for match in pattern.finditer(rest) if (value := _value(kind, match)) is not None]
        found += [value for _, value in spans]
        for match, _ in reversed(spans):
            rest = rest[: match.start()] + " " * (match.end() - match.start()) + rest[match.end() :]
    return found


def values_in_json(text: str) -> Iterator[Value]:
    """Every checkable value in a tool result: its strings, and its ``amount`` fields as money."""
    try:
        yield from _walk(json.loads(text), "")
    except ValueError:
        yield from values_in(text)


def canonical_identifier(text: str) -> str:
    """An identifier without case and punctuation: ``W-10432`` and ``#w10432`` are the same."""
    return "".join(char for char in text.casefold() if char.isalnum())


def _walk(node: Any, name: str) -> Iterator[Value]:
    if isinstance(node, dict):
        for key, part in node.items():
            yield from _walk(part, str(key))
    elif isinstance(node, list):
        for part in node:
            yield from _walk(part, name)
    elif isinstance(node, str):
        if name == "amount" and (amount := _decimal(node)) is not None:
            yield Value("money", amount, node)
        else:
            yield from values_in(node)
            if name.endswith(("sku", "number", "_id")):
                yield Value("identifier", canonical_identifier(node), node)
    elif isinstance(node, int | float) and not isinstance(node, bool):
        yield Value("percent" if "percent" in name else "money", f"{Decimal(str(node)).normalize():f}", str(node))


def _value(kind: Kind, match: re.Match[str]) -> Value | None:
    words = match.group().rstrip(".,;:")
    if kind in ("money", "percent"):
        figure = _decimal(match["figure"])
        return None if figure is None else Value(kind, figure, words)
    if kind == "date":
        day = _date(match.groupdict())
        return None if day is None else Value(kind, day, words)
    if kind == "identifier":
        if words.isdigit() and (len(words) < 5 or int(words) in _YEARS):
            return None
        return None if _is_prose(words) else Value(kind, canonical_identifier(words), words)
    return Value(kind, words.casefold().rstrip(".,;:"), words)


def _is_prose(words: str) -> bool:
    """A figure with its unit or ordinal (``220v``, ``2000mAh``, ``30-day``) is no identifier."""
    return re.fullmatch(r"\d{1,4}-?[a-z]+|\d{1,3}-\d{1,3}", words, re.IGNORECASE) is not None


def _decimal(figure: str) -> str | None:
    try:
        return f"{Decimal(figure.replace(',', '')).normalize():f}"
    except InvalidOperation:
        return None


def _date(parts: dict[str, str | None]) -> str | None:
    """``2026-11-28``, or ``11-28`` when no year was said; ``None`` if there is no such day."""
    if iso := parts.get("iso"):
        year, month, day = (int(part) for part in iso.split("-", _DATE_PARTS - 1))
    else:
        said = parts.get("year")
        year, month, day = int(said) if said else 0, _month(parts["month"] or ""), int(parts["day"] or 0)
    try:
        date(year or 2000, month, day)
    except ValueError:
        return None
    return f"{year:04d}-{month:02d}-{day:02d}" if year else f"{month:02d}-{day:02d}"


def _month(word: str) -> int:
    if word.isdigit():
        return int(word)
    return next(number for number, name in enumerate(_MONTHS, 1) if name[:3] == word.casefold()[:3])
