"""The auditor's look at messages that nobody waited for: the host is told of each one's outcome by exactly one event, and of no other's."""

import json
from collections.abc import Iterator
from typing import Any

from .left import Closed, Left, Violation
from .talks import Talk


def audit_announced(left: Left, talk: Talk) -> Iterator[Violation]:
    """One conversation's events ``turn_closed`` against its turns."""
    conversation = talk.conversation_id
    turns = left.turns.get(conversation, [])
    told = [json.loads(event["body"]) for event in left.outbox.get(conversation, []) if event["kind"] == "turn_closed"]
    for turn in turns:
        mine = [body for body in told if body["message_id"] == turn.message_id]
        for what in _untold(turn, mine):
            yield Violation(conversation=conversation, message=turn.message_id, what=what)
    for message in sorted({body["message_id"] for body in told} - {turn.message_id for turn in turns}):
        yield Violation(conversation=conversation, message=message, what="an event tells of its outcome, and nobody wrote it")


def _untold(turn: Closed, told: list[dict[str, Any]]) -> Iterator[str]:
    expected = int(bool(turn.row["announce"]) and bool(turn.outcome))
    if len(told) != expected:
        yield f"{len(told)} events tell of its outcome, expected {expected}"
    for body in told:
        for name in ("kind", "text", "case_id"):
            if body.get(name) != turn.outcome.get(name):
                yield f"its event says {name} {body.get(name)!r}, recorded {turn.outcome.get(name)!r}"
