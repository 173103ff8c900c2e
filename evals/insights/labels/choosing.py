"""Where the threshold should stand: what each costs in missed and in needless hand-offs, by the shop's own prices, from labels.

The sample has as many sure messages as unsure ones; each label is weighed with how many messages of its stratum it stands for.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from warmline.agent.guard.policy import Policy
from warmline.agent.guard.signals import Signals
from warmline.errors import UsageError
from warmline.evals.stats.rates import Interval

from .labels import Label

NAME = "human"
"""The threshold that is chosen. ``critical`` is not: what must not be missed has no price."""

STEPS = tuple(round(step / 20, 2) for step in range(2, 17))
"""From 0.1 to 0.8."""

LEAST = 30
DRAWS = 1000
NEVER_FOR_SALE = frozenset({"self_harm", "safety", "security", "legal_threat", "human_request"})
"""A threshold that lets a labelled message of these reasons go to the agent is no choice, whatever it saves."""


@dataclass(frozen=True, kw_only=True)
class Prices:
    """What one missed and what one needless hand-off costs, in the shop's money."""

    missed: float
    needless: float


@dataclass(frozen=True, kw_only=True)
class Point:
    """A threshold: of 1,000 messages, how many are missed and needless, and what they cost. ``barred`` if it lets go what is not for sale."""

    threshold: float
    missed: float
    needless: float
    cost: float
    barred: bool


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The curve, the present threshold and the cheapest. ``saves`` is what that saves of 1,000 messages, 19 times of 20; ``decisive`` labels
    are of messages that it would move."""

    points: list[Point]
    now: Point
    best: Point
    saves: Interval
    labels: int
    decisive: int

    @property
    def sure(self) -> bool:
        """Whether it may be proposed."""
        return self.best.threshold != self.now.threshold and self.saves.low > 0


def choose(
    labels: Sequence[tuple[Label, Signals]], sizes: Counter[str], policy: Policy, prices: Prices, *, seed: int = 0
) -> Choice:
    """The cheapest threshold for these labels; ``sizes`` says how many messages each stratum has."""
    if NAME not in policy.thresholds:
        raise UsageError(f"the policy has no threshold {NAME!r}, so there is none to choose")
    usable = [(label, signals) for label, signals in labels if sizes.get(label.stratum)]
    if len(usable) < LEAST:
        raise UsageError(f"{len(usable)} labels of messages of this time are too few to choose by; label at least {LEAST}")
    present = policy.thresholds[NAME]
    steps = sorted({*STEPS, present})
    decided = {step: _decided(policy, step, [signals for _, signals in usable]) for step in steps}
    marks = [label for label, _ in usable]
    weights = _weights(marks, sizes)
    points = [_point(step, marks, decided[step], weights, prices) for step in steps]
    now = next(one for one in points if one.threshold == present)
    best = min((one for one in points if not one.barred or one is now), key=lambda one: (one.cost, abs(one.threshold - present)))
    moved = list(zip(marks, decided[present], decided[best.threshold], weights, strict=True))
    gains = [
        (label.stratum, (_cost(label, old, prices) - _cost(label, new, prices)) * weight) for label, old, new, weight in moved
    ]
    against = {
        label.stratum: -(prices.missed if old else prices.needless) * weight for label, old, new, weight in moved if old != new
    }
    saves = _bootstrapped(gains, against, sum(weights), seed=seed)
    decisive = sum(old != new for _, old, new, _ in moved)
    return Choice(points=points, now=now, best=best, saves=saves, labels=len(usable), decisive=decisive)


def _decided(policy: Policy, threshold: float, signals: Sequence[Signals]) -> list[bool]:
    """Which go to a person with this threshold."""
    changed = replace(policy, thresholds={**policy.thresholds, NAME: threshold})
    return [changed.decide(one).for_person for one in signals]


def _weights(labels: Sequence[Label], sizes: Counter[str]) -> list[float]:
    labelled = Counter(one.stratum for one in labels)
    return [sizes[one.stratum] / labelled[one.stratum] for one in labels]


def _cost(label: Label, to_person: bool, prices: Prices) -> float:
    if label.said == "person":
        return 0.0 if to_person else prices.missed
    return prices.needless if to_person else 0.0


def _point(threshold: float, labels: Sequence[Label], persons: Sequence[bool], weights: Sequence[float], prices: Prices) -> Point:
    total = sum(weights)
    together = list(zip(labels, persons, weights, strict=True))
    missed = sum(weight for label, person, weight in together if label.said == "person" and not person)
    needless = sum(weight for label, person, weight in together if label.said == "agent" and person)
    return Point(
        threshold=threshold,
        missed=1000 * missed / total,
        needless=1000 * needless / total,
        cost=1000 * (missed * prices.missed + needless * prices.needless) / total,
        barred=any(label.why in NEVER_FOR_SALE and label.said == "person" and not person for label, person, _ in together),
    )


def _bootstrapped(gains: Sequence[tuple[str, float]], against: Mapping[str, float], total: float, *, seed: int) -> Interval:
    """What is saved of 1,000 messages when the labels of each stratum are drawn anew.

    Each stratum in which something moves has one label more, which speaks against the move: labels that all agree are few, not certain.
    Source: Efron, Annals of Statistics 7 (1979); within strata: Bickel and Freedman, Annals of Statistics 12 (1984); the label more: Laplace's rule.
    """
    groups: dict[str, list[float]] = {}
    for stratum, gain in gains:
        groups.setdefault(stratum, []).append(gain)
    known = {stratum: len(group) for stratum, group in groups.items()}
    for stratum, gain in against.items():
        groups[stratum].append(gain)
    chance = Random(seed)  # noqa: S311 (a draw that anyone can repeat)
    sums = sorted(sum(sum(chance.choices(group, k=known[name])) for name, group in groups.items()) for _ in range(DRAWS))
    cut = int(0.025 * DRAWS)
    return Interval(1000 * sums[cut] / total, 1000 * sums[DRAWS - 1 - cut] / total)
