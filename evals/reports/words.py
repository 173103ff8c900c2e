"""How values of a run read in every report: counts, times, calls, rows, and words that others wrote."""

import json
from collections.abc import Sequence
from typing import Any

from warmline.agent.guard.text import clean
from warmline.evals.gating.gates import GateResult
from warmline.evals.gating.runs import Run
from warmline.evals.results import ArgumentDiff, Call, RowChange, TurnRecord
from warmline.evals.stats.rates import Counted, Interval

from .report import Report

CUT = 600
"""Characters of one message or result that are shown."""

ABSENT = "(absent)"


def safe(text: str) -> str:
    """Words of customers, models and shops, for a terminal or a log: nothing that moves a cursor, and no command to what runs the job.

    GitHub's runner takes a line that begins with ``::`` (after blanks) or that holds ``##[`` for a command of the workflow.
    """
    return clean(text).replace("::", ": :").replace("##[", "## [")


def one_line(text: str, *, cut: int = CUT) -> str:
    """The same in one line, cut with an ellipsis."""
    line = " ".join(safe(text).split())
    return line if len(line) <= cut else f"{line[: cut - 1]}…"


def value(found: Any, *, cut: int = CUT) -> str:
    """Any value as JSON, which tells "1" from 1; ``None`` is said to be absent."""
    text = ABSENT if found is None else json.dumps(found, ensure_ascii=False, default=str, sort_keys=True)
    return text if len(text) <= cut else f"{text[: cut - 1]}…"


def call(made: Call) -> str:
    """``get_order(order_number="HP-1042") → done``."""
    if isinstance(made.arguments, dict):
        pairs: dict[str, Any] = made.arguments
        inside = ", ".join(f"{name}={value(one, cut=120)}" for name, one in pairs.items())
    else:
        inside = value(made.arguments, cut=240)
    return f"{made.name}({inside}) → {made.status}"


def argument(diff: ArgumentDiff) -> str:
    """``amount: expected 200.0, was 489.0``."""
    return f"{diff.name}: expected {value(diff.expected, cut=200)}, was {value(diff.observed, cut=200)}"


def row(change: RowChange) -> str:
    """``orders HP-1042 updated, not expected: status "delivered" → "refunded"``."""
    said = {"missing": "expected, did not come", "added": "added", "updated": "updated", "deleted": "deleted"}[change.change]
    surprise = "" if change.expected or change.change == "missing" else ", not expected"
    fields = ", ".join(f"{name} {value(old, cut=120)} → {value(new, cut=120)}" for name, (old, new) in change.fields.items())
    return f"{change.table} {change.key} {said}{surprise}{f': {fields}' if fields else ''}"


def served(turn: TurnRecord) -> str:
    """Who served a turn and why: ``human: high_value (rule high_value), queue vip``."""
    parts = [f"{turn.to}{f': {turn.reason}' if turn.reason else ''}{f' (rule {turn.rule})' if turn.rule else ''}"]
    parts += [f"queue {turn.queue}"] if turn.queue else []
    return ", ".join(parts)


def reply_of(turn: TurnRecord) -> str:
    """What the customer reads, or that it is nothing, and why."""
    return turn.reply or f"(nothing: {turn.kind.replace('_', ' ')})"


def counted(found: Counted) -> str:
    """``3/8``."""
    return f"{found.count}/{found.of}"


def span(interval: Interval, *, places: int = 0) -> str:
    """``14–69 %``."""
    return f"{interval.low * 100:.{places}f}–{interval.high * 100:.{places}f} %"


def percent(share: float) -> str:
    """``4.9 %``; small shares keep a figure that is not 0."""
    return f"{share * 100:.1f} %" if share >= 0.0005 or share == 0 else "<0.1 %"


def duration(seconds: float) -> str:
    """``12 ms``, ``1.8 s``, ``3 min 20 s``, ``1 h 05 min``."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes_left = divmod(minutes, 60)
    return f"{hours} h {minutes_left:02} min" if hours else f"{minutes} min {rest:02} s"


def money(cost: float | None) -> str:
    """``$1.23``; empty when it is not known."""
    return "" if cost is None else f"${cost:,.2f}" if cost >= 0.01 or cost == 0 else f"${cost:.4f}"


def minutes(amount: float) -> str:
    """``12 agent minutes``."""
    return f"{amount:g} agent minute{'' if amount == 1 else 's'}"


def made_by(run: Run) -> str:
    """``live gpt-5-mini``, ``replayed``, ``embedded model``."""
    header = run.header
    match header.mode:
        case "embedded":
            return "embedded model"
        case "live" | "record" | "replay":
            return f"{header.mode} {header.model}".strip()


def measured(report: Report) -> str:
    """The last line of every report: ``318 cases, 955 trials, live gpt-5-mini, 3 min 20 s, $1.23``."""
    totals = report.totals
    parts = [f"{totals.cases:,} case{'' if totals.cases == 1 else 's'}"] if totals.cases or not totals.rows else []
    parts += [f"{totals.rows:,} counted"] if totals.rows else []
    parts += [
        f"{totals.trials:,} trial{'' if totals.trials == 1 else 's'}",
    ]
    parts += [made_by(report.run)]
    parts += (
        ["deterministic, so repeats are no evidence"]
        if report.run.header.deterministic and totals.trials > totals.cases + totals.rows
        else []
    )
    parts += [f"{totals.replayed:,} replayed, which measure no model"] if totals.replayed else []
    parts += [f"{totals.extended} extended"] if totals.extended else []
    parts += [f"{totals.redrawn} redrawn for faults of the simulator"] if totals.redrawn else []
    parts += [duration(totals.seconds)] if totals.seconds is not None else []
    parts += [money(totals.cost)] if totals.cost is not None else []
    return ", ".join(parts)


def rates(gates: Sequence[GateResult]) -> str:
    """``missed hand-offs 14 of 651 (1.3–3.6 %) · needless hand-offs 35 of 688 (3.7–7.0 %)``: what a suite's gates about all its cases came to."""
    whole = [one for one in gates if not one.gate.tag and one.gate.measure != "recall"]
    return " · ".join(
        f"{one.about} {one.counted.count} of {one.counted.of} ({span(one.interval, places=1)})" for one in whole or gates[:3]
    )


def missed(report: Report) -> str:
    """``missed hand-off 1 of 165; at most 2.8 %``; that nobody expects a person when none does."""
    cell = report.matrix.missed
    if not cell.of:
        return "missed hand-off: no case expects a person"
    return f"missed hand-off {cell.cases} of {cell.of} cases; the rate is at most {percent(cell.bound)} (95 %)"


def needless(report: Report) -> str:
    """``needless hand-off 2 of 212 cases; 12 agent minutes, at 6 each``."""
    cell, matrix = report.matrix.needless, report.matrix
    if not cell.of:
        return "needless hand-off: no case expects the agent"
    cost = f"; {minutes(matrix.agent_minutes)}, at {matrix.minutes:g} each" if cell.cases else ""
    return f"needless hand-off {cell.cases} of {cell.of} cases{cost}"
