"""Two groups of different people: whether a rate, a mean or a usual value differs between them, and by how much."""

import math
from collections.abc import Hashable, Sequence

from .means import Mean, clustered
from .rates import Counted, Interval, wilson
from .student import t_within, z_quantile

MANY = 20_000
"""Trials from which a score test stands for the exact one: they agree to the third digit, and the exact one takes seconds."""


def fisher_two_sided(base: Counted, new: Counted) -> float:
    """The two-sided p that both rates are the same: all tables with these margins that are no likelier than the one seen.

    From ``MANY`` trials the score test with the pooled rate. 1 where a side was not measured. Source: R. A. Fisher, Statistical Methods for
    Research Workers (1934), 21.02; the score test: Pearson, Philosophical Magazine 50 (1900).
    """
    if not base.of or not new.of:
        return 1.0
    passes, trials = base.count + new.count, base.of + new.of
    if passes in (0, trials):
        return 1.0
    if trials > MANY:
        pooled = passes / trials
        error = math.sqrt(pooled * (1 - pooled) * (1 / base.of + 1 / new.of))
        return _two_sided((new.count / new.of - base.count / base.of) / error)
    low, high = max(0, passes - base.of), min(passes, new.of)
    logs = [_log_ways(base.of, passes - k) + _log_ways(new.of, k) for k in range(low, high + 1)]
    total = _log_ways(trials, passes)
    seen = logs[new.count - low]
    return min(1.0, math.fsum(math.exp(one - total) for one in logs if one <= seen + 1e-7))


def newcombe(base: Counted, new: Counted, *, confidence: float = 0.95) -> Interval:
    """The interval of new minus base, from both score intervals. Nothing measured is [-1, 1].

    Source: R. G. Newcombe, Statistics in Medicine 17 (1998), method 10.
    """
    before, after = base.rate, new.rate
    if before is None or after is None:
        return Interval(-1.0, 1.0)
    one, two = wilson(base.count, base.of, confidence=confidence), wilson(new.count, new.of, confidence=confidence)
    down = math.hypot(after - two.low, one.high - before)
    up = math.hypot(two.high - after, before - one.low)
    return Interval(after - before - down, after - before + up)


def means_differ(
    base: Sequence[float], base_clusters: Sequence[Hashable], new: Sequence[float], new_clusters: Sequence[Hashable]
) -> float | None:
    """The two-sided p that two means are the same, whatever their spreads; values of one cluster stand or fall together.

    Degrees of freedom are those of the smaller group, which is never too friendly. ``None`` with fewer than two clusters on a side.
    Source: Welch, Biometrika 34 (1947); clustered errors as in ``means``.
    """
    if not base or not new:
        return None
    before, after = clustered(base, base_clusters), clustered(new, new_clusters)
    if before.error is None or after.error is None:
        return None
    return _t_test(before, after, math.hypot(before.error, after.error))


def _t_test(before: Mean, after: Mean, error: float) -> float:
    if error == 0:
        return 1.0 if before.value == after.value else 0.0
    return 1 - t_within(abs(after.value - before.value) / error, min(before.clusters, after.clusters) - 1)


def ranks_differ(base: Sequence[float], new: Sequence[float]) -> float | None:
    """The two-sided p that neither group's values tend to be larger: for skewed values such as waiting times.

    The rank-sum test with its normal approximation, corrected for ties and for steps. ``None`` with fewer than eight values on a side, where that is rough.
    Source: Mann and Whitney, Annals of Mathematical Statistics 18 (1947); ties: Lehmann, Nonparametrics (1975).
    """
    first, second = len(base), len(new)
    if min(first, second) < 8:
        return None
    ranks, ties = _ranks([*base, *new])
    total = first + second
    above = sum(ranks[first:]) - second * (second + 1) / 2
    spread = math.sqrt(first * second / 12 * (total + 1 - ties / (total * (total - 1))))
    if spread == 0:
        return 1.0
    return _two_sided(max(0.0, abs(above - first * second / 2) - 0.5) / spread)


def median_interval(values: Sequence[float], *, confidence: float = 0.95) -> Interval | None:
    """The interval of a median, from the order of the values alone; ``None`` with fewer than six, where there is none of 95 %.

    Source: the binomial interval of a quantile, Hahn and Meeker, Statistical Intervals (1991), 5.2, in its normal approximation.
    """
    number = len(values)
    if number < 6:
        return None
    ordered, half = sorted(values), z_quantile((1 + confidence) / 2) * math.sqrt(number) / 2
    low, high = max(0, math.floor(number / 2 - half) - (number < 20)), min(number - 1, math.ceil(number / 2 + half))
    return Interval(ordered[low], ordered[high])


def _ranks(values: Sequence[float]) -> tuple[list[float], float]:
    """Mid-ranks from 1, in the order given, and the sum of t³ - t over ties."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    ranks, ties, start = [0.0] * len(values), 0.0, 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            ranks[place] = (start + 1 + end) / 2
        ties += (end - start) ** 3 - (end - start)
        start = end
    return ranks, ties


def _log_ways(of: int, count: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(count + 1) - math.lgamma(of - count + 1)


def _two_sided(z: float) -> float:
    return math.erfc(abs(z) / math.sqrt(2))
