"""Triage within a turn: when the language model is asked, with what, and what its answer makes of the guard's decision."""

from .decisions import triaged
from .guard.decision import Decision
from .guard.signals import NEVER_SETTLED
from .guard.triage import Talk, ask, is_grey, reason_without
from .models.base import is_language_model
from .store.reading import VISIBLE
from .work import Work


async def raised_by_triage(work: Work, decision: Decision) -> Decision:
    """The guard's decision, confirmed or raised to a person; the same decision where there is nothing to ask."""
    if work.signals is None or not is_grey(decision) or not is_language_model(work.parts.model):
        return decision
    if await _wrote_before(work):
        return decision
    with work.timed("model"):
        said, usage = await ask(work.parts.model, _talk(work), seconds=work.parts.triage_seconds)
    work.usage += usage
    if said.outcome == "raised" and said.reason in work.facts.settled and said.reason not in NEVER_SETTLED:
        said = said.model_copy(update={"outcome": "confirmed"})  # a person has dealt with that: it does not come again
    if said.outcome == "confirmed":
        return decision.model_copy(update={"triage": said})
    return triaged(said, said.reason or reason_without(work.signals), decision, work)


async def _wrote_before(work: Work) -> bool:
    """Whether this turn was interrupted after a write: then it was confirmed before, and what it did must be told."""
    entries = await work.parts.store.writes(work.incoming.conversation_id)
    return any(entry.turn_id == work.opened.turn_id for entry in entries)


def _talk(work: Work) -> Talk:
    """The message and the visible ones before it; what tools found stays out."""
    thread = list(zip(work.opened.authors, work.opened.messages, strict=True))
    before = thread[: len(thread) - len(work.opened.waiting)]
    earlier = [(author, message.text) for author, message in before if author in VISIBLE and message.text]
    return Talk(message=work.text, earlier=earlier, settled=work.state.settled)
