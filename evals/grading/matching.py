"""Whether an observed value is the expected one: amounts, dates and order numbers by what they mean, or by a matcher."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from warmline.agent.guard.evidence import canonical_words
from warmline.agent.guard.figures import canonical_figure
from warmline.agent.guard.values import Value, canonical_identifier, values_in
from warmline.evals.results import ArgumentDiff

ABSENT: Any = None
"""What an argument that is not there is seen as: models write ``null`` for it."""

_SIGNS = re.compile(r"[$€£]|\b(?:USD|EUR|GBP)\b")
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?")


def same(wanted: Any, got: Any) -> bool:
    """Whether they are one value, or ``got`` is what the matcher ``wanted`` asks for."""
    if is_matcher(wanted):
        return all(_MATCHERS[name](asked, got) for name, asked in cast("dict[str, Any]", wanted).items())
    if isinstance(wanted, dict) and isinstance(got, dict):
        return not argument_differences(cast("dict[str, Any]", wanted), cast("dict[str, Any]", got))
    if isinstance(wanted, list | tuple) and isinstance(got, list | tuple):
        ours, theirs = cast("list[Any]", wanted), cast("list[Any]", got)
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(wanted, bool) or isinstance(got, bool) or wanted is None or got is None:
        return wanted is got
    return _canonical(wanted) == _canonical(got)


def argument_differences(
    wanted: Mapping[str, Any], got: Mapping[str, Any], *, partial: bool = False, ignore: tuple[str, ...] = ()
) -> list[ArgumentDiff]:
    """Where two mappings differ, over the names of either; with ``partial`` over those that are wanted."""
    names = wanted if partial else dict.fromkeys((*wanted, *got))
    return [
        ArgumentDiff(name=name, expected=wanted.get(name, ABSENT), observed=got.get(name, ABSENT))
        for name in names
        if name not in ignore and not same(wanted.get(name, ABSENT), got.get(name, ABSENT))
    ]


def is_matcher(wanted: Any) -> bool:
    """Whether a mapping asks for something instead of being a value: every key is a matcher's name."""
    return isinstance(wanted, dict) and bool(wanted) and all(name in _MATCHERS for name in cast("dict[str, Any]", wanted))


def mistake_in(wanted: Mapping[str, Any]) -> str | None:
    """What is wrong with a matcher, if anything: it could never hold, or always would."""
    for name, asked in wanted.items():
        if name in ("any", "absent", "non_empty") and asked is not True:
            return f"{name!r} is followed by true, got {asked!r}"
        if name in ("one_of", "contains_all") and not (isinstance(asked, list) and asked):
            return f"{name!r} is followed by a list of values, got {asked!r}"
        if name in ("at_least", "at_most") and _number(asked) is None:
            return f"{name!r} is followed by a number, got {asked!r}"
        if name == "matches" and not _compiles(asked):
            return f"'matches' is followed by a regular expression, got {asked!r}"
    if "absent" in wanted and len(wanted) > 1:
        return "what is absent matches nothing else"
    return None


def says(text: str, wanted: str) -> bool:
    """Whether a text says something: an amount, a date or a number as a value, other words whole, without case and punctuation."""
    value = as_value(wanted)
    if value is not None:
        return any(_one(value, other) for other in values_in(text))
    words = canonical_words(wanted)
    return words in canonical_words(text) if words.strip() else wanted.strip() in text


def as_value(wanted: str) -> Value | None:
    """The one value a text is, if it is nothing else."""
    values = values_in(wanted)
    return values[0] if len(values) == 1 and values[0].words.strip(" .,") == wanted.strip(" .,") else None


def _one(value: Value, other: Value) -> bool:
    if value.kind != other.kind:
        return False
    if value.kind == "date":
        return any(
            ours.endswith(theirs) or theirs.endswith(ours)
            for ours in (value.canonical, value.also)
            for theirs in (other.canonical, other.also)
            if ours and theirs
        )
    return value.canonical == other.canonical


def _canonical(value: Any) -> str:
    """One spelling for one value: 500, ``"500.00"`` and ``"$500"``; ``w10432`` and ``W-10432``; a time by its day."""
    if isinstance(value, int | float | Decimal):
        return (
            canonical_figure(f"{Decimal(str(value)):.2f}")
            if value >= 0 and _cents(value)
            else f"{Decimal(str(value)).normalize():f}"
        )
    text = str(value).strip()
    if day := _DAY.fullmatch(text):
        return day[1]
    bare = _SIGNS.sub("", text).strip()
    figure = canonical_figure(bare) if re.fullmatch(r"[\d.,  ]+", bare) else None
    if figure is not None:
        return figure
    return canonical_identifier(text) if re.fullmatch(r"#?[A-Za-z]+-?\d[\w-]*", text) else " ".join(text.casefold().split())


def _cents(value: float | Decimal) -> bool:
    return Decimal(str(value)) * 100 == int(Decimal(str(value)) * 100)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return None
    try:
        return Decimal(_SIGNS.sub("", str(value)).replace(",", "").strip())
    except InvalidOperation:
        return None


def _compiles(pattern: Any) -> bool:
    try:
        return isinstance(pattern, str) and bool(re.compile(pattern))
    except re.error:
        return False


def _holds_all(asked: Any, got: Any) -> bool:
    if isinstance(got, list | tuple):
        return all(any(same(one, other) for other in cast("list[Any]", got)) for one in asked)
    return isinstance(got, str) and all(says(got, str(one)) for one in asked)


def _at_least(asked: Any, got: Any) -> bool:
    number, least = _number(got), _number(asked)
    return number is not None and least is not None and number >= least


def _at_most(asked: Any, got: Any) -> bool:
    number, most = _number(got), _number(asked)
    return number is not None and most is not None and number <= most


def _not(asked: Any, got: Any) -> bool:
    return not same(asked, got)


def _one_of(asked: Any, got: Any) -> bool:
    return any(same(one, got) for one in asked)


_MATCHERS: dict[str, Callable[[Any, Any], bool]] = {
    "any": lambda _, got: got is not ABSENT,
    "absent": lambda _, got: got is ABSENT,
    "non_empty": lambda _, got: got is not ABSENT and (not isinstance(got, str | list | dict) or bool(got)),
    "not": _not,
    "one_of": _one_of,
    "contains_all": _holds_all,
    "matches": lambda asked, got: got is not ABSENT and re.search(str(asked), str(got)) is not None,
    "at_least": _at_least,
    "at_most": _at_most,
}
