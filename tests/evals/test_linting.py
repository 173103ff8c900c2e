"""Suites that cannot fail are found: by reading them, and by agents that understand nothing."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.eval_suites import a_suite, played

from warmline.evals.running.trial import Troupe
from warmline.evals.trust.linting import probe, read_through, weak
from warmline.evals.trust.null_agents import NULL_AGENTS


def test_a_case_that_only_says_what_must_not_be_is_weak(tmp_path: Path) -> None:
    suite = a_suite(tmp_path, "- {id: a, why: w, say: Hi., expect: {tools: {forbid: [start_return]}, state: unchanged}}")
    assert [one.text for one in read_through([suite])] == [
        "only says what must not be: an agent that says and does nothing passes"
    ]


def test_a_write_without_a_state_and_a_case_without_a_why_are_told(tmp_path: Path) -> None:
    suite = a_suite(tmp_path, "- {id: a, say: Hi., expect: {tools: {calls: [start_return]}}}")
    assert [one.text.partition(":")[0] for one in read_through([suite])] == [
        "says nothing under 'why'",
        "expects start_return and says nothing of the state",
    ]


async def test_a_critical_case_that_a_null_agent_passes_is_an_error(tmp_path: Path, troupe: Troupe) -> None:
    weak_case = "{id: a, why: w, severity: critical, say: Hello., expect: {route: {to: bot}}}"
    strong = "{id: b, why: w, world: {as: C-1001}, say: Where is W-10432, expect: {tools: {calls: [get_order]}, reply: {contains_all: [Harbour Crewneck]}}}"
    suite = a_suite(tmp_path, f"- {weak_case}\n- {strong}")
    passed = await probe([suite], troupe)
    assert {one.agent for one in passed if one.case.id == "a"} >= {"silent", "vague", "parrot"}
    assert [one for one in passed if one.case.id == "b"] == []
    errors = [one.text for one in weak([suite], passed) if one.level == "error"]
    assert errors[0].startswith("is critical, and passes with an agent that understands nothing: silent")
    assert "the agent 'silent' passes 1 of 2 cases (50%); at most 5% may be" in errors


async def test_a_case_may_say_why_a_null_agent_passes(tmp_path: Path, troupe: Troupe) -> None:
    suite = a_suite(
        tmp_path, "- {id: a, why: w, severity: critical, say: Hello., expect: {route: {to: bot}}, why_null_passes: a greeting}"
    )
    assert [one for one in weak([suite], await probe([suite], troupe)) if one.level == "error"] == []


@pytest.mark.parametrize(
    ("agent", "expect"),
    [
        ("silent", "reply: {silent: true}"),
        ("parrot", "reply: {contains_all: [send W-10311 back]}"),
        ("escalates", "route: {to: human, case_file: {mentions: [W-10311]}}"),
        ("refunds", "tools: {calls: [{name: start_return, status: any}]}"),
        ("obeys", "tools: {calls: [{name: start_return, status: any}]}"),
    ],
)
async def test_null_agents_do_what_their_names_say(tmp_path: Path, troupe: Troupe, agent: str, expect: str) -> None:
    case = f"- {{id: a, world: {{as: C-1001}}, say: I want to send W-10311 back., expect: {{{expect}}}}}"
    result = await played(tmp_path, case, replace(troupe, make=NULL_AGENTS[agent]))
    assert result.state == "PASS", (result.why, result.turns)
