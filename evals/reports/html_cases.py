"""The list of cases on the page: what failed first, each with its trials folded in."""

from collections.abc import Sequence

from warmline.evals.gating.runs import CaseRun
from warmline.evals.results import TrialResult
from warmline.evals.stats.rates import Counted, wilson

from .html_routing import bar
from .html_suites import standing
from .html_trial import trial_on_page
from .marks import MARKS, MEANINGS
from .markup import Child, Markup, tag
from .report import Report
from .slugs import Slugs
from .words import counted

OPEN = 5
"""Failing cases that are unfolded when the page opens, so that they are read, and printed, without a click."""

TOLD = 4
"""Trials of a failing case whose conversation is on the page."""

KEYS = (("j", "next"), ("k", "previous"), ("f", "failing only"), ("/", "search"), ("t", "light or dark"))
WRONG = ("fail", "unmeasured", "watched")
LISTED = 12
_ORDER = ("fail", "unmeasured", "watched", "flaky", "skipped", "pass")

_NOTES = {"flaky": "flaky", "unmeasured": "not measured", "skipped": "skipped"}


def cases(report: Report) -> Markup:
    """Everything that was tried; what a filter hides is still there without JavaScript."""
    slugs = Slugs(report.run)
    held = _in_order(report)
    wrong = sum(standing(case) in WRONG for case in held)
    used = [state for state in MEANINGS if report.totals.states.get(state)]
    signs = [tag("span", tag("i", MARKS[state], class_=f"m {state}"), f" {MEANINGS[state]}") for state in used]
    return tag(
        "section",
        tag("h2", "Cases"),
        _tools(len(held), wrong),
        tag("p", signs, class_="legend"),
        tag("div", [_case(case, slugs[case.case_id], unfold=place < OPEN) for place, case in enumerate(held)], id="list"),
        tag("p", "No case is left by this filter.", id="none", hidden=True),
        id="cases",
    )


def failing(report: Report) -> Child:
    """What fails, in one line each, near the top of the page."""
    slugs = Slugs(report.run)
    held = [case for case in _in_order(report) if standing(case) in WRONG]
    if not held:
        return None
    rows = [
        tag(
            "li",
            _marks(case),
            tag("span", tag("a", tag("code", case.case_id), href=f"#{slugs[case.case_id]}"), _labels(case, standing(case))),
            tag("span", _one_line_why(case), class_="told"),
        )
        for case in held[:LISTED]
    ]
    left = len(held) - len(rows)
    return tag(
        "section",
        tag("h2", "Failing"),
        tag("ul", rows, class_="failing"),
        tag("p", f"and {left} more, below", class_="note") if left else None,
        id="what-fails",
    )


def _in_order(report: Report) -> list[CaseRun]:
    return sorted(report.run.cases, key=lambda case: (_ORDER.index(standing(case)), not case.critical))


def _tools(every: int, wrong: int) -> Markup:
    keys = [tag("span", tag("kbd", key), f" {what}") for key, what in KEYS]
    return tag(
        "div",
        tag("button", f"All {every}", type="button", id="all", aria_pressed="true"),
        tag("button", f"Failing {wrong}", type="button", id="failing", aria_pressed="false"),
        tag("input", type="search", id="search", placeholder="id, tag, words of the conversation", aria_label="Search the cases"),
        tag("span", keys, class_="keys"),
        class_="tools",
    )


def _case(case: CaseRun, slug: str, *, unfold: bool) -> Markup:
    how = standing(case)
    wrong = how in WRONG
    return tag(
        "details",
        _heading(case, how),
        tag("div", _body(case), class_="body"),
        id=slug,
        class_=f"case {how}",
        open=wrong and unfold,
        data_failing="yes" if wrong else None,
    )


def _heading(case: CaseRun, how: str) -> Markup:
    passed = sum(trial.state == "PASS" for trial in case.counted)
    rate = Counted(passed, len(case.counted))
    return tag(
        "summary",
        _marks(case),
        tag("code", case.case_id),
        _labels(case, how),
        tag("span", _one_line_why(case), class_="told"),
        tag("span", counted(rate) if rate.of > 1 else "", class_="n"),
        bar(rate, wilson(rate.count, rate.of)) if rate.of > 1 and not case.deterministic else tag("span"),
    )


def _marks(case: CaseRun) -> Markup:
    signs = [tag("i", MARKS[state], class_=f"m {state}") for state in case.states]
    return tag("span", signs, class_="marks", role="img", aria_label=", ".join(MEANINGS[state] for state in case.states))


def _labels(case: CaseRun, how: str) -> list[Markup]:
    labels = [case.info.severity] if case.critical else []
    labels += [case.info.tier] if case.info.tier != "gate" else []
    labels += [_NOTES[how]] if how in _NOTES else []
    return [tag("span", label, class_=f"label {label.replace(' ', '-')}") for label in labels]


def _one_line_why(case: CaseRun) -> str:
    if case.verdict is not None and case.verdict.verdict == "PASS":
        return ""
    return next((trial.why for trial in case.trials if trial.state != "PASS" and trial.why), "")


def _body(case: CaseRun) -> list[Child]:
    info = case.info
    told = _told(case)
    left = len(case.trials) - len(told)
    facts: list[tuple[str, Child]] = [("why", tag("strong", info.why))] if info.why else []
    facts += [("suite", [info.suite, " ", tag("code", f"{info.place.file}:{info.place.line}")])]
    facts += [("tags", ", ".join(info.tags))] if info.tags else []
    facts += [("quarantine", info.quarantine)] if info.quarantine else []
    facts += [("verdict", case.verdict.why)] if case.verdict and case.verdict.why else []
    return [
        tag("dl", [tag("div", tag("dt", name), tag("dd", value)) for name, value in facts], class_="facts"),
        [trial_on_page(trial, unfold=place == 0) for place, trial in enumerate(told)],
        tag("p", f"{left} more {'trial' if left == 1 else 'trials'} in the log", class_="note") if left else None,
    ]


def _told(case: CaseRun) -> Sequence[TrialResult]:
    """The trials whose conversation is on the page: what did not pass, and one that did beside it; where none can differ, the first."""
    wrong = [trial for trial in case.trials if trial.state not in ("PASS", "SKIP")]
    right = [trial for trial in case.trials if trial.state == "PASS"]
    if case.deterministic:
        return (wrong or right)[:1]
    return [*wrong[: TOLD - bool(right)], *right[:1]]
