"""Labels: kept whatever comes, a case each, and what they say of the threshold."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from warmline.agent.guard.policy import shipped
from warmline.agent.guard.signals import Signals
from warmline.errors import UsageError
from warmline.evals.insights.labels.choosing import choose
from warmline.evals.insights.labels.costs import Prices
from warmline.evals.insights.labels.labels import Label, Said, add_label, read_labels, suite_of

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
DEAR_MISS = Prices(missed=25, needless=4)


def a_label(turn_id: int, said: Said, *, stratum: str = "human/3", why: str = "", text: str = "") -> Label:
    return Label(
        turn_id=turn_id, conversation="c1", message=f"m{turn_id}", text=text or f"words {turn_id}", stratum=stratum, route="human",
        reason="unsure", score=0.5, said=said, why=why, by="ana", at=AT,
    )  # fmt: skip


def read_as(probability: float) -> Signals:
    return Signals(human_probability=probability, intent="order_status", intent_probability=1.0)


def test_the_newest_label_of_a_message_holds(tmp_path: Path) -> None:
    file = tmp_path / "labels.jsonl"
    for one in (a_label(1, "agent"), a_label(2, "person", why="angry"), a_label(1, "person")):
        add_label(file, one)
    assert {one.turn_id: one.said for one in read_labels(file)} == {1: "person", 2: "person"}
    assert len(file.read_text("utf-8").splitlines()) == 3


def test_a_line_that_was_cut_off_costs_only_itself(tmp_path: Path) -> None:
    file = tmp_path / "labels.jsonl"
    add_label(file, a_label(1, "agent"))
    add_label(file, a_label(2, "agent"))
    file.write_bytes(file.read_bytes()[:-30])
    assert [one.turn_id for one in read_labels(file)] == [1]
    add_label(file, a_label(3, "agent"))
    assert [one.turn_id for one in read_labels(file)] == [1, 3]


def test_a_line_that_is_no_label_is_named(tmp_path: Path) -> None:
    file = tmp_path / "labels.jsonl"
    file.write_text('{"turn_id": 1}\n', "utf-8")
    with pytest.raises(UsageError, match="line 1: expected a label"):
        read_labels(file)


def test_labels_become_cases_each_message_once() -> None:
    labels = [a_label(1, "person", why="angry", text="now!"), a_label(2, "person", why="angry", text="now!"), a_label(3, "agent")]
    cases = suite_of(labels, name="labelled")["cases"]
    assert [case["id"] for case in cases] == ["labelled-1", "labelled-3"]
    assert [case["conversation"][0]["expect"]["route"] for case in cases] == [{"to": "human", "reason": "angry"}, {"to": "bot"}]


def between(said: Said, number: int, start: int = 0) -> list[tuple[Label, Signals]]:
    """Messages of probability 0.5: with a person at the shipped threshold of 0.45, with the agent from 0.55."""
    return [(a_label(start + place, said), read_as(0.5)) for place in range(number)]


SIZES = Counter({"human/3": 400, "automate/0": 5000})
EASY = [(a_label(1000 + place, "agent", stratum="automate/0"), read_as(0.01)) for place in range(30)]


def test_labels_that_call_the_grey_ones_needless_raise_the_threshold() -> None:
    found = choose([*between("agent", 40), *EASY], SIZES, shipped(), DEAR_MISS)
    assert found.now.threshold == 0.45
    assert 0.5 < found.best.threshold <= 0.55
    assert found.proposed is found.best
    assert found.now.needless == pytest.approx(1000 * 400 / 5400)
    assert found.best.saves == pytest.approx(found.now.cost)
    assert found.best.saves_between.low <= found.best.saves <= found.best.saves_between.high


def test_the_prices_decide() -> None:
    half = [*between("agent", 30), *between("person", 10, 100), *EASY]
    dear = choose(half, SIZES, shipped(), Prices(missed=25, needless=4))
    cheap = choose(half, SIZES, shipped(), Prices(missed=1, needless=4))
    assert dear.best.threshold == 0.45
    assert cheap.best.threshold > 0.5


def test_a_few_labels_that_agree_are_not_sure() -> None:
    found = choose([*between("agent", 3), *EASY], SIZES, shipped(), DEAR_MISS)
    assert found.best.threshold > 0.5
    assert found.proposed is None


@pytest.mark.parametrize("why", ["safety", "self_harm", "human_request", "legal_threat", "security"])
def test_what_has_no_price_bars_a_threshold_however_cheap_it_is(why: str) -> None:
    one = (a_label(500, "person", why=why), read_as(0.5))
    found = choose([*between("agent", 40), one, *EASY], SIZES, shipped(), Prices(missed=0, needless=4))
    assert found.best.threshold <= 0.5
    assert all(point.barred for point in found.points if point.threshold > 0.5)


def test_too_few_labels_choose_nothing() -> None:
    with pytest.raises(UsageError, match="29 labels of messages of this time are too few"):
        choose(EASY[:29], SIZES, shipped(), DEAR_MISS)


def test_a_share_of_which_nothing_was_seen_is_not_known_to_be_none() -> None:
    few = choose(EASY, SIZES, shipped(), DEAR_MISS)
    many = choose(
        [*EASY, *((a_label(3000 + place, "agent", stratum="automate/0"), read_as(0.01)) for place in range(270))],
        SIZES,
        shipped(),
        DEAR_MISS,
    )
    assert few.now.missed == many.now.missed == 0
    assert few.now.missed_between.high > 100 > 20 > many.now.missed_between.high > 0


def test_a_threshold_that_is_surely_cheaper_is_proposed_before_one_that_only_seems_so() -> None:
    sure = [(a_label(place, "agent"), read_as(0.5)) for place in range(40)]
    doubtful = [(a_label(100 + place, "agent" if place else "person", stratum="human/4"), read_as(0.7)) for place in range(9)]
    found = choose([*sure, *doubtful, *EASY], SIZES + Counter({"human/4": 100}), shipped(), DEAR_MISS)
    assert found.best.threshold > 0.7
    assert found.proposed is not None
    assert 0.5 < found.proposed.threshold <= 0.7


def test_what_would_move_is_shown() -> None:
    found = choose([*between("agent", 40), *EASY], SIZES, shipped(), DEAR_MISS)
    assert {one.label.turn_id for one in found.moved} == set(range(40))
    assert not any(one.to_person for one in found.moved)
