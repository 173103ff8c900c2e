"""Every check of a case on a conversation that was played; none is left out because another failed."""

from collections.abc import Iterator
from dataclasses import replace

from warmline.evals.results import Check, Routing, RowChange
from warmline.evals.suite_files.possible import Expecting, expectations
from warmline.evals.suite_files.schema import Case
from warmline.evals.suite_files.schema_expect import Outcome, RouteExpect, StateExpect, ToolsExpect, TurnExpect
from warmline.tools.toolbox import ALL_TOOLS

from .grade_budgets import grade_budgets
from .grade_reply import grade_reply
from .grade_route import grade_route, routing_of
from .grade_said import grade_said
from .grade_state import expected_rows, grade_state
from .grade_tools import grade_tools
from .seen import PERSON, Pen, Seen

_EFFECTS = {tool.name: tool.effect for tool in ALL_TOOLS}


def grade(case: Case, seen: Seen, pen: Pen) -> list[Check]:
    """The checks of every turn and of the whole; ``pen`` stands at the case."""
    checks: list[Check] = []
    turn = 0
    for path, expect, _ in expectations(case):
        if isinstance(expect, TurnExpect):
            turn = _turn_at(case, path)
            if turn > len(seen.turns):
                continue  # the conversation broke off before: the trial says so itself
            checks += _grade(expect, seen, replace(pen, path=path, turn=turn, name=f"turn[{turn}]."))
    end = replace(pen, path=("expect",))
    if case.expect is not None:
        checks += _grade(case.expect, seen, end)
        if case.expect.budgets is not None:
            checks += grade_budgets(case.expect.budgets, seen, end)
        if case.expect.outcomes:
            checks.append(_grade_outcomes(case, case.expect.outcomes, seen, end))
    checks += _implied_state(case, seen, pen)
    return checks


def routing_facts(case: Case, seen: Seen) -> Routing:
    """Who should have served the conversation, and who did."""
    return routing_of(seen, case.expect.route if case.expect and case.expect.route else _last_route(case))


def changed_rows(case: Case, seen: Seen, pen: Pen) -> list[RowChange]:
    """Every row that changed and whether it should have."""
    state = case.expect.state if case.expect else None
    if state is None and not _implies_nothing_changes(case):
        state = "any"
    return expected_rows(state, seen, replace(pen, path=("expect",)))


def expects_person(case: Case) -> bool:
    """Whether some expectation of the case is that a person is given it: then its case at the desk is no surprise."""
    return any(
        (one.route is not None and one.route.to in PERSON) or one.ends in ("handed_off", "with_human")
        for _, one, _ in expectations(case)
    )


def _grade(expect: Expecting, seen: Seen, pen: Pen) -> Iterator[Check]:
    if expect.route is not None:
        yield from grade_route(expect.route, seen, pen)
    if expect.tools is not None:
        yield from grade_tools(expect.tools, seen, pen, rows_listed=isinstance(expect.state, StateExpect))
    if expect.state is not None:
        yield from grade_state(expect.state, seen, pen)
    if expect.reply is not None:
        yield from grade_reply(expect.reply, seen, pen)
    if expect.said_by_person is not None:
        yield from grade_said(expect.said_by_person, seen, pen)
    if expect.ends is not None:
        record = seen.turns[(pen.turn or len(seen.turns)) - 1] if seen.turns else None
        got = record.kind if record else "none"
        reason = f"expected it to end {expect.ends}, ended {got}"
        yield pen.note("ends", ("ends",), passed=got == expect.ends, reason=reason, expected=expect.ends, observed=got)


def _grade_outcomes(case: Case, outcomes: tuple[Outcome, ...], seen: Seen, pen: Pen) -> Check:
    """The first acceptable end that holds; if none does, how far the nearest was."""
    failures: list[tuple[str, list[Check]]] = []
    for place, outcome in enumerate(outcomes):
        inner = replace(pen, path=(*pen.path, "outcomes", place))
        name = outcome.id or f"outcomes[{place}]"
        own = replace(
            seen, person_expected=(outcome.route is not None and outcome.route.to in PERSON) or outcome.ends == "handed_off"
        )
        checks = list(_grade(outcome, own, inner))
        if outcome.state is None and not _writes(case, outcome.tools):
            checks += grade_state("unchanged", own, inner)
        broken = [check for check in checks if not check.passed]
        if not broken:
            return pen.note("outcomes", ("outcomes",), passed=True, observed=name)
        failures.append((name, broken))
    nearest, broken = min(failures, key=lambda one: len(one[1]))
    reason = f"none of the {len(outcomes)} acceptable ends; nearest was {nearest}: {'; '.join(one.reason for one in broken[:3])}"
    return pen.note(
        "outcomes", ("outcomes",), passed=False, reason=reason, expected=[name for name, _ in failures], observed=None
    )


def _implied_state(case: Case, seen: Seen, pen: Pen) -> Iterator[Check]:
    if _implies_nothing_changes(case):
        yield from grade_state("unchanged", seen, replace(pen, path=("expect",)), implied=True)


def _implies_nothing_changes(case: Case) -> bool:
    """A case that says nothing of the state expects none to change, unless it expects a write."""
    every = [one for _, one, _ in expectations(case) if not isinstance(one, Outcome)]
    says_state = case.expect is not None and (case.expect.state is not None or case.expect.outcomes is not None)
    return not says_state and not any(_writes(case, one.tools) for one in every)


def _writes(case: Case, tools: ToolsExpect | None) -> bool:
    calls = (tools.calls or ()) if tools else ()
    effects = {**_EFFECTS, **case.tools}
    return any(effects.get(call.name) == "write" and call.status in ("done", "any") for call in calls)


def _turn_at(case: Case, path: tuple[str | int, ...]) -> int:
    """Which message of the customer's a step is."""
    steps = case.conversation or ()
    return sum(1 for step in steps[: int(path[1]) + 1] if hasattr(step, "user"))


def _last_route(case: Case) -> RouteExpect | None:
    """What the last turn that says so expects, for a case that says it only of turns."""
    routes = [one.route for _, one, _ in expectations(case) if isinstance(one, TurnExpect) and one.route is not None]
    handed = [route for route in routes if route.to in PERSON]
    return handed[0] if handed else routes[-1] if routes else None
