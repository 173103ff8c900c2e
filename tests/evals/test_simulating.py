"""Simulated customers speak when something happened, know only what they know, and stop only after the event."""

from pathlib import Path

from support.eval_suites import check, played

from warmline.evals.running.trial import Troupe

CASE = """
- id: s
  simulate:
    goal: Know where the order is
    opening: Where is my order?
    knows: {order_number: W-10432, email: EMAIL}
    does_not_know: [size]
    RULES
    stop: {when: STOP, max_turns: 5}
  expect: {route: {to: bot}}
"""


def a_customer(*, email: str = "maya.brooks@example.com", rules: str = "", stop: str = "{tool_succeeded: get_order}") -> str:
    return CASE.replace("EMAIL", email).replace("RULES", rules).replace("STOP", stop)


async def test_they_tell_what_they_are_asked_for_and_stop_after_the_event(tmp_path: Path, troupe: Troupe) -> None:
    result = await played(tmp_path, a_customer(), troupe)
    assert result.state == "PASS", result.why
    said = [turn.customer for turn in result.turns]
    assert said[0] == "Where is my order?"
    assert any("W-10432" in words for words in said[1:])
    assert check(result, "simulate.stop").passed


async def test_a_customer_who_never_gets_there_fails_the_trial_or_is_at_fault(tmp_path: Path, troupe: Troupe) -> None:
    result = await played(tmp_path, a_customer(stop="{tool_succeeded: start_return}"), troupe)
    assert result.state in ("FAIL", "SIM_FAULT")


async def test_a_question_for_a_yes_without_a_rule_is_the_simulators_fault(tmp_path: Path, troupe: Troupe) -> None:
    case = """
    - id: s
      world: {as: C-1001}
      script: [{call: {name: subscribe_back_in_stock, args: {sku: HP-CREW-RED-M}}}, {say: You are on the list.}]
      simulate:
        goal: Be told when the red crewneck is back
        opening: Tell me when HP-CREW-RED-M is back.
        RULES
        stop: {when: {tool_succeeded: subscribe_back_in_stock}}
      expect: {tools: {calls: [subscribe_back_in_stock]}}
    """
    fault = await played(tmp_path, case.replace("RULES", ""), troupe)
    assert (fault.state, fault.redrawn) == ("SIM_FAULT", 2)
    assert "asked to confirm subscribe_back_in_stock" in fault.why
    ruled = "rules: [{when: {tool: subscribe_back_in_stock}, say: Yes please.}]"
    assert (await played(tmp_path, case.replace("RULES", ruled), troupe)).state == "PASS"
