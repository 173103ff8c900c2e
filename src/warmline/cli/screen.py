"""Consoles, tables and JSON for the commands that print and end."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

PIPE_WIDTH = 10_000
"""Columns when the output is no terminal: a row stays one line for what reads it."""


def console() -> "Console":
    """A console on the standard output."""
    from rich.console import Console

    made = Console(highlight=False)
    return made if made.is_terminal else Console(highlight=False, width=PIPE_WIDTH)


def print_json(value: object) -> None:
    """One JSON value, indented, in characters that every terminal and parser takes."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=True))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, console: "Console") -> None:
    """Rows under headings; the last column takes what room is left, the others stay whole."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for place, column in enumerate(columns, 1):
        table.add_column(column, no_wrap=place < len(columns), overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    print_trimmed(table, console=console)


def print_trimmed(table: "RenderableType", *, console: "Console") -> None:
    """A table or anything else without the blanks that fill its lines up."""
    with console.capture() as drawn:
        console.print(table)
    typer.echo("\n".join(line.rstrip() for line in drawn.get().splitlines()))


def printable(text: str) -> str:
    """Words of customers and shops without what would move a terminal's cursor."""
    from warmline.agent.guard.text import clean

    return clean(text)


def ago(moment: datetime, now: datetime | None = None) -> str:
    """How long since, in one figure: ``under a minute``, ``12 min``, ``3 h``, ``2 days``."""
    return span((now or datetime.now(UTC)) - moment)


def span(length: timedelta) -> str:
    """A length of time in one figure."""
    if length < timedelta(minutes=1):
        return "under a minute"
    if length < timedelta(hours=1):
        return f"{length // timedelta(minutes=1)} min"
    if length < timedelta(days=2):
        return f"{length // timedelta(hours=1)} h"
    return f"{length.days} days"


def jsonable(model: Any) -> Any:
    """A pydantic model as plain JSON values."""
    return model.model_dump(mode="json")
