"""Suites that are judged as a whole: their gates as a run notes them, and gates or cases of them that can never be so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from warmline.agent.guard.findings import Misplaced
from warmline.agent.guard.yaml_node import Node
from warmline.evals.results import GateInfo

from .placing import Path, Source
from .possible import expectations
from .schema import Case, SuiteHead
from .schema_expect import EndExpect, RouteExpect
from .schema_gates import AtLeast, AtMost, bars_in

GUARD_SAYS = ("to", "reason", "rule")
"""What of a route is known before anything is stored."""


def gates_of(head: SuiteHead, root: Node) -> tuple[GateInfo, ...]:
    """The gates of a suite, each with its place; none of a suite whose cases decide one by one."""
    if head.gates is None:
        return ()
    return tuple(
        GateInfo(
            id=".".join(path),
            measure=measure,
            tag=tag,
            reason=reason,
            at_most=bar.at_most if isinstance(bar, AtMost) else None,
            at_least=bar.at_least if isinstance(bar, AtLeast) else None,
            why=bar.why,
            place=Source(root).place(("gates", *path)),
        )
        for path, measure, tag, reason, bar in bars_in(head.gates)
    )


@dataclass
class _Counted:
    """How many cases with one tag there are for each kind of gate."""

    all: int = 0
    person: int = 0
    agent: int = 0
    reasons: set[str] = field(default_factory=set[str])

    def take(self, routes: Sequence[RouteExpect]) -> None:
        """Note a case."""
        self.all += 1
        self.person += any(route.to in ("human", "gather") for route in routes)
        self.agent += any(route.to == "bot" for route in routes)
        self.reasons |= {" or ".join(route.reasons) for route in routes}


def uncountable(gates: Sequence[GateInfo], cases: Sequence[Case]) -> Iterator[Misplaced]:
    """Every gate that no case says anything about."""
    held: dict[str, _Counted] = {}
    for case in cases:
        routes = [one.route for _, one, _ in expectations(case) if one.route is not None]
        for tag in {"", *case.tags}:
            held.setdefault(tag, _Counted()).take(routes)
    for gate in gates:
        of = held.get(gate.tag, _Counted())
        found = {
            "missed_handoff_rate": of.person,
            "needless_handoff_rate": of.agent,
            "pass_rate": of.all,
            "recall": gate.reason in of.reasons,
        }
        if not found[gate.measure]:
            which = f" with the tag {gate.tag!r}" if gate.tag else ""
            wanted = {"missed_handoff_rate": "expects a person", "needless_handoff_rate": "expects the agent"}
            said = wanted.get(gate.measure, f"expects the reason {gate.reason!r}" if gate.reason else "is there")
            place = gate.place
            yield Misplaced(
                f"no case{which} {said}: the gate {gate.id!r} has nothing to count",
                file=place.file,
                line=place.line,
                column=place.column,
            )


def undecidable(head: SuiteHead, case: Case, source: Source) -> Iterator[Misplaced]:
    """What a case of such a suite, or of one that plays the guard, may not say."""
    if (case.tier == "counted") != (head.gates is not None):
        problem = (
            f"the suite has 'gates', so its cases are counted: 'tier: {case.tier}' does nothing"
            if head.gates
            else "'tier: counted' is for suites with 'gates'; write them, or another tier"
        )
        yield _at(source, ("tier",), problem)
    if head.gates is not None and case.severity == "critical":
        yield _at(source, ("severity",), "the suite has 'gates', so no case of it decides alone: 'critical' does nothing")
    if head.plays == "guard":
        yield from _not_read(case, source)


def _not_read(case: Case, source: Source) -> Iterator[Misplaced]:
    """Whatever in a case the guard alone cannot do."""
    for name in ("conversation", "simulate", "script", "needs"):
        if getattr(case, name) is not None:
            yield _at(source, (name,), f"the suite plays the guard, which reads one message: 'say' it, without {name!r}")
    world = case.world.model_dump(exclude_defaults=True, exclude={"policy", "clock"})
    for name in world:
        yield _at(source, ("world", name), f"the suite plays the guard from the words alone, so {name!r} changes nothing")
    if case.expect is None or case.expect.route is None:
        yield _at(source, ("expect",), "the suite plays the guard: expect a 'route'")
        return
    for name in EndExpect.model_fields:
        if name != "route" and getattr(case.expect, name) is not None:
            yield _at(
                source, ("expect", name), f"the suite plays the guard, of which only a 'route' can be expected, not {name!r}"
            )
    for name in RouteExpect.model_fields:
        if name not in GUARD_SAYS and getattr(case.expect.route, name) is not None:
            yield _at(source, ("expect", "route", name), f"the guard says {', '.join(GUARD_SAYS)} and no {name!r}")


def _at(source: Source, path: Path, problem: str) -> Misplaced:
    return source.nearest(path)[0].error(problem)
