"""Cases tried again on another revision: the same suites, the agent as it was there, in a worktree that is gone afterwards."""

import os
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import typer

from warmline.errors import UsageError

if TYPE_CHECKING:
    from warmline.evals.gating.runs import Run
    from warmline.evals.stats.rates import Counted

TRIALS = 8
"""How often each case is tried again at least, where trials can differ."""

ROUNDS = 3
RUN = "import sys; from warmline.cli import main; sys.exit(main())"


def tried_on(revision: str, run: "Run", cases: Sequence[str]) -> "Mapping[str, Counted]":
    """What these cases of a run come to on a revision: played as the run was, up to three times over for at least eight
    trials each (one where trials cannot differ).

    The suites are the run's own, so that both sides are asked the same; the agent is what the revision holds. ``UsageError`` if git or the
    run there fails.
    """
    from warmline.evals.stats.rates import Counted

    found = {name: Counted(0, 0) for name in cases}
    enough = 1 if run.header.deterministic else TRIALS
    if not cases:
        return found
    typer.echo(f"trying {len(cases)} {'case' if len(cases) == 1 else 'cases'} again on {revision}", err=True)
    with _checked_out(revision) as folder:
        for _ in range(ROUNDS):
            left = [name for name, counted in found.items() if counted.of < enough]
            for name, more in _played(run, left, folder).items() if left else ():
                found[name] = Counted(found[name].count + more.count, found[name].of + more.of)
    return found


def _played(run: "Run", cases: Sequence[str], folder: Path) -> "Mapping[str, Counted]":
    from warmline.evals.gating.runs import read_run

    with TemporaryDirectory(prefix="warmline-eval-") as scratch:
        log = Path(scratch) / "base.jsonl"
        command = _command(run, cases, log)
        where, env = folder / _below(), _environment(folder)
        done = subprocess.run(command, cwd=where, env=env, capture_output=True, text=True, check=False)  # noqa: S603 (our own command)
        if not log.is_file():
            said = done.stderr.strip().splitlines()
            raise UsageError(f"the cases could not be tried on the base: {said[-1] if said else f'exit code {done.returncode}'}")
        again = {name: case for name, case in read_run(log).by_id.items() if name in cases}
        for name, case in again.items():
            if not case.measured.of:
                why = next((trial.why for trial in case.trials), "no trial was made")
                typer.echo(f"  {name} could not be measured there: {why}", err=True)
        return {name: case.measured for name, case in again.items()}


def _command(run: "Run", cases: Sequence[str], log: Path) -> list[str]:
    header = run.header
    files = [str(Path(suite.file).resolve()) for suite in header.suites]
    chosen = [word for name in cases for word in ("--case", name)]
    how = ["--trials", "1"] if header.deterministic else []
    how += list(header.again) or (["--live"] if header.mode in ("live", "record") else [])
    how += ["--agent", header.agent] if header.agent else []
    return [sys.executable, "-c", RUN, "eval", "run", *files, *chosen, "--output", str(log), *how]


def _environment(folder: Path) -> dict[str, str]:
    """The revision's own code comes before what is installed."""
    before = [str(folder / "src"), str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(before)}


def _below() -> Path:
    """Where we stand in the repository."""
    return Path.cwd().relative_to(_git("rev-parse", "--show-toplevel"))


@contextmanager
def _checked_out(revision: str) -> Generator[Path]:
    with TemporaryDirectory(prefix="warmline-base-") as scratch:
        folder = Path(scratch) / "base"
        _git("worktree", "add", "--detach", str(folder), revision)
        try:
            yield folder
        finally:
            _git("worktree", "remove", "--force", str(folder))


def _git(*words: str) -> str:
    try:
        done = subprocess.run(["git", *words], capture_output=True, text=True, check=False)  # noqa: S603, S607 (git, as it is found)
    except FileNotFoundError as error:
        raise UsageError("--base-rev needs git, which is not there") from error
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise UsageError(f"git {words[0]} failed: {said[-1] if said else done.returncode}")
    return done.stdout.strip()
