"""Events on a screen and for a machine."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .screen import ago, console, print_table, printable

if TYPE_CHECKING:
    from warmline.agent.outbox.letters import Counts, Letter


def letter_row(letter: "Letter") -> dict[str, Any]:
    """An event without what it says, for a machine."""
    return {
        "key": letter.event.key,
        "kind": letter.event.kind,
        "conversation_id": letter.event.conversation_id,
        "at": letter.event.at.isoformat(),
        "standing": letter.standing,
        "failures": letter.failures,
        "error": letter.error,
        "due_at": letter.due_at and letter.due_at.isoformat(),
        "dead_at": letter.dead_at and letter.dead_at.isoformat(),
        "delivered_at": letter.delivered_at and letter.delivered_at.isoformat(),
    }


def show_letters(letters: Sequence["Letter"], *, dead: bool) -> None:
    """The events as a table."""
    when = "given up" if dead else "next attempt"
    columns = ["key", "event", "conversation", "from", "failed", when, "last error"]
    heads: dict[str, str] = {}
    for one in letters:
        heads.setdefault(one.event.conversation_id, one.event.key)
    rows = [_cells(one, dead=dead, behind=one.event.key != heads[one.event.conversation_id]) for one in letters]
    print_table(columns, rows, console=console())


def sum_up(counts: "Counts", *, dead: bool, shown: int) -> str:
    """How many there are in all, and what to do about dead letters."""
    if dead:
        if not counts.dead:
            return "There are no dead letters."
        return f"{_counted(counts.dead, 'dead letter')}{_cut(shown, counts.dead)}. Try again with: warmline outbox replay --all"
    given_up = f" {_counted(counts.dead, 'dead letter')}: warmline outbox list --dead" if counts.dead else ""
    if counts.oldest is None:
        return f"No event waits.{given_up}"
    waits = f"{_counted(counts.waiting, 'event')} {'waits' if counts.waiting == 1 else 'wait'}"
    return f"{waits}{_cut(shown, counts.waiting)}, the oldest for {ago(counts.oldest)}.{given_up}"


def letter_in_full(letter: "Letter") -> str:
    """One event, line by line."""
    lines = {
        "event": f"{letter.event.kind} ({letter.event.key})",
        "conversation": letter.event.conversation_id,
        "happened": _moment(letter.event.at),
        "standing": letter.standing,
        "failed": f"{letter.failures} times" if letter.failures != 1 else "once",
        "next attempt": _due(letter) if letter.standing == "waiting" else "",
        "given up": _moment(letter.dead_at),
        "delivered": _moment(letter.delivered_at) if letter.standing == "delivered" else "",
        "last error": letter.error or "",
    }
    told = [f"{name:<14}{printable(value)}" for name, value in lines.items() if value]
    return "\n".join([*told, json.dumps(letter.event.body, indent=2, ensure_ascii=True)])


def _cells(letter: "Letter", *, dead: bool, behind: bool) -> list[str]:
    event = letter.event
    when = "after those before it" if behind else _due(letter)
    if dead and letter.dead_at is not None:
        when = f"{ago(letter.dead_at)} ago"
    return [event.key, event.kind, event.conversation_id, f"{ago(event.at)} ago", str(letter.failures), when, letter.error or ""]


def _due(letter: "Letter") -> str:
    now = datetime.now(UTC)
    return f"in {ago(now, letter.due_at)}" if letter.due_at is not None and letter.due_at > now else "now"


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else ""


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _cut(shown: int, there: int) -> str:
    return f" ({shown} shown; --limit shows more)" if shown < there else ""
