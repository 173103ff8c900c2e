"""The run: the scripted server on one core, one process for each figure on another."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .entries import surroundings
from .figure import BEGAN
from .mock_server import Mock, running
from .plan import Step
from .results import ROOT, Results, Row

LONGEST_S = 600
"""How long one figure may take."""


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Where figures are kept, and who hears of them."""

    cache: Path
    file: Path
    tell: Callable[[str], None]

    def measure(self, steps: Sequence[Step], *, pieces: bool, pair: Callable[[Results], Iterator[Row]] | None = None) -> Results:
        """Every step that the file does not have yet; a peer that fails its check is left out. ``pieces`` are measured before and after.

        ``pair`` measures in alternation what the results lack.
        """
        results = Results.read(self.file)
        left = [step for step in steps if not results.has(step.key)]
        if len(left) < len(steps):
            self.tell(
                f"{len(steps) - len(left)} of {len(steps)} figures are in {self.file} already (--fresh measures them again)"
            )
        client, server = cores()
        if pieces:
            self._pieces(results, 0, core=client)
        with running(self.cache, core=server) as mock:
            for number, step in enumerate(left, 1):
                if self._failed_check(step, results):
                    continue
                row = figure(step, mock, self.cache, core=client)
                results.keep(row, self.file)
                self.tell(f"[{number:3}/{len(left)}] {step.spec:22} {step.scenario:12} {row.took_s:6.1f} s  {_headline(row)}")
        for row in pair(results) if pair is not None else ():
            results.keep(row, self.file)
            self.tell(f"[{row.round + 1:3}] {row.spec:22} {row.scenario:14} {_headline(row)}")
        if pieces:
            self._pieces(results, 1, core=client)
        return results

    def _pieces(self, results: Results, number: int, *, core: int | None) -> None:
        """The parts of Warmline that targets refer to, if the file does not have them yet."""
        row = Row(spec="warmline", scenario="pieces", round=number, count=1)
        if results.has(row.key):
            return
        began, command = time.time(), [sys.executable, "-m", "benchmarks.pieces", *([] if core is None else [str(core)])]
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        row = replace(row, took_s=round(time.time() - began, 1))
        found: dict[str, float] = json.loads(ran.stdout) if ran.returncode == 0 else {}
        results.keep(replace(row, figures=found, error="" if found else _last_line(ran.stderr)), self.file)
        self.tell(f"warmline's parts {row.took_s} s  {found}")

    def _failed_check(self, step: Step, results: Results) -> bool:
        failed = {row.spec for row in results.errors() if row.scenario == "check"}
        return step.scenario != "check" and step.spec in failed


def figure(step: Step, mock: Mock, cache: Path, *, core: int | None) -> Row:
    """One figure, in a process of its own."""
    began = time.time()
    command = [step.entry.python(cache), "-m", "benchmarks.figure", step.spec, step.scenario]
    command += ["--port", str(mock.port), "--count", str(step.count), *([] if core is None else ["--core", str(core)])]
    surrounded = {**surroundings(), BEGAN: str(began)}
    row = Row(spec=step.spec, scenario=step.scenario, round=step.round, count=step.count)
    try:
        ran = subprocess.run(command, cwd=ROOT, env=surrounded, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    except subprocess.TimeoutExpired:
        return replace(row, error=f"took longer than {LONGEST_S} s", took_s=LONGEST_S)
    took = round(time.time() - began, 1)
    if ran.returncode:
        return replace(row, error=_last_line(ran.stderr), took_s=took)
    return replace(row, figures=json.loads(ran.stdout.splitlines()[-1]), took_s=took)


def cores() -> tuple[int | None, int | None]:
    """A core for the client and one for the server; ``None`` where there is only one for both."""
    mine = sorted(os.sched_getaffinity(0))
    return (mine[0], mine[1]) if len(mine) > 1 else (None, None)


def _last_line(said: str) -> str:
    return (said.strip().splitlines() or ["it said nothing"])[-1]


def _headline(row: Row) -> str:
    shown = ("cpu_ms", "turns_per_s", "p50_ms", "cpu_ms_100", "mb_per_1000", "first_text_ms")
    return row.error or "  ".join(f"{name} {row.figures[name]:.2f}" for name in shown if name in row.figures)
