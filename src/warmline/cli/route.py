"""``warmline route``: decide on messages without answering them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .exits import NOT_AS_ASKED, OK
from .options import example

if TYPE_CHECKING:
    from .routing import Tally

LINES = """\b
Each line in:   {"id": 7, "text": "Where is my order?", "context": {"customer":
                {"tier": "vip", "lifetime_value": 2500, "orders": 12,
                "since": "2021-03-01"}, "order_total": 129.90}}
                "context" and all in it may be missing; unknown keys are ignored.
Each line out:  {"id": 7, "route": "automate" or "human" (with a policy of
                your own also "offer" or "gather"), "reason", "rule",
                "score", "layer", "ms"}, in the order of the input.
A broken line:  {"id": 8, "error": "line 2: expected …"}; the exit code is 1."""

command = typer.Typer()


@command.command(
    "route",
    epilog=LINES
    + "\n\n"
    + example("warmline route --input messages.jsonl --output decisions.jsonl", "cat messages.jsonl | warmline route --input -"),
)
def route(
    source: Annotated[str, typer.Option("--input", metavar="FILE", help="JSON Lines to decide on; - is the standard input.")],
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Where to write (default: standard output).")
    ] = None,
    policy: Annotated[Path | None, typer.Option("--policy", metavar="FILE", help="A policy of your own.")] = None,
) -> int:
    """Decide on messages without answering them.

    Each is for the agent or for a person; the reason, the rule and the score say why.
    """
    from .assembly import ready_guard
    from .routing import decide_lines
    from .streams import progress, reading, writing

    guard = ready_guard(policy)
    with reading(source) as (stream, size), writing(output, source) as out, progress(size) as advance:
        tally = decide_lines(stream, out, guard=guard, advance=advance)
    report(tally)
    return NOT_AS_ASKED if tally.broken else OK


def report(tally: "Tally") -> None:
    """Say on stderr which lines could not be read."""
    for line in tally.first_errors:
        typer.echo(f"warmline: {line}", err=True)
    if tally.broken > len(tally.first_errors):
        typer.echo(f"warmline: and {tally.broken - len(tally.first_errors):,} more broken lines", err=True)
    if tally.broken:
        typer.echo(f"warmline: {tally.decided:,} messages decided, {tally.broken:,} lines could not be read", err=True)
