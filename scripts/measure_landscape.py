"""How fast tickets are read and classed, and how much memory it takes: ``python scripts/measure_landscape.py --tickets 100000``.

The tickets are the demo's, over and over with other numbers in them, so that no two are alike. ``--unread`` leaves the guard out: what reading,
keeping and drawing a million tickets takes without the hour of classing them.
"""

import argparse
import csv
import resource
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from warmline.evals.insights.landscape import running
from warmline.evals.insights.landscape.classing import Reading, classify
from warmline.evals.insights.landscape.demo import ZONE, write_demo
from warmline.evals.insights.landscape.landscape import drawn_from
from warmline.evals.insights.landscape.reading import source_of
from warmline.evals.insights.landscape.running import Done, read_all
from warmline.evals.insights.landscape.workfile import work_file

LABELS = ("order_status", "return_start", "stock_check", "dispute")


def main() -> None:
    """Measure once and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--unread", action="store_true")
    parser.add_argument("--single", action="store_true", help="compare one text at a time with batches")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = _file(Path(folder), told.tickets)
        if told.single:
            _single(file)
        else:
            _measure(file, Path(folder), told.tickets, 1 if told.unread else told.jobs, unread=told.unread)


def _measure(file: Path, folder: Path, tickets: int, jobs: int, *, unread: bool) -> None:
    if unread:
        running.work_on = _unread
    zone, watch = ZoneInfo(ZONE), _Watch()
    source = source_of(file, own={}, zone=zone)
    with _Memory() as memory, work_file(folder / "work", "x") as work:
        read_all([source], work, zone=zone, jobs=jobs, advance=lambda _place, _records: None)
        watch.say("reading", tickets, memory.most())
        drawn = drawn_from(work, [source], zone=ZONE, policy="")
        watch.say("drawing", tickets, memory.most())
    if drawn.tickets != tickets:
        raise SystemExit(f"{drawn.tickets:,} of {tickets:,} tickets were read")
    print(f"{tickets:,} tickets, {file.stat().st_size / 1e6:.0f} MB, {jobs} processes, {len(drawn.advised)} topics")


def _single(file: Path) -> None:
    with file.open(encoding="utf-8", newline="") as stream:
        texts = [row["Description"] for row in csv.DictReader(stream)][:1500]
    classify(texts[:1])
    began = time.process_time()
    for text in texts[:500]:
        classify([text])
    alone = 500 / (time.process_time() - began)
    began = time.process_time()
    classify(texts[500:])
    together = 1000 / (time.process_time() - began)
    print(f"texts a second of CPU: {alone:.0f} one by one, {together:.0f} in batches: {together / alone:.1f} times")


def _file(folder: Path, tickets: int) -> Path:
    """The demo's tickets over and over, each with a number of its own."""
    demo, file = folder / "demo.csv", folder / "tickets.csv"
    write_demo(demo)
    with demo.open(encoding="utf-8", newline="") as stream:
        head, *rows = list(csv.reader(stream))
    place = head.index("Description")
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(head)
        for number in range(tickets):
            row = list(rows[number % len(rows)])
            row[place] += f" ({number})"
            writer.writerow(row)
    return file


def _unread(tickets: Sequence[tuple[str, str, bool]]) -> Done:
    draws = [running.draw_of(text) for text, _, _ in tickets]
    labels = ["unsure" if draw % 10 == 0 else LABELS[draw % len(LABELS)] for draw in draws]
    readings = [Reading(label, label, "automate", 0.1, 0.9, False, "en") for label in labels]
    vectors = [
        _vector(text, draw) if label == "unsure" else None
        for (text, _, _), draw, label in zip(tickets, draws, labels, strict=True)
    ]
    return Done(readings, [text if one else None for (text, _, _), one in zip(tickets, vectors, strict=True)], vectors)


def _vector(text: str, draw: int) -> bytes:
    """One that is like those of the texts with the same first word, so that there are clusters to find."""
    import numpy as np

    middle, own = (np.random.default_rng(seed).standard_normal(512) for seed in (running.draw_of(text.split()[0]) % 40, draw))
    vector = middle + own
    return (vector / np.linalg.norm(vector)).astype(np.float16).tobytes()


class _Watch:
    """Time that went by and CPU time of this process and its children that are done, since it was looked at last."""

    def __init__(self) -> None:
        self._time, self._cpu = time.perf_counter(), _cpu()

    def say(self, what: str, tickets: int, megabytes: int) -> None:
        """Print both, and begin anew."""
        now, cpu = time.perf_counter(), _cpu()
        spent = cpu - self._cpu
        print(
            f"{what}: {now - self._time:.0f} s, CPU {spent:.0f} s ({spent / tickets * 1000:.2f} ms a ticket), at most {megabytes} MB",
            flush=True,
        )
        self._time, self._cpu = now, cpu


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


class _Memory:
    """The most memory that this process and its children held together (proportional shares, Linux)."""

    def __init__(self) -> None:
        self._most = 0
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Memory":
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    def most(self) -> int:
        """Megabytes since it was asked last."""
        most, self._most = self._most // 1024, 0
        return most

    def _look(self) -> None:
        while not self._over.wait(0.5):
            self._most = max(self._most, sum(map(_held, _family())))


def _family() -> list[Path]:
    children = Path("/proc/self/task")
    return [
        Path("/proc/self"),
        *(Path(f"/proc/{child}") for one in children.iterdir() for child in one.joinpath("children").read_text().split()),
    ]


def _held(process: Path) -> int:
    try:
        lines = process.joinpath("smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    main()
