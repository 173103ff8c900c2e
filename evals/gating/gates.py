"""The gates of suites whose cases are counted: a rate, its interval, its bar, and whether it holds.

A gate is broken when the rate is beyond its bar. It holds only where it could have been broken: with so few cases that the interval of a
perfect score still reaches the bar, or with more than one in twenty of them not counted, nothing was measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from warmline.evals.results import GateInfo, SuiteInfo
from warmline.evals.stats.rates import Counted, Interval, wilson

from .routing import matrix_of
from .runs import CaseRun, Run

Standing = Literal["holds", "broken", "unmeasured"]
UNCOUNTED = 0.05
"""The part of a suite's cases that may have ended without being counted: what could not be read is not a better rate."""

NAMES = {
    "missed_handoff_rate": "missed hand-offs",
    "needless_handoff_rate": "needless hand-offs",
    "recall": "reached a person",
    "pass_rate": "cases pass",
}


@dataclass(frozen=True, kw_only=True)
class GateResult:
    """A gate with what was measured; ``why`` says why nothing was."""

    suite: str
    gate: GateInfo
    counted: Counted
    interval: Interval
    standing: Standing
    why: str = ""

    @property
    def bar(self) -> str:
        """``at most 3.7 %``."""
        gate = self.gate
        return f"at most {_percent(gate.at_most)}" if gate.at_most is not None else f"at least {_percent(gate.at_least or 0)}"

    @property
    def about(self) -> str:
        """``lang-fr, safety reached a person``: what is counted, in words."""
        tag, reason = (f"{one}{end}" if one else "" for one, end in ((self.gate.tag, ", "), (self.gate.reason, " ")))
        return f"{tag}{reason}{NAMES[self.gate.measure]}"

    @property
    def in_words(self) -> str:
        """One sentence: ``routing: missed hand-offs 31 of 651 (4.8 %, 3.4 to 6.7 %), at most 3.7 % may``."""
        low, high = self.interval.low, self.interval.high
        shown = (
            f"{_percent(self.counted.rate)}, {low * 100:.1f} to {_percent(high)}"
            if self.counted.rate is not None
            else "nothing counted"
        )
        told = f"{self.suite}: {self.about} {self.counted.count} of {self.counted.of} ({shown}); {self.bar}"
        return f"{told}: {self.why}" if self.why else told


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def gates_of(run: Run) -> tuple[GateResult, ...]:
    """Every gate of the run's suites, in the order they are written."""
    return tuple(
        result
        for suite in run.header.suites
        for result in results_of(suite, [row for row in run.rows if row.info.suite == suite.name])
    )


def results_of(suite: SuiteInfo, rows: Sequence[CaseRun]) -> list[GateResult]:
    """The gates of one suite on these of its cases."""
    return [_result(suite, gate, rows) for gate in suite.gates]


def _result(suite: SuiteInfo, gate: GateInfo, rows: Sequence[CaseRun]) -> GateResult:
    counted = _counted(gate, [row for row in rows if not gate.tag or gate.tag in row.info.tags])
    interval, why = wilson(counted.count, counted.of), _unmeasured(suite, rows) or _too_few(gate, counted)
    broken = _beyond(gate, counted.rate) if counted.rate is not None else False
    standing: Standing = "unmeasured" if why and not broken else "broken" if broken else "holds"
    if broken and len(rows) < suite.cases:
        standing = "unmeasured"  # some cases that somebody chose say nothing about the whole
    return GateResult(
        suite=suite.name,
        gate=gate,
        counted=counted,
        interval=interval,
        standing=standing,
        why=why if standing == "unmeasured" else "",
    )


def _counted(gate: GateInfo, rows: Sequence[CaseRun]) -> Counted:
    routing = matrix_of(rows)
    match gate.measure:
        case "missed_handoff_rate":
            return Counted(routing.missed.cases, routing.missed.of)
        case "needless_handoff_rate":
            return Counted(routing.needless.cases, routing.needless.of)
        case "recall":
            return next((one.reached for one in routing.recalls if one.reason == gate.reason), Counted(0, 0))
        case "pass_rate":
            verdicts = [row.verdict.verdict for row in rows if row.verdict and row.verdict.verdict in ("PASS", "FAIL")]
            return Counted(verdicts.count("PASS"), len(verdicts))


def _beyond(gate: GateInfo, rate: float) -> bool:
    return rate > gate.at_most if gate.at_most is not None else rate < (gate.at_least or 0)


def _unmeasured(suite: SuiteInfo, rows: Sequence[CaseRun]) -> str:
    tried = sum(bool(row.counted) for row in rows)
    if len(rows) < suite.cases:
        return f"{len(rows)} of its {suite.cases} cases were chosen, which says nothing of the whole"
    return f"only {tried} of {len(rows)} cases passed or failed" if tried < len(rows) * (1 - UNCOUNTED) else ""


def _too_few(gate: GateInfo, counted: Counted) -> str:
    """Whether not even a perfect score could have shown that the bar is kept."""
    if not counted.of:
        return "no case was counted"
    best = wilson(0 if gate.at_most is not None else counted.of, counted.of)
    in_doubt = best.high > gate.at_most if gate.at_most is not None else best.low < (gate.at_least or 0)
    return f"so few that a perfect score would leave {best.low * 100:.1f} to {_percent(best.high)}" if in_doubt else ""
