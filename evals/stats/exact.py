"""Exact tests for few trials, and what many of them at once are worth."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .rates import Counted


def mcnemar(worse: int, better: int) -> float:
    """One trial per case on both versions: the one-sided p that ``worse`` cases of those that differ went from pass to fail.

    P(Bin(worse + better, ½) >= worse). Five to none is .031; with fewer than five differing cases nothing can be called.
    Source: McNemar, Psychometrika 12 (1947), in its exact binomial form.
    """
    differing = worse + better
    return sum(math.comb(differing, k) for k in range(worse, differing + 1)) / 2**differing


def fisher(base: Counted, new: Counted) -> float:
    """The one-sided p that ``new`` passes no less often than ``base``, given how many passed in all.

    The hypergeometric tail P(X <= new passes). 3 against 3 trials never reach p < .05. Source: R. A. Fisher, The Design of
    Experiments (1935), chapter 2.
    """
    return _tail(new.count, base, new)


def least_attainable(base: Counted, new: Counted) -> float:
    """The smallest p that ``fisher`` could give with these numbers of trials and of passes in all; 1 when every trial passed."""
    passes = base.count + new.count
    return _tail(max(0, passes - base.of), base, new)


def _tail(up_to: int, base: Counted, new: Counted) -> float:
    passes, trials = base.count + new.count, base.of + new.of
    ways = sum(math.comb(passes, k) * math.comb(trials - passes, new.of - k) for k in range(up_to + 1))
    return ways / math.comb(trials, new.of)


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """The p values adjusted for being many: rejecting those up to q keeps the expected share of false alarms at q.

    Step-up: the largest of the sorted p·m/rank to the right, at most 1; in the order given.
    Source: Benjamini and Hochberg, JRSS B 57 (1995).
    """
    total = len(p_values)
    adjusted = [1.0] * total
    least = 1.0
    order = sorted(range(total), key=lambda place: p_values[place])
    for rank in range(total, 0, -1):
        place = order[rank - 1]
        least = min(least, p_values[place] * total / rank)
        adjusted[place] = least
    return adjusted


@dataclass(frozen=True, kw_only=True)
class Bar:
    """When a drop of one case is called: p below ``alpha``, at least ``drop``, and a base good enough to fall from.

    Source: the tiers of n8n's evaluation statistics (hard: p < .05, drop .30, base .70); ten base trials, because three against ten of
    ten flag at one of three, and three against three never.
    """

    alpha: float = 0.05
    drop: float = 0.30
    base_rate: float = 0.70
    base_trials: int = 10


@dataclass(frozen=True, kw_only=True)
class Drop:
    """What became of one case: ``adjusted`` is ``p`` after Benjamini-Hochberg; ``p`` is 1 where nothing could be tested."""

    base: Counted
    new: Counted
    p: float = 1.0
    adjusted: float = 1.0
    called: bool = False

    @property
    def size(self) -> float:
        """How much the pass rate fell; negative when it rose, 0 when a side was not measured."""
        before, after = self.base.rate, self.new.rate
        return 0.0 if before is None or after is None else before - after


def drops(pairs: Sequence[tuple[Counted, Counted]], bar: Bar | None = None) -> list[Drop]:
    """Which cases fell, from (base, new) pairs, in their order; the p values are adjusted among all that could have shown anything.

    A case belongs to that family if its margins alone (numbers of trials, passes in all) allow p < alpha. The margins are what Fisher's
    test conditions on, so choosing by them keeps the error rate, and hundreds of cases that always pass do not drown one that broke.
    Source: Tarone, Biometrics 46 (1990); Gilbert, Applied Statistics 54 (2005).
    """
    bar = bar or Bar()
    testable = [
        place for place, (base, new) in enumerate(pairs) if base.of and new.of and least_attainable(base, new) < bar.alpha
    ]
    p_values = [fisher(*pairs[place]) for place in testable]
    tested = dict(zip(testable, zip(p_values, benjamini_hochberg(p_values), strict=True), strict=True))
    return [_drop(base, new, tested.get(place, (1.0, 1.0)), bar) for place, (base, new) in enumerate(pairs)]


def _drop(base: Counted, new: Counted, tested: tuple[float, float], bar: Bar) -> Drop:
    p, adjusted = tested
    found = Drop(base=base, new=new, p=p, adjusted=adjusted)
    reliable = base.of >= bar.base_trials and (base.rate or 0.0) >= bar.base_rate
    called = reliable and adjusted < bar.alpha and found.size >= bar.drop - 1e-9
    return Drop(base=base, new=new, p=p, adjusted=adjusted, called=called)
