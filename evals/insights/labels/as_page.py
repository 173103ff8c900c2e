"""A choice of threshold as one page: the curve of costs, what another threshold would save, and the patch."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from warmline.evals.insights import charts
from warmline.evals.insights.page import Figure, Section, chart, page, table
from warmline.evals.reports.markup import Markup, tag

from .choosing import NAME, Choice
from .costs import Point
from .wording import money, moved, remarks, saving, share, verdict

MOVED = 12
"""Labelled messages that are shown of those that would go elsewhere."""

_LINE = (
    f"All figures are of 1,000 messages. A threshold is the probability from which the policy sends a message to a person ({NAME}). What must never be "
    "missed (self-harm, danger, break-ins, threats of law, whoever asks for a person) has no price and its own threshold."
)
_BANDS = (
    "The band and the brackets of what is saved hold the true value 19 times of 20 for all thresholds together; those of missed and needless hold it for "
    "each alone. Messages are redacted by rules: read them before you send this on."
)
_CURVES = ("missed and needless together", "missed", "needless")
_SIZE = {"width": 640, "height": 240}


def as_page(found: Choice, *, diff: str, source: str, demo: bool) -> str:
    """The whole document."""
    return page(
        "Where the line should stand",
        [_curve(found), _saving(found), _change(found, diff), _thresholds(found), _labels(found)],
        lead=verdict(found),
        figures=list(_figures(found)),
        made=[
            source,
            f"{len(found.labels)} labels",
            f"a missed hand-off costs {found.prices.missed:g}, a needless one {found.prices.needless:g}",
        ],
        foot=(_LINE, _BANDS),
        demo=demo,
    )


def _figures(found: Choice) -> Sequence[Figure]:
    now, target = found.now, found.proposed or found.best
    return [
        Figure("threshold in use", f"{now.threshold:g}", f"costs {money(now.cost)} of 1,000 messages"),
        Figure(
            "proposed" if found.proposed else "cheapest by these labels", f"{target.threshold:g}", f"costs {money(target.cost)}"
        ),
        Figure("missed now", f"{now.missed:.1f}", f"of 1,000; {_bounds(now, 'missed')}"),
        Figure("needless now", f"{now.needless:.1f}", f"of 1,000; {_bounds(now, 'needless')}"),
    ]


def _bounds(one: Point, which: str) -> str:
    bounds = one.missed_between if which == "missed" else one.needless_between
    return f"{bounds.low:.1f} to {bounds.high:.1f}"


def _curve(found: Choice) -> Section:
    values = [
        {"threshold": one.threshold, "group": group, "value": value}
        for one in found.points
        for group, value in zip(
            _CURVES, (one.cost, one.missed * found.prices.missed, one.needless * found.prices.needless), strict=True
        )
    ]
    scale = {"domain": list(_CURVES), "range": [charts.SERIES[0], charts.SERIES[4], charts.SERIES[3]]}
    legend = {"title": None, "orient": "top", "symbolType": "stroke"}
    line = {
        "mark": {"type": "line", "strokeWidth": 2.4, "point": {"size": 26, "filled": True}},
        "encoding": {
            "x": _THRESHOLD,
            "y": {"field": "value", "type": "quantitative", "title": "cost of 1,000 messages", "axis": {"tickCount": 6}},
            "color": {"field": "group", "type": "nominal", "scale": scale, "legend": legend},
            "strokeDash": {
                "field": "group",
                "type": "nominal",
                "scale": {"domain": list(_CURVES), "range": [[1, 0], [6, 3], [2, 2]]},
                "legend": legend,
            },
        },
    }
    drawing = charts.drawn(
        {**_SIZE, "data": {"values": values}, "layer": [*_barred(found), line, *_marks(found)]}, label="What each threshold costs"
    )
    said = "What 1,000 messages cost at each threshold. To the left people get more than they need, to the right the agent keeps what it should not."
    grey = (
        " Where it is grey, a message would be let go that must stay with people."
        if any(one.barred for one in found.points)
        else ""
    )
    return Section("The curve", [chart(drawing, said + grey)])


def _saving(found: Choice) -> Section:
    values = [
        {"threshold": one.threshold, "saves": one.saves, "low": one.saves_between.low, "high": one.saves_between.high}
        for one in found.points
    ]
    y = {"type": "quantitative", "title": "saved of 1,000 messages", "axis": {"tickCount": 6}}
    colour = charts.SERIES[0]
    layers: list[dict[str, Any]] = [
        *_barred(found),
        {
            "mark": {"type": "area", "opacity": 0.22, "color": colour, "aria": False},
            "encoding": {"x": _THRESHOLD, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
        },
        {
            "mark": {"type": "line", "strokeWidth": 2.4, "color": colour, "point": {"size": 26, "filled": True, "color": colour}},
            "encoding": {"x": _THRESHOLD, "y": {**y, "field": "saves"}},
        },
        *_marks(found),
    ]
    drawing = charts.drawn({**_SIZE, "data": {"values": values}, "layer": layers}, label="What another threshold would save")
    said = "What another threshold would save beside the one in use; the band is where it lies 19 times of 20. Only a band above zero is a reason to move."
    return Section("What another threshold would save", [chart(drawing, said)])


_THRESHOLD = {
    "field": "threshold",
    "type": "quantitative",
    "title": "threshold",
    "axis": {"tickCount": 8},
    "scale": {"zero": False},
}


def _barred(found: Choice) -> list[dict[str, Any]]:
    """Thresholds that are no choice, grey to the right edge."""
    first = next((one.threshold for one in found.points if one.barred), None)
    if first is None:
        return []
    held = {"values": [{"from": first, "to": found.points[-1].threshold}]}
    x = {"x": {"field": "from", "type": "quantitative"}, "x2": {"field": "to"}}
    return [{"data": held, "mark": {"type": "rect", "color": charts.FAINT, "opacity": 0.55, "aria": False}, "encoding": x}]


def _marks(found: Choice) -> list[dict[str, Any]]:
    """Where the threshold stands, and where it would be cheapest."""
    target = found.proposed or found.best
    said = {target.threshold: "proposed" if found.proposed else "cheapest"} | {found.now.threshold: "now"}
    held = {"values": [{"threshold": threshold, "said": f"{words} {threshold:g}"} for threshold, words in said.items()]}
    rule = {"mark": {"type": "rule", "strokeDash": [4, 4], "color": charts.SOFT, "aria": False}, "encoding": {"x": _THRESHOLD}}
    text = {
        "mark": {"type": "text", "align": "left", "baseline": "top", "dx": 5, "dy": 2, "aria": False},
        "encoding": {"x": _THRESHOLD, "y": {"value": 0}, "text": {"field": "said"}},
    }
    return [{"data": held, **rule}, {"data": held, **text}]


def _change(found: Choice, diff: str) -> Section:
    if not diff:
        return Section("The change", [tag("p", "None is proposed.")])
    parts: list[Markup | None] = [
        tag("pre", diff),
        tag("p", "Nothing is changed until somebody says so: the same command with --apply writes a new version of the policy."),
        tag("p", f"Of the labelled messages it would move {len(found.moved)}:"),
        tag("ul", [tag("li", one) for one in moved(found, MOVED)]),
    ]
    return Section("The change", parts, long=True)


def _thresholds(found: Choice) -> Section:
    rows = [
        [
            f"{one.threshold:g}",
            share(one.missed, one.missed_between),
            share(one.needless, one.needless_between),
            money(one.cost),
            saving(one, found),
            remarks(one, found),
        ]
        for one in found.points
    ]
    heads = ("threshold", "missed", "needless", "cost", "saves", "")
    return Section("Every threshold", [table(heads, rows, caption="Of 1,000 messages", numbers=(1, 2, 3, 4))], long=True)


def _labels(found: Choice) -> Section:
    counts = Counter((one.route, one.said) for one in found.labels)
    rows = [
        [route, f"{counts[route, 'agent']}", f"{counts[route, 'person']}"]
        for route in sorted({one.route for one in found.labels})
    ]
    heads = ("decided as", "labelled agent", "labelled person")
    return Section("What people said", [table(heads, rows, caption="Labels by what was decided", numbers=(1, 2))])
