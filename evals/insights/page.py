"""A report of the insights as one page: no file beside it, no network, no script; for a screen of any colour, and for paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from warmline.evals.reports.markup import Markup, head, tag

from . import charts

NOT_KNOWN = ("not in this file", "not known")
"""What stands in a cell for a figure that nobody can know; drawn as words, never as a 0."""

DEMO = "Demonstration: these figures come from made-up data of the demo shop. They say nothing about any real shop."


@dataclass(frozen=True)
class Figure:
    """One of the large figures at the head: its name, its value, and what must be said beside it."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it; ``long`` may break over pages of paper."""

    title: str
    parts: Sequence[Markup | None]
    intro: str = ""
    long: bool = False


def page(
    title: str,
    sections: Sequence[Section],
    *,
    lead: str = "",
    figures: Sequence[Figure] = (),
    made: Sequence[str] = (),
    foot: Sequence[str] = (),
    demo: bool = False,
) -> str:
    """The whole document. ``made`` says what it was made from and when; ``demo`` marks it at its head and in its title."""
    main = tag(
        "main",
        tag("p", DEMO, class_="demo", role="note") if demo else None,
        tag(
            "header",
            tag("p", [tag("span", one) for one in made], class_="made") if made else None,
            tag("h1", title),
            tag("p", lead, class_="lead") if lead else None,
            tag("dl", [_figure(one) for one in figures], class_="figures") if figures else None,
        ),
        None if charts.available() else tag("p", charts.INSTALL, class_="note"),
        [_section(one) for one in sections],
        tag("footer", [tag("p", one) for one in foot]) if foot else None,
    )
    top = head(f"{'Demo: ' if demo else ''}{title}", style=_style())
    return f"<!doctype html>\n{tag('html', top, tag('body', main), lang='en')}\n"


def table(
    columns: Sequence[str], rows: Sequence[Sequence[str | Markup]], *, caption: str = "", numbers: Sequence[int] = ()
) -> Markup:
    """A table whose first column names the row; the columns at the places ``numbers`` stand right."""
    right = dict.fromkeys(numbers, "n")
    heads = [tag("th", name, scope="col", class_=right.get(place)) for place, name in enumerate(columns)]
    body = [tag("tr", [_cell(cell, place, right.get(place)) for place, cell in enumerate(row)]) for row in rows]
    held = tag("table", tag("caption", caption) if caption else None, tag("thead", tag("tr", heads)), tag("tbody", body))
    return tag("div", held, class_="wide", tabindex=0, role="region", aria_label=caption or columns[0])


def chart(drawing: Markup | None, caption: str) -> Markup | None:
    """A chart with what is seen on it; nothing where no chart could be drawn."""
    return None if drawing is None else tag("figure", drawing, tag("figcaption", caption))


def _cell(cell: str | Markup, place: int, side: str | None) -> Markup:
    if place == 0:
        return tag("th", cell, scope="row")
    return tag("td", cell, class_=f"unknown {side or ''}".strip() if cell in NOT_KNOWN else side)


def _figure(one: Figure) -> Markup:
    return tag("div", tag("dt", one.name), tag("dd", one.value), tag("dd", one.note, class_="note") if one.note else None)


def _section(one: Section) -> Markup:
    intro = tag("p", one.intro) if one.intro else None
    return tag("section", tag("h2", one.title), intro, list(one.parts), class_="long" if one.long else None)


@cache
def _style() -> str:
    return files("warmline.evals.insights").joinpath("page.css").read_text("utf-8")
