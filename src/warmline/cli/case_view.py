"""A case on one screen: what a person needs before writing a word, in the order in which it is needed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from warmline.agent.desk.steps import cut

from .case_due import away, due_in_words, due_style, due_words, moment, standing
from .case_list import PRIORITY_STYLES
from .case_parts import actions, customer, story
from .screen import printable

if TYPE_CHECKING:
    from warmline.agent.desk.desk import Case
    from warmline.agent.store.reading import Said

WIDTH = 110
"""Columns at most: a wider line is hard to read."""

_AUTHORS = {"customer": ("customer", "bold"), "person": ("colleague", "bold green"), "notice": ("shop", "dim")}
_AGENT = ("agent", "dim")


@dataclass(frozen=True, kw_only=True)
class View:
    """What is shown of a case, and to whom: ``as_me`` is what proposed commands need to be run as the same person.

    Times are those of ``zone``, or of the machine.
    """

    case: "Case"
    thread: "Sequence[Said]" = ()
    related: "Sequence[Case]" = field(default=())
    now: datetime
    transcript: bool = False
    history: bool = False
    as_me: str = ""
    zone: tzinfo | None = None


def case_on_screen(view: View, *, width: int) -> Panel:
    """The case as a panel: who and what; what was found and done; what is promised and to do; on demand conversation and history."""
    parts: list[RenderableType] = []
    for block in (customer(view), story(view), actions(view)):
        rows = list(block)
        parts += [*([Rule(style="dim")] if parts and rows else []), *([_grid(rows)] if rows else [])]
    if view.transcript:
        parts += [Rule("conversation", style="dim"), _conversation(view)]
    if view.history:
        parts += [Rule("history", style="dim"), Text("\n".join(_history(view)), style="dim")]
    title, subtitle = _heading(view), Text(_next_move(view), style="dim")
    return _framed(Group(*parts), title=title, subtitle=subtitle, width=min(width, WIDTH))


def _grid(rows: Sequence[tuple[str, RenderableType]]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="cyan", no_wrap=True, min_width=13)
    grid.add_column(overflow="fold")
    for name, content in rows:
        grid.add_row(name, content)
    return grid


def _framed(body: RenderableType, *, title: Text, subtitle: Text, width: int) -> Panel:
    for words in (title, subtitle):
        words.truncate(width - 6, overflow="ellipsis")
    return Panel(body, title=title, title_align="left", subtitle=subtitle, subtitle_align="left", width=width)


def _heading(view: View) -> Text:
    case, now = view.case, view.now
    due = due_in_words(case, now)
    parts = [("case " + case.id, "bold"), " · ", (f"{case.priority} priority", PRIORITY_STYLES.get(case.priority) or "bold")]
    parts += [" · ", (due_words(due), due_style(case, now))] if due else []
    return Text.assemble(*parts, f" · {case.reason} · {standing(case, now)}")


def _conversation(view: View) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    for said in view.thread:
        name, style = _AUTHORS.get(said.author, _AGENT)
        quiet = "dim" if style == "dim" else ""
        at = moment(said.at, view.now, view.zone)
        grid.add_row(at, Text(name, style=style), Text(printable(said.text), style=quiet))
    return grid


def _history(view: View) -> Iterator[str]:
    for event in view.case.events:
        words = f"{event.at.astimezone(view.zone):%Y-%m-%d %H:%M}  {event.who}: {event.kind.replace('_', ' ')}"
        yield printable(f"{words}: {cut(event.note)}" if event.note else words)


def _next_move(view: View) -> str:
    case = view.case
    match case.status:
        case "claimed" | "waiting_for_customer" if not away(case, view.now):
            return f"warmline queue reply {case.id} --edit{view.as_me}   then   warmline queue resolve {case.id}{view.as_me}"
        case "open" | "reopened" | "claimed" | "waiting_for_customer":
            return f"warmline queue claim {case.id}{view.as_me}"
        case "resolved" | "handed_back":
            return f"nothing is left to do; warmline queue reopen {case.id}{view.as_me}"
        case "merged":
            return f"warmline queue show {case.merged_into}{view.as_me}"
