"""A choice of threshold in the terminal: the curve as a table with bars, what it would save, and the patch."""

from typing import TYPE_CHECKING

import typer

from warmline.cli.screen import console, print_table, printable

if TYPE_CHECKING:
    from warmline.evals.insights.labels.choosing import Choice
    from warmline.evals.insights.labels.costs import Point

WIDEST = 24
SHOWN = 5
MISSED, NEEDLESS = "█", "░"


def show(found: "Choice", *, diff: str, demo: bool, applying: bool) -> None:
    """All of it on the standard output; with ``applying`` without the patch, which is shown where it is agreed to."""
    from warmline.evals.insights.labels.wording import moved, verdict
    from warmline.evals.insights.page import DEMO

    if demo:
        typer.echo(f"{DEMO}\n")
    prices = f"a missed hand-off costs {found.prices.missed:g}, a needless one {found.prices.needless:g}"
    typer.echo(f"{len(found.labels)} labels; {prices}. Of 1,000 messages:\n")
    heads = ["human", "missed", "needless", "cost", f"{MISSED} missed {NEEDLESS} needless".ljust(WIDEST), "saves", ""]
    print_table(heads, _rows(found), console=console())
    typer.echo(f"\n{verdict(found)}")
    if found.moved:
        typer.echo("Such as:")
        for one in moved(found, SHOWN):
            typer.echo(f"  {printable(one)}")
    if diff and not applying:
        typer.echo(f"\n{diff.rstrip()}")
        if not demo:
            typer.echo("\nWrite it as a new version of the policy: the same command with --apply")


def _rows(found: "Choice") -> list[list[str]]:
    from warmline.evals.insights.labels.wording import money, remarks, saving

    return [
        [
            f"{one.threshold:g}",
            f"{one.missed:.1f}",
            f"{one.needless:.1f}",
            money(one.cost),
            _bar(one, found),
            saving(one, found),
            remarks(one, found),
        ]
        for one in found.points
    ]


def _bar(one: "Point", found: "Choice") -> str:
    """The cost as a bar, the missed part of it solid."""
    most = max(other.cost for other in found.points) or 1.0
    missed = round(WIDEST * one.missed * found.prices.missed / most)
    needless = round(WIDEST * one.needless * found.prices.needless / most)
    return MISSED * missed + NEEDLESS * needless
