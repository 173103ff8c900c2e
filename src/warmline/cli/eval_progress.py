"""How far a run is, on stderr while it goes on, and its log."""

import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from warmline.evals.results import CaseVerdict, TrialResult
    from warmline.evals.running.log import Log

MARKS = {"PASS": "green", "FAIL": "red", "INFRA": "magenta", "JUDGE_ERROR": "magenta", "SIM_FAULT": "magenta"}
EVERY = 10.0
"""Seconds between two lines where there is no terminal to draw on."""


class Told:
    """Writes what happens to the log and shows it."""

    def __init__(self, log: "Log", cases: int, bar: "Progress | None", task: "TaskID | None") -> None:
        self._log = log
        self._cases = cases
        self._bar = bar
        self._task = task
        self._done = 0
        self._shown_at = time.monotonic()
        self.states: Counter[str] = Counter()

    def trial(self, result: "TrialResult") -> None:
        """A trial was made."""
        self._log.add(result)
        self.states[result.state] += 1
        self._show()

    def verdict(self, verdict: "CaseVerdict") -> None:
        """A case is done."""
        self._log.add(verdict)
        self._done += 1
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task)
        self._show()

    def _show(self) -> None:
        if self._bar is not None and self._task is not None:
            said = "  ".join(f"[{MARKS.get(state, 'dim')}]{count} {state}[/]" for state, count in self.states.items())
            self._bar.update(self._task, said=said)
        elif time.monotonic() - self._shown_at > EVERY:
            self._shown_at = time.monotonic()
            said = ", ".join(f"{count} {state}" for state, count in self.states.items())
            typer.echo(f"{self._done} of {self._cases} cases; trials: {said}", err=True)


@contextmanager
def telling(log: "Log", cases: int, *, quiet: bool) -> Generator[Told]:
    """Show the progress of a run of so many cases while the block runs."""
    from rich.console import Console

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield Told(log, cases, None, None)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("cases"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[said]}"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        yield Told(log, cases, bar, bar.add_task("", total=cases, said=""))
