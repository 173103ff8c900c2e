"""Workers die under traffic on SQLite, and the auditor finds nothing wrong; then what the run left is changed by hand, and it notices."""

import json
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from torture.audit import audit
from torture.audit_outbox import audit_outbox
from torture.driver import Report
from torture.ground import messages_of
from torture.left import Left, Violation, rows
from torture.table import table
from torture.talks import talk

pytestmark = pytest.mark.torture

NAMES = {
    "INTO_OUTBOX": "INTO warmline_outbox (conversation_id, kind, body, at)",
    "ONE_TURN": "(SELECT id FROM warmline_turn WHERE conversation_id = 't0' AND message_id = 'm0')",
    "ONE_ENTRY": "(SELECT min(key) FROM warmline_ledger WHERE status = 'done')",
    "ONE_CASE": "(SELECT min(case_id) FROM warmline_case_event WHERE kind = 'customer_wrote')",
}


def test_nothing_is_lost_and_nothing_happens_twice_when_workers_die(tortured: Report) -> None:
    assert tortured.violations == [], table(tortured)
    assert tortured.deaths["from outside"] == 4
    assert tortured.counts["turns"] == messages_of(tortured.ground)
    assert tortured.counts["receipts at the shop"] > 0
    assert tortured.counts["cases"] > 0
    assert tortured.cut_off > 0
    assert tortured.counts["events received"] == tortured.counts["outbox events"] > 0


class Tampered:
    """A copy of what a run left, changed by hand."""

    def __init__(self, report: Report, folder: Path) -> None:
        self.report, self.ground = report, replace(report.ground, folder=str(folder))
        for name in ("store.db", "shop.db"):
            shutil.copy(Path(report.ground.folder) / name, folder / name)

    def change(self, statement: str, *values: str) -> None:
        """Execute a statement on the store, or on the shop if it names one of its tables."""
        database = Path(self.ground.folder) / ("shop.db" if "shop_" in statement else "store.db")
        for name, query in NAMES.items():
            statement = statement.replace(name, query)
        with closing(sqlite3.connect(database)) as connection, connection:
            assert connection.execute(statement, values).rowcount > 0

    def audited(self) -> list[Violation]:
        """What the auditor says now."""
        talks = [talk(number) for number in range(self.ground.talks)]
        return audit(self.ground, talks, self.report.told, self.report.again)[1]


@pytest.fixture
def tampered(tortured: Report, tmp_path: Path) -> Tampered:
    copied = Tampered(tortured, tmp_path)
    assert copied.audited() == []
    return copied


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE warmline_turn SET outcome = NULL WHERE id = ONE_TURN", "no outcome"),
        ("UPDATE warmline_turn SET outcome = replace(outcome, 'm0', 'm7') WHERE id = ONE_TURN", "recorded {"),
        ("UPDATE warmline_turn SET message_id = 'm9' WHERE id = ONE_TURN", "expected ['m0'"),
        ("DELETE FROM warmline_message WHERE turn_id = ONE_TURN AND author = 'customer'", "message stands 0 times"),
        ("UPDATE warmline_message SET author = 'tool' WHERE author = 'agent'", "reply stands 0 times"),
        ("UPDATE warmline_conversation SET lease_owner = 'w' WHERE id = 't0'", "a lease is still held"),
        ("UPDATE warmline_ledger SET arguments = '[]' WHERE key = ONE_ENTRY", "nobody was asked about it"),
        ("UPDATE warmline_turn SET text = 'no' WHERE text = 'yes'", "nobody said yes"),
        ("UPDATE warmline_ledger SET status = 'failed' WHERE key = ONE_ENTRY", "failed by the ledger, and was made"),
        ("UPDATE warmline_ledger SET status = 'started' WHERE key = ONE_ENTRY", "still started in the ledger"),
        ("UPDATE warmline_turn SET outcome = replace(outcome, '\"done\"', '\"no\"')", "neither the customer nor a person"),
        ("DELETE FROM shop_receipt", "the shop knows nothing of it"),
        ("INSERT INTO shop_receipt (key, kind, document) VALUES ('k', 'ReturnReceipt', '{}')", "the ledger does not know"),
        ("UPDATE shop_stock SET units = units - 1 WHERE sku = 'CREW-GRY-M'", "on the shelf"),
        ("UPDATE shop_order SET status = 'cancelled' WHERE number = 'W-100000'", "is cancelled"),
        ("UPDATE shop_order SET address = replace(address, 'Ada Moore', 'Bo Ek')", "changes of address"),
        ("UPDATE shop_line SET returned = 1", "went back"),
        ("DELETE FROM shop_signup", "stands on 0 lists"),
        ("DELETE FROM warmline_outbox WHERE kind = 'case_opened'", "events {"),
        ("DELETE FROM warmline_case_event WHERE kind = 'opened'", "opened 0 times"),
        ("UPDATE warmline_case_event SET note = '' WHERE kind = 'customer_wrote'", "did not reach it"),
        ("UPDATE warmline_outbox SET body = replace(body, ONE_CASE, 'K-NONE')", "has no cause"),
        (
            "INSERT INTO warmline_case_event (case_id, kind, who, note, at) VALUES (ONE_CASE, 'drafted', '', '', '')",
            "'case_drafted': 1",
        ),
        ("UPDATE warmline_turn SET announce = 1 WHERE id = ONE_TURN", "0 events tell of its outcome, expected 1"),
        (
            "INSERT INTO_OUTBOX VALUES ('t0', 'turn_closed', '{\"message_id\": \"m0\"}', '')",
            "1 events tell of its outcome, expected 0",
        ),
        ("INSERT INTO_OUTBOX VALUES ('t0', 'turn_closed', '{\"message_id\": \"m9\"}', '')", "and nobody wrote it"),
        ("DELETE FROM warmline_case WHERE id = ONE_CASE", "which is none"),
        ("UPDATE warmline_turn SET outcome = replace(outcome, 'handed_off', 'replied')", "without a hand-off"),
        ("INSERT INTO_OUTBOX VALUES ('x', 'k', '{}', '')", "nobody had this"),
    ],
)
def test_a_broken_promise_is_named(tampered: Tampered, statement: str, what: str) -> None:
    tampered.change(statement)
    found = [violation.what for violation in tampered.audited()]
    assert any(what in one for one in found), found


def test_a_confirmed_write_that_was_not_made_is_named(tampered: Tampered) -> None:
    for database, statement in (
        (tampered.ground.shop, "DELETE FROM shop_receipt"),
        (tampered.ground.store, "DELETE FROM warmline_ledger"),
    ):
        assert rows(database, statement.replace("DELETE", "SELECT *"))
        tampered.change(statement)
    assert any("yes was said to" in one.what for one in tampered.audited())


def delivered(tampered: Tampered) -> list[tuple[str, str]]:
    """Say of every event that it was delivered, and give what a sink then took."""
    tampered.change("UPDATE warmline_outbox SET delivered_at = at")
    events = [event for found in Left(tampered.ground).outbox.values() for event in found]
    return [(event["key"], event["conversation_id"]) for event in events]


def test_an_outbox_that_was_delivered_is_in_order_also_when_an_event_came_twice(tampered: Tampered) -> None:
    received = delivered(tampered)
    assert list(audit_outbox(Left(tampered.ground), [*received, *received[:3]])) == []


def test_events_that_were_lost_held_back_swapped_or_made_up_are_named(tampered: Tampered) -> None:
    received = delivered(tampered)

    def named(what: str, received: Sequence[tuple[str, str]]) -> bool:
        return any(what in one.what for one in audit_outbox(Left(tampered.ground), received))

    assert named("nobody received it", received[1:])
    assert named("in the order", received[::-1])
    assert named("nobody wrote it", [*received, ("k", received[0][1])])
    tampered.change("UPDATE warmline_outbox SET dead_at = at WHERE id = (SELECT min(id) FROM warmline_outbox)")
    assert named("is delivered and a dead letter", received)
    tampered.change("UPDATE warmline_outbox SET delivered_at = NULL, dead_at = NULL")
    assert named("is neither delivered nor a dead letter", received)


def test_an_answer_that_differs_from_the_recorded_one_is_named_with_its_message(tampered: Tampered) -> None:
    other = json.dumps({"kind": "replied", "text": "Something else."})
    tampered.report = replace(tampered.report, again={**tampered.report.again, ("t0", "m1"): [other]})
    found = tampered.audited()
    assert [(one.conversation, one.message) for one in found] == [("t0", "m1")]
    assert "t0/m1: told" in table(replace(tampered.report, violations=found))
