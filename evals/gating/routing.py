"""Who should have served, and who did: the matrix, its two costly cells, and for each reason how often it reached a person.

A case counts once, by its worst trial: trials of a case are no independent evidence, and a customer meets only one of them. A turn of
which a route is expected counts like the whole: a person who comes in the first turn and not in the third has not come.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from warmline.evals.results import Check, Routing, To
from warmline.evals.stats.rates import Counted, Interval, upper_bound, wilson

from .runs import CaseRun, Run

ORDER: tuple[To, ...] = ("bot", "offer", "gather", "human")
PERSON: tuple[To, ...] = ("gather", "human")
MINUTES = 6.0
"""What a needless hand-off costs of an agent's time, unless the shop says its own figure. An assumption, not a measurement."""


class Misrouted(BaseModel):
    """One of the two costly cells: ``cases`` of ``of``, how often in their trials and turns, and how large the rate may be (95 %)."""

    model_config = ConfigDict(frozen=True)

    cases: int
    of: int
    times: int
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
    """The routing of a run's cases; those that are counted by the gates of their suite have their own."""
    return matrix_of(run.cases, minutes=minutes)


def matrix_of(cases: Sequence[CaseRun], *, minutes: float = MINUTES) -> Matrix:
    """The routing of these cases, from the trials that passed or failed."""
    routed = [(case, said) for case in cases if (said := _said(case))]
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
        unsaid=sum(bool(case.counted) for case in cases) - len(routed),
    )


def _said(case: CaseRun) -> list[Routing]:
    """What the trials say of the conversation and of those turns of which something is expected; first the conversation."""
    whole = [trial.routing for trial in case.counted if trial.routing and trial.routing.expected_to]
    return whole + [said for trial in case.counted for check in trial.checks if (said := _of_turn(check))]


def _of_turn(check: Check) -> Routing | None:
    if check.turn is None or not check.id.endswith("route.to"):
        return None
    expected, actual = (next((to for to in ORDER if to == value), None) for value in (check.expected, check.observed))
    return Routing(expected_to=expected, actual_to=actual, turn=check.turn) if expected and actual else None


def _expected(routing: Routing) -> To:
    return routing.expected_to or "bot"


def _wrong(routing: Routing) -> bool:
    """Whether a person was due and none came, or came and was not due."""
    return _expects(routing) is not None and _expects(routing) != (routing.actual_to in PERSON)


def _worst(said: Sequence[Routing]) -> Routing:
    return max(said, key=lambda one: (_wrong(one), one.actual_to != one.expected_to))


def _misrouted(routed: Sequence[tuple[CaseRun, list[Routing]]], *, person: bool) -> Misrouted:
    due = {case.case_id: [one for one in said if _expects(one) == person] for case, said in routed}
    due = {name: said for name, said in due.items() if said}
    wrong = {name: sum(map(_wrong, said)) for name, said in due.items() if any(map(_wrong, said))}
    return Misrouted(
        cases=len(wrong),
        of=len(due),
        times=sum(wrong.values()),
        bound=upper_bound(len(wrong), len(due)),
        ids=tuple(wrong),
    )


def _expects(routing: Routing) -> bool | None:
    """Whether a person is due; ``None`` where an offer of one is."""
    return None if _expected(routing) == "offer" else _expected(routing) in PERSON


def _recalls(routed: Sequence[list[Routing]]) -> list[Recall]:
    grouped: defaultdict[str, list[list[Routing]]] = defaultdict(list)
    for said in routed:
        due = [one for one in said if _expects(one)]
        if due and due[0].expected_reasons:
            grouped[" or ".join(due[0].expected_reasons)].append(due)
    return [_recall(reason, held) for reason, held in sorted(grouped.items())]


def _recall(reason: str, cases: Sequence[list[Routing]]) -> Recall:
    reached = sum(not any(map(_wrong, said)) for said in cases)
    named = sum(
        all(not _wrong(one) and (not one.expected_reasons or one.actual_reason in one.expected_reasons) for one in said)
        for said in cases
    )
    counted = Counted(reached, len(cases))
    return Recall(reason=reason, reached=counted, interval=wilson(reached, len(cases)), named=named)
