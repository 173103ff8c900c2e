"""Decisions made after the guard's: by a gate, by the agent itself, or because something failed. All go to a person."""

import logging
from collections.abc import Sequence

from .capacity import Overloaded
from .guard.decision import Decision, Layer, Triage
from .guard.policy import Desk, at_desk
from .guard.reply_gate import Problem
from .guard.text import clean
from .models.breaker import BreakerOpen
from .work import Work

NO_GUARD = Desk("care", "high")
"""Where a case goes when the guard that should say so fails."""

ACCEPTED = "offer."
"""How the rule of an offer that was accepted begins; the offering rule's id follows."""

_log = logging.getLogger(__name__)


def failed(what: str, work: Work) -> Decision:
    """Something of ours failed; ``what`` is for the person, never for the customer."""
    return _to_person("system_failure", "failure", f"failure: {clean(what)}", work)


def failed_by(error: Exception, work: Work) -> Decision:
    """An error ended the turn; want of room, and a model that is not called for a while, have rules of their own."""
    if isinstance(error, Overloaded | BreakerOpen):
        return _to_person("system_failure", "failure", error.rule, work)
    return failed(f"{type(error).__name__}: {error}", work)


def by_agent(reason: str, work: Work) -> Decision:
    """The agent itself called ``escalate``."""
    return _to_person(reason, "agent", "agent.escalate", work)


def triaged(said: Triage, reason: str, before: Decision, work: Work) -> Decision:
    """The language model raised the guard's decision, or could not be used; the score stays the guard's."""
    made = _to_person(reason, "triage", f"triage.{reason}", work)
    return made.model_copy(update={"triage": said, "score": before.score})


def accepted(offer: Decision) -> Decision:
    """The customer was offered a person, and wants one: a case for the reason, and with the desk, of the offer."""
    return offer.model_copy(update={"route": "human", "rule": f"{ACCEPTED}{offer.rule}"})


def limited(rule: str, work: Work) -> Decision:
    """A write is beyond one of the tool gate's limits; ``rule`` names it."""
    return _to_person("unsure", "tool_gate", rule, work)


def reply_refused(problems: Sequence[Problem], work: Work) -> Decision:
    """A reply and its redraft both failed the reply gate."""
    kinds = ",".join(sorted({problem.kind for problem in problems}))
    return _to_person("unsure", "reply_gate", f"reply_gate.{kinds}", work)


def _to_person(reason: str, layer: Layer, rule: str, work: Work) -> Decision:
    before = work.decision
    made = Decision(
        route="human",
        reason=reason,
        rule=rule,
        layer=layer,
        score=1.0,
        thresholds=before.thresholds if before else {},
        policy=before.policy if before else "",
        signals=before.signals if before else {},
        triage=before.triage if before else None,
    )
    return at_desk(made, _desk(reason, work))


def _desk(reason: str, work: Work) -> Desk:
    try:
        return work.parts.guard.desk_for(reason)
    except Exception:  # noqa: BLE001 (a case in the wrong queue is better than no case)
        _log.exception("the guard names no queue for %s", reason)
        return NO_GUARD
