"""A fixed turn does no more than was blessed: statements, models, bytes and calls, counted and not timed."""

import json
from typing import Any

import pytest
from benchmarks.counting import FILE, REMEDY, grown, measured


@pytest.fixture(scope="module")
def blessed() -> dict[str, Any]:
    return json.loads(FILE.read_text("utf-8"))


def test_a_fixed_turn_does_no_more_than_was_blessed(blessed: dict[str, Any]) -> None:
    worse = list(grown(measured(), blessed))
    assert worse == [], f"\n{chr(10).join(worse)}\n{REMEDY}"


def test_one_statement_more_is_named(blessed: dict[str, Any]) -> None:
    now = json.loads(json.dumps(blessed))
    now["turn_10"]["statements_closing"] += 1
    was = blessed["turn_10"]["statements_closing"]
    assert list(grown(now, blessed)) == [f"turn 10: statements_closing grew from {was} to {was + 1} (may grow by 0%)"]


def test_what_was_never_counted_before_is_named(blessed: dict[str, Any]) -> None:
    now = json.loads(json.dumps(blessed))
    now["turn_1"]["statements_loop"] = 2
    assert list(grown(now, blessed)) == ["turn 1: statements_loop grew from 0 to 2 (may grow by 0%)"]


def test_calls_may_differ_a_little_and_are_not_compared_across_pythons(blessed: dict[str, Any]) -> None:
    now = json.loads(json.dumps(blessed))
    now["turn_1"]["calls"] = int(blessed["turn_1"]["calls"] * 1.04)
    assert list(grown(now, blessed)) == []
    now["turn_1"]["calls"] = int(blessed["turn_1"]["calls"] * 1.2)
    assert len(list(grown(now, blessed))) == 1
    assert list(grown({**now, "python": "3.99"}, blessed)) == []


def test_a_later_turn_of_a_conversation_needs_as_many_statements_as_the_second(blessed: dict[str, Any]) -> None:
    first, second, tenth = (blessed[turn] for turn in ("turn_1", "turn_2", "turn_10"))
    names = [name for name in tenth if name.startswith(("statements", "commits"))]
    assert [tenth[name] for name in names] == [second[name] for name in names]
    assert all(first[name] <= second[name] for name in names)
