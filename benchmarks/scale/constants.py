"""What was measured and what is assumed; everything in docs/scaling.md follows from these."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "constants.json"
FULL = 0.75
"""The share from which on something counts as used up."""


@dataclass(frozen=True, kw_only=True)
class Rate:
    """So many processes made so many turns a second, and what was used up meanwhile, as a share of the machine's cores.

    ``own`` is how much of one core each process used, which is all it can use.
    """

    processes: int
    turns_per_s: float
    agents: float
    database: float
    model: float
    own: float = 0.0

    @property
    def used(self) -> float:
        """The share of the machine's cores that was used."""
        return self.agents + self.database + self.model

    @property
    def full(self) -> bool:
        """Whether there was nothing left to use."""
        return self.used >= FULL or self.own >= FULL

    @property
    def bottleneck(self) -> str:
        """What would have to be faster, in words."""
        shares = {"the agents' processes": self.agents, "PostgreSQL": self.database, "the scripted model": self.model}
        most = max(shares, key=lambda name: shares[name])
        if self.own >= FULL and self.used < FULL:
            return f"one core a process, and each used {self.own:.0%} of its own: more processes would do more here"
        if not self.full:
            return f"no core: {self.used:.0%} of the cores were used, the rest went to waiting or to other programs"
        return f"the cores, and of them {most} ({shares[most]:.0%})"


@dataclass(frozen=True, kw_only=True)
class Constants:
    """A turn's cost over PostgreSQL. Seconds are of CPU, but ``connection_s``: how long a turn holds a connection in all."""

    agent_s: float
    database_s: float
    connection_s: float
    transactions: float
    wal_bytes: float
    stored_bytes: float
    process_mb: float
    cores: int = 0
    machine: str = ""
    rates: tuple[Rate, ...] = field(default=())

    @classmethod
    def read(cls, file: Path = FILE) -> "Constants":
        """Those of the last measurement."""
        found: dict[str, Any] = json.loads(file.read_text("utf-8"))
        found["rates"] = tuple(Rate(**rate) for rate in found["rates"])
        return cls(**found)

    def write(self, file: Path = FILE) -> None:
        """Keep them for the page and its test."""
        file.write_text(json.dumps(asdict(self), indent=2) + "\n", "utf-8")


@dataclass(frozen=True, kw_only=True)
class Assumed:
    """What depends on a shop and its model. ``used`` is how busy a core may be at the busiest hour, ``mean`` that of a month by it."""

    turns: float = 4.0
    calls: float = 2.0
    call_s: float = 1.5
    thinks_s: float = 45.0
    used: float = 0.6
    mean: float = 0.4
    at_once: int = 64
    months: float = 13.0
