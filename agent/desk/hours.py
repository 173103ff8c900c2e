"""When people answer: opening hours in the shop's own zone, holidays left out, and how time counts in them.

No library that is kept well does this: of those that count opening hours most have not been released for years or hold no zones.
Public holidays come from the library ``holidays``, zones from ``zoneinfo``. Every sum is made of instants in UTC, so that a day of 23 or
25 hours counts what it has.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

DAY = timedelta(days=1)
MIDNIGHT = 24 * 60
Span = tuple[int, int]
"""From and to, in minutes after midnight."""

_FAR = 800
"""Days looked ahead for an opening; no shop is closed for longer."""


@dataclass(frozen=True)
class Holidays:
    """The days a shop is closed: a country's public holidays (of a region, if named), others by date, and those it opens on all the same."""

    country: str | None = None
    region: str | None = None
    also: frozenset[date] = frozenset()
    open: frozenset[date] = frozenset()

    def __contains__(self, day: date) -> bool:
        if day in self.open:
            return False
        return day in self.also or (self.country is not None and day in public_holidays(self.country, self.region, day.year))


@lru_cache(maxsize=64)
def public_holidays(country: str, region: str | None, year: int) -> frozenset[date]:
    """The public holidays of a year; ``NotImplementedError`` for a country or region that is unknown, ``ImportError`` without the library."""
    import holidays

    return frozenset(holidays.country_holidays(country, subdiv=region, years=year))


@dataclass(frozen=True)
class Hours:
    """The hours of each day of the week, Monday first; as it is, always open."""

    week: tuple[tuple[Span, ...], ...] = (((0, MIDNIGHT),),) * 7
    zone: tzinfo = UTC
    holidays: Holidays = field(default_factory=Holidays)

    def add(self, start: datetime, length: timedelta) -> datetime:
        """The moment a length of time after ``start`` is over. Whole days are working days, the rest is time during which people are there."""
        days, rest = divmod(length, DAY)
        return self.add_open(self._days_on(start, days) if days else start, rest)

    def add_open(self, start: datetime, length: timedelta) -> datetime:
        """The moment people will have been there for ``length`` since ``start``."""
        left, last = length, start
        for begin, end in self._spans(start):
            if end - begin >= left:
                return begin + left
            left, last = left - (end - begin), end
        return last + left  # people are hardly ever there: not before all that can be seen of it is over

    def between(self, start: datetime, end: datetime) -> timedelta:
        """For how long people are there from ``start`` to ``end``; nothing if that is before it."""
        total = timedelta(0)
        for begin, until in self._spans(start):
            if begin >= end:
                break
            total += min(until, end) - begin
        return total

    def local(self, moment: datetime) -> datetime:
        """A moment as the shop's clocks show it."""
        return moment.astimezone(self.zone)

    def _days_on(self, start: datetime, days: int) -> datetime:
        """The same time some working days later, or when people are next there after it."""
        begin = next(self._spans(start), (start, start))[0].astimezone(self.zone)
        day, left = begin.date(), days
        for _ in range(_FAR):
            day += DAY
            left -= bool(self._of(day))
            if left == 0:
                break
        same = datetime.combine(day, begin.timetz().replace(tzinfo=None), tzinfo=self.zone).astimezone(UTC)
        return next(self._spans(same), (same, same))[0]

    def _spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """When people are there from ``start`` on, as instants in UTC; what is over already is left out."""
        start = start.astimezone(UTC)
        first = start.astimezone(self.zone).date() - DAY  # a span that ends at midnight may end today
        for number in range(_FAR):
            day = first + number * DAY
            for begin, end in ((self._instant(day, a), self._instant(day, b)) for a, b in self._of(day)):
                if end > start and end > begin:
                    yield max(begin, start), end

    def _of(self, day: date) -> tuple[Span, ...]:
        return () if day in self.holidays else self.week[day.weekday()]

    def _instant(self, day: date, minutes: int) -> datetime:
        day, minutes = (day + DAY, 0) if minutes == MIDNIGHT else (day, minutes)
        return datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=self.zone).astimezone(UTC)


ALWAYS = Hours()
