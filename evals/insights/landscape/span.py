"""Which days the tickets cover: from the first to the last, without a few that stand far apart, as wrong dates do.

A month is reckoned from it, so one ticket of the year 2006 in a file of half a year would make every hour a fortieth of what it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .workfile import WorkFile

_AT_MOST = 20
"""One in so many tickets, at each end, may be left out; of fewer tickets than this none is."""

_FAR = 30
"""Days without a ticket between them and the rest, at least …"""

_TIMES_USUAL = 20
"""… and at least so many times the days that usually lie between one ticket and the next."""


@dataclass(frozen=True)
class Span:
    """The first and the last day, and what was left out, in words; ``None`` without dates."""

    first: date | None = None
    last: date | None = None
    apart: str = ""

    @property
    def days(self) -> int | None:
        """How many days it covers, both ends included."""
        return (self.last - self.first).days + 1 if self.first and self.last else None


def span_of(work: WorkFile) -> Span:
    """The days of all tickets that were kept."""
    rows = work.ask("SELECT day, COUNT(*) FROM tickets WHERE day IS NOT NULL GROUP BY day ORDER BY day")
    return between([(date.fromisoformat(day), number) for day, number in rows])


def between(days: Sequence[tuple[date, int]]) -> Span:
    """The same of days in order, with how many tickets each has."""
    if not days:
        return Span()
    late = [(day, number) for day, number in reversed(days)]
    first, last = _core(days), _core(late)
    tickets = sum(number for _, number in days)
    far = max(_FAR, _TIMES_USUAL * (late[last][0] - days[first][0]).days / tickets)
    before, after = _apart(days[: first + 1], far), _apart(late[: last + 1], far)
    begin, end = days[before][0], late[after][0]
    left_out = [*days[:before], *late[:after][::-1]]
    return Span(begin, end, _said(left_out, begin, end) if left_out else "")


def _core(days: Sequence[tuple[date, int]]) -> int:
    """The place of the first day that cannot be left out: with it, more than one in ``_AT_MOST`` tickets would be."""
    allowed, seen = sum(number for _, number in days) // _AT_MOST, 0
    for place, (_, number) in enumerate(days):
        seen += number
        if seen > allowed:
            return place
    return len(days) - 1


def _apart(days: Sequence[tuple[date, int]], far: float) -> int:
    """How many of the first days stand far apart from what follows."""
    gaps = [place for place in range(1, len(days)) if abs((days[place][0] - days[place - 1][0]).days) > far]
    return gaps[-1] if gaps else 0


def _said(left_out: Sequence[tuple[date, int]], begin: date, end: date) -> str:
    number = sum(tickets for _, tickets in left_out)
    named = ", ".join(str(day) for day, _ in left_out[:3]) + (", …" if len(left_out) > 3 else "")
    they = (
        "tickets stand far apart from the rest ({}), and are"
        if number > 1
        else "ticket stands far apart from the rest ({}), and is"
    )
    return f"{number} {they.format(named)} not of the time from which months are reckoned, {begin} to {end}"
