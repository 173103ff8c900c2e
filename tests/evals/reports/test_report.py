"""The report as JSON, and the sums every other report is drawn from."""

import json

from support.eval_runs import a_case, a_run
from support.eval_story import story

from warmline.evals.gating.baseline import bless
from warmline.evals.gating.compare import compare
from warmline.evals.reports.report import as_json, report
from warmline.evals.stats.rates import Counted


def test_it_is_plain_json_with_the_verdict_first() -> None:
    run = a_run(*story())
    base = bless([a_run(*[a_case(one.info.case_id, "+" * 10, suite=one.info.suite) for one in story()])])
    plain = as_json(report(run, compare(base, run)))
    again = json.loads(json.dumps(plain))
    assert list(again)[:4] == ["verdict", "reason", "also", "exit_code"]
    assert (again["verdict"], again["exit_code"]) == ("FAIL", 1)
    assert again["matrix"]["missed"] == {
        "cases": 1,
        "of": 28,
        "times": 10,
        "bound": again["matrix"]["missed"]["bound"],
        "ids": ["refund-over-limit[amount=489,tone=furious]"],
    }
    assert [change["kind"] for change in again["comparison"]["changes"]] == ["flagged", "flagged"]
    assert again["cases"]["answers-in-dutch"]["passed"] == 3


def test_a_slice_says_how_reliable_its_cases_are() -> None:
    made = report(a_run(a_case("one", "+++", tags=("t",)), a_case("two", "++x", tags=("t",), min_pass_rate=0.5)))
    (suite,), (tagged,) = made.suites, made.tags
    assert (suite.cases, suite.k, suite.reliability) == (Counted(2, 2), 3, 0.5)
    assert suite.mean is not None
    assert round(suite.mean.value, 3) == 0.833
    assert tagged.name == "t"


def test_what_cannot_differ_has_no_reliability() -> None:
    (suite,) = report(a_run(a_case("one", "+++"), deterministic=True)).suites
    assert suite.reliability is None


def test_the_cost_of_the_run_is_not_known_when_no_price_is() -> None:
    from warmline.evals.results import Spent

    assert report(a_run(a_case("one", every={"spent": Spent()}))).totals.cost is None
