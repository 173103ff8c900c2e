"""The routing matrix and the recall of each reason, on the page."""

from warmline.evals.gating.routing import PERSON, Matrix, Recall
from warmline.evals.results import To
from warmline.evals.stats.rates import Counted, Interval

from .markup import Child, Markup, tag
from .report import Report
from .slugs import Slugs
from .words import counted, minutes, percent, span

NAMED = 12
"""Cases of a costly cell that are linked below the matrix."""

_SERVED: dict[To, str] = {"bot": "the agent", "offer": "offered a person", "gather": "a person, facts first", "human": "a person"}


def routing(report: Report) -> Child:
    """Nothing when no case says who should serve it."""
    matrix = report.matrix
    if not matrix.rows:
        return None
    unsaid = f"{matrix.unsaid} cases do not say who should serve them." if matrix.unsaid else None
    return tag(
        "section",
        tag("h2", "Routing"),
        tag(
            "div",
            tag("div", _table(matrix), _named(report), tag("p", unsaid, class_="note") if unsaid else None),
            _recalls(matrix),
            class_="split",
        ),
        id="routing",
    )


def _table(matrix: Matrix) -> Markup:
    heads = [tag("th", _SERVED[to], scope="col") for to in matrix.columns]
    rows = [
        tag("tr", tag("th", _SERVED[to], scope="row"), [_cell(matrix, to, column) for column in matrix.columns])
        for to in matrix.rows
    ]
    return tag(
        "table",
        tag("caption", "Cases: who should have served, and who did"),
        tag("thead", tag("tr", tag("td", "should ↓ did →", class_="corner"), heads)),
        tag("tbody", rows),
        class_="matrix",
    )


def _named(report: Report) -> Child:
    """Which cases the two costly cells hold."""
    slugs = Slugs(report.run)
    cells = (("missed", report.matrix.missed), ("needless", report.matrix.needless))
    return [
        tag("p", f"{name}: ", [[tag("a", one, href=f"#{slugs[one]}"), " "] for one in cell.ids[:NAMED]], class_="named")
        for name, cell in cells
        if cell.ids
    ]


def _cell(matrix: Matrix, expected: To, actual: To) -> Markup:
    number = matrix.cells[expected].get(actual, 0)
    if expected == actual:
        return tag("td", tag("b", (number and str(number)) or "0"), class_="right")
    if expected in PERSON and actual not in PERSON:
        return _costly("missed hand-off", number, f"at most {percent(matrix.missed.bound)}", "missed")
    if expected == "bot" and actual in PERSON:
        return _costly("needless hand-off", number, minutes(matrix.minutes * number) if number else "", "needless")
    return tag("td", tag("b", str(number)), class_="other" if number else "zero")


def _costly(name: str, number: int, note: str, kind: str) -> Markup:
    return tag("td", tag("b", str(number)), tag("em", name), tag("small", note), class_=kind if number else f"{kind} zero")


def _recalls(matrix: Matrix) -> Child:
    if not matrix.recalls:
        return None
    heads = [tag("th", name, scope="col") for name in ("reason", "reached a person", "95 %", "under that reason")]
    held = sorted(matrix.recalls, key=lambda one: (one.named - one.reached.of, one.reason))
    body = tag("tbody", [_recall(one) for one in held])
    return tag(
        "table",
        tag("caption", "Cases that a person should get, by reason"),
        tag("thead", tag("tr", heads)),
        body,
        class_="recalls",
    )


def _recall(one: Recall) -> Markup:
    named = f"{one.named}/{one.reached.of}"
    return tag(
        "tr",
        tag("th", one.reason, scope="row"),
        tag("td", counted(one.reached), class_="n wrong" if one.reached.count < one.reached.of else "n"),
        tag("td", bar(one.reached, one.interval)),
        tag("td", named, class_="n wrong" if one.named < one.reached.of else "n"),
    )


def bar(rate: Counted, interval: Interval) -> Markup:
    """The interval as a bar from 0 to 100 %, the rate as a line on it; read aloud in figures."""
    low, high, at = interval.low * 100, interval.high * 100, (rate.rate or 0.0) * 100
    return tag(
        "svg",
        tag("title", span(interval)),
        tag("rect", class_="track", x=0, y=4, width=100, height=2),
        tag("rect", class_="range", x=f"{low:.1f}", y=2, width=f"{max(high - low, 0.5):.1f}", height=6),
        tag("rect", class_="at", x=f"{min(at, 98.5):.1f}", y=0, width=1.5, height=10) if rate.of else None,
        viewBox="0 0 100 10",
        preserveAspectRatio="none",
        role="img",
        class_="bar",
    )
