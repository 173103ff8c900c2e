"""``warmline route``: decide on messages without answering them."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, BinaryIO

import typer

from .exits import NOT_AS_ASKED, OK
from .options import example

if TYPE_CHECKING:
    from .routing import Advance, Tally

LINES = """\b
Each line in:   {"id": 7, "text": "Where is my order?", "context": {"customer":
                {"tier": "vip", "lifetime_value": 2500, "orders": 12,
                "since": "2021-03-01"}, "order_total": 129.90}}
                "context" and all in it may be missing; unknown keys are ignored.
Each line out:  {"id": 7, "route": "automate" or "human", "reason", "rule",
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

    guard = ready_guard(policy)
    with _reading(source) as (stream, size), _writing(output, source) as out, _progress(size) as advance:
        tally = decide_lines(stream, out, guard=guard, advance=advance)
    _report(tally)
    return NOT_AS_ASKED if tally.broken else OK


@contextmanager
def _reading(source: str) -> Generator[tuple[BinaryIO, int | None]]:
    if source == "-":
        yield sys.stdin.buffer, None
        return
    path = Path(source)
    if not path.is_file():
        raise typer.BadParameter(
            f"{source!r} is no file; name one in JSON Lines, or - for the standard input", param_hint="--input"
        )
    with path.open("rb") as stream:
        yield stream, path.stat().st_size


@contextmanager
def _writing(output: Path | None, source: str) -> Generator[IO[str]]:
    if output is None:
        yield sys.stdout
        return
    if output.exists() and source != "-" and output.samefile(source):
        raise typer.BadParameter("is the input itself; name another file", param_hint="--output")
    with output.open("w", encoding="utf-8") as out:
        yield out


@contextmanager
def _progress(size: int | None) -> "Generator[Advance]":
    """A bar on stderr if that is a terminal: of bytes when the size is known, else a count."""
    if not sys.stderr.isatty():
        yield lambda _bytes, _messages: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    shown = (BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeRemainingColumn()) if size else ()
    with Progress(TextColumn("{task.description}"), *shown, console=Console(file=sys.stderr), transient=True) as progress:
        task = progress.add_task("0 messages", total=size)

        def advance(read: int, messages: int) -> None:
            progress.update(task, completed=read, description=f"{messages:,} messages")

        yield advance


def _report(tally: "Tally") -> None:
    for line in tally.first_errors:
        typer.echo(f"warmline: {line}", err=True)
    if tally.broken > len(tally.first_errors):
        typer.echo(f"warmline: and {tally.broken - len(tally.first_errors):,} more broken lines", err=True)
    if tally.broken:
        typer.echo(f"warmline: {tally.decided:,} messages decided, {tally.broken:,} lines could not be read", err=True)
