"""What changed since the baseline, and when it is called what."""

from datetime import timedelta

import pytest
from support.eval_runs import STARTED, Tried, a_case, a_run

from warmline.evals.gating.baseline import Baseline, baseline_of, bless
from warmline.evals.gating.compare import Comparison, compare, confirm
from warmline.evals.gating.gate import rule
from warmline.evals.gating.runs import Run
from warmline.evals.results import SuiteInfo
from warmline.evals.stats.rates import Counted

GREEN = [a_case(f"green-{number}") for number in range(20)]


def blessed(*cases: Tried, age: int = 1, **header: object) -> Baseline:
    return bless([a_run(*cases, **header)], now=STARTED - timedelta(days=age), failing=True)


def usual(*, of: int = 10) -> Baseline:
    return blessed(a_case("broken", "+" * of), *[a_case(f"green-{number}", "+" * of) for number in range(20)])


def broken(letters: str = "+++xxxxx", **others: object) -> Run:
    return a_run(a_case("broken", letters, **others), *GREEN)


def kind_of(found: Comparison, case_id: str = "broken") -> str:
    return next(change.kind for change in found.changes if change.case_id == case_id)


def test_a_drop_beyond_chance_is_flagged_and_not_called_a_regression() -> None:
    found = compare(usual(), broken(tier="watch"))
    assert kind_of(found) == "flagged"
    assert found.regressions == ()
    ruling = rule(broken(tier="watch"), found)
    assert (ruling.word, ruling.exit_code) == ("WATCH", 0)
    assert "broken (10/10 → 3/8, p=0.007)" in ruling.reason
    assert "--base-rev" in ruling.reason


def test_it_is_a_regression_when_the_base_still_passes() -> None:
    run = broken()
    found = confirm(compare(usual(), run), "broken", Counted(8, 8))
    ruling = rule(run, found)
    assert (ruling.word, ruling.exit_code) == ("REGRESSION", 1)
    assert ruling.reason.startswith("1 case became worse: broken (10/10 → 3/8, p=0.007, base re-run 8/8)")


@pytest.mark.parametrize("again", [Counted(2, 8), Counted(5, 8)])
def test_it_is_none_when_the_base_fails_too(again: Counted) -> None:
    run = broken(tier="watch")
    found = confirm(compare(usual(), run), "broken", again)
    assert kind_of(found) == "base_fails_too"
    assert rule(run, found).word == "WATCH"


def test_it_stays_a_suspicion_when_the_base_could_not_be_measured() -> None:
    run = broken(tier="watch")
    found = confirm(compare(usual(), run), "broken", Counted(0, 0))
    assert kind_of(found) == "flagged"
    ruling = rule(run, found)
    assert ruling.word == "WATCH"
    assert "(10/10 → 3/8, p=0.007, the base could not be measured)" in ruling.reason
    assert "--base-rev" not in ruling.reason


def test_only_flagged_cases_can_be_confirmed() -> None:
    found = compare(usual(), broken("+++"))
    assert confirm(found, "broken", Counted(8, 8)) == found


def test_a_watched_case_that_regressed_is_watched() -> None:
    run = broken(tier="watch")
    found = confirm(compare(usual(), run), "broken", Counted(8, 8))
    assert kind_of(found) == "regressed"
    assert rule(run, found).word == "WATCH"


def test_a_few_base_trials_can_call_nothing() -> None:
    found = compare(usual(of=3), broken("xxx", tier="watch"))
    assert kind_of(found) == "weaker"
    steady = a_run(a_case("broken"), *GREEN)
    ruling = rule(steady, compare(usual(of=3), steady))
    assert (ruling.word, ruling.exit_code) == ("INCONCLUSIVE", 0)
    assert "10 trials" in ruling.reason


def test_what_cannot_differ_by_chance_needs_no_statistics() -> None:
    base = blessed(a_case("broken", "+"), mode="embedded", deterministic=True)
    run = a_run(a_case("broken", "x"), mode="embedded", deterministic=True)
    found = compare(base, run)
    assert kind_of(found) == "flagged"
    assert "no chance involved" in found.suspicion
    confirmed = confirm(found, "broken", Counted(1, 1))
    assert rule(run, confirmed).word == "REGRESSION"


def test_a_case_that_got_better_is_said() -> None:
    found = compare(blessed(a_case("mended", "+" + "x" * 9)), a_run(a_case("mended", "++++++++")))
    assert kind_of(found, "mended") == "improved"
    assert rule(a_run(a_case("mended", "++++++++")), found).word == "PASS"


def test_a_suite_that_fell_on_the_whole_is_watched() -> None:
    base = blessed(*[a_case(f"c-{number}", "+" * 10) for number in range(30)])
    run = a_run(*[a_case(f"c-{number}", "++++++xx" if number % 3 else "+++") for number in range(30)])
    found = compare(base, run)
    assert {change.kind for change in found.changes} <= {"weaker", "stable"}
    assert found.fell.startswith("refunds fell on the whole: -16.7 points")
    assert rule(run, found).word == "WATCH"


def test_the_change_of_the_whole_has_an_interval_over_clusters() -> None:
    base = blessed(*[a_case(f"c-{number}", "+" * 10, cluster=f"family-{number // 5}") for number in range(30)])
    run = a_run(*[a_case(f"c-{number}", "++x" if number < 5 else "+++", cluster=f"family-{number // 5}") for number in range(30)])
    overall = compare(base, run).overall
    assert overall is not None
    assert overall.delta.clusters == 6
    assert overall.delta.interval is not None
    assert overall.delta.interval.low < 0 < overall.delta.interval.high


def test_power_that_is_asked_for_and_not_there_is_exit_code_2() -> None:
    run = a_run(*[a_case(f"c-{number}", "++x" if number % 2 else "+++", tier="watch") for number in range(20)])
    found = compare(blessed(*[a_case(f"c-{number}", "+" * 10) for number in range(20)]), run)
    assert rule(run, found, detectable=0.5).exit_code == 0
    ruling = rule(run, found, detectable=0.01)
    assert (ruling.word, ruling.exit_code) == ("INCONCLUSIVE", 2)
    assert ruling.reason == "only a change of 10.7% or more would have been seen, and 1.0% is asked for"


def test_cases_on_one_side_are_named() -> None:
    found = compare(blessed(a_case("old"), a_case("both")), a_run(a_case("both"), a_case("new")))
    assert (found.appeared, found.gone) == (("new",), ("old",))


def test_what_weakens_the_comparison_is_said() -> None:
    base = blessed(a_case("one"), age=40)
    changed = (SuiteInfo(name="refunds", file="suites/refunds.eval.yaml", digest="another"),)
    found = compare(base, a_run(a_case("one"), model="other", suites=changed))
    assert found.notes == (
        "the baseline is 40 days old; bless a new one",
        "another model: gpt-5-mini → other",
        "changed since the baseline: refunds; a case may mean something else now",
    )


def test_two_logs_can_be_compared() -> None:
    run = a_run(a_case("one", "+" * 10))
    assert kind_of(compare(baseline_of(run), run), "one") == "stable"


def test_nothing_measured_on_both_sides_is_inconclusive() -> None:
    run = a_run(a_case("two"))
    ruling = rule(run, compare(blessed(a_case("one")), run), detectable=0.1)
    assert (ruling.word, ruling.exit_code) == ("INCONCLUSIVE", 2)
