"""How the comparison of two policies looks on a terminal."""

from typing import TYPE_CHECKING

import typer

from .comparing import Comparison, Target
from .screen import print_table, printable

if TYPE_CHECKING:
    from rich.console import Console

TEXT = 160
"""Characters of a message that are shown."""


def show(found: Comparison, *, console: "Console") -> None:
    """Print the counts, what moves where, and the changed messages."""
    typer.echo(f"{found.old}  →  {found.new}")
    typer.echo(_counts(found))
    if found.handled:
        typer.echo(f"{found.handled:,} more keep route and reason and change queue, priority, service level or acknowledgement")
    if not found.moves:
        return
    typer.echo()
    rows = [[_named(old), _named(new), f"{count:,}", _share(count, found)] for (old, new), count in found.moves.most_common()]
    print_table(["from", "to", "messages", "share"], rows, console=console)
    typer.echo()
    changes = [[str(one.id), _named(one.old), _named(one.new), _short(one.text)] for one in found.changes]
    print_table(["id", "from", "to", "text"], changes, console=console)
    if found.changed > len(found.changes):
        typer.echo(f"and {found.changed - len(found.changes):,} more changed messages; --all shows them")


def _counts(found: Comparison) -> str:
    decided = found.tally.decided
    if not found.changed:
        return f"{decided:,} messages, none changes route or reason"
    share = _share(found.changed, found)
    return f"{decided:,} messages, {found.changed:,} change ({share}), {found.rerouted:,} of them to another route"


def _share(count: int, found: Comparison) -> str:
    share = count / found.tally.decided
    return "<0.1%" if share < 0.001 else f"{share:.1%}"


def _named(target: Target) -> str:
    return f"{target[0]} {target[1]}"


def _short(text: str) -> str:
    line = " ".join(printable(text).split())
    return line if len(line) <= TEXT else f"{line[: TEXT - 1]}…"
