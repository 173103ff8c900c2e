"""Which messages are worth a person's label: some of every route and every degree of certainty, not whatever comes first."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from warmline.agent.guard.signals import Signals
from warmline.agent.store.store import Store
from warmline.evals.insights.review.reading import Answered
from warmline.evals.insights.review.replay import read_signals
from warmline.evals.suite_files.importing import Redaction

from .labels import Place

BANDS = (0.12, 0.3, 0.45, 0.6, 0.8)
"""Bounds of the probability that a person is needed: the thresholds of the shipped policy lie among them."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A message that may be labelled, redacted, and its ``stratum``: the route it took and how sure the guard was."""

    turn_id: int
    conversation: str
    message: str
    text: str
    stratum: str
    route: str
    reason: str
    score: float


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What to label, in the order to do it, and how many messages each stratum has in all."""

    candidates: list[Candidate]
    sizes: Counter[str]


@dataclass(kw_only=True)
class _Drawn:
    """Of one stratum: how many there are, and a fair draw of ``most`` of them, whatever their number."""

    size: int = 0
    kept: list[Candidate] = field(default_factory=list[Candidate])


async def draw(
    store: Store, *, since: datetime, until: datetime, number: int, done: Collection[Place] = (), seed: int = 0
) -> Sample:
    """``number`` messages of this time, as many of each stratum as can be; ``done`` are those that have a label already.

    A message that only answers the agent's question is decided by what went before and is left out. Each stratum is drawn from fairly,
    without holding it (Vitter, ACM TOMS 11 (1985), algorithm R), so that the same seed on the same store gives the same sample.
    """
    strata: dict[str, _Drawn] = {}
    chance = Random(seed)  # noqa: S311 (a draw that anyone can repeat)
    async for turn, signals in read_signals(store, since, until):
        if signals is None or not counts(turn, signals):
            continue
        held = strata.setdefault(stratum_of(turn, signals), _Drawn())
        held.size += 1
        if (turn.conversation_id, turn.turn_id) in done:
            continue
        if len(held.kept) < number:
            held.kept.append(_candidate(turn, signals))
        elif (place := chance.randrange(held.size)) < number:
            held.kept[place] = _candidate(turn, signals)
    for held in strata.values():
        chance.shuffle(held.kept)
    return Sample(candidates=_in_turn(strata)[:number], sizes=Counter({name: held.size for name, held in strata.items()}))


def counts(turn: Answered, signals: Signals) -> bool:
    """Whether a message could have a label: with words of its own, decided by the policy, not while a person had it."""
    return bool(turn.text.strip()) and not signals.answer and turn.outcome.get("kind") != "with_human"


def stratum_of(turn: Answered, signals: Signals) -> str:
    """The route a message took, and how probable it was that a person is needed."""
    band = sum(signals.human_probability >= bound for bound in BANDS)
    return f"{turn.decision.get('route', 'unknown')}/{band}"


def _candidate(turn: Answered, signals: Signals) -> Candidate:
    return Candidate(
        turn_id=turn.turn_id,
        conversation=turn.conversation_id,
        message=str(turn.outcome.get("message_id") or ""),
        text=Redaction().of(turn.text),
        stratum=stratum_of(turn, signals),
        route=str(turn.decision.get("route") or ""),
        reason=str(turn.decision.get("reason") or ""),
        score=signals.human_probability,
    )


def _in_turn(strata: dict[str, _Drawn]) -> list[Candidate]:
    """One of each stratum after the other, so that whoever stops early has some of each."""
    most = max((len(held.kept) for held in strata.values()), default=0)
    return [strata[name].kept[place] for place in range(most) for name in sorted(strata) if place < len(strata[name].kept)]
