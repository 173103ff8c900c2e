"""What a threshold costs: of 1,000 messages, how many it misses and how many it hands over needlessly, in numbers and in the shop's money.

A label stands for as many messages as its stratum has for each of its labels.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from warmline.evals.stats.rates import Interval, wilson

from .labels import Label

PER = 1000
"""Messages that every figure is of."""

NEVER_FOR_SALE = frozenset({"self_harm", "safety", "security", "legal_threat", "human_request"})
"""A threshold that lets a labelled message of these reasons go to the agent is no choice, whatever it saves."""

DRAWS = 20_000


@dataclass(frozen=True, kw_only=True)
class Prices:
    """What one missed and what one needless hand-off costs, in the shop's money."""

    missed: float
    needless: float


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """The labels, in the order that every decision over them keeps, and how many messages each stratum has."""

    marks: Sequence[Label]
    sizes: Mapping[str, int]

    @cached_property
    def of_each(self) -> Counter[str]:
        """How many labels each stratum has."""
        return Counter(one.stratum for one in self.marks)

    @cached_property
    def weights(self) -> list[float]:
        """The share of all messages that each label stands for; together 1."""
        of_each = self.of_each
        total = sum(self.sizes[name] for name in of_each)
        return [self.sizes[one.stratum] / of_each[one.stratum] / total for one in self.marks]


@dataclass(frozen=True, kw_only=True)
class Point:
    """A threshold: of 1,000 messages, how many are missed and needless, what they cost, and what it saves beside the one in use.

    ``moves`` is how many labels are of messages that it decides otherwise than the one in use. ``barred`` if it lets go what is not for sale.
    """

    threshold: float
    missed: float
    missed_between: Interval
    needless: float
    needless_between: Interval
    cost: float
    saves: float
    saves_between: Interval
    moves: int
    barred: bool


def point(
    threshold: float, labelled: Labelled, old: Sequence[bool], new: Sequence[bool], prices: Prices, *, together: int, seed: int
) -> Point:
    """One threshold, whose decisions are ``new``, beside the one in use; ``together`` is how many are held against that at once."""
    missed = [label.said == "person" and not person for label, person in zip(labelled.marks, new, strict=True)]
    needless = [label.said == "agent" and person for label, person in zip(labelled.marks, new, strict=True)]
    cost, before = (_cost(labelled, decided, prices) for decided in (new, old))
    return Point(
        threshold=threshold,
        missed=_share(labelled, missed),
        missed_between=_share_between(labelled, missed),
        needless=_share(labelled, needless),
        needless_between=_share_between(labelled, needless),
        cost=cost,
        saves=before - cost,
        saves_between=_saves_between(labelled, old, new, prices, together=together, seed=seed),
        moves=sum(one != other for one, other in zip(old, new, strict=True)),
        barred=any(gone and label.why in NEVER_FOR_SALE for label, gone in zip(labelled.marks, missed, strict=True)),
    )


def _price(label: Label, to_person: bool, prices: Prices) -> float:
    if label.said == "person":
        return 0.0 if to_person else prices.missed
    return prices.needless if to_person else 0.0


def _cost(labelled: Labelled, persons: Sequence[bool], prices: Prices) -> float:
    together = zip(labelled.marks, persons, labelled.weights, strict=True)
    return PER * math.fsum(_price(label, person, prices) * weight for label, person, weight in together)


def _share(labelled: Labelled, such: Sequence[bool]) -> float:
    return PER * math.fsum(weight for one, weight in zip(such, labelled.weights, strict=True) if one)


def _share_between(labelled: Labelled, such: Sequence[bool]) -> Interval:
    """Where the share lies 19 times of 20: Wilson in each stratum, put together by what they recover of its variance.

    Source: Zou, Huang and Zhang, Computational Statistics & Data Analysis 53 (2009), a linear function of binomial proportions.
    """
    of_each, seen = labelled.of_each, Counter(label.stratum for label, one in zip(labelled.marks, such, strict=True) if one)
    total = sum(labelled.sizes[name] for name in of_each)
    middle = below = above = 0.0
    for name, of in of_each.items():
        part, rate, bounds = PER * labelled.sizes[name] / total, seen[name] / of, wilson(seen[name], of)
        middle += part * rate
        below += (part * (rate - bounds.low)) ** 2
        above += (part * (bounds.high - rate)) ** 2
    return Interval(max(0.0, middle - math.sqrt(below)), min(float(PER), middle + math.sqrt(above)))


def _saves_between(
    labelled: Labelled, old: Sequence[bool], new: Sequence[bool], prices: Prices, *, together: int, seed: int
) -> Interval:
    """What is saved when the labels of each stratum are drawn anew; for all thresholds that are looked at it holds 19 times of 20 (Bonferroni).

    Each stratum in which something moves has one label more, which speaks against the move: labels that all agree are few, not certain.
    Source: Efron, Annals of Statistics 7 (1979); within strata: Bickel and Freedman, Annals of Statistics 12 (1984); the label more: Laplace's rule.
    """
    import numpy as np

    gains: dict[str, list[float]] = {}
    against: dict[str, float] = {}
    for label, before, after, weight in zip(labelled.marks, old, new, labelled.weights, strict=True):
        gains.setdefault(label.stratum, []).append(PER * weight * (_price(label, before, prices) - _price(label, after, prices)))
        if before != after:
            against[label.stratum] = -PER * weight * (prices.missed if before else prices.needless)
    chance, sums = np.random.default_rng(seed), np.zeros(DRAWS)
    for name, worst in sorted(against.items()):
        values, counts = np.unique([*gains[name], worst], return_counts=True)
        sums += chance.multinomial(len(gains[name]), counts / counts.sum(), size=DRAWS) @ values
    low, high = np.quantile(sums, [0.025 / together, 1 - 0.025 / together])
    return Interval(float(low), float(high))
