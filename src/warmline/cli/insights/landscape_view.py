"""The landscape in a terminal: what is read, how far it is, and what came of it."""

import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from warmline.cli.screen import console, print_table

if TYPE_CHECKING:
    from warmline.evals.insights.landscape.landscape import Landscape
    from warmline.evals.insights.landscape.reading import Source
    from warmline.evals.insights.landscape.running import Advance
    from warmline.evals.insights.landscape.workfile import WorkFile

SHOWN_BAD = 5


def say_what_is_read(sources: "Sequence[Source]", *, rest: bool = False) -> None:
    """Which column holds what, and what is assumed, on stderr; with ``rest`` on stdout, and the other columns too."""
    for source in sources:
        export = source.export
        kind = f"CSV with {export.delimiter!r}" if export.kind == "csv" else "JSON Lines" if export.kind == "lines" else "JSON"
        typer.echo(f"{source.name}: {kind}, {export.encoding}", err=not rest)
        for field, column in source.columns.items():
            typer.echo(f"  {field:<15} {column}", err=not rest)
        for one in source.assumed:
            typer.echo(f"  assumed: {one}", err=not rest)
        if rest:
            unused = [name for name in export.columns if name not in source.columns.values()]
            typer.echo(f"  not read: {', '.join(unused) or 'none'}")
            typer.echo("  Another one? --column FIELD=COLUMN")


@contextmanager
def following(sources: "Sequence[Source]", work: "WorkFile") -> "Generator[Advance]":
    """A bar on stderr if that is a terminal, of records where a first look can count them, and where a stopped run goes on."""
    begun = sum(work.records(place) for place in range(len(sources)))
    if begun:
        typer.echo(f"Going on after {begun:,} records that were read before (--fresh begins anew).", err=True)
    if not sys.stderr.isatty():
        yield lambda _place, _records: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    bar = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeRemainingColumn())
    with Progress(*bar, console=Console(file=sys.stderr), transient=True) as progress:
        totals = [_about(source) for source in sources]
        task = progress.add_task("reading", total=sum(totals))
        done = [work.records(place) for place in range(len(sources))]

        def advance(place: int, records: int) -> None:
            done[place] = records
            progress.update(task, completed=min(sum(done), sum(totals)), description=f"{sum(done):,} records")

        yield advance


@contextmanager
def drawing(work: "WorkFile") -> Generator[None]:
    """That the reading is over, on stderr if that is a terminal: of a million tickets the rest takes a minute or two."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    (tickets,) = work.one("SELECT COUNT(*) FROM tickets")
    with Console(file=sys.stderr).status(f"drawing the landscape of {tickets:,} tickets"):
        yield


@contextmanager
def saying_where_it_stopped() -> Generator[None]:
    """Ctrl-C loses nothing, and whoever pressed it should know."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("Stopped; what was read is kept, and the same command goes on from there.", err=True)
        raise


def say(landscape: "Landscape", files: Sequence[Path]) -> None:
    """The topics as a table, what could not be read, and where the rest is."""
    from warmline.evals.insights.charts import INSTALL, available
    from warmline.evals.insights.landscape.recommending import VERDICTS, together
    from warmline.evals.insights.landscape.wording import NOT_TOLD, between, middle, rate, share
    from warmline.evals.insights.page import DEMO

    if landscape.demo:
        typer.echo(f"{DEMO}\n")
    span = f", {landscape.first} to {landscape.last}" if landscape.first else ""
    typer.echo(f"{landscape.tickets:,} tickets{span}\n")
    columns = ("topic", "tickets", "share", "handle", "of time", "reopened", "frustrated", "recommended")
    rows = [
        (
            one.topic.name,
            f"{one.topic.tickets:,}",
            share(one.topic.share),
            middle(one.topic.handle),
            share(one.topic.time_share),
            rate(one.topic.reopened),
            rate(one.topic.frustrated, unknown=NOT_TOLD),
            one.advice.verdict,
        )
        for one in landscape.advised
    ]
    print_table(columns, rows, console=console())
    typer.echo("")
    for verdict in VERDICTS:
        those = landscape.of(verdict)
        hours = together([one.advice for one in those])
        time = f"; took people {between(hours, 'h a month')}" if hours else ""
        typer.echo(f"{verdict}: {sum(one.topic.share for one in those):.0%} of tickets in {len(those)} topics{time}")
    _say_bad(landscape)
    typer.echo("")
    for path in files:
        typer.echo(f"wrote {path}")
    say_what_was_kept(files)
    if not available():
        typer.echo(f"warmline: {INSTALL}", err=True)


def say_what_was_kept(files: Sequence[Path]) -> None:
    """That a policy or a suite stands under another name than usual, because there was one."""
    from warmline.evals.insights.landscape.writing import POLICY, SUITE

    for usual in (POLICY, SUITE):
        for path in files:
            if path.name != usual and path.name.startswith(f"{usual.partition('.')[0]}-"):
                typer.echo(f"warmline: {path.with_name(usual)} was there and is left as it is; this one is {path.name}", err=True)


def _say_bad(landscape: "Landscape") -> None:
    if landscape.span.apart:
        typer.echo(f"warmline: {landscape.span.apart}", err=True)
    if landscape.unreadable:
        cells = ", ".join(f"{number:,} of {field} (such as {example!r})" for field, number, example in landscape.unreadable)
        typer.echo(f"warmline: cells that could not be read, whose tickets count without them: {cells}", err=True)
    if landscape.bad:
        typer.echo(
            f"warmline: {landscape.bad:,} records could not be read and are in no figure; bad-rows.csv lists them:", err=True
        )
        for one in landscape.bad_rows[:SHOWN_BAD]:
            typer.echo(f"warmline:   {one.file}, line {one.line}: {one.reason}", err=True)


def _about(source: "Source") -> int:
    """About how many records a file has, from how long its first ones are."""
    from itertools import islice

    from warmline.evals.insights.landscape.files import SAMPLED

    first = list(islice(source.export.rows(), SAMPLED))
    if len(first) < SAMPLED:
        return max(1, len(first))
    letters = sum(len(value) + 1 for row in first for value in row.values.values())
    return max(len(first), int(source.export.size / max(1.0, letters / len(first))))
