"""Two groups compared: checked against scipy's answers where it is there, and against what must be so."""

import math
import random
from importlib import import_module
from typing import Any

import pytest

from warmline.evals.stats.between import fisher_two_sided, means_differ, median_interval, newcombe, ranks_differ
from warmline.evals.stats.rates import Counted

scipy_stats: Any = import_module("scipy.stats")  # it comes without types
TABLES = [(8, 10, 1, 10), (0, 20, 5, 25), (40, 100, 55, 110), (3, 3, 0, 3), (700, 1000, 640, 1000), (0, 5, 0, 9)]


@pytest.mark.parametrize(("a", "n", "b", "m"), TABLES)
def test_fisher_on_both_sides(a: int, n: int, b: int, m: int) -> None:
    expected = float(scipy_stats.fisher_exact([[a, n - a], [b, m - b]])[1])
    assert fisher_two_sided(Counted(a, n), Counted(b, m)) == pytest.approx(expected, rel=1e-6)


def test_many_trials_are_tested_quickly_and_agree_with_the_exact_test() -> None:
    few = fisher_two_sided(Counted(4000, 9900), Counted(4150, 9900))
    many = fisher_two_sided(Counted(4100, 10_150), Counted(4254, 10_150))
    assert few == pytest.approx(many, abs=0.005)


def test_what_was_not_measured_has_not_changed() -> None:
    assert fisher_two_sided(Counted(0, 0), Counted(3, 3)) == 1.0
    assert means_differ([], [], [1.0], ["a"]) is None
    assert means_differ([1.0, 2.0], ["a", "a"], [1.0, 3.0], ["a", "b"]) is None
    assert ranks_differ([1.0] * 7, [2.0] * 30) is None
    assert median_interval([1.0] * 5) is None


def test_the_interval_of_a_difference() -> None:
    found = newcombe(Counted(48, 80), Counted(56, 70))  # the first example of Newcombe's paper, the other way round
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


def test_means_of_independent_values_are_tested_as_welch_does() -> None:
    chance = random.Random(3)  # noqa: S311
    one, two = [chance.gauss(4, 1) for _ in range(60)], [chance.gauss(3.4, 1.6) for _ in range(60)]
    expected = float(scipy_stats.ttest_ind(one, two, equal_var=False).pvalue)
    found = means_differ(one, range(60), two, range(60))
    assert found is not None
    assert expected <= found == pytest.approx(expected, rel=0.3)


def test_one_customer_who_writes_often_counts_for_less_than_many_who_write_once() -> None:
    calm = [4.0, 5.0, 4.0, 3.0, 5.0, 4.0]
    loud = [*calm, *([1.0] * 30)]
    apart = means_differ(calm * 6, range(36), loud, range(36))
    together = means_differ(calm * 6, range(36), loud, [0, 1, 2, 3, 4, 5, *([6] * 30)])
    assert apart is not None
    assert together is not None
    assert together > 100 * apart


def test_ranks_are_tested_as_mann_and_whitney_do() -> None:
    chance = random.Random(5)  # noqa: S311
    one = [round(math.exp(chance.gauss(3, 1))) for _ in range(40)]
    two = [round(math.exp(chance.gauss(3.5, 1))) for _ in range(55)]
    expected = float(scipy_stats.mannwhitneyu(one, two, method="asymptotic").pvalue)
    assert ranks_differ(one, two) == pytest.approx(expected, rel=1e-6)
    assert ranks_differ([3.0] * 9, [3.0] * 9) == 1.0


def test_the_interval_of_a_median_holds_it_as_often_as_it_says() -> None:
    chance = random.Random(7)  # noqa: S311
    held = 0
    for _ in range(400):
        found = median_interval([chance.expovariate(1.0) for _ in range(25)])
        assert found is not None
        held += found.low <= math.log(2) <= found.high
    assert held / 400 >= 0.93
