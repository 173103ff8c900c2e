"""The queue as a list."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING

from rich.cells import cell_len

from .case_due import due_in_words, due_style, who_has_it
from .screen import ago, printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from warmline.agent.desk.desk import Case, Desk
    from warmline.agent.desk.lifecycle import Status

COLUMNS = ("priority", "case", "reason", "customer", "waiting", "due", "who", "wants")
WIDE = 130
"""Columns from which a case is one line; on a narrower terminal what is wanted stands on a line of its own."""

GAP = 2
LEAST = 8
"""Characters of a name that stay when there is little room."""

PRIORITY_STYLES = {"urgent": "bold red", "high": "bold yellow", "normal": "", "low": "dim"}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which cases are listed, as ``Desk.cases`` takes it."""

    queue: str | None = None
    status: "Status | None" = None
    assignee: str | None = None
    overdue: bool = False
    include_resolved: bool = False
    limit: int = 50
    after: str | None = None

    async def page(self, desk: "Desk") -> "list[Case]":
        """The cases."""
        return list(await desk.cases(**{one.name: getattr(self, one.name) for one in fields(self)}))

    def beyond(self, case: "Case") -> "Wanted":
        """The first case after this one."""
        return replace(self, after=case.id, limit=1)

    @property
    def in_words(self) -> str:
        """What there is none of: ``is waiting in care``."""
        late = "is late" if self.overdue else f"is {self.status.replace('_', ' ')}" if self.status else "is waiting"
        if self.assignee:
            late = f"of {self.assignee} {late}" if self.overdue or self.status else f"is held by {self.assignee}"
        place = f" in {self.queue}" if self.queue else ""
        return f"{late}{place}{f' after {self.after}' if self.after else ''}"


def case_row(case: "Case") -> dict[str, str | bool | None]:
    """A case in one line, for a machine; times are ISO 8601 in UTC."""
    return {
        "id": case.id,
        "status": case.status,
        "priority": case.priority,
        "queue": case.queue,
        "reason": case.reason,
        "customer": case.file.customer.name,
        "customer_id": case.customer_id,
        "assignee": case.assignee,
        "claimed_until": _iso(case.claimed_until),
        "waiting_since": case.opened_at.isoformat(),
        "due_at": _iso(case.due_at),
        "overdue": case.overdue,
        "merged_into": case.merged_into,
        "wants": case.file.wants,
    }


def show_cases(cases: Sequence["Case"], *, console: "Console", now: datetime, me: str = "") -> None:
    """The cases as a table."""
    heading, rows = case_lines(cases, width=console.width, now=now, me=me)
    for line in (heading, *(line for row in rows for line in row)):
        console.print(line, no_wrap=True, overflow="ellipsis", crop=True)


def case_lines(cases: Sequence["Case"], *, width: int, now: datetime, me: str = "") -> "tuple[Text, list[list[Text]]]":
    """The heading, and the lines of each case: one, or two when the terminal is narrow."""
    from rich.text import Text

    wide = width >= WIDE
    table = [[(name, "bold") for name in COLUMNS], *(_cells(case, now, me) for case in cases)]
    sizes = _sizes([[cell_len(text) for text, _ in row[:-1]] for row in table], room=None if wide else width)
    heading, *rows = (_in_columns(row[:-1], sizes) for row in table)
    if not wide:
        return heading, [[row, Text(f"  {cells[-1][0]}", style="dim")] for row, cells in zip(rows, table[1:], strict=True)]
    for row, cells in zip([heading, *rows], table, strict=True):
        row.append(*cells[-1])
    return heading, [[row] for row in rows]


def _sizes(lengths: "Sequence[Sequence[int]]", *, room: int | None) -> list[int]:
    """How wide each column is; when there is not room enough the words that are cut are the customer's name, then the reason."""
    sizes = [max(column) for column in zip(*lengths, strict=True)]
    for place in (COLUMNS.index("customer"), COLUMNS.index("reason")):
        over = sum(sizes) + GAP * len(sizes) - room if room is not None else 0
        sizes[place] = max(min(sizes[place], LEAST), sizes[place] - max(over, 0))
    return sizes


def _in_columns(cells: "Sequence[tuple[str, str]]", sizes: Sequence[int]) -> "Text":
    from rich.text import Text

    line = Text()
    for (words, style), size in zip(cells, sizes, strict=True):
        cell = Text(words, style=style)
        cell.truncate(size, overflow="ellipsis", pad=True)
        line.append_text(cell).append(" " * GAP)
    return line


def customer_of(case: "Case") -> str:
    """The customer's name, or what is known instead."""
    return case.file.customer.name or case.file.customer.email or "a guest"


def _cells(case: "Case", now: datetime, me: str) -> list[tuple[str, str]]:
    cells = [
        (case.priority, PRIORITY_STYLES.get(case.priority, "")),
        (case.id, "bold"),
        (case.reason, ""),
        (customer_of(case), ""),
        (ago(case.opened_at, now).replace("under a minute", "< 1 min"), ""),
        (due_in_words(case, now), due_style(case, now)),
        (who_has_it(case, now, me=me), ""),
        (case.file.wants, ""),
    ]
    return [(printable(words), style) for words, style in cells]


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
