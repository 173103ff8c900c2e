"""What is added to a case once it is stored: facts that are looked up, and a model's summary and draft.

The process that opened the case does it at once, in the background. What a process left undone when it died, a worker does, once.
"""

from collections.abc import Coroutine, Iterator
from typing import Any

from .desk.case_file import CaseFile
from .desk.unfinished import Unfinished, take_on, unfinished
from .drafting import draft_for_person
from .gather import fill_case_file
from .guard.decision import Decision
from .incoming import left_behind
from .models.base import is_language_model
from .store.store import Opened
from .store.waiting import Waiting
from .work import Parts, Work

MOST = 20
"""Cases that one look completes."""


def enrichments(work: Work, case_id: str, file: CaseFile, decision: Decision) -> Iterator[Coroutine[Any, Any, None]]:
    """What is to be done for a case that was just stored."""
    if decision.route == "gather":
        yield fill_case_file(work, case_id)
    if _drafts(work.parts):
        yield draft_for_person(work, case_id, file)


async def enrich_cases(parts: Parts) -> int:
    """Do for cases what the process that opened them did not live to do; how many there were. Each is taken on once, whatever comes of it."""
    gathers = any(rule.route == "gather" for rule in parts.guard.policy.rules)
    wanted = {"gathered"} if gathers else set[str]()
    wanted |= {"drafted"} if _drafts(parts) else set()
    done = 0
    for case in await unfinished(parts.store, wanted, most=MOST) if wanted else ():
        if await take_on(parts.store, case.case_id):
            await _complete(parts, case)
            done += 1
    return done


async def _complete(parts: Parts, case: Unfinished) -> None:
    work = await _work(parts, case)
    if "gathered" in case.missing:
        await fill_case_file(work, case.case_id)
    if "drafted" in case.missing:
        await draft_for_person(work, case.case_id, case.file)


async def _work(parts: Parts, case: Unfinished) -> Work:
    """The turn that opened the case, as far as it can be known again: what the conversation proved, said and was told."""
    opened: Opened = await parts.store.reread(case.conversation_id, case.message_id)
    waiting = Waiting(
        turn_id=opened.turn_id,
        conversation_id=case.conversation_id,
        message_id=case.message_id,
        text=opened.said,
        customer_id=case.customer_id,
        resumed=0,
    )
    incoming = await left_behind(parts, waiting)
    access = opened.state.access(incoming.customer, guesses=parts.tallies)
    return Work(parts=parts, incoming=incoming, opened=opened, emit=_unheard, access=access)


def _drafts(parts: Parts) -> bool:
    return parts.guard.terms.drafts and is_language_model(parts.model)


def _unheard(_: object) -> None:
    """Nobody listens to what is done for a case."""
