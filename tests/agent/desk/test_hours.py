"""Opening hours: time counts while people are there, in the shop's zone, across weekends, holidays and changes of the clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmline.agent.desk.hours import ALWAYS, DAY, MIDNIGHT, Holidays, Hours

BERLIN, NEW_YORK, KIRITIMATI = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Pacific/Kiritimati")
NINE_TO_FIVE = (((9 * 60, 17 * 60),),) * 5 + ((), ())
OFFICE = Hours(NINE_TO_FIVE, BERLIN)


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "length", "due"),
    [
        ("2026-11-25T10:00", {"hours": 2}, "2026-11-25T12:00"),
        ("2026-11-25T16:00", {"hours": 2}, "2026-11-26T10:00"),
        ("2026-11-25T03:00", {"hours": 2}, "2026-11-25T11:00"),
        ("2026-11-25T20:00", {"hours": 2}, "2026-11-26T11:00"),
        ("2026-11-27T16:30", {"hours": 2}, "2026-11-30T10:30"),
        ("2026-11-28T12:00", {"minutes": 40}, "2026-11-30T09:40"),
        ("2026-11-25T10:00", {"days": 1}, "2026-11-26T10:00"),
        ("2026-11-27T10:00", {"days": 1}, "2026-11-30T10:00"),
        ("2026-11-28T12:00", {"days": 1}, "2026-12-01T09:00"),
        ("2026-11-27T16:00", {"days": 1, "hours": 2}, "2026-12-01T10:00"),
        ("2026-11-25T09:00", {"hours": 8}, "2026-11-25T17:00"),
    ],
)
def test_time_counts_while_people_are_there(start: str, length: dict[str, float], due: str) -> None:
    assert OFFICE.add(at(start), timedelta(**length)) == at(due)


def test_a_holiday_is_no_working_day_unless_the_shop_is_open_all_the_same() -> None:
    holidays = Holidays("DE", None, also=frozenset({date(2026, 12, 24)}), open=frozenset({date(2026, 12, 26)}))
    hours = Hours((((9 * 60, 17 * 60),),) * 6 + ((),), BERLIN, holidays)
    assert hours.add(at("2026-12-23T16:00"), timedelta(hours=2)) == at("2026-12-26T10:00")
    assert hours.add(at("2026-12-23T12:00"), timedelta(days=1)) == at("2026-12-26T12:00")


def test_two_shifts_leave_the_break_out_and_a_day_may_end_at_midnight() -> None:
    hours = Hours((((8 * 60, 12 * 60), (13 * 60, MIDNIGHT)),) * 7, NEW_YORK)
    assert hours.add(at("2026-11-25T11:30", NEW_YORK), timedelta(hours=1)) == at("2026-11-25T13:30", NEW_YORK)
    assert hours.add(at("2026-11-25T23:30", NEW_YORK), timedelta(hours=1)) == at("2026-11-26T08:30", NEW_YORK)


def test_a_day_has_the_hours_it_has_when_the_clocks_change() -> None:
    around = Hours((((0, MIDNIGHT),),) * 7, BERLIN)
    assert around.between(at("2026-03-29T00:00"), at("2026-03-30T00:00")) == timedelta(hours=23)
    assert around.between(at("2026-10-25T00:00"), at("2026-10-26T00:00")) == timedelta(hours=25)
    assert around.add(at("2026-03-28T12:00"), timedelta(days=1)) == at("2026-03-29T12:00")
    night = Hours((((60, 4 * 60),),) * 7, BERLIN)
    assert night.between(at("2026-03-29T00:00"), at("2026-03-29T12:00")) == timedelta(hours=2)
    assert night.between(at("2026-10-25T00:00"), at("2026-10-25T12:00")) == timedelta(hours=4)


def test_always_open_is_plain_time() -> None:
    start = datetime(2026, 11, 28, 23, 59, tzinfo=UTC)
    assert ALWAYS.add(start, timedelta(days=1, hours=12)) == start + timedelta(days=1, hours=12)


SPANS = (
    st.lists(st.integers(0, MIDNIGHT), min_size=2, max_size=4, unique=True)
    .map(sorted)
    .map(lambda one: list(zip(one[::2], one[1::2], strict=False)))
)
WEEKS = st.lists(SPANS.map(tuple) | st.just(()), min_size=7, max_size=7).map(tuple).filter(any)
HOURS = st.builds(
    Hours,
    WEEKS,
    st.sampled_from([BERLIN, NEW_YORK, KIRITIMATI, ZoneInfo("Australia/Lord_Howe")]),
    st.builds(Holidays, also=st.frozensets(st.dates(date(2026, 3, 1), date(2026, 12, 31)), max_size=5)),
)
MOMENTS = st.datetimes(datetime(2026, 3, 1), datetime(2026, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001 (the strategy adds the zone)
LENGTHS = st.timedeltas(timedelta(minutes=1), timedelta(hours=30))


@given(HOURS, MOMENTS, LENGTHS)
def test_the_time_people_are_there_until_a_moment_is_the_time_it_was_reckoned_from(
    hours: Hours, start: datetime, length: timedelta
) -> None:
    due = hours.add_open(start, length)
    assert due >= start + length
    if hours.between(start, start + timedelta(days=700)) >= length:  # else people are hardly ever there
        assert hours.between(start, due) == length


@given(HOURS, MOMENTS, LENGTHS, LENGTHS)
def test_later_and_longer_is_never_due_earlier(hours: Hours, start: datetime, length: timedelta, more: timedelta) -> None:
    due = hours.add(start, length)
    assert hours.add(start + more, length) >= due
    assert hours.add_open(start, length + more) >= hours.add_open(start, length)
    assert hours.between(start, due) + hours.between(due, due + more) == hours.between(start, due + more)


@given(HOURS, MOMENTS, st.integers(1, 5))
def test_working_days_end_when_somebody_is_there(hours: Hours, start: datetime, days: int) -> None:
    due = hours.add(start, days * DAY)
    assert due > start
    assert hours.between(due, due + 8 * DAY) > timedelta(0)
    assert next(hours._spans(due))[0] == due  # pyright: ignore[reportPrivateUsage]
