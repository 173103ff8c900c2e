"""What is due when, and where a case stands, in words that need no colour."""

from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from .screen import ago, span

if TYPE_CHECKING:
    from warmline.agent.desk.case import Due
    from warmline.agent.desk.desk import Case

LATE = "!"
"""Stands before what is overdue, for those who see no colours."""

SOON = timedelta(minutes=15)
KINDS = {"first_response": "first answer", "next_response": "next answer", "resolution": "settled"}


def due_in_words(case: "Case", now: datetime) -> str:
    """The deadline that comes next: ``in 25 min``, ``! 2 h late``, ``paused``; nothing if nothing is promised or the case is closed."""
    if case.closed:
        return ""
    if case.due_at is None:
        return "paused" if any(one.state == "paused" for one in case.deadlines) else ""
    return _late_or_left(case.due_at, now)


def due_words(due: str) -> str:
    """The same where it does not stand in a column of that name."""
    return f"due {due}" if due.startswith("in ") else due


def due_style(case: "Case", now: datetime) -> str:
    """Red when overdue, yellow when nearly; what is paused or far is plain."""
    if case.closed or case.due_at is None:
        return ""
    return "bold red" if case.due_at < now else "yellow" if case.due_at - now < SOON else ""


def deadline_in_words(one: "Due", now: datetime, *, due_at: datetime | None, zone: tzinfo | None) -> str:
    """One deadline of a case: what, by when, and how it stands. ``due_at`` is the one the case waits for: a miss that is over is told from it."""
    by = f"{KINDS[one.kind]} by {moment(one.due_at, now, zone)}"
    match one.state:
        case "pending":
            return f"{by} ({_late_or_left(one.due_at, now)})"
        case "paused":
            return f"{KINDS[one.kind]}: paused until the customer answers"
        case "met":
            return f"{by}: met"
        case "breached":
            return f"{by} ({_late_or_left(one.due_at, now)})" if one.due_at == due_at else f"{by}: {LATE} missed"


def moment(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """A time of the day; with its date when that is not today's."""
    there, here = at.astimezone(zone), now.astimezone(zone)
    return f"{there:%H:%M}" if there.date() == here.date() else f"{there:%a %d %b %H:%M}"


def standing(case: "Case", now: datetime) -> str:
    """Where a case stands: who has it, or since when it waits."""
    match case.status:
        case "open" | "reopened":
            again = "reopened, " if case.status == "reopened" else ""
            return f"{again}waiting {ago(case.opened_at, now)}"
        case "claimed":
            return (
                f"with {case.assignee}{', whose claim lapsed' if away(case, now) else ''} · opened {ago(case.opened_at, now)} ago"
            )
        case "waiting_for_customer":
            return f"with {case.assignee}, waits for the customer · opened {ago(case.opened_at, now)} ago"
        case "resolved" | "handed_back":
            return f"{case.status.replace('_', ' ')} by {case.assignee}"
        case "merged":
            return f"merged into {case.merged_into}"


def who_has_it(case: "Case", now: datetime, *, me: str = "") -> str:
    """The same as one cell of a list: ``ana``, ``you``, ``ana (lapsed)``, ``resolved by ana``."""
    person = "you" if me and case.assignee == me else case.assignee or ""
    match case.status:
        case "open":
            return ""
        case "reopened":
            return "reopened"
        case "claimed":
            return f"{person} (lapsed)" if away(case, now) else person
        case "waiting_for_customer":
            return f"{person} (waits)"
        case "resolved" | "handed_back":
            return f"{case.status.replace('_', ' ')} by {person}"
        case "merged":
            return f"merged into {case.merged_into}"


def away(case: "Case", now: datetime) -> bool:
    """Whether whoever has the case let the claim lapse; anybody may take it then."""
    return case.claimed_until is not None and case.claimed_until < now


def _late_or_left(due_at: datetime, now: datetime) -> str:
    if due_at >= now:
        return f"in {span(due_at - now)}"
    late = span(now - due_at)
    return f"{LATE} just late" if late.startswith("under") else f"{LATE} {late} late"
