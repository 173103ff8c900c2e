"""What went wrong in one trial, as far as a person needs it to act: the checks that broke, the last turns, the calls, the rows, the way back."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from warmline.evals.gating.runs import CaseRun, Run
from warmline.evals.results import Check, Place, Routing, RowChange, State, TrialResult, TurnRecord
from warmline.evals.stats.rates import Counted

LAST_TURNS = 3


class Failure(BaseModel):
    """The first trial of a case that did not pass. ``turns`` are the last three, and earlier ones in which something broke.

    ``alike``: trials of this run cannot differ, so that more of them are no more evidence.
    """

    model_config = ConfigDict(frozen=True)

    case_id: str
    suite: str
    critical: bool
    gates: bool
    rule: str
    counts: Counted
    alike: bool
    states: tuple[State, ...]
    trial: int
    state: State
    why: str
    checks: tuple[Check, ...]
    turns: tuple[TurnRecord, ...]
    left_out: int
    rows: tuple[RowChange, ...]
    routing: Routing | None
    command: str
    place: Place


def failures(run: Run) -> tuple[Failure, ...]:
    """One for each case that failed or could not be measured: what gates and is critical first."""
    found = [_failure(case, trial) for case in run.cases if (trial := _telling(case))]
    return tuple(sorted(found, key=lambda one: (not one.gates, one.state != "FAIL", not one.critical)))


def _telling(case: CaseRun) -> TrialResult | None:
    """The trial that tells most: the first that failed, else the first that could not be counted; of green cases none."""
    if case.verdict is not None and case.verdict.verdict in ("PASS", "SKIPPED"):
        return None
    failed = next((trial for trial in case.trials if trial.state == "FAIL"), None)
    return failed or next((trial for trial in case.trials if trial.state not in ("PASS", "SKIP")), None)


def _failure(case: CaseRun, trial: TrialResult) -> Failure:
    shown = shown_turns(trial)
    verdict = case.verdict
    passed = sum(one.state == "PASS" for one in case.counted)
    return Failure(
        case_id=case.case_id,
        suite=case.info.suite,
        critical=case.critical,
        gates=verdict.gates if verdict else case.info.tier == "gate",
        rule=case.info.why,
        counts=Counted(verdict.passed, verdict.counted) if verdict else Counted(passed, len(case.counted)),
        alike=case.deterministic,
        states=case.states,
        trial=trial.trial,
        state=trial.state,
        why=trial.why,
        checks=trial.failed_checks,
        turns=tuple(shown),
        left_out=len(trial.turns) - len(shown),
        rows=tuple(row for row in trial.rows if not row.expected or row.change == "missing"),
        routing=trial.routing,
        command=trial.command,
        place=next((check.place for check in trial.failed_checks if check.place), trial.place),
    )


def shown_turns(trial: TrialResult) -> Sequence[TurnRecord]:
    """The last three turns, and before them those in which a check broke."""
    broken = {check.turn for check in trial.failed_checks if check.turn is not None}
    last = len(trial.turns) - LAST_TURNS
    return [turn for place, turn in enumerate(trial.turns) if place >= last or turn.number in broken]
