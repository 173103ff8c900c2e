"""One turn, from the customer's message to the reply or the hand-off; read it top to bottom."""

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from warmline.errors import StoreError
from warmline.prompts import render

from .capacity import Overloaded
from .closing import TURN, close, common, hand_over, said_in_danger, say, store
from .decisions import failed, failed_by
from .desk.joining import joining
from .events import Decided, Done
from .guard.consent import read_consent
from .guard.decision import Decision
from .guard.tool_gate import Asked, ToolGate
from .loop import Loop
from .models.base import Message
from .offer import answered
from .outcome import Turn, WithHuman
from .overload import turned_away
from .rating import rated
from .recall import recall
from .returning import answering, terms_of
from .stakes import decide_on, facts_before
from .stopping import stopped
from .store.database import Overtaken
from .store.leases import LEASE
from .store.store import Busy, Opened
from .work import Answer, Emit, Ending, HandOver, Incoming, Parts, Work, ending_of

TURN_SECONDS = 300.0
"""How long a turn may take until a person takes over: eight answers of a slow model."""

POLL_SECONDS = (0.05, 0.5)
"""How long a message waits before it looks again whether its conversation is free: at first, and at most."""

RENEWED = LEASE.total_seconds() / 3
"""After how many seconds a lease is renewed."""

_log = logging.getLogger(__name__)


async def run_turn(parts: Parts, incoming: Incoming, emit: Emit) -> Turn:
    """Run a turn, or return what it was when it ran before.

    Every failure after the message is stored ends at a person; only ``StoreError`` and ``UsageError`` are raised.
    """
    while True:
        lease = uuid.uuid4().hex
        try:
            return await _leased(parts, incoming, emit, lease)
        except Overtaken as error:
            _log.warning("%s", error)
            await _let_go(parts, incoming, lease)
        except BaseException:
            await asyncio.shield(_let_go(parts, incoming, lease))
            raise


async def _leased(parts: Parts, incoming: Incoming, emit: Emit, lease: str) -> Turn:
    """One run of a turn by one worker, who holds the conversation until it is closed."""
    opened, began = await _open(parts, incoming, lease)
    if opened.outcome is not None:
        turn = TURN.validate_json(opened.outcome)
        say(turn.text, emit)
        emit(Done(turn=turn))
        return turn
    access = opened.state.access(incoming.customer, max_failed=parts.limits.attempts_per_conversation, guesses=parts.tallies)
    spent = {"store": (time.perf_counter() - began) * 1000}
    work = Work(parts=parts, incoming=incoming, opened=opened, emit=emit, access=access, spent=spent, began=began)
    async with _holding(work):
        turn = await _with_human(work) if opened.case_id else await _served(work)
    emit(Done(turn=turn))
    return turn


async def _open(parts: Parts, incoming: Incoming, lease: str) -> tuple[Opened, float]:
    """Open the turn; while another turn of this conversation runs, wait for it or for its lease to lapse."""
    pause, longest = POLL_SECONDS
    while True:
        began = time.perf_counter()
        opened = await parts.store.open_turn(
            incoming.conversation_id, incoming.message_id, incoming.text, customer_id=incoming.customer_id, lease=lease
        )
        if not isinstance(opened, Busy):
            return opened, began
        while await parts.store.held(incoming.conversation_id):
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, longest)


@asynccontextmanager
async def _holding(work: Work) -> AsyncGenerator[None]:
    """Renew the lease for as long as the turn takes; most are over before the first time."""
    tasks: list[asyncio.Task[None]] = []
    later = asyncio.get_running_loop().call_later(RENEWED, lambda: tasks.append(asyncio.create_task(_hold(work))))
    try:
        yield
    finally:
        later.cancel()
        for task in tasks:
            task.cancel()


async def _hold(work: Work) -> None:
    """A lost lease is noticed when the turn writes or closes."""
    with suppress(Overtaken):
        while True:
            with suppress(StoreError):
                await work.parts.store.renew(work.opened)
            await asyncio.sleep(RENEWED)


async def _served(work: Work) -> Turn:
    """A turn when there is room for it; whatever fails, a person takes over."""
    begun = False
    try:
        async with work.parts.places.turns:
            begun = True
            async with asyncio.timeout(TURN_SECONDS):
                ending = await _decided(work)
            return await close(work, ending)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 (of whatever kind it is)
        if isinstance(error, Overloaded) and not begun:
            return await _after_failure(work, await turned_away(work, error))
        _log.exception("turn %s of %s failed", work.incoming.message_id, work.incoming.conversation_id)
        return await _after_failure(work, failed_by(error, work))


async def _after_failure(work: Work, decision: Decision) -> Turn:
    """A case with its whole file; with the least there can be if that is what fails."""
    try:
        return await hand_over(work, decision)
    except StoreError:
        raise
    except Exception:  # noqa: BLE001 (a case without a story is better than no case)
        _log.exception("the case file of turn %s could not be written", work.incoming.message_id)
        work.runs.clear()
        work.kept.clear()
        work.accounted.clear()  # what was written is told when the conversation comes back
        return await hand_over(work, decision, in_full=False)


async def _decided(work: Work) -> Ending:
    """The guard first, and nothing before it; then the person, the offer of one, the confirmed write, or the loop."""
    text = work.text
    if work.incoming.trouble is not None:
        return HandOver(decision=failed(work.incoming.trouble, work))
    if not text.strip():
        work.decision = work.parts.guard.nothing_said()
        return Answer(text=render("agent", "empty_message"))
    with work.timed("guard"):
        facts = await facts_before(work, text)
        if (ending := await rated(work, facts) or await stopped(work)) is not None:
            return ending
        decision = await decide_on(work, facts)
    work.decision = await answered(work, await answering(work, decision))
    work.emit(Decided(decision=work.decision))
    return ending_of(work.decision) or await _loop(work, text)


async def _loop(work: Work, text: str) -> Ending:
    pending, work.state.pending = work.state.pending, None
    work.evidence.today = work.parts.clock.now().date()
    loop = Loop(work=work, gate=ToolGate(work.parts.tools, work.parts.limits), asked=Asked(pending=pending, answer=text))
    for note in loop.told:
        work.evidence.hear(note)
    for author, message in zip(work.opened.authors, work.opened.messages, strict=True):
        work.evidence.hear(message, author=author)
    recalled = await recall(work)
    if recalled.unknown:
        return HandOver(decision=failed(f"{recalled.unknown[0].tool} could not be looked up at the shop", work))
    done = pending is not None and any((pending.tool, pending.arguments) == (one.tool, one.arguments) for one in recalled.done)
    if pending is not None and read_consent(text, tool=pending.tool) == "yes" and not done:
        return await loop.confirmed(pending)
    return await loop.run()


async def _with_human(work: Work) -> Turn:
    """A case is open: the message goes to it, and may raise its priority; the agent says nothing but what to do when a life is in danger."""
    case_id = work.opened.case_id or ""
    decision = await _raised(work)
    text = said_in_danger(work, decision, case_id) if decision is not None else ""
    turn = WithHuman(text=text, case_id=case_id, **common(work))
    said = [("notice", Message(role="assistant", text=text))] if text else []
    case = joining(case_id, work.text, decision, work.parts.clock.now(), terms=terms_of(work))
    return await store(work, turn, said, case=case, events=[("customer_wrote", {"case_id": case_id})])


async def _raised(work: Work) -> Decision | None:
    """What this message would have been a case for, had there been none; ``None`` if a machine could have served it."""
    try:
        with work.timed("guard"):
            work.signals = await work.parts.guard.read(work.text, work.facts)
            work.decision = work.parts.guard.decide(work.signals)
    except Exception as error:  # noqa: BLE001 (the message is stored whatever the guard does)
        _log.exception("the guard failed while case %s is open", work.opened.case_id)
        work.decision = failed_by(error, work)
    work.emit(Decided(decision=work.decision))
    return work.decision if work.decision.for_person else None


async def _let_go(parts: Parts, incoming: Incoming, lease: str) -> None:
    with suppress(StoreError):
        await parts.store.release(incoming.conversation_id, lease)
