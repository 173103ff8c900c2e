"""How many cases a second the eval runner plays with the embedded model: conversations of one turn, and of four, each with other words.

python scripts/measure_evals.py [--jobs 2] [--turns 1] [--cases 600] [--profile]

Needs two idle cores to mean what it says; CPU seconds a case are shown too, which hold on a busy machine. Starting the processes and loading
the classifier (some seconds each) is not counted: a first round is played and thrown away.
"""

import argparse
import asyncio
import cProfile
import os
import pstats
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from warmline.evals.results import CaseVerdict, TrialResult
from warmline.evals.running.running import Run
from warmline.evals.running.troupes import embedded_troupe
from warmline.evals.running.workers import run_in_processes
from warmline.evals.suite_files.loading import LoadedCase, load_suites

ASKED = (
    "Where is my order W-10432? {tail}",
    "Do you have the Harbour Crewneck in navy, size M? {tail}",
    "How long do I have to send something back? {tail}",
    "How do I wash the Harbour Crewneck? {tail}",
)
TAILS = (
    "I am {n} years old.",
    "My neighbour at number {n} asked.",
    "It is for my {n} cousins.",
    "I ask for the {n}th time this year.",
)


class Clocked:
    """Notes when each case was done."""

    def __init__(self) -> None:
        self.done: list[float] = []
        self.states: set[str] = set()

    def trial(self, result: TrialResult) -> None:
        """Note how it went: a measurement of failing cases is none."""
        self.states.add(result.state)

    def verdict(self, verdict: CaseVerdict) -> None:
        """Note when."""
        self.done.append(time.perf_counter())

    @property
    def per_second(self) -> float:
        """Cases a second between the fifth and the last but one twentieth: without the start and the stragglers."""
        low, high = len(self.done) // 5, len(self.done) - len(self.done) // 20 - 1
        return (high - low) / (self.done[high] - self.done[low])


def cases_of(turns: int, count: int) -> list[LoadedCase]:
    """So many cases of so many turns, no two messages alike."""
    body = [
        f"  - id: c{number}\n    why: measured\n    world: {{as: C-1001}}\n    conversation:\n{_said(turns, number)}"
        for number in range(count)
    ]
    lines = ["suite: measured", "schema: 1", "cases:", *body]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "measured.eval.yaml"
        file.write_text("\n".join(lines), "utf-8")
        return list(load_suites([file], today=date(2026, 1, 1))[0].cases)


def _said(turns: int, number: int) -> str:
    told = [
        ASKED[(number + turn) % len(ASKED)].format(tail=TAILS[(number + turn) % len(TAILS)].format(n=number * turns + turn + 2))
        for turn in range(turns)
    ]
    steps = "\n".join(f'      - "{words}"' for words in told)
    return f"{steps}\n    expect: {{budgets: {{turns: {turns}}}}}"


async def alone(cases: list[LoadedCase], watcher: Clocked) -> None:
    """All cases in this process."""
    troupe = embedded_troupe()
    await Run(troupe=troupe, most_trials=1).cases(cases[:20], Clocked())
    began = time.process_time()
    await Run(troupe=troupe, most_trials=1).cases(cases, watcher)
    print(f"CPU: {(time.process_time() - began) * 1000 / len(cases):.2f} ms a case, one process")
    await troupe.stage.close()


def main() -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--turns", type=int, default=1)
    parser.add_argument("--cases", type=int, default=600)
    parser.add_argument("--profile", action="store_true")
    wanted = parser.parse_args()
    cases, watcher = cases_of(wanted.turns, wanted.cases), Clocked()
    if wanted.profile:
        profile = cProfile.Profile()
        profile.runcall(asyncio.run, alone(cases, watcher))
        pstats.Stats(profile).sort_stats("tottime").print_stats(45)
    elif wanted.jobs == 1:
        asyncio.run(alone(cases, watcher))
    else:
        run_in_processes(cases, watcher, jobs=wanted.jobs, agent=None, options={"most_trials": 1})
    print(
        f"{watcher.per_second:.0f} cases a second, {wanted.turns} turns each, {wanted.jobs} processes; states {sorted(watcher.states)}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
