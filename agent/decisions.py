"""Decisions made after the guard's: by a gate, by the agent itself, or because something failed. All go to a person."""

import logging
from collections.abc import Sequence

from .guard.decision import Decision, Layer, Priority
from .guard.reply_gate import Problem
from .guard.text import clean
from .work import Work

QUEUE = "care"
"""Where a case goes when the guard that should say so fails."""

URGENT = frozenset({"self_harm", "safety", "security"})
_log = logging.getLogger(__name__)


def failed(what: str, work: Work) -> Decision:
    """Something of ours failed; ``what`` is for the person, never for the customer."""
    return _to_person("system_failure", "failure", f"failure: {clean(what)}", work)


def by_agent(reason: str, work: Work) -> Decision:
    """The agent itself called ``escalate``."""
    return _to_person(reason, "agent", "agent.escalate", work)


def limited(work: Work) -> Decision:
    """The conversation made as many changes as it may."""
    return _to_person("unsure", "tool_gate", "tool_gate.write_limit", work)


def reply_refused(problems: Sequence[Problem], work: Work) -> Decision:
    """A reply and its redraft both failed the reply gate."""
    kinds = ",".join(sorted({problem.kind for problem in problems}))
    return _to_person("unsure", "reply_gate", f"reply_gate.{kinds}", work)


def _to_person(reason: str, layer: Layer, rule: str, work: Work) -> Decision:
    before = work.decision
    priority: Priority = "urgent" if reason in URGENT else "high" if reason == "system_failure" else "normal"
    return Decision(
        route="human",
        reason=reason,
        rule=rule,
        layer=layer,
        score=1.0,
        queue=_queue(reason, work),
        priority=priority,
        thresholds=before.thresholds if before else {},
        policy=before.policy if before else "",
        signals=before.signals if before else {},
    )


def _queue(reason: str, work: Work) -> str:
    try:
        return work.parts.guard.queue_for(reason)
    except Exception:  # noqa: BLE001 (a case in the wrong queue is better than no case)
        _log.exception("the guard names no queue for %s", reason)
        return QUEUE
