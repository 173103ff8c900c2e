"""The short version of `make torture` on PostgreSQL, and the one in which workers get in each other's way; ``test_auditor.py`` has SQLite's.

Each file is run by one process, and so is what its tests share.
"""

import pytest

from torture.driver import Report
from torture.ground import messages_of
from torture.table import table

pytestmark = pytest.mark.torture


def test_nothing_is_lost_and_nothing_happens_twice_when_workers_die_and_postgresql_crashes(
    tortured_on_postgresql: Report,
) -> None:
    assert tortured_on_postgresql.violations == [], table(tortured_on_postgresql)
    assert tortured_on_postgresql.deaths["from outside"] == 4
    assert tortured_on_postgresql.restarts == 1
    assert tortured_on_postgresql.counts["turns"] == messages_of(tortured_on_postgresql.ground)
    assert tortured_on_postgresql.counts["receipts at the shop"] > 0
    assert tortured_on_postgresql.counts["cases"] > 0
    assert tortured_on_postgresql.cut_off > 0
    assert tortured_on_postgresql.counts["events received"] == tortured_on_postgresql.counts["outbox events"] > 0


def test_a_message_given_to_two_workers_at_once_is_one_turn(both: Report) -> None:
    assert both.violations == [], table(both)
    assert messages_of(both.ground) >= 100
    assert both.counts["turns"] == messages_of(both.ground)
    assert both.counts["messages sent"] >= 2 * messages_of(both.ground)
    alone = sum(len(answers) < 2 for answers in both.told.values())
    assert alone <= both.errors.total() + both.late, table(both)  # on a busy machine a worker may find the file locked


def test_messages_that_were_handed_in_are_answered_and_told_once_though_no_worker_comes_back(deferred: Report) -> None:
    assert deferred.violations == [], table(deferred)
    assert deferred.deaths["from outside"] == 3
    assert deferred.counts["turns"] == messages_of(deferred.ground)
    assert deferred.counts["events received"] == deferred.counts["outbox events"] >= deferred.counts["turns"]
