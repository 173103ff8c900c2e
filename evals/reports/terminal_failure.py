"""One failing case on a terminal. What others wrote stands behind a bar, so that no line of theirs begins a line of the log."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from warmline.evals.results import Check, Place, TurnRecord
from warmline.evals.stats.rates import wilson

from .failures import Failure
from .marks import marks
from .words import CUT, argument, call, counted, one_line, reply_of, row, safe, served, span, value

LABEL = 10


def failure_lines(failure: Failure, *, ascii_only: bool, width: int) -> Iterator[Text]:
    """Heading, the rule and what broke, the last turns with their calls, the rows, and the command that runs the trial again."""
    yield _heading(failure, ascii_only=ascii_only)
    if failure.rule:
        yield _labelled("why", one_line(failure.rule), "bold")
    if failure.state != "FAIL" or not failure.checks:
        yield _labelled(failure.state.lower().replace("_", " "), one_line(failure.why), "magenta")
    for check in failure.checks:
        yield from _check(check, failure.place)
    for change in failure.rows:
        yield _labelled("row", one_line(row(change)), "yellow")
    bar = "|" if ascii_only else "│"
    if failure.left_out:
        yield _labelled("", f"{bar} {failure.left_out} earlier turn{'' if failure.left_out == 1 else 's'} left out", "dim")
    for turn in failure.turns:
        yield from _turn(turn, bar=bar, width=width)
    yield _labelled("again", one_line(failure.command, cut=1000), "cyan")


def _heading(failure: Failure, *, ascii_only: bool) -> Text:
    counts = failure.counts
    several = f"  {counted(counts)}" if counts.of > 1 else ""
    several += f"  {span(wilson(counts.count, counts.of))}" if several and not failure.alike else ""
    return Text.assemble(
        (marks(failure.states, ascii_only=ascii_only), "bold"),
        "  ",
        (one_line(failure.case_id), "bold"),
        several,
        ("  critical" if failure.critical else "", "bold red"),
        ("" if failure.gates else "  watched", "dim"),
        (f"  {failure.place.file}:{failure.place.line}", "dim"),
    )


def _labelled(label: str, text: str, style: str = "") -> Text:
    return Text.assemble("  ", (f"{label:{LABEL}}", "dim"), (text, style))


def _check(check: Check, heading: Place) -> Iterator[Text]:
    where = f" ({check.place.file}:{check.place.line})" if check.place and check.place.line != heading.line else ""
    turn = f" in turn {check.turn}" if check.turn and not check.id.startswith("turn[") else ""
    reason = one_line(check.reason) or f"expected {value(check.expected, cut=200)}, was {value(check.observed, cut=200)}"
    yield Text.assemble("  ", (f"{'broke':{LABEL}}", "dim"), (f"{check.id}{turn}  ", "red"), reason, (where, "dim"))
    for diff in check.arguments:
        yield _labelled("", f"  {one_line(argument(diff))}", "red")


def _turn(turn: TurnRecord, *, bar: str, width: int) -> Iterator[Text]:
    yield from _quoted("customer", turn.customer, bar=bar, width=width, style="bold")
    for made in turn.calls:
        yield _labelled("tool", f"{bar}   {one_line(call(made), cut=300)}", "cyan" if made.effect == "read" else "yellow")
    yield from _quoted("agent", reply_of(turn), bar=bar, width=width)
    yield _labelled("", f"{bar}   {one_line(served(turn))}", "dim")
    for words in turn.said_by_person:
        yield from _quoted("colleague", words, bar=bar, width=width)


def _quoted(who: str, text: str, *, bar: str, width: int, style: str = "") -> Iterator[Text]:
    shown = safe(text)
    shown = shown if len(shown) <= CUT else f"{shown[:CUT]}…"
    room = max(30, min(width, 120) - LABEL - 6)
    lines = Text(shown).wrap(Console(width=room), room)
    for place, line in enumerate(lines):
        yield _labelled("" if place else who, f"{bar} {line.plain.rstrip()}", style)
