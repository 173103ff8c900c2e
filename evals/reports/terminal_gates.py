"""The gates of counted suites, on a terminal."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from warmline.evals.gating.gates import GateResult, Standing

from .words import counted, one_line, percent, span

if TYPE_CHECKING:
    from rich.console import RenderableType

COLOURS: dict[Standing, str] = {"holds": "green", "broken": "bold red", "unmeasured": "bold magenta"}


def gates(results: Sequence[GateResult]) -> Iterator["RenderableType"]:
    """A line each: those that do not hold first, with why the bar is where it is."""
    if not results:
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for name in ("gate", "counted", "rate", "95 %", "bar", ""):
        table.add_column(name)
    ordered = sorted(results, key=lambda one: one.standing == "holds")
    for one in ordered:
        rate = percent(one.counted.rate) if one.counted.rate is not None else ""
        words = (f"{one.suite} {one.about}", counted(one.counted), rate, span(one.interval, places=1), one.bar)
        table.add_row(*(Text(one_line(word)) for word in words), Text(one.standing, style=COLOURS[one.standing]))
    yield Text()
    yield table
    for one in ordered:
        if one.standing != "holds":
            said = one.why or f"the bar: {one.gate.why}"
            place = f"{one.gate.place.file}:{one.gate.place.line}"
            yield Text(f"  {one_line(one.gate.id)}  {one_line(said)}  ({one_line(place)})", style="yellow")
