"""The guard's classes as one pure function over many texts: the same texts, the same readings, in any process of any engine.

``classify`` holds no connection and no lock, so it can be pickled and run as it is by multiprocessing, Dask, Ray or Spark's
``mapInPandas`` (docs/insights.md). The weights, about 200 MB a process, are loaded once, on first use.
"""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from warmline.agent.guard.decision import Decision
    from warmline.agent.guard.guard import Guard
    from warmline.agent.guard.signals import Signals

BATCH = 256
"""Texts that are encoded together; above a few dozen the rate no longer grows."""

FITS_NONE = "unsure"
"""The class of what fits no other."""

FRUSTRATED = 0.25
"""Probability of anger from which a customer counts as frustrated: annoyed is enough, long before the guard hands over for it."""


_MOODS = ("angry", "emotional", "human_request")


class Reading(NamedTuple):
    """What the guard reads in one text. ``label`` is its class, ``score`` the probability that a person is needed, ``sure`` the
    probability of the label (1 where words that must never be missed decided). ``about`` is what an angry or grieving customer asks; else the label."""

    label: str
    about: str
    route: str
    score: float
    sure: float
    frustrated: bool
    language: str | None


def classify(texts: Sequence[str]) -> list[Reading]:
    """One reading a text, in order, under the shipped policy and with nothing known of who asks."""
    from warmline.agent.guard.facts import Facts
    from warmline.agent.guard.masking import mask
    from warmline.agent.guard.text import clean

    guard, found = _guard(), list[Reading]()
    for begin in range(0, len(texts), BATCH):
        batch = [mask(clean(text)) for text in texts[begin : begin + BATCH]]
        for text, signals in zip(batch, guard.read_many(batch, Facts()), strict=True):
            found.append(_reading(signals, guard.decide(signals) if text else guard.nothing_said()))
    return found


def vectors_of(texts: Sequence[str]) -> "NDArray[np.float32]":
    """Sentence vectors of length one, (n, 512), by the encoder as published: the guard's own tells its classes apart, and little else."""
    from warmline.agent.guard.text import clean

    return _encoder().encode([clean(text) for text in texts])


@cache
def _guard() -> "Guard":
    from warmline.agent.guard.guard import Guard

    return Guard()


@cache
def _encoder():  # noqa: ANN202 (its module is heavy, and its name says it)
    from warmline.agent.guard.encoder import Encoder

    return Encoder()


def _reading(signals: "Signals", decision: "Decision") -> Reading:
    angry = "angry" in (decision.reason, *(hit.reason for hit in signals.rules)) or signals.anger >= FRUSTRATED
    by_words = decision.layer == "rules"
    return Reading(
        label=decision.reason,
        about=signals.intent if decision.reason in _MOODS and signals.intent != "smalltalk" else decision.reason,
        route=decision.route,
        score=round(decision.score, 4),
        sure=1.0 if by_words else round(signals.reasons.get(decision.reason, 0.0), 4),
        frustrated=angry,
        language=signals.language,
    )
