"""The gates of counted suites, on the page."""

from collections.abc import Sequence

from warmline.evals.gating.gates import GateResult

from .html_routing import bar
from .markup import Child, Markup, tag
from .words import counted, percent, span

HEADS = ("suite", "what", "counted", "rate, 95 %", "", "bar", "stands", "why this bar")


def gates(results: Sequence[GateResult]) -> Child:
    """A row each, those that do not hold first; nothing without gates."""
    if not results:
        return None
    ordered = sorted(results, key=lambda one: one.standing == "holds")
    return tag(
        "section",
        tag("h2", "Gates"),
        tag(
            "p",
            "These suites are counted: no case of them passes or fails the run, and none is shown. A gate is broken when the rate is beyond its bar.",
            class_="note",
        ),
        tag(
            "table",
            tag("thead", tag("tr", [tag("th", name, scope="col") for name in HEADS])),
            tag("tbody", [_row(one) for one in ordered]),
            class_="changes",
        ),
        id="gates",
    )


def _row(one: GateResult) -> Markup:
    holds = one.standing == "holds"
    return tag(
        "tr",
        tag("td", one.suite),
        tag("td", one.about),
        tag("td", counted(one.counted), class_="n" if holds else "n wrong"),
        tag(
            "td",
            f"{percent(one.counted.rate)}, {span(one.interval, places=1)}" if one.counted.rate is not None else "",
            class_="n",
        ),
        tag("td", bar(one.counted, one.interval)),
        tag("td", one.bar, class_="n"),
        tag("td", tag("span", one.standing, class_=f"change {'improved' if holds else 'regressed'}")),
        tag("td", one.why or one.gate.why, class_="note"),
    )
