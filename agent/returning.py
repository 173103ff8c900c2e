"""What a customer writes after a person closed their case: whether it answers that case, and reaches the same person's work again.

docs/decisions/0010 has the rule and why it neither leaves a customer with a machine nor floods a person.
"""

import logging
from datetime import datetime

from .desk.joining import can_come_back
from .desk.opening import deadlines_of
from .desk.service_levels import Deadline
from .desk.terms import Terms
from .guard.decision import TEXT_HUMAN_REASONS, Decision
from .work import Work

WISH = "human_request"
SAYS_HOW_IT_WENT = frozenset({WISH, "angry", "unsure"})
"""Reasons that name no matter of their own: after a resolved case they are about that."""


_log = logging.getLogger(__name__)


async def answering(work: Work, decision: Decision) -> Decision:
    """The decision, or the one that would have been made had nothing been settled, if that answers the case closed last."""
    if work.signals is None or not work.facts.settled:
        return decision
    unsettled = await work.parts.guard.read(work.text, work.facts.model_copy(update={"settled": frozenset[str]()}))
    found = work.parts.guard.decide(unsettled)
    handed_back = work.state.last_case is not None and work.state.last_case.how == "handed_back"
    said = found.reason in TEXT_HUMAN_REASONS  # what the customer is worth stays so, whatever they write: it brings nobody back
    return found if said and answered_case(work, found) and (found.reason == WISH or not handed_back) else decision


def answered_case(work: Work, decision: Decision) -> str | None:
    """The closed case that a message for a person answers; ``None`` if it is another matter, or too late."""
    last = work.state.last_case
    if last is None or work.parts.clock.now() >= last.until or not decision.for_person:
        return None
    same = decision.reason in SAYS_HOW_IT_WENT or decision.reason in work.state.settled
    return last.case_id if same else None


async def case_to_reopen(work: Work, decision: Decision) -> str | None:
    """The closed case that a message for a person reopens; ``None`` if a new one is opened."""
    case_id = answered_case(work, decision)
    return case_id if case_id is not None and await can_come_back(work.parts.store, case_id) else None


def deadlines_now(work: Work, decision: Decision, terms: Terms, at: datetime) -> list[Deadline]:
    """The deadlines of a case that is opened now; none when they cannot be reckoned."""
    try:
        return deadlines_of(decision, terms, at)
    except Exception:  # noqa: BLE001 (a case without a deadline is better than no case)
        _log.exception("the deadlines of a case for %s could not be reckoned", work.incoming.conversation_id)
        return []


def terms_of(work: Work) -> Terms:
    """The terms of the desk; the usual ones when the guard that should say them fails."""
    try:
        return work.parts.guard.terms
    except Exception:  # noqa: BLE001 (a case without a deadline is better than no case)
        return Terms()
