"""How much time and memory a review takes of a large store: ``python scripts/measure_review.py --contacts 100000``.

The store is the demo's, over and over under other names, in SQLite; the contacts are those of both periods, as both are read. Time is CPU time,
memory the most that this process held.
"""

import argparse
import asyncio
import lzma
import re
import resource
import sqlite3
import tempfile
import time
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

from warmline.agent.guard.policy import default_file, shipped, text_of
from warmline.agent.store.store import Store
from warmline.evals.insights.patch import patched
from warmline.evals.insights.review.demo import END, WEEKS
from warmline.evals.insights.review.proposals import propose
from warmline.evals.insights.review.replay import replay
from warmline.evals.insights.review.review import review
from warmline.evals.insights.review.topics import finer_topics
from warmline.tools.clock import FrozenClock

SPAN = timedelta(weeks=WEEKS // 2)
TABLES = {
    "conversation": ("id", "customer_id"),
    "turn": ("conversation_id", "outcome"),
    "case": ("id", "conversation_id", "customer_id"),
    "case_event": ("case_id",),
    "satisfaction": ("about", "conversation_id", "case_id"),
}
"""The tables a review reads, with the columns in which names stand."""

_CASE = re.compile(r"\bK-[A-Z0-9]{6}\b")
_ONE = 1_000
"""About as many contacts as the demo has."""


def main() -> None:
    """Make the store, review it, and print what each step took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=10_000)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "store.db"
        file.write_bytes(lzma.decompress(files("warmline.evals.insights").joinpath("conversations.db.xz").read_bytes()))
        _multiply(file, max(1, told.contacts // _ONE))
        print(f"{file.stat().st_size // 2**20} MB of store")
        asyncio.run(_measure(f"sqlite:///{file}"))


def _multiply(file: Path, times: int) -> None:
    with sqlite3.connect(file) as store:
        for table, named in TABLES.items():
            columns = [row[1] for row in store.execute(f"PRAGMA table_info(warmline_{table})")]
            kept = [name for name in columns if name != "id" or "id" in named]
            rows = store.execute(f"SELECT {', '.join(kept)} FROM warmline_{table}").fetchall()  # noqa: S608 (names of ours)
            put = f"INSERT INTO warmline_{table} ({', '.join(kept)}) VALUES ({', '.join('?' * len(kept))})"  # noqa: S608
            for number in range(1, times):
                store.executemany(
                    put, ([_renamed(row[at], name in named, number) for at, name in enumerate(kept)] for row in rows)
                )
    store.close()


def _renamed(value: object, named: bool, number: int) -> object:
    """A cell of the copy: names, and cases named in an outcome, get the copy's number."""
    if not named or not isinstance(value, str):
        return value
    return _CASE.sub(rf"\g<0>-{number}", value) if value.startswith("{") else f"{value}-{number}"


async def _measure(url: str) -> None:
    store = await Store.open(url, clock=FrozenClock(END))
    began = time.process_time()

    def told(what: str) -> None:
        nonlocal began
        now, most = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{what}: {now - began:.1f} s of CPU, {most} MB at most so far")
        began = now

    found = await review(store, span=SPAN)
    told(f"figures of {sum(one.asks for part in (found.before, found.this) for one in part.contacts):,} contacts")
    finer = finer_topics(found.this.contacts)
    told(f"{len(finer)} finer topics of {len(found.this.contacts):,} contacts")
    proposals = propose(found.this.contacts, shipped(), finer)
    told(f"{len(proposals)} proposals")
    new = patched("policy.yaml", text_of(default_file()), [one.edit for one in proposals])
    again = await replay(store, shipped(), new.policy, since=found.this.since, until=found.this.until)
    told(f"{again.decided:,} messages decided again")
    await store.close()


if __name__ == "__main__":
    main()
