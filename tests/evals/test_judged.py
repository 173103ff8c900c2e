"""What a judge's rate is worth without the judge's own mistakes, and where reports say so."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from support.eval_runs import STARTED, Tried, a_case, a_check, a_run
from support.eval_suites import a_suite

from warmline.evals.gating.baseline import bless
from warmline.evals.gating.compare import compare, moved_in_words
from warmline.evals.gating.judged import judged_rates
from warmline.evals.gating.runs import Run
from warmline.evals.grading.calibrating import Said, tried
from warmline.evals.reports.github import summary
from warmline.evals.reports.html import page
from warmline.evals.reports.report import as_json, report
from warmline.evals.results import JudgeInfo, SuiteInfo
from warmline.evals.running.heading import suite_of
from warmline.evals.suite_files.schema_expect import JudgeExpect

KIND = "The agent is kind"


def said(holds: bool) -> dict[str, Any]:
    return {"checks": (a_check("judge[0]", kind="judge", passed=holds, expected=KIND, observed=holds, gates=False),)}


def a_judged_run(
    kind: int, unkind: int, *, model: str = "gpt-5-mini", holds_not: tuple[int, int] = (40, 50), **others: Any
) -> Run:
    cases = [a_case(f"k{n}", every=said(True)) for n in range(kind)] + [a_case(f"u{n}", every=said(False)) for n in range(unkind)]
    judge = JudgeInfo(id="kind", asks=KIND, model=model, holds=(45, 50), holds_not=holds_not)
    suite = SuiteInfo(name="refunds", file="suites/refunds.eval.yaml", digest="1", cases=len(cases), judges=(judge,))
    return a_run(*cases, suites=(suite,), **others)


def test_every_report_takes_the_judges_mistakes_out_and_says_so_in_one_sentence() -> None:
    made = report(a_judged_run(76, 24))
    sentence = "refunds: the judge 'kind' says it holds in 76 of 100 cases; without the mistakes it made on 100 labelled conversations that is 80 %"
    [found] = made.judges
    assert found.in_words.startswith(sentence)
    assert "without the mistakes it made on 100 labelled" in page(made)
    assert "without the mistakes it made on 100 labelled" in summary(made)
    [plain] = as_json(made)["judges"]
    assert (plain["count"], plain["of"], round(plain["corrected"]["rate"], 3)) == (76, 100, 0.8)


def test_trials_of_one_case_are_one_judgement() -> None:
    """Three trials each: the judge was asked 30 times, of ten conversations."""
    [found] = judged_rates(a_judged_run(8, 2))
    assert (found.judged.count, found.judged.of) == (8, 10)


def test_a_judge_no_better_than_a_coin_says_nothing() -> None:
    [found] = judged_rates(a_judged_run(8, 2, holds_not=(5, 50)))
    assert "no better than a coin, so this says nothing" in found.in_words


def test_a_judge_of_another_model_and_one_that_was_not_asked_are_left_out() -> None:
    assert judged_rates(a_judged_run(8, 2, model="another")) == ()
    assert judged_rates(a_judged_run(0, 0)) == ()


def test_the_log_takes_the_calibration_of_a_suite_with_it(tmp_path: Path) -> None:
    judge = JudgeExpect(id="kind", asks=KIND)
    answers = [Said(label=label, holds=label) for label in (True, False)] * 20
    made = tried(judge, tmp_path, model="m", labels=b"", said=answers, at=STARTED)
    (tmp_path / "kind.json").write_text(made.model_dump_json(), "utf-8")
    case = "- {id: a, say: Hi., expect: {route: {to: bot}, judge: [{id: kind, asks: ASKS, calibration: kind.json}]}}"
    assert suite_of(a_suite(tmp_path, case.replace("ASKS", KIND))).judges == (
        JudgeInfo(id="kind", asks=KIND, model="m", holds=(20, 20), holds_not=(20, 20)),
    )
    assert suite_of(a_suite(tmp_path, case.replace("ASKS", "The agent is rude"))).judges == ()


def ran(*letters: str) -> list[Tried]:
    return [a_case(f"c{number}", one) for number, one in enumerate(letters)]


def test_cases_drawn_anew_are_told_only_where_they_say_something_else() -> None:
    before = bless([a_run(*ran("++++++++++", "++++++++++", "++++++++++"))], now=STARTED - timedelta(days=1))
    few = compare(before, a_run(*ran("xxxxxxxxxx", "++++++++xx", "+++++++xxx"))).suites[0]
    assert few.delta.interval is not None
    assert few.delta.interval.high > 0
    assert "its cases drawn anew give -100.0 to -20.0" in moved_in_words(few)
    alike = compare(before, a_run(*ran("+++++++xxx", "+++++++xxx", "+++++++xxx"))).suites[0]
    assert alike.resampled is None
    assert "drawn anew" not in moved_in_words(alike)
