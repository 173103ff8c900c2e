"""What becomes of a message that the agent had no room for: a person's, at once and honestly."""

import logging

from .capacity import Overloaded
from .decisions import failed_by
from .guard.decision import Decision
from .stakes import decide_on, known_facts
from .work import Work

_log = logging.getLogger(__name__)


async def turned_away(work: Work, overload: Overloaded) -> Decision:
    """The decision for a message that no turn was run for.

    The guard reads it all the same, which asks neither the model nor the shop: a message that is a person's for a reason of its own
    keeps that reason, and its queue and priority with it.
    """
    _log.warning("turn %s of %s: %s", work.incoming.message_id, work.incoming.conversation_id, overload)
    try:
        await decide_on(work, known_facts(work, work.text))
    except Exception:  # noqa: BLE001 (it goes to a person whatever the guard does)
        _log.exception("the guard failed while there was no room")
    return work.decision if work.decision is not None and work.decision.for_person else failed_by(overload, work)
