"""What ``warmline eval run`` was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warmline.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the command was asked for."""

    paths: Sequence[Path] = ()
    cases: Sequence[str] = ()
    tags: Sequence[str] = ()
    tiers: Sequence[str] = ()
    agent: str | None = None
    trials: int | None = None
    trial: int | None = None
    output: Path | None = None
    resume: Path | None = None
    jobs: int | None = None
    at_once: int = 8
    live: bool = False
    rate: float | None = None
    max_cost: float | None = None
    price: str | None = None
    record: Path | None = None
    replay: Path | None = None
    simulator: str | None = None
    json: bool = False

    def check(self) -> None:
        """``UsageError`` for options that do not go together."""
        needs = {"--rate": self.rate, "--max-cost": self.max_cost, "--price": self.price, "--record": self.record}
        needs |= {"--simulator": self.simulator}
        given = [name for name, value in needs.items() if value is not None]
        if given and not self.live:
            raise UsageError(f"{given[0]} goes with --live: the embedded model and a recording cost nothing")
        if self.live and self.replay is not None:
            raise UsageError("--replay takes the answers from a recording; leave out --live")
        if self.max_cost is not None and self.price is None:
            raise UsageError("--max-cost needs --price, such as --price 0.40/1.60: dollars per million tokens in and out")
        if not self.paths and self.resume is None:
            raise UsageError("name suites (*.eval.yaml) or folders of them, such as: warmline eval run evals/suites")
        if self.resume is not None and (self.cases or self.tags or self.tiers or self.output or self.trial):
            raise UsageError("--resume goes on with the cases and the log of that run; leave the other choices out")

    @property
    def again(self) -> tuple[str, ...]:
        """The options that trials of the same cases elsewhere are made with too."""
        given = {"--rate": self.rate, "--price": self.price, "--simulator": self.simulator}
        said = [word for name, value in given.items() if value is not None for word in (name, str(value))]
        return ("--live", *said) if self.live else ()

    @property
    def mode(self) -> Any:
        """The mode a log has."""
        return "record" if self.record else "live" if self.live else "replay" if self.replay else "embedded"
