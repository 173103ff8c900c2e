"""What a case expects that can never be so, beyond what one part of it shows by itself."""

from collections.abc import Iterator
from datetime import date

from warmline.agent.guard.findings import Misplaced
from warmline.agent.guard.names import did_you_mean
from warmline.evals.grading.matching import is_matcher, mistake_in
from warmline.evals.worlds.tables import TABLES
from warmline.tools.toolbox import ALL_TOOLS

from .placing import Path, Source
from .schema import Case
from .schema_expect import CallExpect, EndExpect, Forbidden, Outcome, RouteExpect, StateExpect, ToolsExpect, TurnExpect

_TOOLS = {tool.name: tool for tool in ALL_TOOLS}
Expecting = TurnExpect | EndExpect | Outcome


def impossible(case: Case, source: Source, today: date) -> Iterator[Misplaced]:
    """Every such mistake, at its place."""
    if case.quarantine is not None and case.quarantine.until < today:
        yield _at(
            source,
            ("quarantine", "until"),
            f"the quarantine of {case.id!r} ended on {case.quarantine.until}; mend the case or renew it",
        )
    for path, expecting, turns in expectations(case):
        yield from _in(case, expecting, path, source, turns)
        if expecting.said_by_person is not None and not _person_speaks(case, path):
            problem = "no person says anything by then: give a step such as {desk: reply, text: …}"
            yield _at(source, (*path, "said_by_person"), problem)
    steps = case.conversation or ()
    first = next((place for place, step in enumerate(steps) if hasattr(step, "user")), None)
    for place, step in enumerate(steps):
        if getattr(step, "again", False) and place == first:
            yield _at(source, ("conversation", place, "again"), "there is no message before this one that could be sent again")


def expectations(case: Case) -> Iterator[tuple[tuple[str | int, ...], Expecting, int | None]]:
    """Everything a case expects, with its path and how many turns there are by then (``None``: it depends)."""
    turns = 0
    for place, step in enumerate(case.conversation or ()):
        if not hasattr(step, "user"):
            continue
        turns += 1
        expect = getattr(step, "expect", None)
        if expect is not None:
            yield ("conversation", place, "expect"), expect, turns
    if case.expect is not None:
        last = None if case.simulate else turns or 1
        yield ("expect",), case.expect, last
        for place, outcome in enumerate(case.expect.outcomes or ()):
            yield ("expect", "outcomes", place), outcome, last


def _person_speaks(case: Case, path: Path) -> bool:
    """Whether the desk replies in what an expectation is about: between two messages, or anywhere."""
    steps = case.conversation or ()
    if path[0] == "conversation":
        here = int(path[1])
        before = max((place for place in range(here) if hasattr(steps[place], "user")), default=0)
        steps = steps[before:here]
    return any(getattr(step, "desk", None) == "reply" for step in steps)


def _in(case: Case, expecting: Expecting, path: Path, source: Source, turns: int | None) -> Iterator[Misplaced]:
    route, tools, state, reply = expecting.route, expecting.tools, expecting.state, expecting.reply
    if route is not None:
        yield from _in_route(route, (*path, "route"), source, turns)
        if route.to == "bot" and expecting.ends in ("handed_off", "with_human"):
            yield _at(source, (*path, "ends"), f"'ends: {expecting.ends}' and 'route: {{to: bot}}' are never both so")
    if tools is not None:
        yield from _in_tools(case, tools, (*path, "tools"), source)
    if isinstance(state, StateExpect):
        known = (*TABLES, *case.tables)
        for part in ("add", "update", "delete", "ignore"):
            for table in getattr(state, part):
                if table not in known:
                    yield _at(source, (*path, "state", part, table), f"unknown table {table!r}: {did_you_mean(table, known)}")
    if reply is not None and reply.silent and (reply.contains_any or reply.contains_all or reply.language):
        yield _at(source, (*path, "reply", "silent"), "a reply that is silent says none of what is expected beside it")


def _in_route(route: RouteExpect, path: Path, source: Source, turns: int | None) -> Iterator[Misplaced]:
    if turns is not None and route.by_turn is not None and route.by_turn > turns:
        yield _at(source, (*path, "by_turn"), f"by_turn is {route.by_turn}, but there are only {turns} messages by then")
    if turns is not None and route.not_before is not None and route.not_before > turns:
        yield _at(source, (*path, "not_before"), f"not_before is {route.not_before}, but there are only {turns} messages by then")
    if route.by_turn is not None and route.not_before is not None and route.by_turn < route.not_before:
        yield _at(source, (*path, "by_turn"), f"by_turn {route.by_turn} is before not_before {route.not_before}")


def _in_tools(case: Case, tools: ToolsExpect, path: Path, source: Source) -> Iterator[Misplaced]:
    calls, forbidden = tools.calls or (), tools.forbid or ()
    for place, call in enumerate(calls):
        yield from _in_call(case, call, (*path, "calls", place), source)
        clash = next((one for one in forbidden if one.name == call.name and one.args is None and call.bounds[0] > 0), None)
        if clash is not None and call.status in ("done", "asked"):
            yield _at(source, (*path, "calls", place), f"{call.name!r} is expected here and forbidden below")
    for place, one in enumerate(forbidden):
        yield from _in_call(case, one, (*path, "forbid", place), source)


def _in_call(case: Case, call: CallExpect | Forbidden, path: Path, source: Source) -> Iterator[Misplaced]:
    tool, own = _TOOLS.get(call.name), case.tools.get(call.name)
    if tool is None and own is None:
        known = (*_TOOLS, *case.tools)
        problem = f"unknown tool {call.name!r}: {did_you_mean(call.name, known)}; name your own under 'tools' of the suite"
        yield _at(source, (*path, "name"), problem)
        return
    fields = tool.arguments.model_fields if tool is not None else None
    for name, wanted in (call.args or {}).items():
        if fields is not None and name not in fields:
            yield _at(
                source, (*path, "args", name), f"{call.name} has no argument {name!r}: {did_you_mean(name, fields)}", key=True
            )
        elif is_matcher(wanted) and (problem := mistake_in(wanted)):
            yield _at(source, (*path, "args", name), problem)
    effect = own or (tool.effect if tool is not None else None)
    if isinstance(call, CallExpect) and call.status == "asked" and effect == "read":
        yield _at(source, (*path, "status"), f"{call.name} reads: nobody is ever asked about it")


def _at(source: Source, path: Path, problem: str, *, key: bool = False) -> Misplaced:
    return source.nearest(path, key=key)[0].error(problem)
