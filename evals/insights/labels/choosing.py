"""Where the threshold should stand: what each costs in missed and in needless hand-offs, by the shop's own prices, from labels.

The sample has as many sure messages as unsure ones; each label is weighed with how many messages of its stratum it stands for.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from warmline.agent.guard.policy import Policy
from warmline.agent.guard.signals import Signals
from warmline.errors import UsageError

from .costs import Labelled, Point, Prices, point
from .labels import Label

NAME = "human"
"""The threshold that is chosen. ``critical`` is not: what must not be missed has no price."""

STEPS = tuple(round(step / 20, 2) for step in range(2, 17))
"""From 0.1 to 0.8."""

LEAST = 30


@dataclass(frozen=True, kw_only=True)
class Move:
    """A labelled message that goes elsewhere than with the threshold in use."""

    label: Label
    to_person: bool


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The curve, the threshold in use, the cheapest by these labels, and the cheapest that surely saves, if one does.

    ``moved`` are the labelled messages that the proposed one, else the cheapest, would send elsewhere.
    """

    points: list[Point]
    now: Point
    best: Point
    proposed: Point | None
    prices: Prices
    labels: list[Label]
    moved: list[Move]


def choose(
    labels: Sequence[tuple[Label, Signals]], sizes: Counter[str], policy: Policy, prices: Prices, *, seed: int = 0
) -> Choice:
    """The cheapest threshold for these labels; ``sizes`` says how many messages each stratum has."""
    if NAME not in policy.thresholds:
        raise UsageError(f"the policy has no threshold {NAME!r}, so there is none to choose")
    usable = [(label, signals) for label, signals in labels if sizes.get(label.stratum)]
    if len(usable) < LEAST:
        raise UsageError(f"{len(usable)} labels of messages of this time are too few to choose by; label at least {LEAST}")
    present, read = policy.thresholds[NAME], [signals for _, signals in usable]
    decided = {step: _decided(policy, step, read) for step in sorted({*STEPS, present})}
    labelled, old = Labelled(marks=[label for label, _ in usable], sizes=sizes), decided[present]
    others = max(1, len({tuple(new) for new in decided.values()} - {tuple(old)}))
    points = [point(step, labelled, old, new, prices, together=others, seed=seed) for step, new in decided.items()]
    now = next(one for one in points if one.threshold == present)
    choices = sorted(
        (one for one in points if not one.barred or one is now), key=lambda one: (one.cost, abs(one.threshold - present))
    )
    best, proposed = choices[0], next((one for one in choices if one.saves_between.low > 0), None)
    new = decided[(proposed or best).threshold]
    moved = [
        Move(label=label, to_person=after)
        for label, before, after in zip(labelled.marks, old, new, strict=True)
        if before != after
    ]
    return Choice(points=points, now=now, best=best, proposed=proposed, prices=prices, labels=list(labelled.marks), moved=moved)


def _decided(policy: Policy, threshold: float, signals: Sequence[Signals]) -> list[bool]:
    """Which go to a person with this threshold."""
    changed = replace(policy, thresholds={**policy.thresholds, NAME: threshold})
    return [changed.decide(one).for_person for one in signals]
