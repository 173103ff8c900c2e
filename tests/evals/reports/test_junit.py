"""JUnit: a failure, an error and a skip are three things."""

from xml.etree import ElementTree as ET

import pytest
from support.eval_runs import a_case, a_run
from support.eval_story import MISCHIEF, story

from warmline.evals.gating.runs import Run
from warmline.evals.reports.junit import junit


def parsed(run: Run) -> ET.Element:
    return ET.fromstring(junit(run))  # noqa: S314 (our own)


def case_of(root: ET.Element, name: str) -> ET.Element:
    return next(node for node in root.iter("testcase") if node.get("name") == name)


@pytest.mark.parametrize(
    ("case", "ending"),
    [
        (a_case("one", "+++"), None),
        (a_case("one", "xxx"), "failure"),
        (a_case("one", "!!!"), "error"),
        (a_case("one", "???"), "error"),
        (a_case("one", "~~~"), "error"),
        (a_case("one", "---"), "skipped"),
        (a_case("one", "xxx", tier="quarantine", quarantine="until 2026-04-01: the courier changes its texts"), "skipped"),
        (a_case("one", "xxx", tier="watch"), "skipped"),
    ],
)
def test_how_a_case_ends(case: object, ending: str | None) -> None:
    node = case_of(parsed(a_run(case)), "one")  # pyright: ignore[reportArgumentType]
    assert [child.tag for child in node if child.tag != "properties"] == ([ending] if ending else [])


def test_a_case_that_broke_off_is_an_error() -> None:
    assert case_of(parsed(a_run(a_case("one"), ended=False)), "one").find("error") is not None


def test_the_counts_are_those_of_what_lies_below() -> None:
    root = parsed(a_run(*story()))
    assert {name: root.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "58",
        "failures": "2",
        "errors": "0",
        "skipped": "2",
    }
    assert sum(int(suite.get("tests") or 0) for suite in root.iter("testsuite")) == 58


def test_trials_and_cost_are_properties() -> None:
    node = case_of(parsed(a_run(*story())), "refund-over-limit[amount=489,tone=furious]")
    held = {one.get("name"): one.get("value") for one in node.iter("property")}
    assert held["trials"] == "+++xxxxx"
    assert held["passed"] == "3/8"
    assert held["cost_usd"] == "0.016000"
    assert (node.get("file"), node.get("line")) == ("suites/refunds.eval.yaml", "38")


def test_a_failure_tells_the_story() -> None:
    failure = case_of(parsed(a_run(*story())), "refund-over-limit[amount=489,tone=furious]").find("failure")
    assert failure is not None
    assert failure.get("message") == "issue_refund is forbidden and was called"
    assert "amount: expected 200.0, was 489.0" in (failure.text or "")
    assert "again: warmline eval run" in (failure.text or "")


def test_any_words_are_words() -> None:
    run = a_run(a_case("one", "xxx", failed={"why": f"{MISCHIEF}\x00\x0b]]>&", "checks": ()}))
    failure = case_of(parsed(run), "one").find("failure")
    assert failure is not None
    assert "<script>" in (failure.get("message") or "")
