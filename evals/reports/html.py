"""The run as one page: no file beside it, no network, readable without JavaScript, for a screen of any colour and for paper."""

from functools import cache
from importlib.resources import files

from warmline.evals.gating.compare import Comparison, moved_in_words

from .html_cases import cases, failing
from .html_gates import gates
from .html_routing import routing
from .html_suites import suites
from .markup import Child, Markup, head, tag
from .report import Report
from .words import counted, duration, made_by, measured, money, percent

MANY = 300
"""Cases from which on the browser draws only those on the screen."""


def page(report: Report) -> str:
    """The whole document."""
    header = report.run.header
    title = f"{report.ruling.word} · {', '.join(suite.name for suite in header.suites)}"
    body = tag(
        "body",
        tag(
            "main",
            _verdict(report),
            _changes(report.comparison),
            failing(report),
            routing(report),
            gates(report.gates),
            tag("section", tag("h2", "Judges"), [tag("p", one.in_words) for one in report.judges]) if report.judges else None,
            suites(report) if report.suites else None,
            cases(report) if report.run.cases else None,
            _footer(report),
        ),
        tag("script", Markup(_asset("page.js"))),
        data_verdict=report.ruling.word,
        class_="many" if len(report.run.cases) > MANY else None,
    )
    return f"<!doctype html>\n{tag('html', head(title, style=_asset('page.css'), script=_asset('page.js')), body, lang='en')}\n"


@cache
def _asset(name: str) -> str:
    return files("warmline.evals.reports").joinpath(name).read_text("utf-8")


def _verdict(report: Report) -> Markup:
    ruling, header = report.ruling, report.run.header
    made = [f"run {header.run_id}", f"{header.started_at:%Y-%m-%d %H:%M %Z}", made_by(report.run)]
    made += [f"policy {header.policy}"] if header.policy else []
    made += [f"commit {header.commit}"] if header.commit else []
    return tag(
        "header",
        tag("p", [tag("span", one) for one in made], class_="made"),
        tag("h1", tag("b", ruling.word), " ", tag("span", ruling.reason)),
        tag("ul", [tag("li", reason) for reason in ruling.also], class_="also") if ruling.also else None,
        tag("dl", _figures(report), class_="figures"),
        class_="verdict",
    )


def _figures(report: Report) -> list[Markup]:
    totals, matrix = report.totals, report.matrix
    passed, judged = (sum(getattr(one.cases, name) for one in report.suites) for name in ("count", "of"))
    figures = (
        [_figure("cases pass", f"{passed}/{judged}", f"{totals.trials:,} trials", wrong=passed < judged)]
        if report.run.cases
        else []
    )
    if report.gates:
        hold = sum(one.standing == "holds" for one in report.gates)
        note = f"{totals.rows:,} counted cases"
        figures += [_figure("gates hold", f"{hold}/{len(report.gates)}", note, wrong=hold < len(report.gates))]
    if matrix.missed.of:
        note = f"at most {percent(matrix.missed.bound)} (95 %)"
        figures += [_figure("missed hand-off", f"{matrix.missed.cases}/{matrix.missed.of}", note, wrong=matrix.missed.cases > 0)]
    if matrix.needless.of:
        note = f"{matrix.agent_minutes:g} agent minutes"
        figures += [_figure("needless hand-off", f"{matrix.needless.cases}/{matrix.needless.of}", note)]
    if totals.seconds is not None:
        figures += [_figure("took", duration(totals.seconds), f"{totals.tokens:,} tokens" if totals.tokens else "no tokens")]
    if totals.cost is not None:
        figures += [_figure("cost", money(totals.cost), "US dollars")]
    return figures


def _figure(name: str, value: str, note: str, *, wrong: bool = False) -> Markup:
    return tag(
        "div", tag("dt", name), tag("dd", value), tag("dd", note, class_="note"), class_="figure wrong" if wrong else "figure"
    )


_KINDS = {
    "regressed": "worse",
    "flagged": "seems worse",
    "base_fails_too": "base fails too",
    "weaker": "weaker",
    "improved": "better",
}


def _changes(comparison: Comparison | None) -> Child:
    if comparison is None:
        return None
    told = comparison.of_kind("regressed", "flagged", "base_fails_too", "weaker", "improved")
    rows = [
        tag(
            "tr",
            tag("td", tag("span", _KINDS[change.kind], class_=f"change {change.kind}")),
            tag("td", tag("code", change.case_id), " critical" if change.critical else None),
            tag("td", f"{counted(change.drop.base)} → {counted(change.drop.new)}", class_="n"),
            tag("td", "certain" if change.certain else f"{change.drop.adjusted:.3f}" if change.drop.p < 1 else "", class_="n"),
            tag("td", counted(change.rerun) if change.rerun else "", class_="n"),
        )
        for change in told
    ]
    heads = [tag("th", name) for name in ("", "case", "trials", "p", "base again")]
    since = f"Against the baseline of {comparison.baseline.blessed_at:%Y-%m-%d}"
    return tag(
        "section",
        tag("h2", since),
        tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows), class_="changes")
        if told
        else tag("p", "No case changed."),
        tag(
            "ul",
            [
                tag("li", f"{one.suite}: {percent(one.base)} → {percent(one.new)}, {moved_in_words(one)}")
                for one in comparison.suites
            ],
        ),
        tag("ul", [tag("li", note) for note in comparison.notes], class_="notes") if comparison.notes else None,
        tag("p", f"Gone since the baseline: {', '.join(comparison.gone)}", class_="notes") if comparison.gone else None,
        id="changes",
    )


def _footer(report: Report) -> Markup:
    header = report.run.header
    return tag(
        "footer",
        tag("p", measured(report)),
        tag(
            "p",
            "Intervals are Wilson's, at 95 %. A case counts once in the routing, by its worst trial. Only trials that passed or failed count; "
            "replayed ones measure no model. What a hand-off costs in minutes is an assumption of whoever made this report.",
        ),
        tag("p", f"warmline {header.warmline} · {report.run.source}"),
    )
