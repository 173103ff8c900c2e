"""What was measured: JSON Lines, one figure a line, so that a run that was broken off goes on where it stopped."""

import hashlib
import json
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles

from .installed import distributions

ROOT = Path(__file__).parents[1]
RAW = "raw"
"""The plain loop, which others are compared with."""
PAIRED = "paired_"
"""What the name of a scenario begins with whose rounds are blocks in alternation (``paired.py``)."""
FEW = 2
"""Values, below which there are no quartiles."""
MEASURED = ("agent", "tools", "prompts", "src/warmline", "benchmarks")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One process: its figures, or the error it ended with."""

    spec: str
    scenario: str
    round: int
    count: int
    figures: dict[str, float] = field(default_factory=dict[str, float])
    error: str = ""
    took_s: float = 0.0

    @property
    def key(self) -> tuple[str, str, int, int]:
        """What makes it the same measurement."""
        return self.spec, self.scenario, self.round, self.count


class Results:
    """Rows, and the medians over their rounds."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.rows = list(rows)

    @classmethod
    def read(cls, file: Path) -> "Results":
        """What a file holds; a last line that was cut off is left out."""
        lines = file.read_text("utf-8").splitlines(keepends=True) if file.exists() else []
        return cls(Row(**json.loads(line)) for line in lines if line.endswith("\n"))

    def keep(self, row: Row, file: Path) -> None:
        """Add a row, on disk too."""
        self.rows.append(row)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(asdict(row)) + "\n")

    def has(self, key: tuple[str, str, int, int]) -> bool:
        """Whether this was measured already."""
        return any(row.key == key and not row.error for row in self.rows)

    def get(self, spec: str, scenario: str, figure: str) -> float | None:
        """The median over the rounds; ``None`` if it was not measured."""
        found = self._by_round(spec, scenario, figure)
        return median(found.values()) if found else None

    def ratio(self, spec: str, to: str, scenario: str, figure: str) -> float | None:
        """One spec's figure by another's of the same round, which are seconds apart: the median over the rounds they share."""
        found = self._ratios(spec, to, scenario, figure)
        return median(found) if found else None

    def spread(self, spec: str, to: str, scenario: str, figure: str) -> tuple[float, float, float] | None:
        """The same with its quartiles: lower, median, upper. They are the median where there is one round."""
        found = self._ratios(spec, to, scenario, figure)
        if len(found) < FEW:
            return (found[0], found[0], found[0]) if found else None
        low, middle, high = quantiles(found, n=4, method="inclusive")
        return low, middle, high

    def _ratios(self, spec: str, to: str, scenario: str, figure: str) -> list[float]:
        ours, theirs = (self._by_round(one, scenario, figure) for one in (spec, to))
        return [ours[number] / theirs[number] for number in ours.keys() & theirs.keys() if theirs[number]]

    def _by_round(self, spec: str, scenario: str, figure: str) -> dict[int, float]:
        rows = (row for row in self.rows if (row.spec, row.scenario) == (spec, scenario))
        return {row.round: row.figures[figure] for row in rows if figure in row.figures}

    def errors(self) -> list[Row]:
        """What failed and was not measured later."""
        return [row for row in self.rows if row.error and not self.has(row.key)]

    def specs(self) -> list[str]:
        """Everything that was measured, in order."""
        return list(dict.fromkeys(row.spec for row in self.rows))


def code_digest() -> str:
    """Tells one state of what is measured from another, so that figures of two are never compared."""
    files = (file for folder in MEASURED for file in sorted((ROOT / folder).rglob("*")) if file.suffix in WEIGHED)
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    digest.update(repr((platform.python_version(), sorted(installed().items()))).encode())
    return digest.hexdigest()[:12]


def installed() -> dict[str, str]:
    """The versions of all that Warmline is measured with."""
    return {name: version(name) for name in sorted({*distributions(), "aiohttp"}) if name != "warmline"}


WEIGHED = frozenset((".py", ".md", ".txt", ".yaml", ".npz", ".toml", ".c", ".h"))
