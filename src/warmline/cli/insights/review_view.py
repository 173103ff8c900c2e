"""How a review looks on a terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from warmline.cli.screen import print_table
from warmline.evals.insights.review.changes import LEAST, SHARE
from warmline.evals.insights.review.words import (
    TOPICS,
    change_in_words,
    interval_in_words,
    replay_in_words,
    stretch,
    topics_in_words,
    value_in_words,
)

if TYPE_CHECKING:
    from rich.console import Console

    from warmline.evals.insights.review.figures import Figure

    from .review import Found

DEMO = "DEMO: made-up conversations of the demo shop. They say nothing about any real shop."
WIDE = 30
"""Characters of a topic's words; the page and --json have all."""

ROWS = 12
"""Rows of a breakdown; the page and --json have all."""


def show(found: "Found", *, console: "Console", applied: bool) -> None:
    """Print the figures, what changed, and the proposals; ``applied``: the change to the policy is shown where it is asked about."""
    this, before = found.review.this, found.review.before
    if found.demo:
        typer.echo(f"{DEMO}\n")
    asked = sum(one.asks for one in this.contacts)
    typer.echo(
        f"{found.source}, {stretch(this)}; contacts: {asked:,}, and {sum(one.asks for one in before.contacts):,} in the time before"
    )
    if not asked:
        typer.echo("Nobody asked for anything in this time; look further back: --since 91d")
        return
    typer.echo()
    known = {one.key: one for one in before.figures}
    rows = [
        [
            one.name,
            value_in_words(one),
            interval_in_words(one),
            _of(one),
            value_in_words(known[one.key]) if one.key in known else "",
            one.note,
        ]
        for one in this.figures
    ]
    print_table(["figure", "value", "95 % interval", "of", "before", ""], rows, console=console)
    _breakdown("to a person, by reason", this.by_reason, console)
    _breakdown("to a person, by rule", this.by_rule, console)
    typer.echo()
    print_table(TOPICS, [[_short(name), *rest] for name, *rest in topics_in_words(found.parts)], console=console)
    for part, rated in list(this.csat.items())[1:]:  # the topics are said above
        _breakdown(f"satisfaction by {part}", rated, console)
    _changes(found)
    _proposals(found, applied=applied)


def _short(name: str) -> str:
    return name if len(name) <= WIDE else f"{name[: WIDE - 1].rpartition(',')[0] or name[: WIDE - 1]} …"


def _breakdown(title: str, rows: "Sequence[tuple[str, Figure]]", console: "Console") -> None:
    if not rows:
        return
    typer.echo()
    shown = [[name, value_in_words(one), interval_in_words(one), _of(one)] for name, one in rows[:ROWS]]
    print_table([title, "value", "95 % interval", "of"], shown, console=console)
    if len(rows) > ROWS:
        typer.echo(f"and {len(rows) - ROWS} more; --json and --html have them")


def _of(one: "Figure") -> str:
    return f"{one.of:,}" if one.of else ""


def _changes(found: "Found") -> None:
    review = found.review
    tested = sum(one.p is not None for one in review.changes)
    typer.echo(
        f"\nwhat changed ({tested} figures tested together, {SHARE:.0%} false alarms; the time before as it was known one period ago;"
        f" fewer than {LEAST} on a side are not tested)"
    )
    for one in review.changed:
        typer.echo(f"  {change_in_words(one)}")
    if not review.changed:
        typer.echo("  nothing that can be told from chance")


def _proposals(found: "Found", *, applied: bool) -> None:
    typer.echo("\nproposals")
    for one in found.proposals:
        typer.echo(f"  {one.words}")
    if found.replay is None:
        typer.echo("  none: nothing here is sure enough, or the policy has it already")
        return
    typer.echo("\nwith these in the policy, of this period's messages")
    for line in replay_in_words(found.replay):
        typer.echo(f"  {line}")
    if found.patched is not None and not applied:
        typer.echo(f"\nthe change to the policy\n{found.patched.diff}", nl=False)
    if not (found.demo or applied):
        typer.echo("\nWrite it as a new policy: the same command with --apply")
