"""What was seen of a conversation, and the pen with which graders note what they find."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from warmline.agent.desk.desk import Case
from warmline.evals.results import ArgumentDiff, Call, Check, CheckKind, RowChange, TurnRecord
from warmline.evals.suite_files.placing import Path, Source
from warmline.evals.worlds.tables import Tables
from warmline.tools.escalation import ESCALATE

PERSON = ("human", "gather")


@dataclass(kw_only=True)
class Seen:
    """A conversation after it was played.

    ``rows`` are the rows that changed, ``rows_at`` the same after each turn of which a state is expected. ``days`` is the date of each turn.
    ``said_last`` is what a person wrote after the last one. ``known`` is what the agent was told of the customer. ``start`` are the shop's
    rows before it began, only if a case refers to them.
    """

    turns: Sequence[TurnRecord]
    said_last: Sequence[str] = ()
    cases: Sequence[Case] = ()
    rows: Sequence[RowChange] = ()
    rows_at: dict[int, Sequence[RowChange]] = field(default_factory=dict[int, Sequence[RowChange]])
    days: Sequence[date] = ()
    known: str = ""
    start: Tables = field(default_factory=dict[str, Any])
    person_expected: bool = False
    latency_recorded: bool = False

    def calls(self, turn: int | None = None) -> list[Call]:
        """The tool calls of a turn, or of all of them."""
        return [call for record in self.turns if turn in (None, record.number) for call in record.calls]

    def said_by_person(self, turn: int | None = None) -> list[str]:
        """What people said and the customer got: since the turn before this one, or in all."""
        said = [words for record in self.turns if turn in (None, record.number) for words in record.said_by_person]
        return said if turn is not None else [*said, *self.said_last]

    @property
    def handed_over(self) -> TurnRecord | None:
        """The turn in which a person was given the conversation, if one was."""
        return next((turn for turn in self.turns if turn.to in PERSON), None)


@dataclass(frozen=True, kw_only=True)
class Pen:
    """Notes checks of one set of expectations: of the conversation, of turn ``turn``, or of an outcome."""

    source: Source
    path: Path
    turn: int | None = None
    name: str = ""

    def note(
        self,
        kind: CheckKind,
        part: Path,
        *,
        passed: bool,
        reason: str = "",
        expected: Any = None,
        observed: Any = None,
        gates: bool = True,
        arguments: Sequence[ArgumentDiff] = (),
    ) -> Check:
        """One check; ``part`` is its path under the expectations."""
        return Check(
            id=f"{self.name}{in_words(part)}",
            kind=kind,
            passed=passed,
            reason="" if passed else reason,
            expected=expected,
            observed=observed,
            turn=self.turn,
            gates=gates,
            place=self.source.place((*self.path, *part)),
            arguments=tuple(arguments),
        )


def in_words(path: Path) -> str:
    """``tools.calls[0]``."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def wrote(call: Call) -> bool:
    """Whether a call wrote at the shop, or may have: handing over is no write."""
    return call.effect == "write" and call.status in ("done", "unknown") and call.name != ESCALATE.name
