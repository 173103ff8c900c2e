"""The queue as it stands, for a whole terminal of any size."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from .case_due import LATE
from .case_list import case_lines
from .screen import ago

if TYPE_CHECKING:
    from warmline.agent.desk.desk import Case, Stats

FRAME = 3
"""Lines that are no case: how the desk stands, the heading, how to leave."""


STALE = timedelta(seconds=8)
"""A database that hangs says nothing: after this time the board does."""


class Board:
    """What was last read of the queue, and whether the database answers. ``now`` is moved by whoever draws it."""

    def __init__(self, *, me: str = "") -> None:
        self.now: datetime | None = None
        self._me = me
        self._cases: Sequence[Case] = ()
        self._stats: Stats | None = None
        self._read_at: datetime | None = None
        self._trouble = ""

    def show(self, cases: "Sequence[Case]", stats: "Stats", now: datetime) -> None:
        """The database answered."""
        self._cases, self._stats, self._trouble = cases, stats, ""
        self.now = self._read_at = now

    def failed(self, why: str) -> None:
        """The database said no; what was read before stays, with a line that says since when."""
        self._trouble = why

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from self.lines(width=options.max_width, height=options.height or console.height)

    def lines(self, *, width: int, height: int) -> list[Text]:
        """The board as at most ``height`` lines of at most ``width`` columns; the most pressing cases stay."""
        now = self.now
        if now is None:
            return []
        heading, rows = case_lines(self._cases, width=width, now=now, me=self._me)
        said = list(self._said(now))
        room = max(height - FRAME + 1 - len(said), 0)
        shown = list(_fitting(rows, room))
        body = [line for row in shown for line in row] or [Text("No case is waiting.", style="dim")]
        more = "… and more · " if len(shown) < len(rows) else ""
        foot = Text(f"{more}{now.astimezone():%H:%M:%S} · q ends", style="dim")
        lines = [*said, heading, *body[:room], foot]
        for line in lines:
            line.no_wrap = True
            line.truncate(width, overflow="ellipsis")
        return lines[:height]

    def _said(self, now: datetime) -> Iterator[Text]:
        """How the desk stands; and a line of trouble, when there is some."""
        since = self._read_at
        if since is not None and (self._trouble or now - since > STALE):
            yield Text(
                f"{LATE} No answer from the database since {since.astimezone():%H:%M:%S}; trying again. {self._trouble}",
                "bold red",
            )
        stats = self._stats
        if stats is not None:
            oldest = f", the oldest for {ago(stats.oldest_unclaimed, now)}" if stats.oldest_unclaimed else ""
            late = f" · {LATE} {stats.overdue} late" if stats.overdue else ""
            yield Text(f"{stats.open} open · {stats.unclaimed} wait for somebody{oldest}{late}", style="bold")


def _fitting(rows: Sequence[list[Text]], room: int) -> Iterator[list[Text]]:
    for row in rows:
        room -= len(row)
        if room < 0:
            return
        yield row
