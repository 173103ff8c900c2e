"""A run as GitHub's Markdown: for a step's summary, or for a comment that each run replaces."""

from collections.abc import Iterator

from warmline.evals.gating.compare import Comparison, moved_in_words
from warmline.evals.gating.gate import Word
from warmline.evals.results import TurnRecord

from .failures import Failure
from .markdown import block, code, plain, table
from .marks import legend, marks
from .report import Report
from .words import (
    argument,
    call,
    counted,
    measured,
    missed,
    needless,
    one_line,
    percent,
    rates,
    reply_of,
    row,
    served,
    span,
    value,
)

MOST = 60_000
"""Characters: below the 65,536 of a comment, and far below the 1 MiB of a step's summary."""

WATCHED = 10
"""Failing cases that do not gate and are told all the same."""

ALERTS: dict[Word, str] = {
    "PASS": "TIP",
    "FAIL": "CAUTION",
    "REGRESSION": "CAUTION",
    "WATCH": "WARNING",
    "INCONCLUSIVE": "WARNING",
    "UNMEASURABLE": "IMPORTANT",
}


def marker(name: str = "warmline-eval") -> str:
    """What finds the comment again: a line that nobody sees."""
    return f"<!-- {name} -->"


def summary(report: Report, *, name: str = "warmline-eval", most: int = MOST) -> str:
    """The Markdown, never longer than ``most`` characters; what does not fit is counted."""
    head = "\n\n".join([marker(name), *_head(report)])
    foot = f"<sub>{plain(measured(report))}</sub>\n"
    made, left = [head], len(report.failures)
    room = most - len(head) - len(foot) - 200
    for failure in _told(report):
        text = _failure(failure)
        if len(text) + 2 <= room:
            made.append(text)
            room -= len(text) + 2
            left -= 1
    if left:
        made.append(f"… and {left} more failing cases; the JSON, JUnit and HTML reports hold them all.")
    return "\n\n".join([*made, foot])[:most]


def _told(report: Report) -> list[Failure]:
    """What gates, and a few of those that are watched."""
    return [one for one in report.failures if one.gates] + [one for one in report.failures if not one.gates][:WATCHED]


def _head(report: Report) -> Iterator[str]:
    ruling = report.ruling
    also = "".join(f"\n> Also: {code(reason)}" for reason in ruling.also)
    yield f"> [!{ALERTS[ruling.word]}]\n> **{ruling.word}** {code(ruling.reason)}{also}"
    if report.comparison:
        yield from _compared(report.comparison)
    yield from _routing(report)
    yield from _gates(report)
    yield from (plain(one.in_words) for one in report.judges)
    if not report.green:
        yield from _suites(report)


def _compared(comparison: Comparison) -> Iterator[str]:
    told = comparison.of_kind("regressed", "flagged", "base_fails_too", "weaker", "improved")
    if told:
        rows = [
            [
                change.kind.replace("_", " "),
                code(change.case_id),
                f"{counted(change.drop.base)} → {counted(change.drop.new)}",
                "certain" if change.certain else f"{change.drop.adjusted:.3f}",
                counted(change.rerun) if change.rerun else "",
            ]
            for change in told[:30]
        ]
        yield table(["change", "case", "trials", "p", "base again"], rows)
    if comparison.suites:
        rows = [[code(one.suite), percent(one.base), percent(one.new), moved_in_words(one)] for one in comparison.suites]
        yield table(["suite", "base", "now", "change (95 %)"], rows)
    notes = [f"- {plain(note)}" for note in comparison.notes]
    notes += [f"- gone since the baseline: {', '.join(map(code, comparison.gone[:10]))}"] if comparison.gone else []
    if notes:
        yield "\n".join(notes)


def _routing(report: Report) -> Iterator[str]:
    matrix = report.matrix
    if not matrix.rows:
        return
    notes = {"human": missed(report), "bot": needless(report)}
    rows = [
        [f"expected **{to}**", *(str(matrix.cells[to].get(column, 0)) for column in matrix.columns), plain(notes.get(to, ""))]
        for to in matrix.rows
    ]
    yield table(["routing", *matrix.columns, ""], rows)
    for name, cell in (("missed", matrix.missed), ("needless", matrix.needless)):
        if cell.ids:
            more = f" and {len(cell.ids) - WATCHED} more" if len(cell.ids) > WATCHED else ""
            yield f"{name}: {', '.join(map(code, cell.ids[:WATCHED]))}{more}"
    weak = [one for one in matrix.recalls if one.named < one.reached.of]
    if weak:
        rows = [[code(one.reason), counted(one.reached), span(one.interval), f"{one.named}/{one.reached.of}"] for one in weak]
        yield table(["reason", "reached a person", "95 %", "under that reason"], rows)


def _gates(report: Report) -> Iterator[str]:
    """Those that do not hold, one by one; of a suite whose gates all hold what they came to."""
    wrong = [one for one in report.gates if one.standing != "holds"]
    if wrong:
        rows = [
            [
                one.standing,
                code(f"{one.suite} {one.about}"),
                counted(one.counted),
                span(one.interval, places=1),
                one.bar,
                plain(one.why or one.gate.why),
            ]
            for one in wrong
        ]
        yield table(["gate", "of", "counted", "95 %", "bar", "why"], rows)
    for suite in dict.fromkeys(one.suite for one in report.gates if one not in wrong):
        held = [one for one in report.gates if one.suite == suite]
        hold = sum(one.standing == "holds" for one in held)
        yield f"gates of {code(suite)}: {hold} of {len(held)} hold; {plain(rates(held))}"


def _suites(report: Report) -> Iterator[str]:
    rows = [[code(one.name), counted(one.cases), span(one.interval)] for one in report.suites]
    yield table(["suite", "cases pass", "95 %"], rows)
    yield f"<sub>{legend(tuple(report.totals.states))}</sub>"


def _failure(failure: Failure) -> str:
    note = " **critical**" if failure.critical else ""
    note += "" if failure.gates else " *(watched)*"
    title = f"{marks(failure.states)} <code>{_tagless(failure.case_id)}</code> {counted(failure.counts)}"
    return f"<details><summary>{title}</summary>\n\n{note.strip()}\n\n{block(_story(failure))}\n\n</details>"


def _tagless(text: str) -> str:
    return one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;<!-- -->")


def _story(failure: Failure) -> str:
    lines = [f"why    {one_line(failure.rule)}"] if failure.rule else []
    lines += [f"state  {failure.state}: {one_line(failure.why)}"] if failure.state != "FAIL" else []
    for check in failure.checks:
        where = f"  ({check.place.file}:{check.place.line})" if check.place else ""
        reason = one_line(check.reason) or f"expected {value(check.expected)}, was {value(check.observed)}"
        lines += [f"broke  {check.id}: {reason}{where}", *(f"         {one_line(argument(diff))}" for diff in check.arguments)]
    lines += [f"row    {one_line(row(change))}" for change in failure.rows]
    lines += ["", *(line for turn in failure.turns for line in _turn(turn))]
    return "\n".join([*lines, "", f"again  {failure.command}"])


def _turn(turn: TurnRecord) -> list[str]:
    made = [f"  tool      {one_line(call(one), cut=300)}" for one in turn.calls]
    return [
        f"customer  {one_line(turn.customer)}",
        *made,
        f"agent     {one_line(reply_of(turn))}",
        f"          [{one_line(served(turn))}]",
    ]
