"""Which days the tickets cover, whatever a few wrong dates say."""

from datetime import date, timedelta

import pytest

from warmline.evals.insights.landscape.span import Span, between

BEGIN = date(2026, 1, 1)


def daily(days: int, number: int = 1, *, every: int = 1) -> list[tuple[date, int]]:
    return [(BEGIN + timedelta(days=place * every), number) for place in range(days)]


@pytest.mark.parametrize(
    ("early", "late"),
    [
        ([(date(2006, 5, 1), 1)], []),
        ([(date(1970, 1, 1), 3), (date(2006, 5, 1), 1)], []),
        ([], [(date(2062, 1, 1), 1)]),
        ([(date(2025, 3, 1), 1)], [(date(2027, 3, 1), 2)]),
    ],
)
def test_a_few_far_apart_are_left_out_and_named(early: list[tuple[date, int]], late: list[tuple[date, int]]) -> None:
    found = between([*early, *daily(100), *late])
    assert (found.first, found.days) == (BEGIN, 100)
    assert all(str(day) in found.apart for day, _ in [*early, *late])


@pytest.mark.parametrize(
    "days",
    [
        daily(100),
        daily(40, every=25),  # few tickets, always far between
        daily(3, every=60),
        [(BEGIN - timedelta(days=20), 1), *daily(100)],  # not far
        [(BEGIN - timedelta(days=200), 40), *daily(100)],  # not few
    ],
)
def test_what_may_be_true_is_left_in(days: list[tuple[date, int]]) -> None:
    found = between(days)
    assert (found.first, found.last, found.apart) == (days[0][0], days[-1][0], "")


def test_without_dates_there_is_no_span() -> None:
    assert (between([]), Span().days) == (Span(), None)
    assert between([(BEGIN, 5)]).days == 1
