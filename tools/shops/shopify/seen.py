"""Which webhooks were handled, in a file of SQLite that every process of one machine shares."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from warmline.tools.clock import Clock

KEPT = timedelta(days=30)


class SeenInFile:
    """A ``Seen`` that outlives the process. Names older than thirty days are forgotten; they hold no customer's data."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path, self._clock = path, clock

    async def has(self, names: Sequence[str]) -> bool:
        """Whether one of these was noted."""
        return await asyncio.to_thread(self._has, names)

    async def note(self, names: Sequence[str]) -> None:
        """Note all of these, and forget what is old."""
        await asyncio.to_thread(self._note, names)

    def _has(self, names: Sequence[str]) -> bool:
        with closing(self._opened()) as file:
            marks = ",".join("?" * len(names))
            query = f"SELECT 1 FROM seen WHERE name IN ({marks}) LIMIT 1"  # noqa: S608 (only question marks)
            return file.execute(query, tuple(names)).fetchone() is not None

    def _note(self, names: Sequence[str]) -> None:
        now = self._clock.now().timestamp()
        with closing(self._opened()) as file, file:
            file.executemany("INSERT OR IGNORE INTO seen (name, at) VALUES (?, ?)", [(name, now) for name in names])
            file.execute("DELETE FROM seen WHERE at < ?", (now - KEPT.total_seconds(),))

    def _opened(self) -> sqlite3.Connection:
        file = sqlite3.connect(self._path, timeout=5)
        file.execute("CREATE TABLE IF NOT EXISTS seen (name TEXT PRIMARY KEY, at REAL NOT NULL)")
        return file
