"""What commands on many lines read and write, and how they show how far they are."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

import typer

if TYPE_CHECKING:
    from .routing import Advance


@contextmanager
def reading(source: str) -> Generator[tuple[BinaryIO, int | None]]:
    """The lines of a file, or of the standard input (``-``), and how many bytes they are if that is known."""
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
def writing(output: Path | None, source: str) -> Generator[IO[str]]:
    """A file to write to, or the standard output; never the input itself."""
    if output is None:
        yield sys.stdout
        return
    if output.exists() and source != "-" and output.samefile(source):
        raise typer.BadParameter("is the input itself; name another file", param_hint="--output")
    with output.open("w", encoding="utf-8") as out:
        yield out


@contextmanager
def progress(size: int | None, what: str = "messages") -> "Generator[Advance]":
    """A bar on stderr if that is a terminal: of bytes when the size is known, else a count."""
    if not sys.stderr.isatty():
        yield lambda _bytes, _messages: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    shown = (BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeRemainingColumn()) if size else ()
    with Progress(TextColumn("{task.description}"), *shown, console=Console(file=sys.stderr), transient=True) as progress:
        task = progress.add_task(f"0 {what}", total=size)

        def advance(read: int, counted: int) -> None:
            progress.update(task, completed=read, description=f"{counted:,} {what}")

        yield advance
