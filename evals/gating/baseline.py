"""The blessed baseline: what each case came to when people last agreed that this is how it should be. Small, committed, one line a case."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, field_validator

from warmline.errors import UsageError
from warmline.evals.results import Mode
from warmline.evals.stats.exact import Bar
from warmline.evals.stats.rates import Counted

from .gate import rule
from .runs import Run, read_run

OLD = timedelta(days=30)
"""After which a baseline is called old: models behind an address change without a word."""


class BlessedSuite(BaseModel):
    """A suite's file and its digest when it was blessed, and for each case how many trials passed of how many."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str = ""
    digest: str = ""
    cases: dict[str, Counted] = Field(default={}, description='written as "10/10"')

    @field_validator("cases", mode="before")
    @classmethod
    def _counts(cls, written: Any) -> Any:
        return (
            {name: _counted(one) for name, one in cast("dict[str, Any]", written).items()}
            if isinstance(written, dict)
            else written
        )


class Baseline(BaseModel):
    """What a run is compared with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    baseline: Literal[1] = 1
    blessed_at: AwareDatetime
    mode: Mode
    model: str
    deterministic: bool
    policy: str = ""
    agent: str = ""
    commit: str = ""
    warmline: str = ""
    cost_per_trial: float | None = None
    suites: dict[str, BlessedSuite]

    @property
    def cases(self) -> Mapping[str, Counted]:
        """Every case with its counts."""
        return {name: counted for suite in self.suites.values() for name, counted in suite.cases.items()}

    def age(self, now: datetime | None = None) -> timedelta:
        """How long ago it was blessed."""
        return (now or datetime.now(UTC)) - self.blessed_at


def _counted(value: object) -> Counted:
    passed, slash, of = str(value).partition("/")
    if isinstance(value, Counted):
        return value
    if not slash or not passed.isdigit() or not of.isdigit():
        raise ValueError(f'expected passed/trials, such as "10/10", not {value!r}')
    return Counted(int(passed), int(of))


def bless(runs: Sequence[Run], *, now: datetime | None = None, failing: bool = False) -> Baseline:
    """The baseline that these runs make together; their trials are added up.

    ``UsageError`` for runs of different models, modes, policies or suites, for replayed ones, and for what is not green; ``failing`` takes
    what fails as it is. What could not be measured is never blessed.
    """
    _must_be_alike(runs)
    for run in runs:
        _must_be_blessable(run, failing=failing)
    return _summed(runs, (now or datetime.now(UTC)).replace(microsecond=0))


def baseline_of(run: Run) -> Baseline:
    """A log taken for a baseline as it is, to compare two runs with each other."""
    return _summed([run], run.header.started_at)


def _summed(runs: Sequence[Run], at: datetime) -> Baseline:
    header = runs[0].header
    return Baseline(
        blessed_at=at,
        mode=header.mode,
        model=header.model,
        deterministic=header.deterministic,
        policy=header.policy,
        agent=header.agent,
        commit=header.commit,
        warmline=header.warmline,
        cost_per_trial=cost_per_trial(runs),
        suites={
            suite.name: BlessedSuite(file=suite.file, digest=suite.digest, cases=_cases_of(suite.name, runs))
            for suite in header.suites
        },
    )


def cost_per_trial(runs: Iterable[Run]) -> float | None:
    """What a trial cost on average, in US dollars; ``None`` where prices are not known."""
    costs = [trial.spent.cost_usd for run in runs for case in run.cases for trial in case.counted if not trial.replayed]
    known = [cost for cost in costs if cost is not None]
    return round(sum(known) / len(known), 6) if known and len(known) == len(costs) else None


def _cases_of(suite: str, runs: Sequence[Run]) -> dict[str, Counted]:
    held: dict[str, Counted] = {}
    for run in runs:
        for case in run.cases:
            if case.info.suite == suite and case.measured.of:
                before = held.get(case.case_id, Counted(0, 0))
                more = case.measured
                repeats = case.deterministic and before.of
                held[case.case_id] = (
                    Counted(min(before.count, more.count), 1)
                    if repeats
                    else Counted(before.count + more.count, before.of + more.of)
                )
    return dict(sorted(held.items()))


def _must_be_alike(runs: Sequence[Run]) -> None:
    first = runs[0].header
    for run in runs[1:]:
        for name in ("mode", "model", "policy", "suites"):
            if getattr(run.header, name) != getattr(first, name):
                raise UsageError(
                    f"{run.source!r} and {runs[0].source!r} differ in {name}; bless runs of one and the same agent together"
                )


def _must_be_blessable(run: Run, *, failing: bool) -> None:
    ruling = rule(run)
    if run.header.mode == "replay":
        raise UsageError(f"{run.source!r} was replayed, which measures nothing anew; bless a run that was made for real")
    if ruling.word == "UNMEASURABLE":
        raise UsageError(f"{run.source!r} is not blessed: {ruling.reason}")
    if ruling.word == "FAIL" and not failing:
        raise UsageError(f"{run.source!r} is not blessed: {ruling.reason}; --failing takes it as it is")


def too_few(baseline: Baseline, *, bar: Bar | None = None) -> list[str]:
    """The cases with too few trials for a drop ever to be called; none where trials do not differ."""
    needed = (bar or Bar()).base_trials
    return [] if baseline.deterministic else [name for name, counted in baseline.cases.items() if counted.of < needed]


def read_baseline(file: Path) -> Baseline:
    """A blessed baseline; ``UsageError`` says what is wrong with the file."""
    try:
        return Baseline.model_validate_json(file.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(
            f"{str(file)!r} is no baseline: {where or 'the file'}: {first['msg']}; 'warmline eval bless' writes one"
        ) from error


def read_base(file: Path) -> Baseline:
    """What to compare with: a blessed baseline, or the log of another run."""
    if not file.is_file():
        raise UsageError(f"{str(file)!r} is no file; give a baseline ('warmline eval bless') or the log of a run")
    with file.open("rb") as stream:
        first = stream.readline()
    return baseline_of(read_run(file)) if first.startswith(b'{"kind"') else read_baseline(file)


def written(baseline: Baseline) -> str:
    """The file: one line a case, in order, so that a change of one case is a diff of one line."""
    plain = baseline.model_dump(mode="json", exclude={"suites"}, exclude_none=True)
    plain["suites"] = {
        name: {
            "file": suite.file,
            "digest": suite.digest,
            "cases": {case: f"{counted.count}/{counted.of}" for case, counted in suite.cases.items()},
        }
        for name, suite in sorted(baseline.suites.items())
    }
    return json.dumps(plain, indent=1, ensure_ascii=False) + "\n"
