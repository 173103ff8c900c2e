"""Turns a second of 1, 2 and 4 processes over one PostgreSQL on this machine, and what a turn costs each part."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.mock_server import Mock, Unmeasurable, running
from benchmarks.page import machine
from benchmarks.results import ROOT

from .constants import Constants, Rate
from .database import Seen, cpu_of, seen

PROCESSES = (1, 2, 4)
AT_ONCE = 32
"""Conversations of one process."""
SETTLES_S = 1.5
"""After which a server's statistics are complete."""

Tell = Callable[[str], None]


def measure(cache: Path, tell: Tell, *, turns: int, processes: Sequence[int] = PROCESSES) -> Constants:
    """All of it, on a server that is thrown away; the cost of a turn is that of one process with one turn after the other."""
    rates: list[Rate] = []
    with throwaway() as url, running(cache) as mock:
        asyncio.run(_prepare(url))
        _, costs = _round(url, mock, 1, turns, at_once=1)
        for number in processes:
            rate, _ = _round(url, mock, number, turns, at_once=AT_ONCE)
            tell(f"{number} processes: {rate.turns_per_s:.1f} turns/s, bottleneck: {rate.bottleneck}")
            rates.append(rate)
    return Constants(**costs, cores=len(os.sched_getaffinity(0)), machine=machine(), rates=tuple(rates))


@contextmanager
def throwaway() -> Generator[str]:
    """A PostgreSQL for as long as the block runs; ``Unmeasurable`` where there is none to start."""
    pipe = subprocess.PIPE
    script = ROOT / "scripts" / "throwaway_postgres.py"
    keeper = subprocess.Popen([sys.executable, script], stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    try:
        url = keeper.stdout.readline().strip() if keeper.stdout else ""
        if not url:
            raise Unmeasurable(keeper.communicate()[1].strip())
        yield url.replace("postgresql://", "postgresql+psycopg://")
    finally:
        keeper.communicate()


async def _prepare(url: str) -> None:
    from warmline.agent.store.database import open_engine
    from warmline.agent.store.migrating import upgrade

    engine, _ = open_engine(url)
    await upgrade(engine)
    await engine.dispose()


def _round(url: str, mock: Mock, processes: int, turns: int, *, at_once: int) -> tuple[Rate, dict[str, float]]:
    command = [sys.executable, "-m", "benchmarks.scale.worker", url, "--port", str(mock.port), "--turns", str(turns)]
    command += ["--at-once", str(at_once)]
    pipe = subprocess.PIPE
    crew = [subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _ in range(processes)]
    try:
        for one in crew:
            _hear(one)
        time.sleep(SETTLES_S)
        before, model_s = seen(url), cpu_of(mock.process)
        for one in crew:
            _say(one)
        told: list[dict[str, Any]] = [json.loads(_hear(one)) for one in crew]
        time.sleep(SETTLES_S)
        used, model_s = seen(url).since(before), cpu_of(mock.process) - model_s
    finally:
        for one in crew:
            one.communicate("\n")
    return _rate(processes * turns, told, used.cpu_s, model_s), _cost(turns * processes, told, used)


def _rate(turns: int, told: list[dict[str, Any]], database_s: float, model_s: float) -> Rate:
    wall = max(one["ended"] for one in told) - min(one["began"] for one in told)
    machine_s = wall * len(os.sched_getaffinity(0))
    agents_s = sum(one["cpu_s"] for one in told)
    return Rate(
        processes=len(told),
        turns_per_s=turns / wall,
        agents=agents_s / machine_s,
        database=database_s / machine_s,
        model=model_s / machine_s,
        own=agents_s / wall / len(told),
    )


def _cost(turns: int, told: list[dict[str, Any]], used: Seen) -> dict[str, float]:
    return {
        "agent_s": sum(one["cpu_s"] for one in told) / turns,
        "database_s": used.cpu_s / turns,
        "connection_s": used.held_ms / 1000 / turns,
        "transactions": used.transactions / turns,
        "wal_bytes": used.wal_bytes / turns,
        "stored_bytes": used.bytes / turns,
        "process_mb": max(one["mb"] for one in told),
    }


def _hear(one: "subprocess.Popen[str]") -> str:
    if one.stdout is None or not (line := one.stdout.readline()):
        raise Unmeasurable("a process of agents ended before it had measured; what it said is above")
    return line


def _say(one: "subprocess.Popen[str]") -> None:
    assert one.stdin is not None
    one.stdin.write("go\n")
    one.stdin.flush()
