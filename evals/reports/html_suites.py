"""Suites and tags as strips, a square a case: where it hurts, at a glance."""

from collections.abc import Sequence

from warmline.evals.gating.runs import CaseRun

from .html_routing import bar
from .markup import Child, Markup, tag
from .report import Report, Slice
from .slugs import Slugs
from .words import counted, percent


def standing(case: CaseRun) -> str:
    """How a case stands, in one word that the page's colours know."""
    verdict = case.verdict
    if verdict is None or verdict.verdict == "UNMEASURED":
        return "unmeasured"
    if verdict.verdict == "FAIL":
        return "fail" if verdict.gates else "watched"
    return "skipped" if verdict.verdict == "SKIPPED" else "flaky" if "FAIL" in case.states else "pass"


def suites(report: Report) -> Child:
    """Each suite, and below it each tag that more than one case has."""
    slugs = Slugs(report.run)
    by_suite = {one.name: [case for case in report.run.cases if case.info.suite == one.name] for one in report.suites}
    by_tag = {
        one.name: [case for case in report.run.cases if one.name in case.info.tags] for one in report.tags if one.cases.of > 1
    }
    tags = [_strip(one, by_tag[one.name], slugs) for one in report.tags if one.name in by_tag]
    return tag(
        "section",
        tag("h2", "Suites"),
        tag("div", [_strip(one, by_suite[one.name], slugs) for one in report.suites], class_="strips"),
        tag("details", tag("summary", f"By tag ({len(tags)})"), tag("div", tags, class_="strips")) if tags else None,
        id="suites",
    )


def _strip(one: Slice, cases: Sequence[CaseRun], slugs: Slugs) -> Markup:
    squares = [
        tag(
            "a",
            href=f"#{slugs[case.case_id]}",
            class_=f"square {standing(case)}",
            title=f"{case.case_id}: {standing(case)}",
            aria_label=case.case_id,
        )
        for case in cases
    ]
    reliability = f"all {one.k} trials: {percent(one.reliability)}" if one.reliability is not None else ""
    return tag(
        "div",
        tag("b", one.name),
        tag("span", counted(one.cases), class_="n wrong" if one.cases.count < one.cases.of else "n"),
        bar(one.cases, one.interval),
        tag("span", reliability, class_="note"),
        tag("div", squares, class_="squares"),
        class_="strip",
    )
