"""The life of a case, as a table: in which state which move is possible, and where it leads. Everything else is refused in words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from warmline.errors import DeskError

Status = Literal["open", "claimed", "waiting_for_customer", "resolved", "handed_back", "reopened", "merged"]
Move = Literal[
    "claim",
    "release",
    "lapse",
    "reassign",
    "reply",
    "note",
    "judge",
    "wait_for_customer",
    "customer_wrote",
    "resolve",
    "hand_back",
    "reopen",
    "merge",
]

Verdict = Literal["missed", "needless", "right"]
"""What people say of a case: it should have come sooner, need not have come, or neither."""

_WAITING: Mapping[Move, Status] = {"claim": "claimed", "reassign": "claimed", "merge": "merged"}

LIFE_CYCLE: Mapping[Status, Mapping[Move, Status]] = {
    "open": {**_WAITING, "note": "open", "judge": "open", "customer_wrote": "open"},
    "reopened": {**_WAITING, "note": "reopened", "judge": "reopened", "customer_wrote": "reopened"},
    "claimed": {
        "claim": "claimed",
        "release": "open",
        "lapse": "open",
        "reassign": "claimed",
        "reply": "claimed",
        "note": "claimed",
        "judge": "claimed",
        "wait_for_customer": "waiting_for_customer",
        "customer_wrote": "claimed",
        "resolve": "resolved",
        "hand_back": "handed_back",
        "merge": "merged",
    },
    "waiting_for_customer": {
        "claim": "claimed",
        "release": "open",
        "reassign": "claimed",
        "reply": "waiting_for_customer",
        "note": "waiting_for_customer",
        "judge": "waiting_for_customer",
        "customer_wrote": "claimed",
        "resolve": "resolved",
        "hand_back": "handed_back",
        "merge": "merged",
    },
    "resolved": {"reopen": "reopened", "note": "resolved", "judge": "resolved"},
    "handed_back": {"reopen": "reopened", "note": "handed_back", "judge": "handed_back"},
    "merged": {},
}
"""From each state, by each move, to which state."""

CLOSED: tuple[Status, ...] = ("resolved", "handed_back", "merged")
"""Where nobody works on the case, and the agent serves its conversation."""

OWN: frozenset[Move] = frozenset({"claim", "release", "reply", "wait_for_customer", "resolve", "hand_back", "merge"})
"""Moves on a case that somebody holds that only they may make; anybody may note, judge, reassign and reopen."""

HELD_FIRST: frozenset[Move] = frozenset({"release", "reply", "wait_for_customer", "resolve", "hand_back"})
"""Moves for which the case must be held."""


def after(row: Any, move: Move, *, by: str | None, now: datetime) -> Status:
    """The state a move leads to; ``DeskError`` if it is not possible, with the state, who holds the case and what can be done.

    ``by`` is the person who moves, ``None`` for the customer and the desk itself.
    """
    status: Status = row.status
    if status not in CLOSED and by is not None:
        _must_be_theirs(row, move, by, now)
    to = LIFE_CYCLE[status].get(move)
    if to is None:
        raise DeskError(f"case {row.id} is {standing(row)}; nothing was changed. {_instead(row)}")
    return to


def lapsed(row: Any, now: datetime) -> bool:
    """Whether whoever holds the case went away. A case that waits for the customer does not lapse."""
    return row.status == "claimed" and row.claimed_until is not None and row.claimed_until < now


def standing(row: Any) -> str:
    """Where a case stands, in words: ``claimed by ana``, ``merged into K-7F3QXM``."""
    words = row.status.replace("_", " ")
    if row.status == "merged":
        return f"{words} into {row.merged_into}"
    return f"{words} by {row.assignee}" if row.assignee and row.status in ("claimed", *CLOSED) else words


def _must_be_theirs(row: Any, move: Move, by: str, now: datetime) -> None:
    gone = lapsed(row, now)
    if gone and row.assignee == by and move in HELD_FIRST:
        raise DeskError(
            f"case {row.id}: your claim lapsed at {row.claimed_until:%H:%M} UTC, {by}; nothing was changed."
            f" If nobody else has it, claim it again: warmline queue claim {row.id}"
        )
    if (gone or row.assignee is None) and move in HELD_FIRST:
        now_is = f"no longer claimed: {row.assignee}'s claim lapsed" if gone else f"{standing(row)}, not claimed"
        raise DeskError(f"case {row.id} is {now_is}; claim it first: warmline queue claim {row.id}")
    if row.assignee is not None and row.assignee != by and move in OWN and not gone:
        raise DeskError(
            f"case {row.id} is {row.status.replace('_', ' ')}{_hold(row)}; nothing was changed."
            f" {row.assignee} can release it, anybody can reassign it or leave a note"
        )


def _hold(row: Any) -> str:
    return f" by {row.assignee}" if row.status == "claimed" else f", held by {row.assignee}"


def _instead(row: Any) -> str:
    match row.status:
        case "merged":
            return f"Go on in {row.merged_into}: warmline queue show {row.merged_into}"
        case "resolved" | "handed_back":
            return f"It can be reopened: warmline queue reopen {row.id}"
        case _:
            can = ", ".join(sorted(LIFE_CYCLE[row.status].keys() - {"customer_wrote", "lapse"}))
            return f"What can be done now: {can.replace('_', ' ')}"
