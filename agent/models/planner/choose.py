"""Choosing from a list by what a customer says: "the last one", "both", "the boots", "the one from August"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .lexicon import lexicon, marked
from .slots import months_in
from .words import alike, content_words, folded, tokens

_ORDINALS = {
    "first": 0,
    "1st": 0,
    "top": 0,
    "second": 1,
    "2nd": 1,
    "third": 2,
    "3rd": 2,
    "fourth": 3,
    "4th": 3,
    "fifth": 4,
    "5th": 4,
}
_ORDINAL = re.compile(
    rf"\b(?:the|number|no|nr)?\s?({'|'.join(_ORDINALS)})\b(?!\s(?:time|thing|of all|class|name|birthday|floor|day))"
)
_NUMBERED = re.compile(r"\W*(?:number|no\.?|nr\.?|option|#)?\s?([1-5])\W*")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(rf"\b(?:last|on|from|this|past|placed|ordered) ({'|'.join(_WEEKDAYS)})\b")
_AGO = re.compile(r"\b(\d{1,2}|a|one|two|three|four|few|couple of)\s(day|week|month)s?\sago\b")
_COUNT = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "few": 3, "couple of": 2}
_DAYS = {"day": 1, "week": 7, "month": 30}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of several: ``value`` is what it stands for, ``label`` the words it is known by, ``shown`` the line the customer sees."""

    value: str
    label: str
    shown: str = ""
    on: date | None = None


def wants_all(text: str) -> bool:
    """Whether everything is meant."""
    plain = folded(text)
    return marked("all", lexicon("marks")["not_all"].sub(" ", plain)) or marked("both", plain)


def by_place(text: str, choices: Sequence[Choice], *, newest_first: bool = False) -> Choice | None:
    """The choice meant by its place in the list; in a list newest first, "the last one" is the newest."""
    plain = folded(text)
    if not choices:
        return None
    if marked("oldest", plain):
        return choices[-1]
    if marked("last", plain):
        return choices[0] if newest_first else choices[-1]
    if marked("other", plain) and len(choices) == len("ab"):
        return choices[1]
    ordinal = _ORDINAL.search(plain)
    place = _ORDINALS[ordinal.group(1)] if ordinal else _numbered(plain)
    return choices[place] if place is not None and place < len(choices) else None


def _numbered(plain: str) -> int | None:
    match = _NUMBERED.fullmatch(plain)
    return int(match.group(1)) - 1 if match else None


def by_date(text: str, choices: Sequence[Choice], today: date) -> list[Choice]:
    """The choices whose date fits "the one from August", "last week", "three weeks ago", "yesterday"."""
    plain = folded(text)
    months = months_in(text)
    if months:
        return [choice for choice in choices if choice.on and choice.on.month in months]
    around = _around(plain, today)
    if around is None:
        return []
    first, last = around
    return [choice for choice in choices if choice.on and first <= choice.on <= last]


def _around(plain: str, today: date) -> tuple[date, date] | None:
    if re.search(r"\byesterday\b", plain):
        return today - timedelta(days=1), today - timedelta(days=1)
    if re.search(r"\b(?:from|ordered|placed|bought|made|of) today\b|\bthis morning\b", plain):
        return today, today
    if named := _WEEKDAY.search(plain):
        back = (today.weekday() - _WEEKDAYS.index(named[1])) % 7 or 7
        return today - timedelta(days=back), today - timedelta(days=back)
    if re.search(r"\blast week\b", plain):
        return today - timedelta(days=today.weekday() + 8), today - timedelta(days=today.weekday())
    if re.search(r"\blast month\b", plain):
        end = today.replace(day=1) - timedelta(days=1)
        return end.replace(day=1), end
    if ago := _AGO.search(plain):
        count = int(ago[1]) if ago[1].isdigit() else _COUNT[ago[1]]
        middle, slack = today - timedelta(days=count * _DAYS[ago[2]]), timedelta(days=max(1, _DAYS[ago[2]] // 2))
        return middle - slack, middle + slack
    return None


def by_words(text: str, choices: Sequence[Choice], *, without: Sequence[str] = ()) -> list[Choice]:
    """The choices whose words the message uses best; several when they fit equally well, none when no word fits.

    A word that fits few choices counts for more: between two crewnecks, "navy" decides.
    """
    spoken = content_words(text, without=without)
    labels = [tokens(choice.label) for choice in choices]
    scores = [0.0] * len(choices)
    for word in dict.fromkeys(spoken):
        hits = [place for place, label in enumerate(labels) if any(alike(word, part) for part in label)]
        for place in hits:
            scores[place] += 1 / len(hits)
    best = max(scores, default=0.0)
    return [choice for choice, score in zip(choices, scores, strict=True) if score == best > 0.0]


def by_value(text: str, choices: Sequence[Choice]) -> list[Choice]:
    """The choices whose number or SKU the message names."""
    plain = "".join(char for char in text.casefold() if char.isalnum() or char.isspace())
    words = plain.split()
    return [choice for choice in choices if _key(choice.value) in words or _digits(choice.value) in words]


def _key(value: str) -> str:
    return "".join(char for char in value.casefold() if char.isalnum())


def _digits(value: str) -> str | None:
    """The figures of an order number, which may be said alone; an SKU's say nothing."""
    digits = "".join(char for char in value if char.isdigit())
    return digits if len(digits) >= len("1043") and value.count("-") < len("ab") else None


def choose(text: str, choices: Sequence[Choice], *, today: date, newest_first: bool = False) -> list[Choice]:
    """The choices a message means: by number, then words, then date, then place; empty when it says nothing about them."""
    if named := by_value(text, choices):
        return named
    dated = by_date(text, choices, today)
    worded = by_words(text, dated or choices)
    if worded and (len(worded) == 1 or not dated):
        placed = by_place(text, worded, newest_first=newest_first) if len(worded) > 1 else None
        return [placed] if placed else worded
    if dated:
        return dated
    if wants_all(text):
        return list(choices)
    placed = by_place(text, choices, newest_first=newest_first)
    return [placed] if placed else []
