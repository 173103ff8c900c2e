"""Suites for tests: written to a file, loaded, and played with the embedded model."""

from datetime import date
from pathlib import Path
from textwrap import dedent, indent

from warmline.evals.results import Check, TrialResult
from warmline.evals.running.trial import Troupe, run_trial
from warmline.evals.suite_files.loading import LoadedCase, LoadedSuite, load_suite

TODAY = date(2026, 11, 28)


def suite_file(folder: Path, cases: str, *, head: str = "suite: tried\nschema: 1", name: str = "tried") -> Path:
    """A suite with these cases in a file."""
    file = folder / f"{name}.eval.yaml"
    file.write_text(f"{dedent(head).strip()}\ncases:\n{indent(dedent(cases).strip(), '  ')}\n", "utf-8")
    return file


def a_suite(folder: Path, cases: str, **how: str) -> LoadedSuite:
    """The same, loaded."""
    return load_suite(suite_file(folder, cases, **how), today=TODAY)


def a_case(folder: Path, case: str, **how: str) -> LoadedCase:
    """The only case of a suite."""
    [loaded] = a_suite(folder, case, **how).cases
    return loaded


async def played(folder: Path, case: str, troupe: Troupe, **how: str) -> TrialResult:
    """One trial of a case."""
    return await run_trial(a_case(folder, case, **how), 1, troupe)


def check(result: TrialResult, name: str) -> Check:
    """The check of this id."""
    return next(one for one in result.checks if one.id == name)
