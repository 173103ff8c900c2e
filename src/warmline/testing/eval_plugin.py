"""A pytest plugin: every case of a ``*.eval.yaml`` among your tests is a test, with the embedded model and no key.

    # conftest.py
    pytest_plugins = ["warmline.testing.eval_plugin"]

``--eval-agent my_shop.evals:make_agent`` plays your own agent. A case is skipped when it needs a language model, and an expected failure
when it is only watched or quarantined. Each case is tried as often as it says. A suite with ``gates`` is one test.
"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from warmline.evals.errors import SuiteError
from warmline.evals.gating.gates import results_of
from warmline.evals.gating.runs import CaseRun
from warmline.evals.results import CaseVerdict, TrialResult
from warmline.evals.running.heading import info_of, suite_of
from warmline.evals.running.running import Run
from warmline.evals.running.troupes import embedded_troupe
from warmline.evals.suite_files.loading import ENDING, LoadedCase, LoadedSuite, load_suite

__all__ = ["EvalCase", "EvalFile", "EvalGates", "pytest_addoption", "pytest_collect_file"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--eval-agent``."""
    group = parser.getgroup("warmline")
    group.addoption("--eval-agent", metavar="MODULE:FUNCTION", help="a function of a world that returns your SupportAgent")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A suite is a file of tests."""
    if not file_path.name.endswith(ENDING):
        return None
    return EvalFile.from_parent(parent, path=file_path)  # pyright: ignore[reportUnknownMemberType]  pytest leaves it untyped


class EvalFile(pytest.File):
    """A suite."""

    def collect(self) -> Iterator[pytest.Item]:
        """Its cases; a mistake in the suite is an error of collection."""
        try:
            suite = load_suite(self.path, today=datetime.now(UTC).date())
        except SuiteError as error:
            raise self.CollectError(str(error)) from error
        if suite.gates:
            yield EvalGates.from_parent(self, name="gates", suite=suite)  # pyright: ignore[reportUnknownMemberType]
            return
        for loaded in suite.cases:
            yield EvalCase.from_parent(self, name=loaded.id, loaded=loaded)  # pyright: ignore[reportUnknownMemberType]


class _Kept:
    """Keeps what a run tells."""

    def __init__(self) -> None:
        self.trials: list[TrialResult] = []
        self.verdicts: list[CaseVerdict] = []

    def trial(self, result: TrialResult) -> None:
        self.trials.append(result)

    def verdict(self, verdict: CaseVerdict) -> None:
        self.verdicts.append(verdict)


class Unsatisfied(Exception):
    """A case whose verdict is not PASS."""


class EvalCase(pytest.Item):
    """A case, with all its trials."""

    def __init__(self, *, loaded: LoadedCase, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # pyright: ignore[reportUnknownMemberType]
        self.loaded = loaded
        for tag in loaded.case.tags:
            self.keywords[tag] = True
        if loaded.case.tier != "gate":
            self.add_marker(pytest.mark.xfail(reason=loaded.case.tier, strict=False))

    def runtest(self) -> None:
        """Play it."""
        kept = asyncio.run(self._played())
        [verdict] = kept.verdicts
        if verdict.verdict == "SKIPPED":
            pytest.skip(verdict.why)
        if verdict.verdict != "PASS":
            raise Unsatisfied(_told(verdict, kept.trials))

    async def _played(self) -> _Kept:
        return await _played([self.loaded], self.config.getoption("--eval-agent"))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was not as expected, in words; anything else as a traceback."""
        return str(excinfo.value) if isinstance(excinfo.value, Unsatisfied) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the case stands."""
        return self.path, self.loaded.place.line - 1, self.name


class EvalGates(pytest.Item):
    """All cases of a suite with gates: they are counted, and the gates decide."""

    def __init__(self, *, suite: LoadedSuite, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # pyright: ignore[reportUnknownMemberType]
        self.suite = suite

    def runtest(self) -> None:
        """Play them."""
        kept = asyncio.run(_played(self.suite.cases, self.config.getoption("--eval-agent")))
        trials, verdicts = {one.case_id: one for one in kept.trials}, {one.case_id: one for one in kept.verdicts}
        rows = [
            CaseRun(info=info_of(one), trials=(trials[one.id],), verdict=verdicts[one.id], deterministic=True)
            for one in self.suite.cases
        ]
        wrong = [one for one in results_of(suite_of(self.suite), rows) if one.standing != "holds"]
        if wrong:
            raise Unsatisfied(
                "\n".join(f"{one.gate.place.file}:{one.gate.place.line}: {one.standing}: {one.in_words}" for one in wrong)
            )

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Which gates do not hold, in words; anything else as a traceback."""
        return str(excinfo.value) if isinstance(excinfo.value, Unsatisfied) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the gates stand."""
        return self.path, self.suite.gates[0].place.line - 1, self.name


async def _played(cases: Sequence[LoadedCase], agent: str | None) -> _Kept:
    troupe, kept = embedded_troupe(agent), _Kept()
    try:
        await Run(troupe=troupe).cases(cases, kept)
    finally:
        await troupe.stage.close()
    return kept


def _told(verdict: CaseVerdict, trials: list[TrialResult]) -> str:
    first = next((one for one in trials if one.state != "PASS"), None)
    lines = [f"{verdict.verdict}: {verdict.why}"]
    if first is not None:
        lines += [
            f"{check.place.file}:{check.place.line}: {check.id}: {check.reason}" for check in first.failed_checks if check.place
        ]
        lines += [f"  > {turn.customer}\n  < {turn.reply or '(silence)'}" for turn in first.turns[-3:]]
        lines.append(first.command)
    return "\n".join(lines)
