"""Checkpoints of a SQLite file in WAL, in threads of their own: they wait for the disk, and who commits on the event loop's thread would.

Left to SQLite, the commit after which the log has 1,000 pages copies them to the file and waits until the disk has them: once in some 40 turns all
customers of the process waited for 6 ms, and for as long as the disk likes. A checkpoint of the kind used here (PASSIVE) holds up nobody.
"""

import asyncio
import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress

EVERY = 200
"""Transactions that write, from one checkpoint to the next: some 100 turns, 2,700 pages, 11 MB of log."""

LOG_PAGES = 5_000
"""Of 4 KiB: the log's length from which a commit on the event loop does what is left. The log can begin anew only where none is left; while there
is always somebody who writes, a thread does not get there, but leaves little to do.
"""

LONGEST_S = 5.0
"""How long who closes waits for a checkpoint. It may go on after that, as if it were another process'."""

PAUSE_S = 0.002

FORK_WAITS_S = 1.0
"""How long a fork waits for a checkpoint. One in the middle of it would leave SQLite's own locks to a child in which nobody gives them back."""


class _NotInForks:
    """Around what must not be going on in a thread when the process forks; one thread at a time."""

    def __init__(self) -> None:
        self._going_on = threading.Lock()
        self._kept = False
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(before=self._before, after_in_parent=self._after, after_in_child=self._in_the_child)

    def __enter__(self) -> None:
        self._going_on.acquire()

    def __exit__(self, *_: object) -> None:
        self._going_on.release()

    def _before(self) -> None:
        self._kept = self._going_on.acquire(timeout=FORK_WAITS_S)

    def _after(self) -> None:
        if self._kept:
            self._going_on.release()

    def _in_the_child(self) -> None:
        self._going_on = threading.Lock()


_not_in_forks = _NotInForks()


class Checkpoints:
    """The checkpoints of one file, one at a time. ``connect`` opens a connection to it, in the thread that then uses it."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._changing = threading.Lock()
        self._writes = 0
        self._thread: threading.Thread | None = None

    def wrote(self) -> None:
        """A transaction has written; after enough of them a checkpoint begins."""
        with self._changing:
            self._writes += 1
            if self._writes < EVERY or self.running:
                return
            self._writes = 0
            self._thread = threading.Thread(target=self._checkpoint, name="warmline-checkpoint", daemon=True)
            with suppress(RuntimeError):  # the interpreter ends, or the system has no more threads: the log grows until LOG_PAGES
                self._thread.start()

    @property
    def running(self) -> bool:
        """Whether one is being made. In the child of a fork none is."""
        return self._thread is not None and self._thread.is_alive()

    async def finish(self) -> None:
        """Wait for the one that is being made."""
        loop = asyncio.get_running_loop()
        until = loop.time() + LONGEST_S
        while self.running and loop.time() < until:  # noqa: ASYNC110 (a thread sets no event of this loop)
            await asyncio.sleep(PAUSE_S)

    def _checkpoint(self) -> None:
        with _not_in_forks, suppress(sqlite3.Error), closing(self._connect()) as connection:  # the next commit says what is wrong
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
