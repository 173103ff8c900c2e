"""Suites that cannot fail are no evidence: what is weak about them, by reading them and by playing null agents through them."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from warmline.evals.gating.gates import results_of
from warmline.evals.gating.runs import CaseRun
from warmline.evals.results import Place
from warmline.evals.running.heading import info_of, suite_of
from warmline.evals.running.trial import Troupe, run_trial
from warmline.evals.running.verdicts import verdict_of
from warmline.evals.suite_files.loading import LoadedCase, LoadedSuite
from warmline.evals.suite_files.possible import expectations
from warmline.evals.suite_files.schema_expect import ReplyExpect
from warmline.tools.toolbox import ALL_TOOLS

from .null_agents import NULL_AGENTS

MOST_PASSED = 0.05
"""The part of a suite a null agent may pass, cases that say why left out."""

_WRITES = frozenset(tool.name for tool in ALL_TOOLS if tool.effect == "write" and tool.name != "escalate")


@dataclass(frozen=True, kw_only=True)
class Remark:
    """Something about a case or a suite; an ``error`` fails lint."""

    level: Literal["error", "warning"]
    text: str
    place: Place
    case_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Passed:
    """A case that a null agent passed."""

    case: LoadedCase
    agent: str

    @property
    def excused(self) -> bool:
        """Whether the case says why."""
        return bool(self.case.case.why_null_passes)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The gates of a suite that a null agent kept; a suite that it keeps wholly, or a gate that all of them keep, is no evidence."""

    suite: LoadedSuite
    agent: str
    gates: frozenset[str]


def read_through(suites: Sequence[LoadedSuite]) -> Iterator[Remark]:
    """What is weak as it is written."""
    for suite in suites:
        seen: dict[str, LoadedCase] = {}
        for loaded in suite.cases:
            yield from _about(loaded)
            said = loaded.case.model_dump_json(include={"say", "conversation", "world", "simulate", "script"})
            if said in seen:
                yield _warning(
                    loaded,
                    f"is the same conversation in the same world as {seen[said].id!r}, with the same expectations or others",
                )
            seen[said] = loaded


def _about(loaded: LoadedCase) -> Iterator[Remark]:
    case = loaded.case
    if not case.why:
        yield _warning(loaded, "says nothing under 'why': a report cannot say what broke")
    expected = [one for _, one, _ in expectations(case)]
    calls = [call for one in expected for call in (one.tools.calls if one.tools and one.tools.calls else ())]
    own = {name for name, effect in case.tools.items() if effect == "write"}
    writes = {call.name for call in calls if call.name in _WRITES | own and call.status == "done" and call.bounds[1] != 0}
    if writes and not any(one.state for one in expected):
        yield _warning(loaded, f"expects {', '.join(sorted(writes))} and says nothing of the state: any row might change with it")
    if not any(map(_positive, expected)):
        yield _warning(loaded, "only says what must not be: an agent that says and does nothing passes")


def _positive(expect: object) -> bool:
    """Whether something must happen, and not only something not."""
    route, tools, state, reply = (getattr(expect, name, None) for name in ("route", "tools", "state", "reply"))
    says = isinstance(reply, ReplyExpect) and any((reply.contains_any, reply.contains_all, reply.language))
    says = says or getattr(expect, "said_by_person", None) is not None
    does = tools is not None and any(call.bounds[0] > 0 for call in tools.calls or ())
    ends = getattr(expect, "ends", None) not in (None, "replied")
    routed = route is not None and (route.to != "bot" or bool(route.reasons))
    return bool(says or does or ends or routed or getattr(expect, "outcomes", None) or not isinstance(state, str | None))


async def probe(suites: Sequence[LoadedSuite], troupe: Troupe, told: Callable[[str], None] = lambda _: None) -> list[Passed]:
    """Every case that a null agent passes; ``told`` hears of each trial."""
    found: list[Passed] = []
    for name, make in NULL_AGENTS.items():
        played = replace(troupe, make=make)
        for loaded in (case for suite in suites if not suite.gates for case in suite.cases):
            if loaded.case.needs is None and (await run_trial(loaded, 1, played)).state == "PASS":
                found.append(Passed(case=loaded, agent=name))
            told(name)
    return found


async def probe_gates(suites: Sequence[LoadedSuite], troupe: Troupe, told: Callable[[str], None] = lambda _: None) -> list[Kept]:
    """Which gates of suites that have some each null agent keeps; ``told`` hears of each trial."""
    found: list[Kept] = []
    for name, make in NULL_AGENTS.items():
        played = replace(troupe, make=make)
        for suite in (one for one in suites if one.gates):
            rows: list[CaseRun] = []
            for loaded in suite.cases:
                trial = await run_trial(loaded, 1, played)
                rows.append(CaseRun(info=info_of(loaded), trials=(trial,), verdict=verdict_of(loaded, [trial])))
                told(name)
            kept = frozenset(one.gate.id for one in results_of(suite_of(suite), rows) if one.standing != "broken")
            found.append(Kept(suite=suite, agent=name, gates=kept))
    return found


def weak_gates(kept: Sequence[Kept]) -> Iterator[Remark]:
    """What follows from the gates that null agents kept."""
    for one in kept:
        if len(one.gates) == len(one.suite.gates):
            text = f"the agent {one.agent!r}, which understands nothing, keeps every gate of {one.suite.name!r}"
            yield Remark(level="error", text=text, place=one.suite.gates[0].place)
    for suite in {one.suite.name: one.suite for one in kept}.values():
        for gate in suite.gates:
            if all(gate.id in one.gates for one in kept if one.suite is suite):
                text = f"every agent that understands nothing keeps the gate {gate.id!r}: it could not be broken"
                yield Remark(level="error", text=text, place=gate.place)


def weak(suites: Sequence[LoadedSuite], passed: Sequence[Passed]) -> Iterator[Remark]:
    """What follows from what null agents passed."""
    by_case: dict[str, list[Passed]] = defaultdict(list)
    for one in passed:
        by_case[one.case.id].append(one)
    for ones in by_case.values():
        agents = ", ".join(one.agent for one in ones)
        if not ones[0].excused:
            critical = ones[0].case.case.severity == "critical"
            words = f"{'is critical, and ' if critical else ''}passes with an agent that understands nothing: {agents}"
            yield Remark(level="error" if critical else "warning", text=words, place=ones[0].case.place, case_id=ones[0].case.id)
    for suite in suites:
        yield from _share(suite, passed)
        for loaded in suite.cases:
            if loaded.case.why_null_passes and loaded.id not in by_case:
                yield _warning(loaded, "says why a null agent passes, and none does: leave 'why_null_passes' out")


def _share(suite: LoadedSuite, passed: Sequence[Passed]) -> Iterator[Remark]:
    for name in NULL_AGENTS:
        ids = {one.case.id for one in passed if one.agent == name and one.case.suite == suite.name and not one.excused}
        share = len(ids) / len(suite.cases)
        if share > MOST_PASSED:
            text = f"the agent {name!r} passes {len(ids)} of {len(suite.cases)} cases ({share:.0%}); at most {MOST_PASSED:.0%} may be"
            yield Remark(level="error", text=text, place=Place(file=suite.file, line=1))


def _warning(loaded: LoadedCase, text: str) -> Remark:
    return Remark(level="warning", text=text, place=loaded.place, case_id=loaded.id)
