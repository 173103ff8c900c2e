"""A run on a terminal: the verdict and its reason, then only what is worth reading. A green run is three lines."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from warmline.evals.gating.compare import CaseChange, Comparison, Kind, delta_in_words, mcnemar_of, moved_in_words
from warmline.evals.gating.gate import Word

from .failures import Failure
from .marks import legend, marks
from .report import Report
from .terminal_failure import failure_lines
from .terminal_gates import gates
from .words import counted, measured, missed, money, needless, one_line, percent, rates, span

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

COLOURS: dict[Word, str] = {
    "PASS": "bold green",
    "FAIL": "bold red",
    "REGRESSION": "bold red",
    "WATCH": "bold yellow",
    "INCONCLUSIVE": "bold yellow",
    "UNMEASURABLE": "bold magenta",
}
SHOWN = 10
"""Failures told in full; the others are a line each."""

NAMED = WATCHED = 5
"""Cases of a costly cell that are named, and failing cases that do not gate and are shown all the same."""

CHANGES: dict[Kind, tuple[str, str]] = {
    "regressed": ("worse", "red"),
    "flagged": ("seems worse", "yellow"),
    "base_fails_too": ("base fails too", "yellow"),
    "weaker": ("weaker", "yellow"),
    "improved": ("better", "green"),
}


def show(report: Report, console: "Console", *, shown: int = SHOWN, every: bool = False) -> None:
    """Print the report; ``every`` adds the suites and the reasons to a green run."""
    ascii_only = not _can_show(console)
    for part in _parts(report, shown=shown, every=every, ascii_only=ascii_only, width=console.width):
        with console.capture() as drawn:
            console.print(part, soft_wrap=isinstance(part, Text))
        console.file.write("".join(f"{line.rstrip()}\n" for line in drawn.get().splitlines()))


def _can_show(console: "Console") -> bool:
    try:
        "●○◌◇→│".encode(console.encoding)
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def _parts(report: Report, *, shown: int, every: bool, ascii_only: bool, width: int) -> Iterator["RenderableType"]:
    yield from _verdict(report)
    if report.green and not every:
        if report.comparison:
            yield from _changes(report.comparison, brief=True)
        yield from _routing_lines(report)
        yield from _judges(report)
        yield _last(report)
        return
    if report.comparison:
        yield from _changes(report.comparison)
    full = [one for one in report.failures if one.gates][:shown]
    for failure in full:
        yield Text()
        yield from failure_lines(failure, ascii_only=ascii_only, width=width)
    told = {one.case_id for one in full}
    yield from _others([one for one in report.failures if one.case_id not in told], every=every, ascii_only=ascii_only)
    if report.run.cases:
        yield Text()
        yield from _routing(report)
    yield from gates(report.gates)
    yield from _judges(report)
    yield from _suites(report)
    yield Text()
    yield _last(report, ascii_only=ascii_only)


def _verdict(report: Report) -> Iterator[Text]:
    ruling = report.ruling
    yield Text.assemble((ruling.word, COLOURS[ruling.word]), "  ", (one_line(ruling.reason), "bold" if not report.green else ""))
    for reason in ruling.also:
        yield Text(f"{'':{len(ruling.word)}}  also: {one_line(reason)}", style="dim")


def _changes(comparison: Comparison, *, brief: bool = False) -> Iterator["RenderableType"]:
    told = comparison.of_kind(*CHANGES)
    if told and not brief:
        yield Text()
    for change in told[:SHOWN]:
        yield _change(change)
    if len(told) > SHOWN:
        yield Text(f"  and {len(told) - SHOWN} more", style="dim")
    if comparison.gone:
        yield Text(f"  gone since the baseline: {_named(comparison.gone)}", style="yellow")
    if comparison.appeared and not brief:
        yield Text(f"  not in the baseline: {_named(comparison.appeared)}", style="dim")
    for note in comparison.notes:
        yield Text(f"  {one_line(note)}", style="yellow")
    if brief:
        yield from _overall(comparison)
    else:
        yield Text()
        yield from _moved(comparison)


def _overall(comparison: Comparison) -> Iterator[Text]:
    if comparison.overall:
        since = f"{comparison.baseline.blessed_at:%Y-%m-%d}"
        yield Text(
            f"baseline of {since}  {delta_in_words(comparison.overall.delta)}, {comparison.better} better, {comparison.worse} worse"
        )


def _moved(comparison: Comparison) -> Iterator[Text]:
    for suite in comparison.suites:
        seen = f", {percent(suite.detectable)} would have been seen" if suite.detectable else ""
        yield Text(f"  {one_line(suite.suite)}  {percent(suite.base)} → {percent(suite.new)}, {moved_in_words(suite)}{seen}")
    if comparison.worse or comparison.better:
        p = mcnemar_of(comparison)
        yield Text(
            f"  {comparison.worse} cases went from all passing to not, {comparison.better} the other way (McNemar p={p:.3f})",
            style="dim",
        )
    if comparison.cost and comparison.cost[0]:
        before, now = comparison.cost
        yield Text(f"  a trial costs {money(now)}, {(now / before - 1) * 100:+.0f} % of {money(before)}", style="dim")


def _change(change: CaseChange) -> Text:
    word, colour = CHANGES[change.kind]
    return Text.assemble(
        "  ", (f"{word:16}", colour), one_line(change.in_words), (" critical" if change.critical else "", "bold red")
    )


def _named(ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
    return f"{', '.join(map(one_line, ids[:NAMED]))}{more}"


def _others(left: list[Failure], *, every: bool, ascii_only: bool) -> Iterator[Text]:
    if left:
        yield Text()
        yield Text("also failing", style="bold")
    shown = [one for one in left if every or one.gates] + [one for one in left if not every and not one.gates][:WATCHED]
    for one in shown:
        note = "" if one.gates else "  watched"
        sign = marks(one.states, ascii_only=ascii_only)
        yield Text.assemble("  ", sign, f"  {one_line(one.case_id)}", (f"{note}  {one_line(one.why, cut=120)}", "dim"))
    if len(left) > len(shown):
        yield Text(f"  and {len(left) - len(shown)} more that are watched; --all shows them", style="dim")


def _routing_lines(report: Report) -> Iterator[Text]:
    if report.run.cases:
        yield Text(f"routing  {missed(report)} · {needless(report)}")
    for suite in dict.fromkeys(one.suite for one in report.gates):
        yield Text(f"gates    {one_line(f'{suite}: {rates([one for one in report.gates if one.suite == suite])}')}")


def _judges(report: Report) -> Iterator[Text]:
    for one in report.judges:
        yield Text(f"judge    {one_line(one.in_words)}")


def _routing(report: Report) -> Iterator["RenderableType"]:
    matrix = report.matrix
    if not matrix.rows:
        yield Text("routing  no case says who should serve it", style="dim")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("routing, cases")
    for column in matrix.columns:
        table.add_column(column, justify="right")
    table.add_column("")
    for to in matrix.rows:
        cells = [Text(str(matrix.cells[to].get(column, 0)), style=_cell(to, column)) for column in matrix.columns]
        person, bot = to == "human" or (to == "gather" and "human" not in matrix.rows), to == "bot"
        note = missed(report) if person else needless(report) if bot else ""
        wrong = (person and matrix.missed.cases) or (bot and matrix.needless.cases)
        table.add_row(f"expected {to}", *cells, Text(note, style="yellow" if wrong else "dim"))
    yield table
    for name, cell in (("missed", matrix.missed), ("needless", matrix.needless)):
        if cell.ids:
            yield Text.assemble((f"{name:9}", "dim"), _named(cell.ids))
    yield from _recalls(report)


def _cell(expected: str, actual: str) -> str:
    if expected == actual:
        return "green"
    return "bold red" if expected in ("human", "gather") and actual in ("bot", "offer") else "yellow"


def _recalls(report: Report) -> Iterator["RenderableType"]:
    weak = [one for one in report.matrix.recalls if one.named < one.reached.of]
    if not weak:
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for name in ("reason", "reached a person", "95 %", "under that reason"):
        table.add_column(name)
    for one in weak:
        cells = (one_line(one.reason), counted(one.reached), span(one.interval), f"{one.named}/{one.reached.of}")
        table.add_row(*map(Text, cells))
    yield Text()
    yield table
    if left := len(report.matrix.recalls) - len(weak):
        yield Text(f"{left} other reason{'' if left == 1 else 's'}: every case reached a person under it", style="dim")


def _suites(report: Report) -> Iterator["RenderableType"]:
    if not report.suites:
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    several = any(one.reliability is not None for one in report.suites)
    for name in ("suite", "cases", "95 %", *(("trials pass", "all of k") if several else ())):
        table.add_column(name)
    for one in report.suites:
        row = [one_line(one.name), counted(one.cases), span(one.interval)]
        if several:
            row += [
                percent(one.mean.value) if one.mean else "",
                f"{percent(one.reliability)} (k={one.k})" if one.reliability is not None else "",
            ]
        table.add_row(*map(Text, row))
    yield Text()
    yield table


def _last(report: Report, *, ascii_only: bool = False) -> Text:
    signs = legend(tuple(report.totals.states), ascii_only=ascii_only)
    shown = "" if report.green else f"{signs}\n"
    return Text(f"{shown}{measured(report)} · {report.run.source or report.run.header.run_id}", style="dim")
