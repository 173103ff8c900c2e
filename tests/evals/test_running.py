"""How many trials a case gets, what they come to, and that a run goes on where it was broken off."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from support.eval_suites import a_case, a_suite, played

from warmline.agent.agent import SupportAgent
from warmline.evals.results import CaseVerdict, State, TrialResult
from warmline.evals.running.running import Purse, Run
from warmline.evals.running.trial import Troupe
from warmline.evals.running.verdicts import still_to_run, verdict_of
from warmline.evals.worlds.world import World, usual_agent

CASE = "- {id: a, say: Hello there., expect: {route: {to: bot}}}"
CRITICAL = "- {id: a, severity: critical, say: Hello there., expect: {route: {to: bot}}}"


class Noted:
    """Keeps what a run tells."""

    def __init__(self) -> None:
        self.trials: list[TrialResult] = []
        self.verdicts: list[CaseVerdict] = []

    def trial(self, result: TrialResult) -> None:
        self.trials.append(result)

    def verdict(self, verdict: CaseVerdict) -> None:
        self.verdicts.append(verdict)


def trials(folder: Path, states: str, *, case: str = CASE) -> tuple[list[TrialResult], list[int], CaseVerdict]:
    """Trials that ended so (P, F, I), those due next, and the verdict."""
    loaded = a_case(folder, case)
    meant: dict[str, State] = {"P": "PASS", "F": "FAIL", "I": "INFRA", "S": "SKIP"}
    common = {"case_id": loaded.id, "suite": loaded.suite, "place": loaded.place}
    results = [TrialResult.model_validate({**common, "trial": n, "state": meant[one]}) for n, one in enumerate(states, 1)]
    return results, still_to_run(loaded, results), verdict_of(loaded, results)


@pytest.mark.parametrize(
    ("states", "due"),
    [("", [1, 2, 3]), ("P", [2, 3]), ("PPP", []), ("PFP", [4, 5, 6, 7, 8]), ("PFPPPPPP", []), ("PPI", [])],
)
def test_any_failure_extends_a_case_to_eight(tmp_path: Path, states: str, due: list[int]) -> None:
    assert trials(tmp_path, states)[1] == due


@pytest.mark.parametrize(
    ("states", "verdict"),
    [
        ("PPP", "PASS"),
        ("PFPPPFPP", "PASS"),
        ("PFPPPFPF", "FAIL"),
        ("PPI", "PASS"),
        ("PII", "UNMEASURED"),
        ("III", "UNMEASURED"),
        ("S", "SKIPPED"),
        ("", "SKIPPED"),
    ],
)
def test_six_of_eight_must_pass(tmp_path: Path, states: str, verdict: str) -> None:
    assert trials(tmp_path, states)[2].verdict == verdict


@pytest.mark.parametrize(("states", "verdict"), [("PPPPPPPP", "PASS"), ("PPPPPPPF", "FAIL"), ("PPPPPPPI", "UNMEASURED")])
def test_of_a_critical_case_all_eight_must_pass(tmp_path: Path, states: str, verdict: str) -> None:
    assert trials(tmp_path, "", case=CRITICAL)[1] == list(range(1, 9))
    assert trials(tmp_path, states, case=CRITICAL)[2].verdict == verdict


async def run(cases: Sequence[object], troupe: Troupe, done: Sequence[TrialResult] = (), **how: object) -> Noted:
    noted = Noted()
    await Run(troupe=troupe, **how).cases(cases, noted, done)  # pyright: ignore[reportArgumentType]
    return noted


async def test_a_run_plays_every_trial_once_and_tells_each_verdict(tmp_path: Path, troupe: Troupe) -> None:
    cases = a_suite(tmp_path, f"{CASE}\n- {{id: b, say: Where is it, expect: {{route: {{to: human}}}}}}").cases
    noted = await run(cases, troupe)
    assert sorted((one.case_id, one.trial) for one in noted.trials) == [("a", n) for n in (1, 2, 3)] + [
        ("b", n) for n in range(1, 9)
    ]
    assert {one.case_id: one.verdict for one in noted.verdicts} == {"a": "PASS", "b": "FAIL"}


async def test_a_resumed_run_plays_only_what_is_missing(tmp_path: Path, troupe: Troupe) -> None:
    cases = a_suite(tmp_path, CASE).cases
    done = [one for one in (await run(cases, troupe)).trials if one.trial < 3]
    noted = await run(cases, troupe, done)
    assert [one.trial for one in noted.trials] == [3]
    assert noted.verdicts[0].states == ("PASS", "PASS", "PASS")


async def test_a_case_that_needs_a_model_is_skipped_without_one(tmp_path: Path, troupe: Troupe) -> None:
    noted = await run(a_suite(tmp_path, CASE.replace("say:", "needs: language_model, say:")).cases, troupe)
    assert {one.state for one in noted.trials} == {"SKIP"}
    assert noted.verdicts[0].verdict == "SKIPPED"


async def test_nothing_is_begun_once_the_ceiling_is_reached(tmp_path: Path, troupe: Troupe) -> None:
    noted = await run(a_suite(tmp_path, CASE).cases, troupe, purse=Purse(ceiling=1.0, spent=1.0))
    assert {one.state for one in noted.trials} == {"BUDGET"}


async def test_each_trial_has_a_world_of_its_own(tmp_path: Path, troupe: Troupe) -> None:
    case = """
    - id: w
      world: {as: C-1001, limits: {writes_per_customer: 1}}
      script: [{call: {name: subscribe_back_in_stock, args: {sku: HP-CREW-RED-M}}}, {say: You are on the list.}]
      conversation: [Please tell me when HP-CREW-RED-M is back., "Yes, please."]
      expect: {tools: {calls: [subscribe_back_in_stock]}, state: {add: {subscriptions: [{sku: HP-CREW-RED-M}]}}}
    """
    noted = await run(a_suite(tmp_path, case).cases, troupe, at_once=3)
    assert [one.state for one in noted.trials] == ["PASS"] * 3


async def test_an_agent_that_breaks_is_trouble_and_not_a_failure(tmp_path: Path, troupe: Troupe) -> None:
    def broken(world: World) -> SupportAgent:
        raise RuntimeError("no such module")

    result = await played(tmp_path, CASE, replace(troupe, make=broken))
    assert (result.state, result.why) == ("INFRA", "RuntimeError: no such module")


async def test_a_host_makes_its_own_agent_and_may_do_so_asynchronously(tmp_path: Path, troupe: Troupe) -> None:
    async def make(world: World) -> SupportAgent:
        return usual_agent(world)

    assert (await played(tmp_path, CASE, replace(troupe, make=make))).state == "PASS"


async def test_a_script_that_is_too_short_is_the_suites_fault(tmp_path: Path, troupe: Troupe) -> None:
    case = "- {id: a, say: Where is W-10432, world: {as: C-1001}, script: [{call: get_order}], expect: {route: {to: human}}}"
    result = await played(tmp_path, case, troupe)
    assert result.state == "INFRA"
    assert "the script has 1 answers" in result.why


async def test_faults_time_and_people_play_along(tmp_path: Path, troupe: Troupe) -> None:
    case = """
    - id: f
      world: {as: C-1001, faults: {shop: {get_order: down}}}
      conversation:
        - {user: Where is W-10432, expect: {route: {to: human, reason: system_failure}, ends: handed_off}}
        - {desk: reply, text: It is on its way.}
        - {desk: resolve}
        - {faults: {shop: {get_order: none}}}
        - {wait: 2h}
        - {restart: true}
        - {user: Where is W-10432, expect: {route: {to: bot}, tools: {calls: [get_order]}}}
        - {user: Where is W-10432, again: true, expect: {ends: replied}}
      expect: {state: {ignore: [cases]}}
    """
    result = await played(tmp_path, case, troupe)
    assert result.state == "PASS", result.why
    assert result.turns[1].said_by_person == ("It is on its way.",)
    assert result.turns[2].reply == result.turns[1].reply
