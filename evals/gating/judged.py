"""What judges say of a run, and what is left of it when their own mistakes are taken out."""

from collections.abc import Iterator
from dataclasses import dataclass

from warmline.evals.results import JudgeInfo
from warmline.evals.stats.judged import Calibration, Corrected, corrected
from warmline.evals.stats.rates import Counted

from .runs import CaseRun, Run


@dataclass(frozen=True, kw_only=True)
class JudgedRate:
    """Of how many cases a judge says that its statement holds; one judgement of each, its first, so that they are independent."""

    suite: str
    judge: JudgeInfo
    judged: Counted
    corrected: Corrected | None

    @property
    def in_words(self) -> str:
        """One plain sentence."""
        said = f"{self.suite}: the judge {self.judge.id!r} says it holds in {self.judged.count} of {self.judged.of} cases"
        labels = self.judge.holds[1] + self.judge.holds_not[1]
        if self.corrected is None:
            return f"{said}; on {labels} labelled conversations it was no better than a coin, so this says nothing"
        rate, found = self.corrected.rate, self.corrected.interval
        shown = f"{rate * 100:.0f} % ({found.low * 100:.0f} to {found.high * 100:.0f} %)"
        return f"{said}; without the mistakes it made on {labels} labelled conversations that is {shown}"


def judged_rates(run: Run) -> tuple[JudgedRate, ...]:
    """Every judge that was calibrated as the model that judged in this run, and was asked anything in it."""
    return tuple(
        JudgedRate(suite=suite.name, judge=judge, judged=judged, corrected=corrected(judged, _calibration(judge)))
        for suite in run.header.suites
        for judge in suite.judges
        if judge.model == run.header.model and (judged := _judged(run, suite.name, judge)).of
    )


def _judged(run: Run, suite: str, judge: JudgeInfo) -> Counted:
    said = [found for case in (*run.cases, *run.rows) if case.info.suite == suite for found in _first(case, judge)]
    return Counted(sum(said), len(said))


def _first(case: CaseRun, judge: JudgeInfo) -> Iterator[bool]:
    for trial in case.counted:
        found = [
            check
            for check in trial.checks
            if check.kind == "judge" and check.expected == judge.asks and check.observed is not None
        ]
        if found and not trial.replayed:
            yield found[0].passed
            return


def _calibration(judge: JudgeInfo) -> Calibration:
    return Calibration(good=Counted(*judge.holds), bad=Counted(*judge.holds_not))
