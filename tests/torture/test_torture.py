"""The short version of `make torture`: workers die under traffic, and the auditor finds nothing wrong."""

import pytest

from torture.driver import Report
from torture.table import table
from torture.talks import talk

pytestmark = pytest.mark.torture


def messages(report: Report) -> int:
    """How many messages the customers of a run write."""
    return sum(len(talk(number).lines) for number in range(report.ground.talks))


def test_nothing_is_lost_and_nothing_happens_twice_when_workers_die(tortured: Report) -> None:
    assert tortured.violations == [], table(tortured)
    assert tortured.deaths["from outside"] == 4
    assert tortured.counts["turns"] == messages(tortured)
    assert tortured.counts["receipts at the shop"] > 0
    assert tortured.counts["cases"] > 0


def test_nor_when_postgresql_crashes_under_them(tortured_on_postgresql: Report) -> None:
    assert tortured_on_postgresql.violations == [], table(tortured_on_postgresql)
    assert tortured_on_postgresql.deaths["from outside"] == 4
    assert tortured_on_postgresql.restarts == 1
    assert tortured_on_postgresql.counts["turns"] == messages(tortured_on_postgresql)
    assert tortured_on_postgresql.counts["receipts at the shop"] > 0
    assert tortured_on_postgresql.counts["cases"] > 0


def test_a_message_given_to_two_workers_at_once_is_one_turn(both: Report) -> None:
    assert both.violations == [], table(both)
    assert messages(both) >= 100
    assert both.counts["turns"] == messages(both)
    assert both.counts["messages sent"] >= 2 * messages(both)
    assert all(len(answers) > 1 for answers in both.told.values())
