"""Handing over to a person from within a plan: a call of ``escalate``, which ends the turn."""

from collections.abc import Generator

from .goals import Call, Reply
from .thread import Result
from .wording import say

_SUMMARY = 400


def hand_over(summary: str, *, reason: str = "unsure") -> Generator[Call, Result, Reply]:
    """Call for a person; the loop ends the turn there, so the reply is only for a shop whose loop goes on."""
    yield Call("escalate", {"reason": reason, "summary": summary[:_SUMMARY]})
    return Reply(text=say("handing_over"))
