"""What a SQLite file's log holds gets into the file without a turn that waits for it."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event
from support.waiting import until

from warmline.agent.store import checkpoints
from warmline.agent.store.checkpoints import Checkpoints
from warmline.agent.store.database import compact
from warmline.agent.store.store import Opened, Store
from warmline.tools.clock import SystemClock

EVERY = 5
HOLDS_THE_LOCK = """
import fcntl, sys
with open(sys.argv[1], "r+b") as shared:
    fcntl.lockf(shared, fcntl.LOCK_EX, 1, 121)
    print("held", flush=True)
    sys.stdin.read()
"""
"""What a process does that makes a checkpoint: SQLite's lock for it is the second of eight bytes at 120 of the shared memory's file."""


@pytest.fixture
async def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Store]:
    monkeypatch.setattr(checkpoints, "EVERY", EVERY)
    store = await Store.open(f"sqlite:///{tmp_path / 'w.db'}", clock=SystemClock())
    yield store
    await store.close()


async def opened(store: Store, *names: str) -> None:
    turns = await asyncio.gather(*(store.open_turn(name, "m", "hello", customer_id=None) for name in names))
    assert all(isinstance(turn, Opened) for turn in turns)


def in_the_file(folder: Path) -> int:
    """Turns in a copy of the file without its log."""
    shutil.copy(folder / "w.db", folder / "copy.db")
    with closing(sqlite3.connect(folder / "copy.db")) as copy:
        try:
            return copy.execute("SELECT count(*) FROM warmline_turn").fetchone()[0]
        except sqlite3.DatabaseError:  # not even the tables, or copied while it was written
            return 0


async def test_after_so_many_writes_they_are_in_the_file(store: Store, tmp_path: Path) -> None:
    await opened(store, *(f"c{number}" for number in range(EVERY - 1)))
    assert in_the_file(tmp_path) == 0
    await opened(store, "last")
    await until(lambda: in_the_file(tmp_path) == EVERY)


class Hanging:
    """A disk on which each checkpoint waits until ``goes_on``."""

    def __init__(self) -> None:
        self.goes_on, self.begun, self.ended = threading.Event(), 0, 0

    def checkpoint(self) -> None:
        self.begun += 1
        self.goes_on.wait()
        self.ended += 1


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hanging]:
    disk = Hanging()

    def hangs(_: Checkpoints) -> None:
        disk.checkpoint()

    monkeypatch.setattr(Checkpoints, "_checkpoint", hangs)
    yield disk
    disk.goes_on.set()


async def test_nobody_waits_for_a_disk_that_hangs(store: Store, hanging: Hanging) -> None:
    await opened(store, *(f"c{number}" for number in range(3 * EVERY)))
    assert hanging.begun == 1
    hanging.goes_on.set()
    await store.rest()
    await opened(store, "later")
    assert hanging.begun == 2


async def test_who_closes_waits_for_a_checkpoint_but_not_forever(
    store: Store, hanging: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    await opened(store, *(f"c{number}" for number in range(EVERY)))
    monkeypatch.setattr(checkpoints, "LONGEST_S", 0.01)
    await store.rest()
    assert hanging.ended == 0
    asyncio.get_running_loop().call_later(0.02, hanging.goes_on.set)
    monkeypatch.setattr(checkpoints, "LONGEST_S", 5.0)
    await store.rest()
    assert hanging.ended == 1


async def test_who_gives_up_closing_has_closed_all_the_same(store: Store, hanging: Hanging) -> None:
    await opened(store, *(f"c{number}" for number in range(EVERY)))
    disposed = list[object]()
    event.listen(store.engine.sync_engine, "engine_disposed", disposed.append)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(store.rest(), 0.02)
    hanging.goes_on.set()
    assert len(disposed) == 1


async def test_a_file_that_is_gone_is_for_the_next_turn_to_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = list[object]()
    monkeypatch.setattr(threading, "excepthook", said.append)
    monkeypatch.setattr(checkpoints, "EVERY", 1)

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(tmp_path / "gone" / "w.db")

    one = Checkpoints(connect)
    one.wrote()
    await one.finish()
    assert said == []


async def test_a_process_that_ends_makes_none(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    def refuses(_: threading.Thread) -> None:
        raise RuntimeError("can't create new thread at interpreter shutdown")

    monkeypatch.setattr(threading.Thread, "start", refuses)
    await opened(store, *(f"c{number}" for number in range(2 * EVERY)))


@pytest.fixture
def another(tmp_path: Path, store: Store) -> Iterator[subprocess.Popen[bytes]]:
    """A process that makes a checkpoint of the file until it is told to end."""
    assert store.on_loop
    command = [sys.executable, "-c", HOLDS_THE_LOCK, str(tmp_path / "w.db-shm")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process


async def test_the_log_is_emptied_also_when_another_process_makes_a_checkpoint_just_then(
    store: Store, another: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    await opened(store, "c")
    assert another.stdin is not None
    asyncio.get_running_loop().call_later(0.1, another.stdin.close)
    await compact(store.engine)
    assert (tmp_path / "w.db-wal").stat().st_size == 0


FORKS = """
import os, sqlite3, sys, threading, time
from warmline.agent.store import checkpoints
from warmline.agent.store.checkpoints import Checkpoints

begun, goes_on = threading.Event(), threading.Event()

def connect():
    begun.set()
    goes_on.wait()
    return sqlite3.connect(sys.argv[1])

checkpoints.EVERY, checkpoints.FORK_WAITS_S = 1, float(sys.argv[2])
one = Checkpoints(connect)
one.wrote()
begun.wait()
threading.Timer(0.1, goes_on.set).start()
child = os.fork()
if child == 0:
    print("one goes on" if goes_on.is_set() and not one.running else "forked in the middle", flush=True)
    one.wrote()
    os._exit(0)
print(os.waitpid(child, 0)[1], flush=True)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize(("waits", "said"), [("20", "one goes on"), ("0.001", "forked in the middle")])
def test_a_fork_waits_for_a_checkpoint_but_not_forever(tmp_path: Path, waits: str, said: str) -> None:
    """In the middle of it another thread has SQLite's own locks, and the child would wait for them for good."""
    command = [sys.executable, "-c", FORKS, str(tmp_path / "w.db"), waits]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.splitlines() == [said, "0"]
