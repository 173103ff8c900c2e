"""The long version: `make torture`, or `python -m torture --seed N`. Exits with 1 when a promise was not kept."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from .driver import Driver, Report
from .flood import small_disk
from .ground import Ground
from .table import table

TURNS, KILLS, MESSAGES = 2_000, 50, 1_000
"""What the long version owes: turns and kills while workers die, messages given to two workers at once."""


def main() -> int:
    """Run every scene."""
    parser = argparse.ArgumentParser(prog="torture", description="Kill workers for real, then audit what is left.")
    parser.add_argument("--seed", type=int, default=1, help="what is left to chance follows from it")
    parser.add_argument("--scene", choices=("kills", "both", "disk", "all"), default="all")
    asked = parser.parse_args()
    scenes = {"kills": _kills, "both": _both, "disk": _disk}
    wrong = [what for name, scene in scenes.items() if asked.scene in (name, "all") for what in scene(asked.seed)]
    for what in wrong:
        sys.stdout.write(f"FAILED: {what}\n")
    return 1 if wrong else 0


def _kills(seed: int) -> Iterator[str]:
    """Workers are killed and suspended at all points; shop and model fail now and then."""
    sys.stdout.write("== workers die\n")
    with tempfile.TemporaryDirectory() as folder:
        ground = Ground(folder=folder, seed=seed, talks=650, workers=4, at_once=24, kills=KILLS)
        report = _run(replace(ground, deadly=0.004, freezing=0.003, flaky=0.01, faulty=0.05, doubled=0.15))
    yield from _judged(report, turns=TURNS)
    if report.kills < KILLS:
        yield f"only {report.kills} workers were killed, expected {KILLS}"


def _both(seed: int) -> Iterator[str]:
    """Every message is given to two workers at once."""
    sys.stdout.write("== every message to two workers at once\n")
    with tempfile.TemporaryDirectory() as folder:
        report = _run(Ground(folder=folder, seed=seed, talks=325, workers=2, doubled=1.0))
    yield from _judged(report, turns=MESSAGES)


def _disk(seed: int) -> Iterator[str]:
    """The disk fills up, again and again, and workers die on top."""
    sys.stdout.write("== the disk is full\n")
    with tempfile.TemporaryDirectory() as folder, small_disk(Path(folder)) as hindrance:
        if hindrance is not None:
            sys.stdout.write(f"SKIPPED: no small disk could be mounted here ({hindrance}); run it as root\n")
            return
        report = _run(Ground(folder=folder, seed=seed, talks=130, floods=8, kills=5, lease=1.5))
    yield from _judged(report, turns=0)
    if not any("disk is full" in error for error in report.errors):
        yield "the disk was never full when it was written to; let it flood more often"


def _run(ground: Ground) -> Report:
    report = asyncio.run(Driver(ground).run())
    sys.stdout.write(table(report) + "\n")
    sys.stdout.flush()
    return report


def _judged(report: Report, *, turns: int) -> Iterator[str]:
    if report.violations:
        yield f"{len(report.violations)} violations with seed {report.ground.seed}"
    if report.counts["turns"] < turns:
        yield f"only {report.counts['turns']} turns, expected {turns}"


if __name__ == "__main__":
    sys.exit(main())
