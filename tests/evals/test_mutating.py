"""Changed expectations are noticed; a check that checks nothing is named."""

from pathlib import Path

from support.eval_suites import a_suite

from warmline.evals.running.trial import Troupe
from warmline.evals.trust.mutating import mutate

CASE = """
- id: a
  world: {as: C-1001}
  say: Where is my order W-10432?
  expect:
    route: {to: bot, reason: order_status}
    tools: {calls: [{name: get_order, args: {order_number: W-10432}}]}
    reply: {contains_all: [Harbour Crewneck], language: en}
    state: unchanged
"""


async def test_every_changed_expectation_is_noticed(tmp_path: Path, troupe: Troupe) -> None:
    mutants = await mutate(a_suite(tmp_path, CASE).cases, troupe)
    assert {one.path[1] for one in mutants} == {"route", "tools", "reply", "state"}
    assert [(one.path, one.change) for one in mutants if not one.noticed] == []
    assert len(mutants) == 7


async def test_a_check_that_checks_nothing_survives(tmp_path: Path, troupe: Troupe) -> None:
    ignored = CASE.replace("args: {order_number: W-10432}", "args: {order_number: W-10432}, ignore: [order_number]")
    survived = [one for one in await mutate(a_suite(tmp_path, ignored).cases, troupe) if not one.noticed]
    assert [one.path[-1] for one in survived] == ["order_number"]


async def test_a_case_that_fails_makes_no_mutants(tmp_path: Path, troupe: Troupe) -> None:
    assert await mutate(a_suite(tmp_path, CASE.replace("to: bot, reason: order_status", "to: human")).cases, troupe) == []


async def test_what_must_not_be_becomes_what_was_and_is_noticed(tmp_path: Path, troupe: Troupe) -> None:
    more = CASE.replace("args: {order_number: W-10432}}]}", "args: {order_number: W-10432}}], forbid: [cancel_unshipped_order]}")
    more = more.replace("language: en}", "language: en, excludes: [refund]}").replace(
        "reason: order_status", "reason: order_status, rule: automate"
    )
    mutants = await mutate(a_suite(tmp_path, more).cases, troupe)
    assert [one.change for one in mutants if one.path[-2] in ("forbid", "route") and one.path[-1] in (0, "rule")] == [
        "another rule",
        "get_order, which ran",
    ]
    assert [one.path for one in mutants if not one.noticed] == []
    assert any(one.path == ("expect", "reply", "excludes", 0) for one in mutants)
