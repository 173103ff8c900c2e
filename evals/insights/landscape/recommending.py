"""What to do with a topic: automate it, with limits, keep it with people, or look closer; why, and how much time it concerns.

Hours are what the topic took people in the past, per month: what is at stake, and no saving. The low end counts only tickets whose class
is certain, the high end all of them, each by its own 95 % error (of a sum of lengths that come at random: √Σx², compound Poisson).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from warmline.agent.guard.decision import AUTOMATED_REASONS
from warmline.evals.stats.rates import Counted, Interval, wilson

from .classing import FITS_NONE
from .topics import Topic

Verdict = Literal["automate", "automate with limits", "keep with people", "look closer"]

VERDICTS: tuple[Verdict, ...] = ("automate", "automate with limits", "keep with people", "look closer")
FEW = 30
"""Tickets below which nothing is recommended."""

FRUSTRATED = 0.1
"""Share of frustrated customers from which there is a reason for limits."""

WRITES = frozenset({"order_change", "return_start", "exchange_start"})
"""What changes something in the shop: the agent asks for a yes to exactly that first, whatever is recommended here."""

MONTH = 365.25 / 12
_WHY_PEOPLE = {
    "safety": "somebody may be hurt; no answer of a machine is quick enough to be worth a wrong one",
    "self_harm": "a life may be at stake",
    "security": "an account, a card or a person may be in danger; somebody has to look",
    "legal_threat": "what is answered here may be read out in court",
    "emotional": "the weight is on a life, and a correct answer is not what is needed",
    "angry": "they have had enough; a machine's answer makes it worse, however right it is",
    "dispute": "money or fault is contested, and somebody has to decide",
    "human_request": "they ask for a person",
    "complex_product": "it takes judgement about a body, a device or a condition, and a guess ends in a return or worse",
    "high_value": "so your policy says",
}


@dataclass(frozen=True)
class Recommendation:
    """What to do with a topic and why. ``hours`` a month and their ``cost``; ``None`` where the file does not say how long tickets take."""

    verdict: Verdict
    reason: str
    hours: Interval | None = None
    cost: Interval | None = None


@dataclass(frozen=True)
class Whole:
    """All tickets together, against which a topic is held: its rate of reopened tickets, its middle handle time, days it covers."""

    reopened: Counted | None
    handle: float | None
    days: int | None


def recommended(topic: Topic, whole: Whole, *, cost_per_hour: float | None = None) -> Recommendation:
    """The recommendation for a topic; ``cost_per_hour`` is what an hour of a person costs, in any currency."""
    verdict, reason = _judged(topic, whole)
    hours = _hours(topic, whole.days)
    cost = Interval(hours.low * cost_per_hour, hours.high * cost_per_hour) if hours and cost_per_hour is not None else None
    return Recommendation(verdict, reason, hours, cost)


def _judged(topic: Topic, whole: Whole) -> tuple[Verdict, str]:
    if topic.key in _WHY_PEOPLE:
        return "keep with people", _WHY_PEOPLE[topic.key]
    if topic.key == FITS_NONE:
        return "look closer", "it fits no class and is like nothing else here; such messages go to people"
    if topic.key not in AUTOMATED_REASONS:
        return (
            "look closer",
            "the agent has no tool and no text for it, and hands it over; whether it is worth one is for you to say",
        )
    if topic.tickets < FEW:
        return "look closer", f"{topic.tickets} tickets are too few to say anything"
    cautions = [one for one in (_mood(topic), _returns(topic, whole), _length(topic, whole), _certain(topic)) if one]
    said = "; ".join([*(cautions or [_calm(topic)]), *_not_here(topic)])
    if len(cautions) > 2:
        return "look closer", said
    return "automate with limits" if cautions or len(_unknown(topic)) > 1 else "automate", said


def _unknown(topic: Topic) -> list[str]:
    """What speaks against automating a topic and cannot be seen in this file."""
    return [what for what, known in (("reopening", topic.reopened), ("handle time", topic.handle)) if known is None]


def _not_here(topic: Topic) -> list[str]:
    unknown = _unknown(topic)
    return [f"{' and '.join(unknown)} {'are' if len(unknown) > 1 else 'is'} not in this file"] if unknown else []


def _mood(topic: Topic) -> str:
    rate = _frustrated(topic)
    return f"{rate:.0%} of those who ask it are frustrated, and go to people" if rate > FRUSTRATED else ""


def _frustrated(topic: Topic) -> float:
    return (topic.frustrated.rate if topic.frustrated else None) or 0.0


def _returns(topic: Topic, whole: Whole) -> str:
    """Whether it comes back more often than the rest, beyond chance."""
    if topic.reopened is None or whole.reopened is None or whole.reopened.rate is None:
        return ""
    low = wilson(topic.reopened.count, topic.reopened.of).low
    own, usual = topic.reopened.rate or 0.0, whole.reopened.rate
    return f"{own:.0%} are reopened, against {usual:.0%} of all tickets" if low > usual else ""


def _length(topic: Topic, whole: Whole) -> str:
    if topic.handle is None or whole.handle is None or topic.handle.median <= 2 * whole.handle:
        return ""
    return f"half take people over {topic.handle.median / 60:.0f} min, twice the usual and more: there is more to it than the first message says"


def _certain(topic: Topic) -> str:
    share = topic.sure / topic.tickets
    return f"only {share:.0%} are surely of this class" if share < 0.5 else ""


def _calm(topic: Topic) -> str:
    said = f"{_frustrated(topic):.0%} of those who ask it are frustrated, and the class is certain for {topic.sure / topic.tickets:.0%}"
    return f"{said}; what it changes it changes only after a yes to exactly that" if topic.key in WRITES else said


def _hours(topic: Topic, days: int | None) -> Interval | None:
    """From the lower bound of the certain tickets to the upper bound of all, per month of a file that covers ``days``."""
    if topic.handle is None or not days:
        return None
    scale = MONTH / days / 3600
    sure = topic.sure_handle
    low = max(0.0, sure.total - 1.96 * math.sqrt(sure.squares)) if sure else 0.0
    missing = topic.tickets / topic.handle.known
    return Interval(low * scale, (topic.handle.total + 1.96 * math.sqrt(topic.handle.squares)) * missing * scale)


def together(those: Sequence[Recommendation]) -> Interval | None:
    """The hours of several recommendations, end by end."""
    known = [one.hours for one in those if one.hours]
    return Interval(sum(one.low for one in known), sum(one.high for one in known)) if known else None
