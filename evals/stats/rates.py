"""Rates of yes-or-no trials: of one case, of one slice, and what nothing in n trials is worth."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .student import z_quantile


@dataclass(frozen=True)
class Interval:
    """Two bounds, of which ``low`` is not above ``high``."""

    low: float
    high: float


@dataclass(frozen=True)
class Counted:
    """How many of how many; ``of`` may be 0, then there is no rate."""

    count: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.of:
            raise ValueError(f"{self.count} of {self.of} is no count")

    @property
    def rate(self) -> float | None:
        """The share, or ``None`` of nothing."""
        return self.count / self.of if self.of else None


def wilson(passed: int, of: int, *, confidence: float = 0.95) -> Interval:
    """The score interval of a rate: honest at 0 and at 1, and with few trials.

    Centre (p + z²/2n) / (1 + z²/n), half-width z √(p(1-p)/n + z²/4n²) / (1 + z²/n). Nothing measured is [0, 1].
    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927); why not the normal
    approximation below a few hundred points: Bowyer et al., arXiv 2503.01747.
    """
    counted = Counted(passed, of)
    if counted.rate is None:
        return Interval(0.0, 1.0)
    z = z_quantile((1 + confidence) / 2)
    share, shrink = counted.rate, 1 + z * z / of
    centre = (share + z * z / (2 * of)) / shrink
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / shrink
    return Interval(0.0 if passed == 0 else max(0.0, centre - half), 1.0 if passed == of else min(1.0, centre + half))


def pass_hat_k(cases: Sequence[Counted], k: int) -> float | None:
    """pass^k, the chance that k trials of a case all pass, without bias: the mean over cases of C(c, k) / C(n, k).

    ``None`` when a case has fewer than k trials, or there is none. The plug-in (c/n)^k is biased upwards.
    Source: tau-bench, arXiv 2406.12045; the estimator is that of pass@k turned round.
    """
    if k < 1:
        raise ValueError(f"k is at least 1, not {k!r}")
    if not cases or any(case.of < k for case in cases):
        return None
    return math.fsum(math.comb(case.count, k) / math.comb(case.of, k) for case in cases) / len(cases)


def pass_at_k(cases: Sequence[Counted], k: int) -> float | None:
    """pass@k, the chance that at least one of k trials passes, without bias: the mean over cases of 1 - C(n-c, k) / C(n, k).

    ``None`` when a case has fewer than k trials, or there is none. Source: Chen et al., arXiv 2107.03374, equation 1.
    """
    never = pass_hat_k([Counted(case.of - case.count, case.of) for case in cases], k)
    return None if never is None else 1 - never


def upper_bound(count: int, of: int, *, confidence: float = 0.95) -> float:
    """How large a rate may be of which ``count`` in ``of`` trials were seen, one-sided: what "none in 60" is worth (4.9 %).

    For a count of 0 it is 1 - (1-confidence)^(1/n), about 3/n; else the exact binomial bound. Nothing measured is 1.
    Source: Clopper and Pearson, Biometrika 26 (1934); the rule of three: Hanley and Lippman-Hand, JAMA 249 (1983).
    """
    counted = Counted(count, of)
    if counted.count == counted.of:
        return 1.0
    if count == 0:
        return 1 - (1 - confidence) ** (1 / of)
    low, high = count / of, 1.0
    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (middle, high) if at_most(count, of, middle) > 1 - confidence else (low, middle)
    return high


def at_most(count: int, of: int, rate: float) -> float:
    """The binomial probability of at most ``count`` in ``of`` trials, for a rate in (0, 1)."""
    yes, no = math.log(rate), math.log1p(-rate)
    ways = (
        math.lgamma(of + 1) - math.lgamma(k + 1) - math.lgamma(of - k + 1) + k * yes + (of - k) * no for k in range(count + 1)
    )
    return min(1.0, math.fsum(map(math.exp, ways)))
