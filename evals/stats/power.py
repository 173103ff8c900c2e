"""What a suite could have noticed, and how often a gate is wrong."""

import math
from collections import defaultdict
from collections.abc import Hashable, Sequence

from .rates import at_most
from .student import z_quantile


def least_detectable(
    values: Sequence[float], clusters: Sequence[Hashable], *, alpha: float = 0.05, power: float = 0.8
) -> float | None:
    """The smallest true difference that such a comparison finds with this power: (z_α + z_β) · sd(d) / √n_eff.

    ``values`` are the paired differences, one per case; two-sided alpha. n_eff = n / (1 + (m-1)·ICC), m the mean size of a cluster.
    ``None`` with fewer than two values, and when nothing differs: then nothing is known of the spread.
    Source: Miller, arXiv 2411.00640, section 5; the design effect: Kish, Survey Sampling (1965).
    """
    total = len(values)
    if total < 2:
        return None
    mean = math.fsum(values) / total
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (total - 1))
    if spread == 0:
        return None
    size = total / len(set(clusters))
    effective = total / (1 + (size - 1) * max(0.0, intraclass(values, clusters)))
    return (z_quantile(1 - alpha / 2) + z_quantile(power)) * spread / math.sqrt(effective)


def intraclass(values: Sequence[float], clusters: Sequence[Hashable]) -> float:
    """How alike the values of one cluster are: the intraclass correlation from a one-way analysis of variance, 0 to 1 (or a little less than 0).

    (MSB - MSW) / (MSB + (m0-1)·MSW), with m0 the size of unequal clusters. 0 when every cluster is alone, or there is only one.
    Source: Donner, International Statistical Review 54 (1986).
    """
    held: defaultdict[Hashable, list[float]] = defaultdict(list)
    for value, cluster in zip(values, clusters, strict=True):
        held[cluster].append(value)
    groups, total = len(held), len(values)
    if groups < 2 or groups == total:
        return 0.0
    mean = math.fsum(values) / total
    centres = {name: math.fsum(group) / len(group) for name, group in held.items()}
    between = math.fsum(len(group) * (centres[name] - mean) ** 2 for name, group in held.items()) / (groups - 1)
    within = math.fsum((value - centres[name]) ** 2 for name, group in held.items() for value in group) / (total - groups)
    size = (total - sum(len(group) ** 2 for group in held.values()) / total) / (groups - 1)
    spread = between + (size - 1) * within
    return (between - within) / spread if spread else 0.0


def false_red(rate: float, *, first: int = 3, extended: int = 8, needed: int = 6) -> float:
    """How often a case of this true pass rate fails its gate by chance, when any failure in ``first`` trials extends it.

    Green is: the first trials all pass, or at least ``needed`` of ``extended`` do. 0.0011 at a rate of 0.97, 0.032 at 0.90.
    """
    if rate in (0.0, 1.0):
        return 1.0 - rate
    enough = 1 - at_most(needed - 1, extended, rate)
    short = needed - 1 - first
    enough_and_clean = rate**first * (1 - at_most(short, extended - first, rate) if short >= 0 else 1.0)
    return 1 - (rate**first + enough - enough_and_clean)
