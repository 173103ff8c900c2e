"""The checkable values in a text or a tool result: money, dates, spans of days, percentages, counts, identifiers, contacts.

Values are parsed, so "10" is never found in "100", "$1,250" equals "1.250,00 $", and "28. November" is "Nov 28".
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal

from .dates import DATES, SPAN, TOMORROW, UNITS, WEEKDAY, days_of, direction_of, span_of, weekday_of
from .figures import FIGURE, IN_WORDS, canonical_figure, from_words
from .sifted import pieces_of

TEXTS_KEPT = 2048
"""Texts of which is kept what is in them, of all conversations."""

Kind = Literal["money", "date", "weekday", "day", "span", "percent", "identifier", "phone", "count", "url", "email", "status"]

_CODE = r"(?:USD|EUR|GBP|CAD|AUD)"
_CURRENCY = rf"(?:{_CODE}|(?:US )?dollars?|d[oó]lares|dollari|euros?|pounds?|bucks|[$€£])"
_PERCENT = (
    r"(?:%|per ?cent\b|prozent\b|pour ?cent\b|por ?ciento\b|por ?cento\b|per ?cento\b|procent\b)(?! (?:sure|certain"
    r"|sicher|sûre?|segur[oa]|zeker))"
)
_ENDINGS = "com net org info biz shop store online site example app dev xyz eu uk us io co de fr es it nl pt".split()
_DOTTED = tuple(f".{ending}" for ending in _ENDINGS)
_DOMAIN = (
    rf"(?<![\w@.-])(?:[a-z0-9-]{{2,}}\.)+(?:{'|'.join(_ENDINGS)})"
    r"(?:/[^\s<>\"')\]]*)?(?![\w-])(?!\.\w)"
)
_PHONE = (
    r"(?<![\w.+-])(?:\+\d{1,3}[\s./-]?|00\d{1,3}[\s./-]|(?:1[\s.-])?(?=\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}(?!\d))"
    r"|(?=\(?0\d{1,4}\)?[\s./-]\d))"
    r"(?:\(?\d{1,11}\)?[\s./-]?){1,6}(?<=\d)(?!\w)"
)
_LONGEST_SIZE = 4
"""Digits of what may be a size and no number of anything."""
_COUNTS = (
    (
        r"(?<![\w.,-])(?P<units>\d{1,4}) (?:of (?:them|these|those) |(?:units?|pieces?|pairs?) )?(?:left|in stock"
        r"|remaining|available(?=[.,;!?)]|$))"
    ),
    r"\b(?:noch|nog) (?P<units>\d{1,4}) (?:stück |stuks )?(?:auf lager|vorrätig|verfügbar|da|op voorraad|over|beschikbaar)\b",
    r"\b(?:il (?:nous )?en reste|quedan|(?:ne )?(?:restano|rimangono)|restam) (?:solo |só |plus que )?(?P<units>\d{1,4})\b",
)
_SYMBOLS = ("$", "€", "£", "usd", "eur", "gbp", "cad", "aud")
_MONEY = (*_SYMBOLS, "dollar", "dólar", "dolar", "pound", "buck")
_HUNDREDTHS = ("%", "cent", "zent", "cient")


@dataclass(frozen=True)
class _Shape:
    """How a kind of value is written. ``figure``: never without a digit; ``pieces``: never without one of these, in a text without case."""

    kind: Kind
    pattern: re.Pattern[str]
    figure: bool = True
    pieces: tuple[str, ...] = ()

    def possible(self, folded: str, *, figures: bool) -> bool:
        """Whether it is worth trying on a text."""
        return (figures or not self.figure) and (not self._pieces or any(piece in folded for piece in self._pieces))

    @cached_property
    def _pieces(self) -> tuple[str, ...]:
        return self.pieces or tuple(pieces_of(self.pattern.pattern))


_SHAPES = (
    _Shape("url", re.compile(r"https?://[^\s<>\"')\]]+|www\.[^\s<>\"')\]]+", re.IGNORECASE), figure=False),
    _Shape("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), figure=False, pieces=("@",)),
    _Shape("url", re.compile(_DOMAIN), figure=False, pieces=_DOTTED),
    *(_Shape("date", pattern, pieces=pieces) for pattern, pieces in DATES),
    _Shape("phone", re.compile(_PHONE)),
    *(_Shape("count", re.compile(pattern, re.IGNORECASE)) for pattern in _COUNTS),
    _Shape("weekday", WEEKDAY, figure=False),
    _Shape("day", TOMORROW, figure=False),
    _Shape("span", SPAN, figure=False, pieces=UNITS),
    _Shape("money", re.compile(rf"[$€£]\s?(?P<figure>{FIGURE})|\b{_CODE}\s?(?P<coded>{FIGURE})", re.IGNORECASE), pieces=_SYMBOLS),
    _Shape("money", re.compile(rf"(?<![\w.,])(?P<figure>{FIGURE})\s?{_CURRENCY}(?!\w)", re.IGNORECASE), pieces=_MONEY),
    _Shape("money", re.compile(rf"\b(?P<written>{IN_WORDS})\s{_CURRENCY}(?!\w)", re.IGNORECASE), figure=False, pieces=_MONEY),
    _Shape("percent", re.compile(rf"(?<![\w.,])(?P<figure>\d{{1,3}}(?:[.,]\d+)?)\s?{_PERCENT}", re.IGNORECASE), pieces=_HUNDREDTHS),
    _Shape("percent", re.compile(rf"\b(?P<written>{IN_WORDS})\s{_PERCENT}", re.IGNORECASE), figure=False, pieces=_HUNDREDTHS),
    _Shape("identifier", re.compile(r"(?<![^\W_])(?<!-)#?(?=[A-Z0-9-]*\d)(?=(?:[A-Z0-9]-?){4})[A-Z0-9]+(?:-[A-Z0-9]+)*(?![^\W_]|-\w)", re.IGNORECASE)),
    _Shape("identifier", re.compile(r"(?<![^\W_])(?<!-)(?=(?:[A-Z0-9]-?){6})[A-Z]+(?:-[A-Z0-9]+)+(?![^\W_]|-\w)"), figure=False, pieces=("-",)),
    _Shape("identifier", re.compile(r"(?<![\w.,])\d{1,3}(?:[.,]\d{3})+(?![\w])"), pieces=(",", ".")),
)  # fmt: skip
_DIGIT = re.compile(r"\d")
_BARE_AMOUNT = re.compile(r"(?<![\w.,])\d+[.,]\d{2}(?!\w)(?![.,]\d)")
_PROSE = re.compile(
    r"\d{1,4}-?[a-z]+|\d{1,3}(?:-[a-z]+)+|\d-in-\d|\d{1,4}(?:x\d{1,4})+[a-z]{0,2}|\d{1,3}-\d{1,3}"
    r"|\d{1,2}(?:am|pm|h)-\d{1,2}(?:am|pm|h)",
    re.IGNORECASE,
)
"""A figure with its unit, its ordinal or its neighbour (``220v``, ``30-day``, ``12x18cm``, ``8am-8pm``) is no identifier."""
_CONTACTS = ("url", "email", "phone")
_HOLDS_CONTACTS = ("email", "location", "url", "link", "phone", "contact")
"""Fields that are there to hold a link, an address or a number. Elsewhere only the shop's policies say whom to turn to: notes, gift
messages and what suppliers write about their products is free text."""
_PRICED = ("price", "amount", "total", "fee", "refund", "cost")
_LONG, _SHORT = 9, 8
"""Digits a telephone number has at least, without and with its country."""
_LEAST = 5
"""Digits from which a number alone may be an identifier."""


@dataclass(frozen=True)
class Value:
    """One value: what it is, its canonical form, and the words it was written in.

    ``also`` is another way to read a date, and for a span which way it counts (``+``, ``-``, ``=`` or either).
    """

    kind: Kind
    canonical: str
    words: str
    also: str = ""


@lru_cache(maxsize=TEXTS_KEPT)
def values_in(text: str) -> Sequence[Value]:
    """Every checkable value in a text, in the order of the patterns. What was read stays read: a thread is gone through in every turn."""
    found: list[Value] = []
    rest, folded, figures = text, text.casefold(), _DIGIT.search(text) is not None
    for shape in _SHAPES:
        if not shape.possible(folded, figures=figures):
            continue
        spans = [(match, value) for match in shape.pattern.finditer(rest) if (value := _value(shape.kind, match)) is not None]
        found += [value for _, value in spans]
        for match, _ in reversed(spans):
            rest = rest[: match.start()] + " " * (match.end() - match.start()) + rest[match.end() :]
    return tuple(found)


def bare_amounts(text: str) -> list[Value]:
    """Figures with two decimals and no currency: after "I paid 42.50" the amount may be repeated with one."""
    found = ((match.group(), canonical_figure(match.group())) for match in _BARE_AMOUNT.finditer(text))
    return [Value("money", amount, words) for words, amount in found if amount is not None]


@lru_cache(maxsize=TEXTS_KEPT)
def values_in_json(text: str) -> Sequence[Value]:
    """Every checkable value in a tool result: its strings, its ``amount`` fields as money, its status."""
    try:
        return tuple(_walk(json.loads(text), "", policy=False))
    except ValueError:
        return values_in(text)


def has_contacts(text: str) -> bool:
    """Whether a text sends its reader somewhere: a link, an e-mail address, a telephone number."""
    return any(value.kind in _CONTACTS for value in values_in(text))


def canonical_identifier(text: str) -> str:
    """An identifier without case and punctuation: ``W-10432`` and ``#w10432`` are the same."""
    return "".join(char for char in text.casefold() if char.isalnum())


def _walk(node: Any, name: str, *, policy: bool) -> Iterator[Value]:
    if isinstance(node, dict):
        for key, part in node.items():
            yield from _walk(part, str(key), policy=policy or "topic" in node)
    elif isinstance(node, list):
        for part in node:
            yield from _walk(part, name, policy=policy)
    elif isinstance(node, str):
        yield from _words(node, name, contacts=policy or name.endswith(_HOLDS_CONTACTS))
    elif isinstance(node, int | float) and not isinstance(node, bool):
        yield from _number(node, name)


def _words(text: str, name: str, *, contacts: bool) -> Iterator[Value]:
    if name == "amount" and (amount := canonical_figure(text.lstrip("-"))) is not None:
        yield Value("money", amount, text)
        return
    yield from (value for value in values_in(text) if contacts or value.kind not in _CONTACTS)
    if name == "status":
        yield Value("status", text.casefold(), text)
    for part in text.split(", "):  # a size, as in "green, 42": "41 and 42 in stock" names sizes, and counts nothing
        if part.isascii() and part.isdigit() and len(part) <= _LONGEST_SIZE:
            yield Value("count", str(int(part)), part)
    if name.endswith(("sku", "number", "_id")):
        yield Value("identifier", canonical_identifier(text), text)


def _number(number: float, name: str) -> Iterator[Value]:
    """A percentage or an amount, if its name or its cents say so: three units are not three dollars. A whole number is a count."""
    if isinstance(number, int):
        yield Value("count", str(number), str(number))
    if "percent" in name or isinstance(number, float) or name.endswith(_PRICED):
        figure = canonical_figure(f"{abs(number):.2f}")
        if figure is not None:
            yield Value("percent" if "percent" in name else "money", figure, str(number))


def _value(kind: Kind, match: re.Match[str]) -> Value | None:
    words = match.group().rstrip(".,;:")
    readings: Sequence[str]
    match kind:
        case "money" | "percent":
            readings = _figure(match)
        case "date":
            readings = days_of(match)
        case "weekday":
            readings = [weekday_of(words)]
        case "day":
            readings = ["+2" if match["two"] else "+1"]
        case "span":
            readings = [days, direction_of(match)] if (days := span_of(match)) else []
        case "identifier":
            readings = [canonical_identifier(words)] if _names_something(words) else []
        case "phone":
            readings = (
                [digits] if len(digits := "".join(filter(str.isdigit, words))) >= (_LONG if words[0] != "+" else _SHORT) else []
            )
        case "count":
            readings = [str(int(match["units"]))]
        case "url" | "email" | "status":
            readings = [words.casefold().rstrip(".,;:/")]
    return Value(kind, readings[0], words, also="".join(readings[1:])) if readings else None


def _figure(match: re.Match[str]) -> list[str]:
    parts = match.groupdict()
    if parts.get("written"):
        number = from_words(match["written"])
        return [] if number is None else [str(number)]
    figure = canonical_figure(parts.get("figure") or parts.get("coded") or "")
    return [] if figure is None else [figure]


def _names_something(words: str) -> bool:
    if words.isdigit():
        return len(words) >= _LEAST
    return _PROSE.fullmatch(words) is None
