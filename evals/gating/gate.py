"""The verdict on a run, in one word and one sentence, and the exit code that goes with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from warmline.evals.results import State

from .gates import GateResult, Standing, gates_of
from .runs import CaseRun, Run

if TYPE_CHECKING:
    from .compare import Comparison

Word = Literal["PASS", "FAIL", "REGRESSION", "WATCH", "INCONCLUSIVE", "UNMEASURABLE"]

PASSED, FAILED, UNMEASURED, SPENT = 0, 1, 2, 3
CEILING = 0.05
"""The share of trials that may end in one of the states that are neither PASS nor FAIL."""

_NAMED: dict[State, str] = {
    "INFRA": "failed for want of a model, a shop or the machinery",
    "JUDGE_ERROR": "could not be judged",
    "SIM_FAULT": "were spoiled by the simulated customer",
}


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What is to be said of a run. ``reason`` is one sentence; ``also`` is what else weighs, one sentence each."""

    word: Word
    reason: str
    exit_code: int
    also: tuple[str, ...] = ()


def rule(
    run: Run, comparison: "Comparison | None" = None, *, ceiling: float = CEILING, detectable: float | None = None
) -> Ruling:
    """The ruling on a run, with ``comparison`` also on what became worse.

    A failure that was measured stands, whatever else could not be measured. ``detectable`` is the drop of a suite's mean that the
    comparison must have been able to see; where it was not, the ruling is INCONCLUSIVE with exit code 2.
    """
    gates = gates_of(run)
    found = [
        *([_regression(comparison)] if comparison and comparison.regressions else []),
        *_failures(run),
        *_of_gates(gates, "broken"),
        *_unmeasured(run, ceiling),
        *_of_gates(gates, "unmeasured"),
        *(_unsure(comparison, detectable) if comparison else []),
    ]
    if not found:
        return Ruling(word="PASS", reason=_green(run, gates), exit_code=PASSED)
    first, *others = found
    return Ruling(word=first.word, reason=first.reason, exit_code=first.exit_code, also=tuple(one.reason for one in others))


def _regression(comparison: "Comparison") -> Ruling:
    worse = comparison.regressions
    critical = sum(change.critical for change in worse)
    reason = f"{_cases(len(worse), critical)} became worse: {worse[0].in_words}{_more(len(worse) - 1)}"
    return Ruling(word="REGRESSION", reason=reason, exit_code=FAILED)


def _failures(run: Run) -> list[Ruling]:
    failing = sorted((case for case in run.cases if case.fails_gate), key=lambda case: not case.critical)
    if not failing:
        return []
    several = "fails" if len(failing) == 1 else "fail"
    reason = (
        f"{_cases(len(failing), sum(case.critical for case in failing))} {several}: {_first(failing[0])}{_more(len(failing) - 1)}"
    )
    return [Ruling(word="FAIL", reason=reason, exit_code=FAILED)]


def _of_gates(gates: Sequence[GateResult], standing: Standing) -> list[Ruling]:
    """One for each suite of which gates are broken, or could not be measured."""
    word, code = ("FAIL", FAILED) if standing == "broken" else ("UNMEASURABLE", UNMEASURED)
    found: list[Ruling] = []
    for suite in dict.fromkeys(gate.suite for gate in gates if gate.standing == standing):
        held = [gate for gate in gates if gate.suite == suite]
        wrong = [gate for gate in held if gate.standing == standing]
        said = "broken" if standing == "broken" else "not measured"
        reason = f"{len(wrong)} of {_number(len(held), 'gate')} {said}: {wrong[0].in_words}{_more(len(wrong) - 1)}"
        found.append(Ruling(word=word, reason=reason, exit_code=code))
    return found


def _first(case: CaseRun) -> str:
    verdict = case.verdict
    counts = f"{verdict.passed} of {verdict.counted} pass" if verdict and verdict.counted > 1 else ""
    why = next((trial.why for trial in case.trials if trial.state == "FAIL" and trial.why), verdict.why if verdict else "")
    told = "; ".join(part for part in (counts, why) if part)
    return f"{case.case_id} ({told})" if told else case.case_id


def _unmeasured(run: Run, ceiling: float) -> list[Ruling]:
    reasons = [(reason, SPENT) for reason in _spent(run)]
    reasons += [(reason, UNMEASURED) for reason in (*_broken_off(run), *_over(run, ceiling), *_blind(run), *_complaints(run))]
    return [Ruling(word="UNMEASURABLE", reason=reason, exit_code=code) for reason, code in reasons]


def _spent(run: Run) -> list[str]:
    left = run.states["BUDGET"]
    ended = run.end is not None and run.end.exit_code == SPENT
    if not left and not ended:
        return []
    return [f"the spend ceiling was reached; {left} {'trial was' if left == 1 else 'trials were'} not made"]


def _broken_off(run: Run) -> list[str]:
    if run.end is not None:
        return []
    every = (*run.cases, *run.rows)
    done = sum(case.verdict is not None for case in every)
    return [f"the run was broken off after {done} of {len(every)} cases; 'warmline eval run --resume' goes on"]


def _over(run: Run, ceiling: float) -> list[str]:
    total = sum(run.states.values()) - run.states["SKIP"] - run.states["BUDGET"]
    over = [state for state in _NAMED if total and run.states[state] / total > ceiling]
    return [f"{run.states[state]} of {total} trials {_NAMED[state]} ({_why(run, state)}); {ceiling:.0%} may" for state in over]


def _why(run: Run, state: State) -> str:
    """What the first trial that ended so says."""
    return next((trial.why for trial in run.trials if trial.state == state and trial.why), "no reason given")


def _blind(run: Run) -> list[str]:
    """Cases that gate and of which nothing is known; a run in which nothing was tried at all."""
    if not any(case.counted for case in (*run.cases, *run.rows)):
        return ["no trial passed or failed, so nothing was measured"]
    blind = [case for case in run.cases if case.verdict and case.verdict.verdict == "UNMEASURED" and case.verdict.gates]
    if not blind:
        return []
    return [
        f"{_cases(len(blind), sum(case.critical for case in blind))} could not be measured: {blind[0].case_id}{_more(len(blind) - 1)}"
    ]


def _complaints(run: Run) -> list[str]:
    return list(run.end.complaints) if run.end and run.end.exit_code == UNMEASURED else []


def _unsure(comparison: "Comparison", detectable: float | None) -> list[Ruling]:
    found: list[Ruling] = []
    if comparison.suspects:
        found.append(Ruling(word="WATCH", reason=comparison.suspicion, exit_code=PASSED))
    if comparison.fell:
        found.append(Ruling(word="WATCH", reason=comparison.fell, exit_code=PASSED))
    if detectable is not None and (blindness := comparison.too_coarse_for(detectable)):
        found.append(Ruling(word="INCONCLUSIVE", reason=blindness, exit_code=UNMEASURED))
    elif comparison.blindness:
        found.append(Ruling(word="INCONCLUSIVE", reason=comparison.blindness, exit_code=PASSED))
    return sorted(found, key=lambda one: -one.exit_code)


def _green(run: Run, gates: Sequence[GateResult]) -> str:
    verdicts = run.verdicts
    skipped, watched = verdicts["SKIPPED"], verdicts["FAIL"] + verdicts["UNMEASURED"]
    parts = [f"{verdicts['PASS']} of {len(run.cases) - skipped} cases pass"] if run.cases else []
    parts += [f"{watched} that do not are only watched"] if watched else []
    parts += [f"{skipped} skipped"] if skipped else []
    parts += (
        [f"{_number(len(gates), 'gate')} over {len(run.rows):,} counted cases {'holds' if len(gates) == 1 else 'hold'}"]
        if gates
        else []
    )
    return ", ".join(parts)


def _number(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _cases(number: int, critical: int) -> str:
    if critical == number:
        return f"{number} critical case{'' if number == 1 else 's'}"
    return f"{number} case{'' if number == 1 else 's'}{f', {critical} of them critical,' if critical else ''}"


def _more(number: int) -> str:
    return f", and {number} more" if number else ""
