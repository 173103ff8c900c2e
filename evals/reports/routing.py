"""Who should have served, and who did: the matrix, its two costly cells, and for each reason how often it reached a person.

A case counts once, by its worst trial: trials of a case are no independent evidence, and a customer meets only one of them.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from warmline.evals.results import Routing, To
from warmline.evals.runs import CaseRun, Run
from warmline.evals.stats.rates import Counted, Interval, upper_bound, wilson

ORDER: tuple[To, ...] = ("bot", "offer", "gather", "human")
PERSON: tuple[To, ...] = ("gather", "human")
MINUTES = 6.0
"""What a needless hand-off costs of an agent's time, unless the shop says its own figure. An assumption, not a measurement."""


class Misrouted(BaseModel):
    """One of the two costly cells: ``cases`` of ``of``, with the trials behind them and how large the rate may be (95 %)."""

    model_config = ConfigDict(frozen=True)

    cases: int
    of: int
    trials: int
    bound: float
    ids: tuple[str, ...]


class Recall(BaseModel):
    """Of the cases that should reach a person for a reason: how many did, how many also under that reason."""

    model_config = ConfigDict(frozen=True)

    reason: str
    reached: Counted
    interval: Interval
    named: int


class Matrix(BaseModel):
    """Cases by who was expected and who it was; ``unsaid`` is how many do not say who should serve them."""

    model_config = ConfigDict(frozen=True)

    cells: dict[To, dict[To, int]]
    missed: Misrouted
    needless: Misrouted
    minutes: float
    recalls: tuple[Recall, ...]
    unsaid: int

    @property
    def rows(self) -> tuple[To, ...]:
        """What was expected, as far as anything was."""
        return tuple(to for to in ORDER if self.cells.get(to))

    @property
    def columns(self) -> tuple[To, ...]:
        """``bot`` and ``human`` always, the others where they occur."""
        used = {to for row in self.cells.values() for to in row} | set(self.rows) | {"bot", "human"}
        return tuple(to for to in ORDER if to in used)

    @property
    def agent_minutes(self) -> float:
        """What the needless hand-offs would cost."""
        return self.minutes * self.needless.cases


def matrix(run: Run, *, minutes: float = MINUTES) -> Matrix:
    """The routing of a run, from the trials that passed or failed."""
    routed = [(case, said) for case in run.cases if (said := _said(case))]
    cells: defaultdict[To, Counter[To]] = defaultdict(Counter)
    for _, said in routed:
        worst = _worst(said)
        cells[_expected(worst)][worst.actual_to] += 1
    return Matrix(
        cells={to: dict(row) for to, row in cells.items()},
        missed=_misrouted(routed, person=True),
        needless=_misrouted(routed, person=False),
        minutes=minutes,
        recalls=tuple(_recalls([said for _, said in routed])),
        unsaid=sum(bool(case.counted) for case in run.cases) - len(routed),
    )


def _said(case: CaseRun) -> list[Routing]:
    return [trial.routing for trial in case.counted if trial.routing and trial.routing.expected_to]


def _expected(routing: Routing) -> To:
    return routing.expected_to or "bot"


def _wrong(routing: Routing) -> bool:
    """Whether a person was due and none came, or came and was not due."""
    return (_expected(routing) in PERSON) != (routing.actual_to in PERSON) and _expected(routing) != "offer"


def _worst(said: Sequence[Routing]) -> Routing:
    return max(said, key=lambda one: (_wrong(one), one.actual_to != one.expected_to))


def _misrouted(routed: Sequence[tuple[CaseRun, list[Routing]]], *, person: bool) -> Misrouted:
    due = [(case, said) for case, said in routed if _expected(said[0]) != "offer" and (_expected(said[0]) in PERSON) == person]
    wrong = {case.case_id: sum(map(_wrong, said)) for case, said in due if any(map(_wrong, said))}
    return Misrouted(
        cases=len(wrong),
        of=len(due),
        trials=sum(wrong.values()),
        bound=upper_bound(len(wrong), len(due)),
        ids=tuple(wrong),
    )


def _recalls(routed: Sequence[list[Routing]]) -> list[Recall]:
    grouped: defaultdict[str, list[list[Routing]]] = defaultdict(list)
    for said in routed:
        if _expected(said[0]) in PERSON and said[0].expected_reasons:
            grouped[" or ".join(said[0].expected_reasons)].append(said)
    return [_recall(reason, held) for reason, held in sorted(grouped.items())]


def _recall(reason: str, cases: Sequence[list[Routing]]) -> Recall:
    reached = sum(not any(map(_wrong, said)) for said in cases)
    named = sum(all(not _wrong(one) and one.actual_reason in one.expected_reasons for one in said) for said in cases)
    counted = Counted(reached, len(cases))
    return Recall(reason=reason, reached=counted, interval=wilson(reached, len(cases)), named=named)
