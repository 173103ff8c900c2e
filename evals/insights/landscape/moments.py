"""Moments and lengths of time as exports write them."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

Order = Literal["dmy", "mdy"]

_ISO_ZONE = re.compile(r"\s+(UTC|GMT|Z)$", re.IGNORECASE)
_SPACED_OFFSET = re.compile(r"\s+([+-]\d{2}:?\d{2})$")
_NUMERIC = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:[ ,T]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp]\.?[Mm]\.?)?)?")
_NAMED = ("%d %b %Y %H:%M:%S", "%d %b %Y %H:%M", "%d %b, %Y %I:%M %p", "%b %d, %Y %I:%M %p", "%b %d, %Y", "%d %b %Y")
_CLOCK = re.compile(r"(-?)(\d+):(\d{2})(?::(\d{2})(?:\.\d+)?)?")
_SPELLED = re.compile(r"(\d+(?:\.\d+)?)\s*(d|days?|h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?)\b", re.IGNORECASE)
_SECONDS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0}
_EPOCH = re.compile(r"1\d{9}(\d{3})?")


def moment(text: str, *, zone: tzinfo, order: Order = "dmy") -> datetime:
    """When: ISO 8601, ``31/12/2026 14:05`` (``order`` says what comes first where both are possible), names of months, seconds since 1970.

    A time without a zone is taken in ``zone``. ``ValueError`` for anything else.
    """
    text = text.strip()
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    iso = _SPACED_OFFSET.sub(r"\1", _ISO_ZONE.sub("+00:00", text))
    try:
        found = datetime.fromisoformat(iso)
    except ValueError:
        found = _numeric(text, order) or _named(text)
    return found if found.tzinfo else found.replace(tzinfo=zone)


def order_of(samples: list[str]) -> Order | None:
    """Whether the dates of a column put the day or the month first; ``None`` if none of them tells."""
    pairs = [(int(found[1]), int(found[2])) for text in samples if (found := _NUMERIC.match(text.strip()))]
    if any(first > 12 for first, _ in pairs):
        return "dmy"
    return "mdy" if any(second > 12 for _, second in pairs) else None


def ambiguous(samples: list[str]) -> bool:
    """Whether there are dates that may be read in two ways, and none that tells which."""
    return order_of(samples) is None and any(_NUMERIC.match(text.strip()) for text in samples)


def length(text: str, *, unit: float) -> float:
    """Seconds of ``1:30:00``, ``1 h 30 min`` or a number of ``unit`` seconds; ``ValueError`` for anything else, or less than nothing."""
    text = text.strip()
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = int(clock[2]), int(clock[3]), int(clock[4] or 0)
        if clock[1]:
            raise ValueError(f"less than nothing: {text!r}")
        return timedelta(hours=hours, minutes=minutes, seconds=seconds).total_seconds()
    if spelled := _SPELLED.findall(text):
        return sum(float(number) * _SECONDS[word[0].lower()] for number, word in spelled)
    value = float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text.replace(",", "")) * unit
    if not 0 <= value < 1e10:
        raise ValueError(f"no length of time: {text!r}")
    return value


def _numeric(text: str, order: Order) -> datetime | None:
    found = _NUMERIC.fullmatch(text)
    if found is None:
        return None
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    day, month = (first, second) if order == "dmy" else (second, first)
    hour, half = int(found[4] or 0), (found[7] or "").lower()[:1]
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return datetime(year, month, day, hour, int(found[5] or 0), int(found[6] or 0))  # noqa: DTZ001 (the caller knows the zone)


def _named(text: str) -> datetime:
    for form in _NAMED:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 (the caller knows the zone)
        except ValueError:
            continue
    raise ValueError(f"no date: {text!r}")
