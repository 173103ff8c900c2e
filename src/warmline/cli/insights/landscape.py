"""``warmline insights landscape``: what the tickets of the past say, topic by topic."""

from pathlib import Path
from typing import Annotated

import typer

from warmline.cli.options import example
from warmline.errors import UsageError

EXAMPLES = example("warmline insights landscape tickets.csv --out landscape", "warmline insights landscape --demo")


def landscape(tickets: Annotated[list[Path] | None, typer.Argument(metavar="TICKETS", help="Exports of tickets.")] = None) -> int:
    """See your support landscape in the tickets of the past."""
    raise UsageError(f"{tickets}: the landscape is not drawn yet")
