"""Rates: Wilson, pass^k and pass@k, upper bounds, and what a judge's rate is worth."""

import math
from importlib import import_module
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from warmline.evals.stats.judged import Calibration, corrected, kappa
from warmline.evals.stats.rates import Counted, pass_at_k, pass_hat_k, upper_bound, wilson

scipy_stats: Any = import_module("scipy.stats")  # it brings no types
sklearn_metrics: Any = import_module("sklearn.metrics")


counts = some.integers(1, 400).flatmap(lambda of: some.tuples(some.integers(0, of), some.just(of)))


@pytest.mark.parametrize(
    ("passed", "of", "low", "high"),
    [(3, 3, 0.44, 1), (5, 5, 0.57, 1), (10, 10, 0.72, 1), (18, 20, 0.70, 0.97), (54, 60, 0.80, 0.95), (60, 60, 0.94, 1)],
)
def test_wilson_gives_the_published_values(passed: int, of: int, low: float, high: float) -> None:
    found = wilson(passed, of)
    assert (round(found.low, 2), round(found.high, 2)) == (low, high)


@given(counts)
def test_wilson_is_scipys(counted: tuple[int, int]) -> None:
    ours = wilson(*counted)
    theirs = scipy_stats.binomtest(*counted).proportion_ci(0.95, method="wilson")
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_wilson_of_nothing_knows_nothing() -> None:
    found = wilson(0, 0)
    assert (found.low, found.high) == (0, 1)


def test_more_than_all_is_no_count() -> None:
    with pytest.raises(ValueError, match="9 of 8 is no count"):
        wilson(9, 8)


def test_pass_hat_k_is_the_published_estimator() -> None:
    assert pass_hat_k([Counted(3, 4)], 2) == pytest.approx(math.comb(3, 2) / math.comb(4, 2))
    assert pass_hat_k([Counted(4, 4), Counted(1, 4)], 4) == 0.5
    assert pass_hat_k([Counted(3, 3)], 4) is None
    assert pass_hat_k([], 1) is None


@pytest.mark.parametrize("k", [1, 2, 4])
def test_pass_hat_k_is_unbiased_where_the_plug_in_is_not(k: int) -> None:
    rate, trials = 0.9, 4
    expected = plug_in = 0.0
    for outcome in product((0, 1), repeat=trials):
        chance = math.prod(rate if one else 1 - rate for one in outcome)
        expected += chance * (pass_hat_k([Counted(sum(outcome), trials)], k) or 0)
        plug_in += chance * (sum(outcome) / trials) ** k
    assert expected == pytest.approx(rate**k)
    if k == 4:
        assert (round(expected, 3), round(plug_in, 3)) == (0.656, 0.751)


def test_pass_at_k_is_the_published_estimator() -> None:
    assert pass_at_k([Counted(1, 4)], 2) == pytest.approx(1 - math.comb(3, 2) / math.comb(4, 2))
    assert pass_at_k([Counted(0, 4)], 4) == 0
    assert pass_at_k([Counted(0, 2)], 3) is None


def test_k_is_at_least_one() -> None:
    with pytest.raises(ValueError, match="k is at least 1"):
        pass_hat_k([Counted(1, 1)], 0)


@pytest.mark.parametrize(("of", "bound"), [(60, 0.049), (300, 0.010)])
def test_none_in_n_trials_has_the_published_bound(of: int, bound: float) -> None:
    assert round(upper_bound(0, of), 3) == bound


@given(counts)
def test_an_upper_bound_is_scipys(counted: tuple[int, int]) -> None:
    theirs = scipy_stats.binomtest(*counted, alternative="less").proportion_ci(0.95, method="exact").high
    assert upper_bound(*counted) == pytest.approx(theirs, abs=1e-9)


def test_nothing_in_no_trials_may_be_everything() -> None:
    assert upper_bound(0, 0) == 1


def test_a_judged_rate_is_corrected_for_the_judges_mistakes() -> None:
    judge = Calibration(good=Counted(45, 50), bad=Counted(40, 50))
    found = corrected(Counted(76, 100), judge)
    assert found is not None
    assert found.rate == pytest.approx((0.76 + 0.8 - 1) / (0.8 + 0.9 - 1))
    assert found.interval.low < found.rate < found.interval.high
    assert not judge.may_gate


def test_the_interval_of_a_judged_rate_covers_the_truth_as_often_as_it_says() -> None:
    from random import Random

    chance, truth, good, bad, hits = Random(3), 0.8, 0.92, 0.9, 0  # noqa: S311

    def drawn(of: int, rate: float) -> Counted:
        return Counted(sum(chance.random() < rate for _ in range(of)), of)

    for _ in range(600):
        judge = Calibration(drawn(50, good), drawn(50, bad))
        found = corrected(drawn(200, truth * good + (1 - truth) * (1 - bad)), judge)
        hits += found is not None and found.interval.low <= truth <= found.interval.high
    assert hits / 600 > 0.92


def test_a_judge_no_better_than_a_coin_measures_nothing() -> None:
    coin = Calibration(good=Counted(25, 50), bad=Counted(25, 50))
    assert corrected(Counted(9, 10), coin) is None
    assert corrected(Counted(9, 10), Calibration(good=Counted(0, 0), bad=Counted(1, 1))) is None
    assert corrected(Counted(0, 0), Calibration(good=Counted(50, 50), bad=Counted(50, 50))) is None


def test_a_judge_that_knows_good_from_bad_may_gate() -> None:
    assert Calibration(good=Counted(46, 50), bad=Counted(45, 50)).may_gate
    assert not Calibration(good=Counted(0, 0), bad=Counted(50, 50)).may_gate


@pytest.mark.parametrize("judge", [((45, 50), (40, 50)), ((24, 25), (25, 25)), ((3, 30), (28, 30)), ((1, 1), (0, 9))])
def test_cohens_kappa_is_that_of_scikit_learn(judge: tuple[tuple[int, int], tuple[int, int]]) -> None:
    (right, good), (seen, bad) = judge
    people = [True] * good + [False] * bad
    said = [True] * right + [False] * (good - right) + [False] * seen + [True] * (bad - seen)
    assert kappa(Calibration(Counted(right, good), Counted(seen, bad))) == pytest.approx(
        sklearn_metrics.cohen_kappa_score(people, said)
    )


def test_there_is_no_kappa_where_both_always_say_the_same() -> None:
    assert kappa(Calibration(Counted(9, 9), Counted(0, 0))) is None
    assert kappa(Calibration(Counted(0, 0), Counted(0, 0))) is None
