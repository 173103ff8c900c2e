"""How far a judge can be trusted: what it says of conversations that people labelled, kept in a small file beside the suite.

The file holds what was asked and of which model. With another prompt, another question or another model it says nothing any more.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from warmline.errors import UsageError
from warmline.evals.stats.judged import LEAST_TRUST, Calibration, kappa
from warmline.evals.stats.rates import Counted
from warmline.evals.suite_files.schema_expect import JudgeExpect
from warmline.prompts import sections

LEAST_LABELS = 20
"""Labels of each kind without which a rate says too little: 18 of 20 is anything from .70 to .97 (Wilson, 95 %)."""

MOST_UNANSWERED = 0.05
"""The part of the labelled conversations that may go without a usable answer: what a judge cannot read is not what it is right about."""


class Labelled(BaseModel):
    """A line of a file of labels: a conversation as a judge reads it, and whether a person says that the statement holds of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = ""
    conversation: list[dict[str, Any]]
    label: bool


class Tried(BaseModel):
    """The calibration file: of the conversations for which people say the statement holds, and does not, how many the judge saw so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    calibration: Literal[1] = 1
    judge: str
    model: str
    asked: str
    labels: str
    made_at: AwareDatetime
    holds: tuple[int, int]
    holds_not: tuple[int, int]
    unanswered: int = 0

    @property
    def counts(self) -> Calibration:
        """The same for the statistics."""
        return Calibration(good=Counted(*self.holds), bad=Counted(*self.holds_not))

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa."""
        return kappa(self.counts)

    @property
    def doubt(self) -> str:
        """Why the judge may not gate by it; empty if it may."""
        asked = self.holds[1] + self.holds_not[1] + self.unanswered
        if self.unanswered > asked * MOST_UNANSWERED:
            return f"{self.unanswered} of {asked} conversations got no usable answer"
        for name, counted in (("true", self.counts.good), ("false", self.counts.bad)):
            if counted.of < LEAST_LABELS:
                return f"it was tried on {counted.of} labels that are {name}; {LEAST_LABELS} are needed at least"
            if (counted.rate or 0.0) < LEAST_TRUST:
                return f"of {counted.of} labels that are {name} it got {counted.rate:.0%} right; {LEAST_TRUST:.0%} are needed"
        return ""


@dataclass(frozen=True)
class Said:
    """What the judge made of one labelled conversation; ``None`` if its answer could not be used."""

    label: bool
    holds: bool | None


def tried(judge: JudgeExpect, folder: Path, *, model: str, labels: bytes, said: Sequence[Said], at: AwareDatetime) -> Tried:
    """The calibration that these answers make."""
    right = {kind: [one.holds == kind for one in said if one.label == kind and one.holds is not None] for kind in (True, False)}
    return Tried(
        judge=judge.id,
        model=model,
        asked=asked_of(judge, folder),
        labels=hashlib.sha256(labels).hexdigest()[:16],
        made_at=at,
        holds=(sum(right[True]), len(right[True])),
        holds_not=(sum(right[False]), len(right[False])),
        unanswered=sum(one.holds is None for one in said),
    )


def question_of(judge: JudgeExpect, folder: Path) -> str:
    """What the judge is asked."""
    return judge.asks or (folder / (judge.rubric or "")).read_text("utf-8").strip()


def asked_of(judge: JudgeExpect, folder: Path) -> str:
    """A digest of every word that makes this judge: Warmline's prompt and the question."""
    words = json.dumps([*sections("judge").values(), question_of(judge, folder)])
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def read_tried(file: Path) -> Tried:
    """A calibration file; ``UsageError`` says what is wrong with it."""
    try:
        return Tried.model_validate_json(file.read_bytes())
    except OSError as error:
        raise UsageError(f"{file.name!r} cannot be read ({error.strerror}); 'warmline eval calibrate' writes it") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise UsageError(
            f"{file.name!r} is no calibration: {where}: {first['msg']}; 'warmline eval calibrate' writes it"
        ) from error


def problem_of(judge: JudgeExpect, folder: Path) -> str:
    """Why a judge may not gate, whichever model is asked; empty if it may."""
    try:
        found = read_tried(folder / (judge.calibration or ""))
    except UsageError as error:
        return str(error)
    if found.judge != judge.id:
        return f"{judge.calibration!r} is the calibration of {found.judge!r}"
    if found.asked != asked_of(judge, folder):
        return f"{judge.calibration!r} is stale: the question or the judge's prompt changed since; run 'warmline eval calibrate' again"
    return found.doubt


def read_labels(file: Path) -> list[Labelled]:
    """Labelled conversations; ``UsageError`` names the line of a mistake."""
    try:
        lines = file.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{str(file)!r} cannot be read: {error}") from error
    return list(_labelled(file, lines))


def _labelled(file: Path, lines: Sequence[str]) -> Iterator[Labelled]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield Labelled.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the line"
            hint = "; a person writes true or false there" if first["loc"] == ("label",) else ""
            raise UsageError(f"{str(file)!r}, line {number}: {where}: {first['msg']}{hint}") from error
