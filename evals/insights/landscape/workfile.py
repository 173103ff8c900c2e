"""What has been read so far, on disk: no run needs more memory for more tickets, and one that was stopped goes on where it was.

It holds figures, and of the words only what examples and clusters need, redacted. It is readable by its owner alone, and gone when the
landscape is drawn.
"""

import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from .ticket import BadRow

_TABLES = """
CREATE TABLE run (fingerprint TEXT NOT NULL);
CREATE TABLE done (source INTEGER PRIMARY KEY, records INTEGER NOT NULL);
CREATE TABLE seen (key INTEGER PRIMARY KEY);
CREATE TABLE bad (file TEXT, line INTEGER, reason TEXT);
CREATE TABLE unreadable (field TEXT PRIMARY KEY, cells INTEGER NOT NULL, example TEXT);
CREATE TABLE tickets (
  id INTEGER PRIMARY KEY, key INTEGER, topic TEXT, label TEXT, about TEXT, route TEXT, score REAL, sure REAL, frustrated INTEGER, language TEXT, day TEXT,
  hour INTEGER, weekday INTEGER, handle REAL, first_reply REAL, resolution REAL, reopened INTEGER, draw INTEGER, words TEXT, vector BLOB
);
"""
_INDEXES = """
CREATE INDEX IF NOT EXISTS by_topic ON tickets (topic, draw);
CREATE INDEX IF NOT EXISTS by_about ON tickets (about, frustrated, label);
CREATE INDEX IF NOT EXISTS by_handle ON tickets (topic, handle, sure);
CREATE INDEX IF NOT EXISTS by_first_reply ON tickets (topic, first_reply, sure);
CREATE INDEX IF NOT EXISTS by_resolution ON tickets (topic, resolution, sure);
CREATE INDEX IF NOT EXISTS by_time ON tickets (topic, hour, weekday, day, language, reopened, sure);
"""
"""Each holds all that one kind of question asks, so that none goes through the tickets, whose words and vectors are long."""


class Kept(NamedTuple):
    """A ticket as it is kept, in the order of the table's columns; ``draw`` puts tickets in an order that is random and always the same.

    ``key`` stands for the ticket's id and words; ``None`` if it has no id."""

    key: int | None
    topic: str
    label: str
    about: str
    route: str
    score: float
    sure: float
    frustrated: bool
    language: str | None
    day: str | None
    hour: int | None
    weekday: int | None
    handle: float | None
    first_reply: float | None
    resolution: float | None
    reopened: bool | None
    draw: int
    words: str | None
    vector: bytes | None


_INSERT = f"INSERT INTO tickets ({', '.join(Kept._fields)}) VALUES ({', '.join('?' * len(Kept._fields))})"  # noqa: S608 (names of ours)


class WorkFile:
    """The tickets that were read. Each ``add`` is one transaction with how far it got."""

    def __init__(self, connection: sqlite3.Connection, *, resumed: bool) -> None:
        self._sql = connection
        self.resumed = resumed

    def records(self, source: int) -> int:
        """How many records of a file are dealt with."""
        row = self._sql.execute("SELECT records FROM done WHERE source = ?", (source,)).fetchone()
        return row[0] if row else 0

    def add(
        self, source: int, records: int, kept: Sequence[Kept], bad: Sequence[BadRow], cells: Sequence[tuple[str, str]]
    ) -> None:
        """Keep a batch: ``records`` is how many of the file's are dealt with now, ``cells`` are field and content of unreadable ones."""
        with self._sql:
            self._sql.executemany(_INSERT, kept)
            self._sql.executemany("INSERT OR IGNORE INTO seen VALUES (?)", [(one.key,) for one in kept if one.key is not None])
            self._sql.executemany("INSERT INTO bad VALUES (?, ?, ?)", [(one.file, one.line, one.reason) for one in bad])
            self._sql.executemany(
                "INSERT INTO unreadable VALUES (?, 1, ?) ON CONFLICT (field) DO UPDATE SET cells = cells + 1", cells
            )
            self._sql.execute("INSERT OR REPLACE INTO done VALUES (?, ?)", (source, records))

    def has(self, key: int) -> bool:
        """Whether a ticket of this key is kept."""
        return self._sql.execute("SELECT 1 FROM seen WHERE key = ?", (key,)).fetchone() is not None

    def move(self, topics: Sequence[tuple[str, int]]) -> None:
        """Give tickets, by id, another topic."""
        with self._sql:
            self._sql.executemany("UPDATE tickets SET topic = ? WHERE id = ?", topics)

    def ask(self, query: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, as they come."""
        yield from self._sql.execute(query, values)

    def one(self, query: str, *values: Any) -> tuple[Any, ...]:
        """The only row of a query."""
        return self._sql.execute(query, values).fetchone()

    def settle(self) -> None:
        """Make what follows quick: nothing is added from now on."""
        self._sql.executescript(_INDEXES)


@contextmanager
def work_file(path: Path, fingerprint: str) -> Generator[WorkFile]:
    """Open it, or begin it anew if it was made for something else; it stays until ``discard``."""
    resumed = path.exists() and _made_for(path) == fingerprint
    if not resumed:
        discard(path)
        path.touch(mode=0o600)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        if not resumed:
            connection.executescript(_TABLES)
            connection.execute("INSERT INTO run VALUES (?)", (fingerprint,))
            connection.commit()
        yield WorkFile(connection, resumed=resumed)


def discard(path: Path) -> None:
    """Remove it, and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _made_for(path: Path) -> str | None:
    try:
        with closing(sqlite3.connect(path)) as connection:
            row = connection.execute("SELECT fingerprint FROM run").fetchone()
    except sqlite3.DatabaseError:
        return None
    return row[0] if row else None
