"""Charts as SVG for the page, drawn by Vega (vl-convert-python, the extra ``warmline[insights]``): no network, no script in the page.

A chart is told in Vega-Lite. Its colours are the page's own CSS variables, so that one drawing serves light, dark and paper; the series
colours are those of Okabe and Ito, which people with any colour vision tell apart (jfly.uni-koeln.de/color, 2008). Every mark carries its
figures as an ``aria-label``. Without the extra ``drawn`` is ``None``, and the page says how to get it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from warmline.evals.reports.markup import Markup, tag

INSTALL = "The charts need one more package: pip install 'warmline[insights]'. Every figure is in the tables too."

SERIES = ("#0a0a01", "#0a0a02", "#0a0a03", "#0a0a04", "#0a0a05", "#0a0a06")
"""Stand for ``--c1`` … ``--c6`` of the page."""

STEPS = ("#0b0b01", "#0b0b02", "#0b0b03", "#0b0b04", "#0b0b05", "#0b0b06")
"""Stand for ``--h1`` (little) … ``--h6`` (much)."""

INK, SOFT, FAINT = "#0c0c01", "#0c0c02", "#0c0c03"
"""Stand for ``--ink``, ``--soft`` and ``--faint``."""

_COLOURS = {
    **{colour: f"var(--c{place})" for place, colour in enumerate(SERIES, 1)},
    **{colour: f"var(--h{place})" for place, colour in enumerate(STEPS, 1)},
    INK: "var(--ink)",
    SOFT: "var(--soft)",
    FAINT: "var(--faint)",
}
_FONT = "sans-serif"
_CONFIG = {
    "background": None,
    "padding": {"left": 16, "right": 12, "top": 4, "bottom": 4},  # browsers draw letters a little wider than they were measured
    "font": _FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": SOFT,
        "domainColor": FAINT,
        "tickColor": FAINT,
        "gridColor": FAINT,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelLimit": 260,
    },
    "legend": {
        "columnPadding": 22,
        "labelLimit": 260,
        "labelColor": INK,
        "titleColor": SOFT,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
    "text": {"color": INK, "fontSize": 12},
    "header": {"labelColor": INK, "titleColor": SOFT},
}


@dataclass(frozen=True)
class Bar:
    """One bar, or one point: ``low`` and ``high`` are its interval, ``group`` what colours it, ``said`` the words beside it."""

    name: str
    value: float
    said: str = ""
    group: str = ""
    low: float | None = None
    high: float | None = None


def available() -> bool:
    """Whether charts can be drawn here."""
    return find_spec("vl_convert") is not None


def drawn(spec: Mapping[str, Any], *, label: str) -> Markup | None:
    """A Vega-Lite chart as SVG that takes the page's colours; ``label`` is what a screen reader says of the whole."""
    if not available():
        return None
    import vl_convert

    svg = vl_convert.vegalite_to_svg({**spec, "config": _CONFIG})
    for sentinel, variable in _COLOURS.items():
        svg = svg.replace(f'"{sentinel}"', f'"{variable}"')
    return tag("div", Markup(svg), class_="chart", role="img", aria_label=label)


def bars(rows: Sequence[Bar], *, label: str, title: str, groups: Sequence[str] = (), percent: bool = False) -> Markup | None:
    """Lying bars in the order given, with their words beside them; coloured by ``groups`` if there are any (six at most)."""
    top = max((row.high if row.high is not None else row.value for row in rows), default=1.0) or 1.0
    x = {**_quantity("value", title, percent=percent), "scale": {"domain": [0, top * 1.18]}}
    colour = _colour(groups) if groups else {"value": SERIES[0]}
    layers: list[dict[str, Any]] = [
        {"mark": {"type": "bar", "height": {"band": 0.68}}, "encoding": {"y": _NAMES, "x": x, "color": colour}},
        *([] if all(row.low is None for row in rows) else [_whiskers("bar", x)]),
        {
            "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 6, "aria": False},
            "encoding": {"y": _NAMES, "x": {"field": "end", "type": "quantitative"}, "text": {"field": "said"}},
        },
    ]
    return drawn(_over(rows, layers), label=label)


def points(
    rows: Sequence[Bar], *, label: str, title: str, groups: Sequence[str] = (), within: tuple[float, float] | None = None
) -> Markup | None:
    """Estimates with their intervals, one line each; what a bar from zero would lie about, such as a rating from 1 to 5."""
    x = _quantity("value", title) | ({"scale": {"domain": list(within)}} if within else {"scale": {"zero": False}})
    colour = _colour(groups) if groups else {"value": SERIES[0]}
    shape = (
        {"field": "group", "type": "nominal", "scale": {"domain": list(groups)}, "legend": {"title": None, "orient": "top"}}
        if groups
        else {"value": "circle"}
    )
    mark = {"type": "point", "filled": True, "size": 70, "opacity": 1}
    spot = {"mark": mark, "encoding": {"y": _NAMES, "x": x, "color": colour, "shape": shape}}
    return drawn(_over(rows, [_whiskers("point", x), spot]), label=label)


def heat(
    rows: Sequence[str], columns: Sequence[str], values: Sequence[Sequence[float]], *, label: str, unit: str
) -> Markup | None:
    """A field of squares in six steps of one colour, ``values[row][column]``; 0 is left empty."""
    top = max((value for row in values for value in row), default=0.0) or 1.0
    cells = [
        {"row": row, "column": column, "value": value, "step": min(len(STEPS) - 1, int(value / top * len(STEPS)))}
        for row, line in zip(rows, values, strict=True)
        for column, value in zip(columns, line, strict=True)
        if value
    ]
    scale = {"domain": list(range(len(STEPS))), "range": list(STEPS)}
    spec = {
        "data": {"values": cells},
        "width": {"step": 26},
        "height": {"step": 24},
        "mark": {"type": "rect", "cornerRadius": 2},
        "encoding": {
            "x": {
                "field": "column",
                "type": "ordinal",
                "sort": None,
                "title": None,
                "scale": {"domain": list(columns), "padding": 0.06},
                "axis": _BARE,
            },
            "y": {
                "field": "row",
                "type": "ordinal",
                "sort": None,
                "title": None,
                "scale": {"domain": list(rows), "padding": 0.06},
                "axis": _BARE,
            },
            "color": {"field": "step", "type": "ordinal", "scale": scale, "legend": None},
            "description": {"field": "value", "title": unit},
        },
    }
    return drawn(spec, label=label)


def lines(rows: Sequence[tuple[str, str, float]], *, label: str, title: str, groups: Sequence[str] = ()) -> Markup | None:
    """Values over time: (ISO date, group, value); every group has its own dashes as well as its colour."""
    names = list(groups) or list(dict.fromkeys(group for _, group, _ in rows))
    dashes = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [1, 3], [10, 4]]
    legend = None if len(names) < 2 else {"title": None, "orient": "top", "symbolType": "stroke"}
    spec = {
        "data": {"values": [{"day": day, "group": group, "value": value} for day, group, value in rows]},
        "width": 760,
        "height": 200,
        "mark": {"type": "line", "strokeWidth": 2.2},
        "encoding": {
            "x": {"field": "day", "type": "temporal", "title": None, "axis": {"grid": False, "labelOverlap": True}},
            "y": _quantity("value", title),
            "color": _colour(names) | {"legend": legend},
            "strokeDash": {
                "field": "group",
                "type": "nominal",
                "scale": {"domain": names, "range": dashes[: len(names)]},
                "legend": legend,
            },
        },
    }
    return drawn(spec, label=label)


_NAMES = {
    "field": "name",
    "type": "nominal",
    "sort": None,
    "title": None,
    "axis": {"ticks": False, "domain": False, "labelPadding": 8},
}
_BARE = {"ticks": False, "domain": False, "labelAngle": 0, "grid": False}


def _over(rows: Sequence[Bar], layers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    values = [
        {"name": row.name, "value": row.value, "said": row.said, "group": row.group, "low": row.low, "high": row.high}
        | {"end": row.high if row.high is not None else row.value}
        for row in rows
    ]
    return {"data": {"values": values}, "width": 560, "height": {"step": 27}, "layer": list(layers)}


def _quantity(field: str, title: str, *, percent: bool = False) -> dict[str, Any]:
    return {
        "field": field,
        "type": "quantitative",
        "title": title,
        "axis": {"tickCount": 6} | ({"format": "%"} if percent else {}),
    }


def _colour(groups: Sequence[str]) -> dict[str, Any]:
    legend = {"title": None, "orient": "top"}
    scale = {"domain": list(groups), "range": list(SERIES[: len(groups)])}
    return {"field": "group", "type": "nominal", "scale": scale, "legend": legend}


def _whiskers(under: str, x: Mapping[str, Any]) -> dict[str, Any]:
    mark = {"type": "rule", "strokeWidth": 1.6, "color": INK if under == "bar" else SOFT, "aria": False}
    encoding = {"y": _NAMES, "x": {**x, "field": "low"}, "x2": {"field": "high"}}
    return {"mark": mark, "transform": [{"filter": "isValid(datum.low) && isValid(datum.high)"}], "encoding": encoding}
