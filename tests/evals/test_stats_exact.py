"""Few trials, many cases: Fisher, McNemar, Benjamini-Hochberg, and which case is called."""

from importlib import import_module
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from warmline.evals.stats.exact import Bar, benjamini_hochberg, drops, fisher, least_attainable, mcnemar
from warmline.evals.stats.rates import Counted

scipy_stats: Any = import_module("scipy.stats")  # it brings no types


counted = some.integers(1, 20).flatmap(lambda of: some.builds(Counted, some.integers(0, of), some.just(of)))


@given(counted, counted)
def test_fisher_is_scipys(base: Counted, new: Counted) -> None:
    table = [[new.count, new.of - new.count], [base.count, base.of - base.count]]
    assert fisher(base, new) == pytest.approx(scipy_stats.fisher_exact(table, alternative="less").pvalue, abs=1e-12)


def test_three_against_three_trials_never_reach_the_level() -> None:
    assert fisher(Counted(3, 3), Counted(0, 3)) == pytest.approx(0.05)


@pytest.mark.parametrize(("base", "of", "flagged_up_to"), [(10, 3, 1), (10, 5, 2), (8, 8, 4)])
def test_fisher_flags_from_the_published_counts_on(base: int, of: int, flagged_up_to: int) -> None:
    flagged = [passed for passed in range(of + 1) if fisher(Counted(base, base), Counted(passed, of)) < 0.05]
    assert max(flagged) == flagged_up_to


def test_the_example_of_the_report() -> None:
    assert round(fisher(Counted(10, 10), Counted(3, 8)), 3) == 0.007


@given(some.integers(0, 25), some.integers(0, 25))
def test_mcnemar_is_the_binomial_tail(worse: int, better: int) -> None:
    if worse + better:
        theirs = scipy_stats.binomtest(worse, worse + better, 0.5, alternative="greater").pvalue
        assert mcnemar(worse, better) == pytest.approx(theirs, abs=1e-12)


def test_mcnemar_gives_the_published_values() -> None:
    assert round(mcnemar(5, 0), 3) == 0.031
    assert mcnemar(6, 1) == 0.0625
    assert mcnemar(4, 0) > 0.05
    assert mcnemar(0, 0) == 1


@given(some.lists(some.floats(0, 1), min_size=1, max_size=30))
def test_benjamini_hochberg_is_scipys(p_values: list[float]) -> None:
    theirs = scipy_stats.false_discovery_control(p_values, method="bh")
    assert benjamini_hochberg(p_values) == pytest.approx(list(theirs), abs=1e-12)


def test_the_least_attainable_p_is_what_the_margins_allow() -> None:
    assert least_attainable(Counted(10, 10), Counted(8, 8)) == 1
    assert least_attainable(Counted(10, 10), Counted(3, 8)) == fisher(Counted(10, 10), Counted(3, 8))
    assert least_attainable(Counted(5, 10), Counted(8, 8)) == fisher(Counted(10, 10), Counted(3, 8))


def test_one_broken_case_is_called_among_hundreds_that_pass() -> None:
    pairs = [(Counted(10, 10), Counted(8, 8))] * 300 + [(Counted(10, 10), Counted(3, 8))]
    found = drops(pairs)
    assert [one.called for one in found] == [False] * 300 + [True]
    assert found[-1].adjusted == found[-1].p


@pytest.mark.parametrize(
    ("base", "new", "why"),
    [
        (Counted(8, 8), Counted(0, 8), "too few base trials"),
        (Counted(13, 20), Counted(0, 8), "a base that fails too often"),
        (Counted(100, 100), Counted(75, 100), "too small a drop"),
        (Counted(10, 10), Counted(2, 3), "too likely by chance"),
        (Counted(10, 10), Counted(0, 0), "nothing measured"),
    ],
)
def test_a_case_is_not_called_without(base: Counted, new: Counted, why: str) -> None:
    assert [one.called for one in drops([(base, new)])] == [False], why


def test_many_weak_drops_are_adjusted_together() -> None:
    unlucky = [(Counted(14, 20), Counted(2, 8))] * 1 + [(Counted(14, 20), Counted(6, 8))] * 20
    (first, *_) = drops(unlucky)
    assert first.p < 0.05 < first.adjusted
    assert not first.called
    assert drops(unlucky[:1])[0].called


def test_false_alarms_stay_rare_when_nothing_changed() -> None:
    chance = Random(5)  # noqa: S311

    def drawn(of: int, rate: float) -> Counted:
        return Counted(sum(chance.random() < rate for _ in range(of)), of)

    rates = [0.99] * 30 + [0.8] * 10
    alarms = sum(any(one.called for one in drops([(drawn(10, rate), drawn(8, rate)) for rate in rates])) for _ in range(300))
    assert alarms / 300 < 0.05


def test_the_bar_can_be_moved() -> None:
    pair = (Counted(8, 8), Counted(2, 8))
    assert not drops([pair])[0].called
    assert drops([pair], Bar(base_trials=8))[0].called
