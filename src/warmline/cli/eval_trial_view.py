"""One trial, turn by turn, as a person reads it."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from warmline.evals.results import TrialResult, TurnRecord


def show_trial(result: "TrialResult") -> None:
    """The conversation with its tool calls, what changed, and every check."""
    from warmline.evals.grading.grade_state import row_in_words

    from .screen import printable

    lines = [f"{result.state}  {result.case_id}  trial {result.trial}" + (f"  {result.why}" if result.why else ""), ""]
    for turn in result.turns:
        lines += _turn(turn)
    lines += [*(f"     person: {words}" for words in result.said_last), ""] if result.said_last else []
    lines += [f"said as it stands: {why}" for why in result.unworded]
    if result.rows:
        lines += ["changed:", *(f"  {row_in_words(row)}" for row in result.rows), ""]
    for check in result.checks:
        mark = "ok  " if check.passed else "FAIL" if check.gates else "note"
        where = f"  ({check.place.file}:{check.place.line})" if check.place and not check.passed else ""
        lines.append(f"{mark}  {check.id}{'' if check.passed else f': {check.reason}'}{where}")
    for line in lines:
        typer.echo(line[: len(line) - len(line.lstrip())] + printable(line))


def _turn(turn: "TurnRecord") -> list[str]:
    from warmline.evals.grading.grade_tools import in_short

    people = [f"     person: {words}" for words in turn.said_by_person]
    calls = [f"     {in_short(call)}: {call.status}" for call in turn.calls]
    decision = f"     [{turn.to}: {turn.reason}, rule {turn.rule}, {turn.ms:.0f} ms]"
    reply = f"  <  {turn.reply}" if turn.reply else "  <  (silence)"
    return [*people, f"{turn.number:2} > {turn.customer}", *calls, decision, reply.replace("\n", "\n     "), ""]
