"""Means over a suite: trials nested in cases, cases in families that stand or fall together."""

import math
import random
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from .rates import Interval
from .student import t_quantile, t_within


@dataclass(frozen=True, kw_only=True)
class Mean:
    """A mean with its clustered error; ``error``, ``interval`` and ``p`` are ``None`` with fewer than two clusters.

    ``p`` is two-sided, that the true mean is 0; for differences it is what matters.
    """

    value: float
    of: int
    clusters: int
    error: float | None = None
    interval: Interval | None = None
    p: float | None = None


def clustered(values: Sequence[float], clusters: Sequence[Hashable], *, confidence: float = 0.95) -> Mean:
    """The mean of values that come in clusters (same case, same family of cases), with t of G-1 degrees of freedom.

    SE = √[ G/(G-1) · Σ_g (Σ_{i in g} (s_i - s̄))² ] / N. Source: Miller, Adding error bars to evals, arXiv 2411.00640, appendix A; the factor for finitely
    many clusters: Cameron and Miller, J. Human Resources 50 (2015).
    """
    if not values:
        raise ValueError("there is no mean of nothing")
    mean = math.fsum(values) / len(values)
    sums: defaultdict[Hashable, float] = defaultdict(float)
    for value, cluster in zip(values, clusters, strict=True):
        sums[cluster] += value - mean
    groups = len(sums)
    if groups < 2:
        return Mean(value=mean, of=len(values), clusters=groups)
    error = math.sqrt(groups / (groups - 1) * math.fsum(one * one for one in sums.values())) / len(values)
    half = t_quantile((1 + confidence) / 2, groups - 1) * error
    return Mean(
        value=mean,
        of=len(values),
        clusters=groups,
        error=error,
        interval=Interval(mean - half, mean + half),
        p=_p_of_zero(mean, error, groups),
    )


def _p_of_zero(mean: float, error: float, groups: int) -> float:
    if error == 0:
        return 1.0 if mean == 0 else 0.0
    return 1 - t_within(abs(mean) / error, groups - 1)


def paired(base: Sequence[float], new: Sequence[float], clusters: Sequence[Hashable], *, confidence: float = 0.95) -> Mean:
    """The difference of two versions on the same cases: the clustered mean of new minus base, case by case.

    Two separate intervals are never compared: cases differ more among themselves than versions do.
    Source: Miller, arXiv 2411.00640, section 4.2.
    """
    return clustered([after - before for before, after in zip(base, new, strict=True)], clusters, confidence=confidence)


def bootstrapped(
    values: Sequence[float], clusters: Sequence[Hashable], *, confidence: float = 0.95, draws: int = 2000, seed: int = 0
) -> Interval:
    """The percentile interval of the mean when whole clusters are drawn anew; the same seed gives the same interval.

    For skewed differences, where t is too friendly. Source: Efron, Annals of Statistics 7 (1979); clusters as the unit: Field and
    Welsh, JRSS B 69 (2007).
    """
    held: defaultdict[Hashable, list[float]] = defaultdict(list)
    for value, cluster in zip(values, clusters, strict=True):
        held[cluster].append(value)
    totals = [(math.fsum(group), len(group)) for group in held.values()]
    chance = random.Random(seed)  # noqa: S311 (a draw that anyone can repeat)
    means = sorted(_drawn_mean(chance.choices(totals, k=len(totals))) for _ in range(draws))
    cut = int((1 - confidence) / 2 * draws)
    return Interval(means[cut], means[draws - 1 - cut])


def _drawn_mean(drawn: Sequence[tuple[float, int]]) -> float:
    return math.fsum(total for total, _ in drawn) / sum(size for _, size in drawn)
