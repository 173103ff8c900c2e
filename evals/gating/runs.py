"""A run as its log tells it: what was tried, what came of it, and what of that counts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from warmline.errors import UsageError
from warmline.evals.results import ENTRY, CaseInfo, CaseVerdict, Entry, Resumed, RunEnd, RunHeader, State, TrialResult
from warmline.evals.stats.rates import Counted

COMMAND = "warmline eval run SUITE --output results.jsonl"


@dataclass(frozen=True, kw_only=True)
class CaseRun:
    """One case with its trials in order; ``verdict`` is ``None`` when the run broke off before it."""

    info: CaseInfo
    trials: tuple[TrialResult, ...] = ()
    verdict: CaseVerdict | None = None
    deterministic: bool = False

    @property
    def case_id(self) -> str:
        """The expanded id."""
        return self.info.case_id

    @property
    def cluster(self) -> str:
        """What stands or falls together with it."""
        return self.info.cluster or self.info.base_id

    @property
    def critical(self) -> bool:
        """Whether every trial must pass."""
        return self.info.severity == "critical"

    @property
    def counted(self) -> tuple[TrialResult, ...]:
        """The trials that passed or failed."""
        return tuple(trial for trial in self.trials if trial.counted)

    @cached_property
    def measured(self) -> Counted:
        """What the trials are worth as evidence about the agent: replayed ones nothing, repeats of a deterministic one as much as one."""
        fresh = [trial for trial in self.counted if not trial.replayed]
        passed = sum(trial.state == "PASS" for trial in fresh)
        return Counted(int(passed == len(fresh)), 1) if self.deterministic and fresh else Counted(passed, len(fresh))

    @property
    def fails_gate(self) -> bool:
        """Whether it makes the run fail."""
        return self.verdict is not None and self.verdict.verdict == "FAIL" and self.verdict.gates

    @property
    def states(self) -> tuple[State, ...]:
        """How its trials ended, in order."""
        return tuple(trial.state for trial in self.trials)


@dataclass(frozen=True, kw_only=True)
class Run:
    """A whole log; ``end`` is ``None`` when the run was broken off.

    ``cases`` decide one by one; ``rows`` are those of suites with gates, which are counted and never told one by one.
    """

    header: RunHeader
    cases: tuple[CaseRun, ...]
    rows: tuple[CaseRun, ...] = ()
    end: RunEnd | None = None
    source: str = ""

    @cached_property
    def by_id(self) -> Mapping[str, CaseRun]:
        """The cases by their expanded ids."""
        return {case.case_id: case for case in self.cases}

    @property
    def trials(self) -> Iterator[TrialResult]:
        """Every trial, case by case."""
        return (trial for case in (*self.cases, *self.rows) for trial in case.trials)

    @cached_property
    def states(self) -> Counter[State]:
        """How many trials ended how."""
        return Counter(trial.state for trial in self.trials)

    @property
    def verdicts(self) -> Counter[str]:
        """How many cases came to which verdict; one without counts as none."""
        return Counter(case.verdict.verdict for case in self.cases if case.verdict)


def run_of(entries: Iterable[Entry], *, source: str = "") -> Run:
    """The run that these lines tell of; a trial or verdict that stands there twice (after a resume) counts as it was written last."""
    header: RunHeader | None = None
    end: RunEnd | None = None
    trials: dict[str, dict[int, TrialResult]] = {}
    verdicts: dict[str, CaseVerdict] = {}
    for entry in entries:
        match entry:
            case RunHeader():
                header = entry
            case TrialResult():
                trials.setdefault(entry.case_id, {})[entry.trial] = entry
            case CaseVerdict():
                verdicts[entry.case_id] = entry
            case RunEnd():
                end = entry
            case Resumed():
                end = None
    if header is None:
        raise UsageError(f"{source or 'the log'!r} has no header line; give a log that '{COMMAND}' wrote")
    cases = tuple(
        CaseRun(
            info=info,
            trials=tuple(trial for _, trial in sorted(trials.get(info.case_id, {}).items())),
            verdict=verdicts.get(info.case_id),
            deterministic=header.deterministic,
        )
        for info in header.cases
    )
    counted = {case.case_id for case in cases if case.info.tier == "counted"}
    return Run(
        header=header,
        cases=tuple(case for case in cases if case.case_id not in counted),
        rows=tuple(case for case in cases if case.case_id in counted),
        end=end,
        source=source,
    )


def read_run(file: Path) -> Run:
    """The run in a JSON Lines file; a last line that was torn off is left out. ``UsageError`` names file and line of any other mistake."""
    if not file.is_file():
        raise UsageError(f"{str(file)!r} is no file; give the log of a run ('{COMMAND}')")
    return run_of(_entries(file), source=str(file))


def _entries(file: Path) -> Iterator[Entry]:
    lines = file.read_bytes().splitlines(keepends=True)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield ENTRY.validate_json(line)
        except ValidationError as error:
            if number == len(lines) and not line.endswith(b"\n"):
                return
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise UsageError(
                f"{str(file)!r}, line {number}: {where or 'the line'}: {first['msg']}; is it the log of a run?"
            ) from error
