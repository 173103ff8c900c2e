"""Everything a report says of a run, before it is drawn."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from warmline.evals.gating.compare import Comparison
from warmline.evals.gating.gate import Ruling, rule
from warmline.evals.gating.gates import GateResult, gates_of
from warmline.evals.gating.judged import JudgedRate, judged_rates
from warmline.evals.gating.routing import MINUTES, Matrix, matrix
from warmline.evals.gating.runs import CaseRun, Run
from warmline.evals.results import State
from warmline.evals.stats.means import Mean, clustered
from warmline.evals.stats.rates import Counted, Interval, pass_hat_k, wilson

from .failures import Failure, failures


class Slice(BaseModel):
    """Cases that have a suite, or a tag, in common: how many pass by their own gates, and what their trials come to."""

    model_config = ConfigDict(frozen=True)

    name: str
    cases: Counted
    interval: Interval
    mean: Mean | None
    reliability: float | None
    k: int


class Totals(BaseModel):
    """How much was run, and what it cost; ``cost`` is ``None`` where prices are not known."""

    model_config = ConfigDict(frozen=True)

    cases: int
    rows: int
    trials: int
    states: dict[State, int]
    replayed: int
    extended: int
    redrawn: int
    seconds: float | None
    tokens: int
    cost: float | None


class Report(BaseModel):
    """One run, ruled and summed up; ``run`` and ``comparison`` hold the rest."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    ruling: Ruling
    totals: Totals
    matrix: Matrix
    suites: tuple[Slice, ...]
    tags: tuple[Slice, ...]
    failures: tuple[Failure, ...]
    gates: tuple[GateResult, ...] = ()
    judges: tuple[JudgedRate, ...] = ()
    run: Run
    comparison: Comparison | None = None

    @property
    def green(self) -> bool:
        """Whether there is nothing to act on."""
        return self.ruling.word == "PASS"


def report(run: Run, comparison: Comparison | None = None, *, ruling: Ruling | None = None, minutes: float = MINUTES) -> Report:
    """Sum a run up; ``ruling`` where it was made with other bars than the usual ones."""
    return Report(
        ruling=ruling or rule(run, comparison),
        totals=_totals(run),
        matrix=matrix(run, minutes=minutes),
        suites=_slices(
            {suite.name: [case for case in run.cases if case.info.suite == suite.name] for suite in run.header.suites}
        ),
        tags=_slices(_by_tag(run)),
        failures=failures(run),
        gates=gates_of(run),
        judges=judged_rates(run),
        run=run,
        comparison=comparison,
    )


def as_json(made: Report) -> dict[str, Any]:
    """The report as plain values: the ruling, the sums and the failures, not the conversations that passed."""
    header = made.run.header
    return {
        "verdict": made.ruling.word,
        "reason": made.ruling.reason,
        "also": list(made.ruling.also),
        "exit_code": made.ruling.exit_code,
        "run": header.model_dump(mode="json", exclude={"cases", "kind", "log_version"}),
        **made.model_dump(mode="json", include={"totals", "matrix", "suites", "tags", "failures"}),
        "gates": [_gate(one) for one in made.gates],
        "judges": [_judge(one) for one in made.judges],
        "cases": {
            case.case_id: {
                "verdict": case.verdict.verdict if case.verdict else None,
                "states": case.states,
                "passed": case.measured.count,
                "of": case.measured.of,
            }
            for case in made.run.cases
        },
        "comparison": _compared(made.comparison) if made.comparison else None,
    }


def _gate(one: GateResult) -> dict[str, Any]:
    gate = one.gate.model_dump(mode="json", include={"id", "measure", "tag", "reason", "at_most", "at_least", "why", "place"})
    measured = {"count": one.counted.count, "of": one.counted.of, "low": one.interval.low, "high": one.interval.high}
    return {"suite": one.suite, "standing": one.standing, **measured, "bar": one.bar, "unmeasured": one.why, **gate}


def _judge(one: JudgedRate) -> dict[str, Any]:
    found = one.corrected
    corrected = {"rate": found.rate, "low": found.interval.low, "high": found.interval.high} if found else None
    measured = {"count": one.judged.count, "of": one.judged.of, "corrected": corrected}
    return {"suite": one.suite, **one.judge.model_dump(mode="json"), **measured}


def _compared(comparison: Comparison) -> dict[str, Any]:
    from pydantic import TypeAdapter

    plain = TypeAdapter(Comparison).dump_python(comparison, mode="json", exclude={"changes", "baseline"})
    changed = TypeAdapter(tuple[Any, ...]).dump_python(
        tuple(change for change in comparison.changes if change.kind not in ("stable", "untested")), mode="json"
    )
    return {"blessed_at": comparison.baseline.blessed_at.isoformat(), **plain, "changes": changed}


def _totals(run: Run) -> Totals:
    trials = list(run.trials)
    costs = [trial.spent.cost_usd for trial in trials]
    known = [cost for cost in costs if cost is not None]
    spent = run.end.spent if run.end else None
    return Totals(
        cases=len(run.cases),
        rows=len(run.rows),
        trials=len(trials),
        states=dict(run.states),
        replayed=sum(trial.replayed for trial in trials),
        extended=sum(bool(case.verdict and case.verdict.extended) for case in run.cases),
        redrawn=sum(trial.redrawn for trial in trials),
        seconds=run.end.seconds if run.end else None,
        tokens=sum(trial.spent.input + trial.spent.output for trial in trials),
        cost=spent.cost_usd if spent and spent.cost_usd is not None else sum(known) if known else None,
    )


def _by_tag(run: Run) -> dict[str, list[CaseRun]]:
    held: defaultdict[str, list[CaseRun]] = defaultdict(list)
    for case in run.cases:
        for tag in case.info.tags:
            held[tag].append(case)
    return dict(sorted(held.items()))


def _slices(groups: dict[str, list[CaseRun]]) -> tuple[Slice, ...]:
    return tuple(_slice(name, cases) for name, cases in groups.items() if any(case.verdict for case in cases))


def _slice(name: str, cases: Sequence[CaseRun]) -> Slice:
    judged = [case.verdict.verdict for case in cases if case.verdict and case.verdict.verdict in ("PASS", "FAIL")]
    passed = judged.count("PASS")
    tried = [case for case in cases if case.measured.of]
    least = min((case.measured.of for case in tried), default=0)
    values = [case.measured.count / case.measured.of for case in tried]
    return Slice(
        name=name,
        cases=Counted(passed, len(judged)),
        interval=wilson(passed, len(judged)),
        mean=clustered(values, [case.cluster for case in tried]) if values else None,
        reliability=pass_hat_k([case.measured for case in tried], least) if least > 1 else None,
        k=least,
    )
