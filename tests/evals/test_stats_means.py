"""Means with clustered errors, paired differences, and what a suite could have noticed."""

import math
from importlib import import_module
from random import Random
from statistics import fmean, stdev
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from warmline.evals.stats.means import bootstrapped, clustered, paired
from warmline.evals.stats.power import false_red, intraclass, least_detectable
from warmline.evals.stats.student import t_quantile, t_within

scipy_stats: Any = import_module("scipy.stats")  # it brings no types


@given(some.floats(0, 60), some.integers(1, 300))
def test_t_is_scipys(t: float, freedom: int) -> None:
    theirs = 1 - 2 * scipy_stats.t.sf(t, freedom)
    assert t_within(t, freedom) == pytest.approx(theirs, abs=1e-10)


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 9, 30, 101, 1000])
@pytest.mark.parametrize("probability", [0.5, 0.8, 0.95, 0.975, 0.999])
def test_quantiles_are_scipys(probability: float, freedom: int) -> None:
    assert t_quantile(probability, freedom) == pytest.approx(scipy_stats.t.ppf(probability, freedom), rel=1e-9, abs=1e-9)


def test_what_is_no_quantile_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"0\.5"):
        t_quantile(0.2, 3)
    with pytest.raises(ValueError, match="at least 1"):
        t_within(1.0, 0)


def test_without_clusters_the_error_is_the_ordinary_one() -> None:
    values = [1.0, 0.0, 1.0, 1.0, 0.5, 0.0]
    found = clustered(values, range(6))
    assert found.error == pytest.approx(stdev(values) / math.sqrt(6))
    theirs = scipy_stats.ttest_1samp(values, 0)
    assert found.p == pytest.approx(theirs.pvalue)
    bounds = theirs.confidence_interval(0.95)
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((bounds.low, bounds.high))


def test_clusters_are_summed_before_they_are_squared() -> None:
    values, clusters = [1.0, 1.0, 0.0, 0.0, 1.0, 0.0], ["a", "a", "b", "b", "c", "c"]
    centred = [1.0, -1.0, 0.0]
    expected = math.sqrt(3 / 2 * sum(one**2 for one in centred)) / 6
    assert clustered(values, clusters).error == pytest.approx(expected)


def test_repeating_a_trial_does_not_shrink_the_error() -> None:
    values, names = [1.0, 0.0, 1.0, 1.0], ["a", "b", "c", "d"]
    once, often = clustered(values, names), clustered(values * 10, names * 10)
    assert often.error == pytest.approx(once.error)
    assert often.clusters == 4


def test_one_cluster_has_no_interval() -> None:
    found = clustered([1.0, 0.0], ["a", "a"])
    assert (found.value, found.error, found.interval, found.p) == (0.5, None, None, None)


def test_a_mean_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing"):
        clustered([], [])


def test_a_paired_difference_sees_what_two_intervals_hide() -> None:
    base = [0.1, 0.3, 0.5, 0.7, 0.9, 1.0]
    new = [one - 0.1 for one in base]
    found = paired(base, new, range(6))
    assert found.value == pytest.approx(-0.1)
    assert found.p is not None
    assert found.p < 1e-6
    theirs = scipy_stats.ttest_rel([*new[:-1], 0.8], base)
    assert paired(base, [*new[:-1], 0.8], range(6)).p == pytest.approx(theirs.pvalue)


def test_no_difference_at_all_is_no_evidence() -> None:
    assert paired([1.0, 1.0], [1.0, 1.0], "ab").p == 1


def test_the_clustered_interval_covers_the_truth_as_often_as_it_says() -> None:
    chance, hits, runs = Random(1), 0, 400  # noqa: S311
    for _ in range(runs):
        values: list[float] = []
        clusters: list[int] = []
        for family in range(25):
            centre = chance.gauss(0, 1)
            values += [centre + chance.gauss(0, 1) for _ in range(4)]
            clusters += [family] * 4
        interval = clustered(values, clusters).interval
        hits += interval is not None and interval.low <= 0 <= interval.high
    assert 0.92 <= hits / runs <= 0.98


def test_a_bootstrap_is_repeatable_and_near_t() -> None:
    chance = Random(2)  # noqa: S311
    values = [chance.gauss(0.2, 1) for _ in range(60)]
    drawn = bootstrapped(values, range(60))
    assert drawn == bootstrapped(values, range(60))
    by_t = clustered(values, range(60)).interval
    assert by_t is not None
    assert (drawn.low, drawn.high) == pytest.approx((by_t.low, by_t.high), abs=0.06)


def test_the_least_detectable_difference_is_the_formula() -> None:
    values = [0.0, 0.5, -0.5, 0.25, 0.0, -0.25]
    expected = (1.959964 + 0.841621) * stdev(values) / math.sqrt(6)
    assert least_detectable(values, range(6)) == pytest.approx(expected, rel=1e-5)


def test_values_that_go_together_count_for_less() -> None:
    values = [0.5, 0.5, -0.5, -0.5, 0.25, 0.25]
    alone, together = least_detectable(values, range(6)), least_detectable(values, "aabbcc")
    assert intraclass(values, "aabbcc") == pytest.approx(1)
    assert alone is not None
    assert together == pytest.approx(alone * math.sqrt(2))


def test_the_intraclass_correlation_is_the_textbooks() -> None:
    """Shrout and Fleiss, Psychological Bulletin 86 (1979), table 2: six targets, four judges, ICC(1,1) = .17."""
    ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    values = [float(rating) for target in ratings for rating in target]
    assert round(intraclass(values, [target for target in range(6) for _ in range(4)]), 2) == 0.17


@pytest.mark.parametrize("values", [[], [0.5], [0.0, 0.0, 0.0]])
def test_without_spread_nothing_is_known_of_power(values: list[float]) -> None:
    assert least_detectable(values, range(len(values))) is None


@pytest.mark.parametrize(("rate", "share"), [(0.97, 0.0011), (0.95, 0.0048), (0.90, 0.032)])
def test_the_adaptive_gate_is_wrong_as_often_as_published(rate: float, share: float) -> None:
    assert false_red(rate) == pytest.approx(share, rel=0.05)
    assert 1 - (1 - false_red(rate)) ** 40 == pytest.approx({0.97: 0.04, 0.95: 0.17, 0.90: 0.73}[rate], abs=0.01)


@pytest.mark.parametrize(("rate", "share"), [(0.97, 0.015), (0.95, 0.038), (0.90, 0.128)])
def test_seven_of_eight_is_wrong_more_often(rate: float, share: float) -> None:
    assert false_red(rate, needed=7) == pytest.approx(share, rel=0.05)


def test_half_broken_is_caught_four_times_in_five() -> None:
    assert round(false_red(0.5), 2) == 0.79
    assert (false_red(0.0), false_red(1.0)) == (1.0, 0.0)


def test_the_adaptive_gate_is_what_drawing_it_gives() -> None:
    chance, rate = Random(4), 0.8  # noqa: S311
    red = 0
    for _ in range(20_000):
        trials = [chance.random() < rate for _ in range(8)]
        red += not all(trials[:3]) and sum(trials) < 6
    assert red / 20_000 == pytest.approx(false_red(rate), abs=0.01)


def test_means_agree_with_the_plain_ones() -> None:
    values = [0.25, 0.5, 1.0]
    assert clustered(values, "abc").value == pytest.approx(fmean(values))
