"""Durations as a policy writes them: ``15m``, ``4h``, ``1d``, ``1d12h``."""

import re
from datetime import timedelta

LONGEST = timedelta(days=365)

_PARTS = re.compile(r"(?:(?P<days>\d{1,6})d)?(?:(?P<hours>\d{1,6})h)?(?:(?P<minutes>\d{1,6})m)?")
_ALMOST = re.compile(r"(?P<figure>\d{1,6})\s*(?P<unit>[a-z]*)", re.IGNORECASE)


def read_duration(text: str, *, longest: timedelta = LONGEST) -> timedelta:
    """The time a text names; ``ValueError`` says what was expected, and if it can be guessed what was meant."""
    found = _PARTS.fullmatch(text)
    parts = {name: int(figure) for name, figure in found.groupdict().items() if figure} if found else {}
    length = timedelta(**parts)
    if not timedelta(0) < length <= longest:
        raise ValueError(f"expected a duration such as 15m, 4h or 1d, at most {longest.days}d, got {text!r}{_meant(text)}")
    return length


def in_short(length: timedelta) -> str:
    """The same, written: ``1d12h``."""
    minutes = length // timedelta(minutes=1)
    parts = ((minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "m"))
    return "".join(f"{figure}{unit}" for figure, unit in parts if figure)


def _meant(text: str) -> str:
    found = _ALMOST.fullmatch(text.strip())
    if found is None or int(found["figure"]) == 0:
        return ""
    unit = found["unit"][:1].lower() or "m"
    return f": did you mean '{found['figure']}{unit}'?" if unit in "mhd" else ""
