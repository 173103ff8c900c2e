"""A run in several processes: each takes some cases at a time and tells what came of them.

The agent computes: one process uses one core. A model that is waited for needs no second one, so this is for the embedded model alone.
"""

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any

from warmline.evals.results import ENTRY, CaseVerdict, TrialResult
from warmline.evals.suite_files.loading import LoadedCase

from .quiet import agent_unheard
from .running import Run, Watcher

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

CHUNK = 12
"""Cases a process takes at a time: more than it plays at once, few enough that the processes end together."""

Batch = tuple[Sequence[LoadedCase], Sequence[TrialResult]]


class WorkerDied(RuntimeError):
    """A process of the run ended by itself."""


def run_in_processes(
    cases: Sequence[LoadedCase],
    watcher: Watcher,
    done: Sequence[TrialResult] = (),
    *,
    jobs: int,
    agent: str | None,
    options: dict[str, Any],
) -> None:
    """Run the cases in ``jobs`` processes; what they say is told to the watcher here. They end when this does, however it does."""
    context = multiprocessing.get_context("spawn")
    batches = _batches(cases, done)
    ends: dict[Connection, BaseProcess] = {}
    try:
        for _ in range(jobs):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, agent, options), daemon=True)
            process.start()
            theirs.close()
            ends[ours] = process
        _serve(ends, batches, watcher)
    finally:
        for process in ends.values():
            process.terminate()
        for process in ends.values():
            process.join()


def _serve(ends: "dict[Connection, BaseProcess]", batches: Iterator[Batch], watcher: Watcher) -> None:
    busy = set(ends)
    while busy:
        for end in wait(list(busy)):
            if not isinstance(end, Connection):
                continue
            try:
                said = end.recv_bytes()
            except EOFError:
                ends[end].join()
                raise WorkerDied(f"a process of the run ended with code {ends[end].exitcode}; go on with --resume") from None
            if said == b"more":
                batch = next(batches, None)
                end.send(batch)
                busy -= {end} if batch is None else set()
                continue
            entry = ENTRY.validate_json(said)
            if isinstance(entry, TrialResult):
                watcher.trial(entry)
            elif isinstance(entry, CaseVerdict):
                watcher.verdict(entry)


def _batches(cases: Sequence[LoadedCase], done: Sequence[TrialResult]) -> Iterator[Batch]:
    for start in range(0, len(cases), CHUNK):
        batch = cases[start : start + CHUNK]
        ids = {case.id for case in batch}
        yield batch, [result for result in done if result.case_id in ids]


class _Teller:
    """Tells the process that began the run."""

    def __init__(self, end: Connection) -> None:
        self._end = end

    def trial(self, result: TrialResult) -> None:
        self._end.send_bytes(result.model_dump_json().encode())

    def verdict(self, verdict: CaseVerdict) -> None:
        self._end.send_bytes(verdict.model_dump_json().encode())


def _work(end: Connection, agent: str | None, options: dict[str, Any]) -> None:
    """What a process does until there is nothing more to do."""
    import asyncio

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all of them; the one that began the run ends the others
    with agent_unheard():
        asyncio.run(_take_and_play(end, agent, options))


async def _take_and_play(end: Connection, agent: str | None, options: dict[str, Any]) -> None:
    from .troupes import embedded_troupe

    troupe = embedded_troupe(agent)
    run, teller = Run(troupe=troupe, **options), _Teller(end)
    try:
        while True:
            end.send_bytes(b"more")
            batch: Batch | None = end.recv()
            if batch is None:
                return
            await run.cases(batch[0], teller, batch[1])
    finally:
        await troupe.stage.close()
