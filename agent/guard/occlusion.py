"""Which words are behind the classifier's scores: leave out a piece of the message, read the rest, and see what falls most.

Occlusion after Zeiler and Fergus 2014, Visualizing and Understanding Convolutional Networks, with words for pixels. It says what a score
hangs on, not what the words mean. It costs as many readings as there are pieces, so it is for explanations only.
"""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from .decision import TEXT_HUMAN_REASONS
from .scores import SCORES
from .signals import CONCERNS, CRITICAL, Signals
from .text import excerpt, sentences

if TYPE_CHECKING:
    from .classifier import Classifier

WINDOW = 4
"""Words left out at a time."""

STEP = 2
MOST_WORDS = 60
"""Words of a message up to which windows are left out; of a longer one sentences."""

MOST_PIECES = 40
LONGEST = 4_000
LONGEST_WORDS = 80
LEAST_SCORE = 0.02
"""A score below this has nothing behind it."""

LEAST_FALL = 0.2
"""The part of a score that must fall away for a piece to be what is behind it."""

Row = Mapping[str, float]
Score = Callable[[Row], float]
_WORD = re.compile(r"\S+")


def words_behind(classifier: "Classifier", text: str, signals: Signals) -> dict[str, str]:
    """The words behind each score, by the signal's name; none for a score that no single piece carries."""
    shown = excerpt(text, LONGEST)
    cut = pieces(shown)
    if not cut:
        return {}
    without = [f"{shown[:start]}{shown[end:]}".strip() for start, end in cut]
    rows = classifier.probabilities([shown, *without])
    whole, *rest = [dict(zip(classifier.classes, map(float, row), strict=True)) for row in rows]
    found: dict[str, str] = {}
    for name, score in _scores(signals).items():
        lowest = min(range(len(rest)), key=lambda place: score(rest[place]))
        before, after = score(whole), score(rest[lowest])
        if before >= LEAST_SCORE and before - after >= before * LEAST_FALL:
            start, end = cut[lowest]
            found[name] = " ".join(shown[start:end].split())[:LONGEST_WORDS]
    return found


def pieces(text: str) -> list[tuple[int, int]]:
    """What is left out, each as a span: overlapping windows of words, or sentences; at most ``MOST_PIECES``."""
    words = [match.span() for match in _WORD.finditer(text)]
    if len(words) > MOST_WORDS:
        return _sentences(text)[:MOST_PIECES]
    if len(words) <= WINDOW:
        return words if len(words) > 1 else []
    starts = range(0, len(words) - WINDOW + STEP, STEP)
    return [(words[first][0], words[min(first + WINDOW, len(words)) - 1][1]) for first in starts]


def _sentences(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    at = 0
    for sentence in sentences(text):
        start = text.index(sentence, at)
        at = start + len(sentence)
        spans.append((start, at))
    return spans if len(spans) > 1 else []


def _scores(signals: Signals) -> dict[str, Score]:
    """What each signal of the classifier is a sum of."""
    human = [reason for reason in TEXT_HUMAN_REASONS if reason not in signals.facts.settled]
    parts: dict[str, tuple[str, ...]] = {
        "human_probability": tuple(human),
        "critical_probability": tuple(reason for reason in CRITICAL if reason in human),
        "top_reason": (signals.top_reason,),
        "intent": (signals.intent,),
        "intent_probability": (signals.intent,),
        "concern": CONCERNS,
        **{name: (reason,) for name, reason in SCORES.items()},
    }
    return {name: _sum(reasons) for name, reasons in parts.items()}


def _sum(reasons: tuple[str, ...]) -> Score:
    return lambda row: sum(row.get(reason, 0.0) for reason in reasons)
