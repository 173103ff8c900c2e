"""The long version: `make torture`, or `python -m torture --seed N`. Exits with 1 when a promise was not kept."""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from support.postgres import NoPostgres, Throwaway

from .deferred import DeferredDriver
from .driver import Driver, Report
from .flood import small_disk
from .ground import Ground
from .table import summary, table

DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A run and what it owes: turns and kills, and with ``flooded`` a disk that was full when it was written to."""

    name: str
    title: str
    ground: Ground
    turns: int = 0
    kills: int = 0
    on: Sequence[str] = DATABASES
    flooded: bool = False

    def judge(self, report: Report) -> Iterator[str]:
        """What is not as it must be."""
        if report.violations:
            yield f"{len(report.violations)} violations with seed {report.ground.seed}"
        if report.counts["turns"] < self.turns:
            yield f"only {report.counts['turns']} turns, expected {self.turns}"
        if report.kills < self.kills:
            yield f"only {report.kills} workers were killed, expected {self.kills}"
        if report.restarts < self.ground.restarts:
            yield f"only {report.restarts} restarts, expected {self.ground.restarts}"
        if self.flooded and not any("disk is full" in error for error in report.errors):
            yield "the disk was never full when it was written to; let it flood more often"


def scenes(database: str, seed: int) -> Iterator[Scene]:
    """Everything that is played on a database."""
    plain = Ground(folder="", seed=seed, talks=0)
    cruel = replace(plain, deadly=0.004, freezing=0.003, flaky=0.01, faulty=0.05, doubled=0.15, at_once=24)
    if database == "sqlite":
        yield Scene(
            name="kills", title="workers die", ground=replace(cruel, talks=650, workers=4, kills=50), turns=2_000, kills=50
        )
    else:
        ground = replace(cruel, talks=1_600, workers=3, kills=100, restarts=8)
        yield Scene(name="kills", title="workers die, and the server crashes", ground=ground, turns=5_000, kills=100)
    both = replace(plain, talks=325, workers=2, doubled=1.0)
    yield Scene(name="both", title="every message to two workers at once", ground=both, turns=1_000)
    yield _deferred(database, cruel)
    if database == "sqlite":
        full = replace(plain, talks=130, floods=8, kills=5)
        yield Scene(name="disk", title="the disk is full", ground=full, flooded=True)


def _deferred(database: str, cruel: Ground) -> Scene:
    """Nothing in it depends on what dbos brings back: no worker has a name that another one had."""
    ground = replace(cruel, talks=180, workers=3, kills=25, at_once=60, deferred=True, deadly=0.001, freezing=0.001)
    if database == "postgresql":
        ground = replace(ground, talks=250, restarts=2)
    return Scene(name="deferred", title="messages are handed in, and dbos's workers die", ground=ground, turns=550, kills=25)


def main() -> int:
    """Play what is asked for."""
    parser = argparse.ArgumentParser(prog="torture", description="Kill workers for real, then audit what is left.")
    parser.add_argument("--seed", type=int, default=1, help="what is left to chance follows from it")
    parser.add_argument("--scene", choices=("kills", "both", "disk", "deferred", "all"), default="all")
    parser.add_argument(
        "--database", choices=(*DATABASES, "all"), default="all", help="PostgreSQL is started for it, and thrown away"
    )
    asked = parser.parse_args()
    chosen = [
        (database, scene)
        for database in DATABASES
        for scene in scenes(database, asked.seed)
        if asked.database in (database, "all") and asked.scene in (scene.name, "all")
    ]
    if not chosen:
        parser.error(f"there is no scene {asked.scene!r} on {asked.database}")
    reports: list[tuple[str, Report]] = []
    wrong = [what for database, scene in chosen for what in _play(database, scene, reports)]
    sys.stdout.write(summary(reports) + "\n")
    for what in wrong:
        sys.stdout.write(f"FAILED: {what}\n")
    return 1 if wrong else 0


def _play(database: str, scene: Scene, reports: list[tuple[str, Report]]) -> Iterator[str]:
    sys.stdout.write(f"== {database}: {scene.title}\n")
    sys.stdout.flush()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        if scene.flooded and (hindrance := stack.enter_context(small_disk(Path(folder)))) is not None:
            sys.stdout.write(f"SKIPPED: no small disk could be mounted here ({hindrance}); run it as root\n")
            return
        try:
            server = stack.enter_context(_server()) if database == "postgresql" else None
        except NoPostgres as error:
            yield f"{scene.name} on {database} was not played: {error}"
            return
        report = asyncio.run(_run(_driver(replace(scene.ground, folder=folder), server)))
    sys.stdout.write(table(report) + "\n")
    sys.stdout.flush()
    reports.append((scene.name, report))
    yield from (f"{scene.name} on {database}: {what}" for what in scene.judge(report))


def _driver(ground: Ground, server: Throwaway | None) -> Driver:
    return DeferredDriver(ground, server) if ground.deferred else Driver(ground, server)


@contextmanager
def _server() -> Generator[Throwaway]:
    server = Throwaway()
    try:
        yield server
    finally:
        server.stop()


async def _run(driver: Driver) -> Report:
    telling = asyncio.create_task(_tell(driver))
    try:
        return await driver.run()
    finally:
        telling.cancel()


async def _tell(driver: Driver, *, clock: Callable[[], float] = time.monotonic) -> None:
    """How far it is, on stderr: one line that is written over in a terminal, one now and then elsewhere."""
    began, terminal = clock(), sys.stderr.isatty()
    while True:
        await asyncio.sleep(1 if terminal else 15)
        report = driver.report
        said = f"{driver.answered} of {driver.expected} sent, {report.kills} kills, {report.restarts} restarts"
        sys.stderr.write(f"{said}, {clock() - began:.0f} s" + ("\r" if terminal else "\n"))
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
