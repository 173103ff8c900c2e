"""Figures of the landscape in words, the same on the page and in the terminal."""

from warmline.evals.stats.rates import Counted, Interval, wilson

from .topics import Lengths

NOT_HERE = "not in this file"
NOT_TOLD = "not known"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def share(value: float | None) -> str:
    """``12.3 %``."""
    return NOT_HERE if value is None else f"{value * 100:.1f} %"


def rate(counted: Counted | None, *, unknown: str = NOT_HERE) -> str:
    """``12 % [9, 16]``: a rate with its 95 % interval."""
    if counted is None or counted.rate is None:
        return unknown
    bounds = wilson(counted.count, counted.of)
    return f"{counted.rate * 100:.0f} % [{bounds.low * 100:.0f}, {bounds.high * 100:.0f}]"


def middle(lengths: Lengths | None) -> str:
    """The median as a person says it."""
    return NOT_HERE if lengths is None else spell(lengths.median)


def spell(seconds: float) -> str:
    """``4 min``, ``3.5 h``, ``2.1 days``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 48 * 3600 else f"{seconds / 86400:.1f} days"


def between(interval: Interval | None, unit: str = "") -> str:
    """``7.5 to 9.0``; two figures where less would be false precision."""
    if interval is None:
        return NOT_HERE
    digits = 0 if interval.high >= 20 else 1
    return f"{interval.low:,.{digits}f} to {interval.high:,.{digits}f}{f' {unit}' if unit else ''}"


def busiest(counts: tuple[int, ...] | None, names: tuple[str, ...]) -> str:
    """The name of the largest, with its share of all."""
    if counts is None or not sum(counts):
        return NOT_HERE
    top = max(range(len(counts)), key=lambda place: counts[place])
    return f"{names[top]} ({counts[top] / sum(counts):.0%})"
