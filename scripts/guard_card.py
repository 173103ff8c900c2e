"""The guard's model card: how often the shipped policy sends the wrong message to a person, or the right one not. Figures of one run."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from warmline.agent.guard.decision import TEXT_HUMAN_REASONS, Decision
from warmline.agent.guard.facts import Facts
from warmline.agent.guard.policy import Policy
from warmline.agent.guard.rules import matches
from warmline.agent.guard.signals import CRITICAL, gather
from warmline.agent.guard.text import clean

Z = 1.96
"""Of a 95 % interval."""

WHY = """\
A person is called at a probability of `human` (the probability is calibrated, see the tables above), and at the lower `critical` when the
need would be one of the reasons that must not be missed. Both were chosen in cross-validation, rules included, where messages missed and
messages sent needlessly cost about the same and fewer of both could not be had; no test set was used to choose anything. `make train` does
not change them."""

TRIED = """\
Area under the curve (person or machine) in cross-validation unless another figure is named; each compared within one run.

- On 4,393 lines, head on fixed vectors: vector of the whole text instead of the mean over its sentences 0.942 instead of 0.948; n-grams
  alone 0.905; vectors with n-grams at weight 5 better than at 1, 2, 3 or 8; 65,536 buckets miss 13.1 % at 8 % needless where 32,768 miss
  13.7 % and 131,072 no fewer; linear SVM 0.956, kernel SVM on the vectors 0.925, a yes/no head 0.919; attention over token features 0.954.
- On 5,571 lines, two folds: head on fixed vectors 0.956, dense layers fine-tuned (decision 7) 0.964, without n-grams 0.960, with the maximum over tokens
  beside the mean 0.964, with more dropout 0.961, three runs' probabilities averaged 0.966.
- On 11,096 lines, one fold: fixed vectors 0.966, fine-tuned 0.973 to 0.975 (three seeds), the three averaged weight by weight 0.976, averaged with the
  head on fixed vectors 0.973, convolutions fine-tuned as well 0.976.
- More examples help most: 5,571 to 11,096 lines took messages missed at 8 % needless from 16 % to 11 % with fixed vectors and from 12 % to 8 % fine-tuned."""
"""What was measured once while the head was chosen; these figures are not made by this run."""


class Example(BaseModel):
    """A line of the corpus."""

    text: str
    reason: str
    lang: str
    style: str
    pair: str | None = None


@dataclass(frozen=True)
class Measured:
    """Examples with the probabilities (n, C) a model gave that was not trained on them."""

    name: str
    examples: list[Example]
    classes: tuple[str, ...]
    odds: NDArray[np.float64]

    @cached_property
    def decisions(self) -> list[Decision]:
        """What the shipped rules and policy decide, without any facts."""
        policy = Policy.load()
        decided: list[Decision] = []
        for example, row in zip(self.examples, self.odds, strict=True):
            text = clean(example.text)
            reasons = dict(zip(self.classes, map(float, row), strict=True))
            decided.append(policy.decide(gather(text, Facts(), reasons=reasons, hits=matches(text))))
        return decided

    @cached_property
    def human(self) -> NDArray[np.float64]:
        """The probability that a person is needed, (n,)."""
        return self.odds[:, [name in TEXT_HUMAN_REASONS for name in self.classes]].sum(axis=1)

    def missed(self, wanted: Callable[[Example], bool]) -> tuple[int, int]:
        """Of the wanted examples for a person: how many were automated, of how many."""
        sent = [d.for_person for e, d in self._pairs if wanted(e) and e.reason in TEXT_HUMAN_REASONS]
        return sent.count(False), len(sent)

    def needless(self, wanted: Callable[[Example], bool]) -> tuple[int, int]:
        """Of the wanted examples for the agent: how many went to a person, of how many."""
        sent = [d.for_person for e, d in self._pairs if wanted(e) and e.reason not in TEXT_HUMAN_REASONS]
        return sent.count(True), len(sent)

    @property
    def _pairs(self) -> Iterable[tuple[Example, Decision]]:
        return zip(self.examples, self.decisions, strict=True)


def write_card(file: Path | None, parts: list[Measured], *, corpus: str, temperature: float) -> str:
    """Write the card, if there is a file for it, and return it."""
    policy = Policy.load()
    limits = ", ".join(f"{name} {value:g}" for name, value in policy.thresholds.items())
    head = [
        "# Model card: the guard's classifier",
        "",
        "Made by `make train` (scripts/train_guard.py); every figure below is of that run, but for those under *Tried*.",
        "",
        f"Corpus `{corpus}`, temperature {temperature:g}, policy `{policy.stamp}` (thresholds: {limits}).",
        "*Missed*: a message for a person that the agent would serve. *Needless*: the reverse. Rules, classifier and policy together, from",
        "the words alone. Cross-validation keeps a message and its twin together; intervals are Wilson's, 95 %.",
    ]
    sections = [line for part in parts for line in _section(part)]
    text = "\n".join([*head, *sections, "", *_trade(parts[0]), "", "## Tried while choosing the head", "", TRIED, ""])
    if file is not None:
        file.write_text(text, encoding="utf-8")
    return text


def _section(part: Measured) -> list[str]:
    lines = ["", f"## On {part.name} ({len(part.examples)} messages)", ""]
    lines += ["| | missed | needless |", "|---|---|---|"]
    lines.append(f"| all | {_rate(part.missed(lambda _: True))} | {_rate(part.needless(lambda _: True))} |")
    lines.append(f"| must not be missed ({', '.join(CRITICAL)}) | {_rate(part.missed(lambda e: e.reason in CRITICAL))} | |")
    for field in ("lang", "style"):
        for value in sorted({str(getattr(example, field)) for example in part.examples}):
            wanted = _having(field, value)
            lines.append(f"| {field} {value} | {_rate(part.missed(wanted))} | {_rate(part.needless(wanted))} |")
    return [*lines, "", *_by_reason(part), "", *_calibration(part)]


def _having(field: str, value: str) -> Callable[[Example], bool]:
    return lambda example: getattr(example, field) == value


def _by_reason(part: Measured) -> list[str]:
    lines = ["| reason | messages | to the wrong side | precision | recall |", "|---|---|---|---|---|"]
    truth = np.array([example.reason for example in part.examples])
    said = np.array([decision.reason for decision in part.decisions])
    for reason in sorted(set(truth.tolist())):
        wanted = _having("reason", reason)
        wrong = part.missed(wanted) if reason in TEXT_HUMAN_REASONS else part.needless(wanted)
        right = int(((truth == reason) & (said == reason)).sum())
        precision, recall = right / max(int((said == reason).sum()), 1), right / int((truth == reason).sum())
        lines.append(f"| {reason} | {wrong[1]} | {_rate(wrong)} | {precision:.2f} | {recall:.2f} |")
    return lines


def _calibration(part: Measured) -> list[str]:
    lines = ["| probability said | messages | for a person |", "|---|---|---|"]
    needed = np.array([example.reason in TEXT_HUMAN_REASONS for example in part.examples])
    for step in range(10):
        inside = (part.human >= step / 10) & ((part.human < (step + 1) / 10) | (step == 9))
        if inside.any():
            lines.append(f"| {step / 10:.1f} to {(step + 1) / 10:.1f} | {int(inside.sum())} | {needed[inside].mean():.2f} |")
    return lines


def _trade(part: Measured) -> list[str]:
    """What other thresholds would do, by the probability alone."""
    needed = np.array([example.reason in TEXT_HUMAN_REASONS for example in part.examples])
    lines = [
        "## Thresholds",
        "",
        "Probability alone, without rules and the lower threshold for what must not be missed, in cross-validation:",
        "",
    ]
    lines += ["| human at | missed | needless |", "|---|---|---|"]
    for threshold in (0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7):
        sent = part.human >= threshold
        lines.append(f"| {threshold:.2f} | {(~sent[needed]).mean():.1%} | {sent[~needed].mean():.1%} |")
    return [*lines, "", WHY]


def _rate(counted: tuple[int, int]) -> str:
    """``3.1 % (6/192, 1.4 to 6.6)``; the interval is Wilson's."""
    hits, total = counted
    if total == 0:
        return ""
    share = hits / total
    middle = (share + Z**2 / (2 * total)) / (1 + Z**2 / total)
    half = Z * ((share * (1 - share) / total + Z**2 / (4 * total**2)) ** 0.5) / (1 + Z**2 / total)
    return f"{share:.1%} ({hits}/{total}, {max(middle - half, 0):.1%} to {middle + half:.1%})"
