"""Which figures are measured, in which order: rounds outside and peers inside, so that a slow minute hits everybody."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from .entries import Entry
from .scenarios import SCENARIOS

STORED = frozenset(("check", "seq", "grow"))
"""The scenarios of the peers' own stores."""
ONCE = frozenset(("check", "memory", "grow"))
HALF = frozenset(("conc64", "conc256", "lat256", "seq_cold", "seq2", "stream", "stream_slow"))


@dataclass(frozen=True, kw_only=True)
class Step:
    """One process."""

    entry: Entry
    spec: str
    scenario: str
    round: int
    count: int

    @property
    def key(self) -> tuple[str, str, int, int]:
        """What makes it the same measurement."""
        return self.spec, self.scenario, self.round, self.count


def steps(entries: Collection[Entry], *, scenarios: Collection[str], rounds: int, quick: bool) -> Iterator[Step]:
    """All of them; ``check`` is always first."""
    for name, scenario in SCENARIOS.items():
        if scenarios and name not in scenarios and name != "check":
            continue
        for number in range(_rounds(name, rounds)):
            for entry in entries:
                if name in entry.skips:
                    continue
                for spec in (*entry.specs, *(entry.stored if name in STORED else ())):
                    count = scenario.quick if quick else scenario.count
                    yield Step(entry=entry, spec=spec, scenario=name, round=number, count=count)


def _rounds(scenario: str, rounds: int) -> int:
    return 1 if scenario in ONCE else max(1, rounds // 2) if scenario in HALF else rounds
