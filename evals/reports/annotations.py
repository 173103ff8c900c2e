"""Workflow commands of GitHub: an annotation on the line of the suite that holds the broken expectation.

Source of the escapes: the runner's own table (actions/runner, ActionCommand): in values ``%``, CR, LF; in properties also ``:`` and ``,``.
"""

from collections.abc import Iterator

from warmline.evals.gating.gates import GateResult
from warmline.evals.results import Place

from .failures import Failure
from .report import Report
from .words import counted, one_line

MOST = 10
"""Annotations of one kind that GitHub shows for a step."""


def annotations(report: Report) -> Iterator[str]:
    """One ``::error`` line for each gate that does not hold and each failing case that gates, ``::warning`` for what is only watched; ten of each."""
    broken = [gate for gate in report.gates if gate.standing != "holds"]
    yield from map(_of_gate, broken[:MOST])
    gating = [failure for failure in report.failures if failure.gates]
    watched = [failure for failure in report.failures if not failure.gates]
    for level, held in (("error", gating), ("warning", watched)):
        for failure in held[: MOST - len(broken[:MOST]) if level == "error" else MOST]:
            yield _command(level, failure)


def _command(level: str, failure: Failure) -> str:
    check = failure.checks[0] if failure.checks else None
    place = (check.place if check and check.place else None) or failure.place
    broken = f"{check.id}: {check.reason}" if check else failure.why
    told = [f"{one_line(broken)} ({counted(failure.counts)} trials pass)"]
    told += [f"why: {one_line(failure.rule)}"] if failure.rule else []
    told += [f"again: {one_line(failure.command, cut=1000)}"]
    title = f"{'critical: ' if failure.critical else ''}{one_line(failure.case_id, cut=200)}"
    return f"::{level} {_place(place)},title={in_property(title)}::{in_value(chr(10).join(told))}"


def _of_gate(result: GateResult) -> str:
    gate = result.gate
    told = f"{one_line(result.in_words)}\nthe bar: {one_line(gate.why)}"
    title = one_line(f"gate {gate.id} of {result.suite}: {result.standing}", cut=200)
    return f"::error {_place(gate.place)},title={in_property(title)}::{in_value(told)}"


def _place(place: Place) -> str:
    return f"file={in_property(place.file)},line={place.line},col={place.column}"


def in_value(text: str) -> str:
    """A text as the message of a command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def in_property(text: str) -> str:
    """A text as a property of a command."""
    return in_value(text).replace(":", "%3A").replace(",", "%2C")
