"""Lengths of time as exports write them, in seconds; what may be read in two ways that differ a thousandfold is not read."""

import re
from datetime import timedelta
from typing import Literal

Clock = Literal["hours:minutes", "minutes:seconds"]
"""What ``4:35`` says. ``0:04:35`` says it by itself."""

_CLOCK = re.compile(r"(\d+):(\d{2})(?::(\d{2})(?:\.\d+)?)?")
_SHORT_CLOCK = re.compile(r"\d+:\d{2}")
_NUMBER = r"\d+(?:[.,]\d+)*"
_PART = re.compile(rf"({_NUMBER})\s*(d|days?|h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?)\b[\s,]*(?:and\s+)?", re.IGNORECASE)
_SECONDS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0}
_THOUSAND_OR_DECIMAL = re.compile(r"[1-9]\d{0,2},\d{3}")


def length(text: str, *, unit: float, clock: Clock = "hours:minutes") -> float:
    """Seconds of ``1:30:00``, ``1 h 30 min`` or a number of ``unit`` seconds; ``ValueError`` for anything else, or less than nothing."""
    text = text.strip()
    if found := _CLOCK.fullmatch(text):
        return _on_a_clock(int(found[1]), int(found[2]), None if found[3] is None else int(found[3]), clock)
    spelled = list(_PART.finditer(text))
    if spelled and "".join(one.group() for one in spelled) == text:
        return sum(number(one[1]) * _SECONDS[one[2][0].lower()] for one in spelled)
    value = number(text) * unit
    if not value < 1e10:
        raise ValueError(f"no length of time: {text!r}")
    return value


def short_clock(text: str) -> bool:
    """Whether this is written as ``4:35``."""
    return _SHORT_CLOCK.fullmatch(text.strip()) is not None


def number(text: str) -> float:
    """A number with a decimal point or comma: of both, the last is the decimal mark; ``1,500``, a thousand or a decimal, is a ``ValueError``."""
    text = text.strip()
    if _THOUSAND_OR_DECIMAL.fullmatch(text):
        raise ValueError(f"a thousand or a decimal: {text!r}")
    for decimal, group in (".,", ",."):
        if found := re.fullmatch(rf"(\d+|\d{{1,3}}(?:[{group}]\d{{3}})+)(?:[{decimal}](\d*))?", text):
            if group in text and decimal not in text and text.count(group) == 1:
                continue
            return float(f"{found[1].replace(group, '')}.{found[2] or 0}")
    raise ValueError(f"no number: {text!r}")


def _on_a_clock(first: int, second: int, third: int | None, clock: Clock) -> float:
    if third is not None:
        return timedelta(hours=first, minutes=second, seconds=third).total_seconds()
    return float(first * 3600 + second * 60 if clock == "hours:minutes" else first * 60 + second)
