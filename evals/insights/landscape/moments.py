"""Moments as exports write them."""

import re
from datetime import UTC, datetime, tzinfo
from typing import Literal

Order = Literal["dmy", "mdy"]

_ISO_ZONE = re.compile(r"\s+(UTC|GMT|Z)$", re.IGNORECASE)
_SPACED_OFFSET = re.compile(r"\s+([+-]\d{2}:?\d{2})$")
_NUMERIC = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:[ ,T]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp]\.?[Mm]\.?)?)?")
_NAMED = ("%d %b %Y %H:%M:%S", "%d %b %Y %H:%M", "%d %b, %Y %I:%M %p", "%b %d, %Y %I:%M %p", "%b %d, %Y", "%d %b %Y")
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
    """Whether the dates of a column put the day or the month first, as most of those say that tell; ``None`` if none of them does."""
    pairs = [(int(found[1]), int(found[2])) for text in samples if (found := _NUMERIC.match(text.strip()))]
    day_first, month_first = (sum(one[month] <= 12 < one[1 - month] <= 31 for one in pairs) for month in (1, 0))
    if day_first or month_first:
        return "dmy" if day_first >= month_first else "mdy"
    return None


def ambiguous(samples: list[str]) -> bool:
    """Whether there are dates that may be read in two ways, and none that tells which."""
    return order_of(samples) is None and any(_NUMERIC.match(text.strip()) for text in samples)


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
