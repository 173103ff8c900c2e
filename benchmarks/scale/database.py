"""What PostgreSQL says of itself, and what the kernel says of its processes."""

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

_ASKED = """
select (select sum(xact_commit + xact_rollback) from pg_stat_database where datname = current_database()) as transactions,
       (select sum(active_time + idle_in_transaction_time) from pg_stat_database where datname = current_database()) as held_ms,
       pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as wal_bytes,
       pg_database_size(current_database()) as bytes,
       pg_backend_pid() as backend
"""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Running totals of a server."""

    transactions: float
    held_ms: float
    wal_bytes: float
    bytes: float
    cpu_s: float

    def since(self, before: "Seen") -> "Seen":
        """What came in between."""
        return Seen(**{name: value - getattr(before, name) for name, value in vars(self).items()})


def seen(url: str) -> Seen:
    """The totals now; statistics of a session are complete once its connection was idle for a second."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            row = connection.execute(text(_ASKED)).one()
            server = parent_of(row.backend)
            return Seen(
                transactions=float(row.transactions),
                held_ms=float(row.held_ms),
                wal_bytes=float(row.wal_bytes),
                bytes=float(row.bytes),
                cpu_s=sum(cpu_of(process) for process in children_of(server)),
            )
    finally:
        engine.dispose()


def parent_of(process: int) -> int:
    """Who started a process."""
    return int(_status(process)[1])


def children_of(process: int) -> list[int]:
    """All that it started and that still run."""
    numbers = (int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit())
    return [number for number in numbers if _is_child(number, process)]


def cpu_of(process: int) -> float:
    """CPU seconds of a process so far, in user and kernel mode."""
    try:
        fields = _status(process)
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _is_child(process: int, of: int) -> bool:
    try:
        return parent_of(process) == of
    except OSError:
        return False


def _status(process: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, which may have spaces in it."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
