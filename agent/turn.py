"""One turn, from the customer's message to the reply or the hand-off; read it top to bottom."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, assert_never

from pydantic import TypeAdapter

from warmline.errors import StoreError
from warmline.prompts import render

from .decisions import failed
from .desk.briefing import brief
from .desk.opening import joining, new_case_id, opening
from .events import Decided, Done, deltas
from .guard.consent import read_consent
from .guard.decision import Decision
from .guard.evidence import thread_evidence
from .guard.tool_gate import Asked, ToolGate
from .loop import Loop, context_of
from .models.base import Message
from .outcome import HandedOff, NeedsConfirmation, Replied, Turn, WithHuman
from .stakes import contact_key, facts_before
from .store.store import Busy, Closing, Opened
from .work import Answer, Emit, Ending, HandOver, Incoming, Parts, Question, Work

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

ANSWERS_COUNTED = frozenset({"order_status", "return_start", "exchange_start"})
"""Topics of which a third contact about the same thing is no longer routine."""

TURN: TypeAdapter[Turn] = TypeAdapter(Turn)
POLL_SECONDS = 0.05
_log = logging.getLogger(__name__)


async def run_turn(parts: Parts, incoming: Incoming, emit: Emit) -> Turn:
    """Run a turn, or return what it was when it ran before.

    Every failure after the message is stored ends at a person; only ``StoreError`` and ``UsageError`` are raised.
    """
    opened = await _open(parts, incoming)
    if opened.outcome is not None:
        turn = TURN.validate_json(opened.outcome)
        _say(turn.text, emit)
        emit(Done(turn=turn))
        return turn
    work = _begin(parts, incoming, opened, emit)
    try:
        turn = await _with_human(work) if opened.case_id else await _served(work)
    except (asyncio.CancelledError, StoreError):
        await asyncio.shield(_let_go(work))
        raise
    emit(Done(turn=turn))
    return turn


async def _open(parts: Parts, incoming: Incoming) -> Opened:
    """Open the turn; while another turn of this conversation runs, wait for it or for its lease to lapse."""
    while True:
        opened = await parts.store.open_turn(
            incoming.conversation_id, incoming.message_id, incoming.text, customer_id=incoming.customer_id
        )
        if not isinstance(opened, Busy):
            return opened
        await asyncio.sleep(POLL_SECONDS)


def _begin(parts: Parts, incoming: Incoming, opened: Opened, emit: Emit) -> Work:
    access = opened.state.access(incoming.customer)
    work = Work(
        parts=parts, incoming=incoming, opened=opened, emit=emit, access=access, evidence=thread_evidence((), opened.messages)
    )
    work.evidence.add(context_of(work).text or "")
    return work


async def _served(work: Work) -> Turn:
    try:
        ending = await _decided(work)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 (whatever failed, a person takes over)
        _log.exception("turn %s of %s failed", work.incoming.message_id, work.incoming.conversation_id)
        ending = HandOver(decision=failed(f"{type(error).__name__}: {error}", work))
    return await _close(work, ending)


async def _decided(work: Work) -> Ending:
    """The guard first, and nothing before it; then the person, the confirmed write, or the loop."""
    text = "\n".join(work.opened.unanswered)
    if work.incoming.trouble is not None:
        return HandOver(decision=failed(work.incoming.trouble, work))
    if not text.strip():
        work.decision = work.parts.guard.nothing_said()
        return Answer(text=render("agent", "empty_message"))
    with work.timed("guard"):
        work.facts = await facts_before(work, text)
        work.signals = await work.parts.guard.read(text, work.facts)
        work.decision = work.parts.guard.decide(work.signals)
    work.emit(Decided(decision=work.decision))
    if work.decision.route == "human":
        return HandOver(decision=work.decision)
    return await _loop(work, text)


async def _loop(work: Work, text: str) -> Ending:
    pending = work.state.pending
    work.state.pending = None
    work.written.update(
        tool for tool, status, _ in await work.parts.store.writes(work.incoming.conversation_id) if status == "done"
    )
    loop = Loop(work=work, gate=ToolGate(work.parts.tools), asked=Asked(pending=pending, answer=text))
    if pending is not None and read_consent(text) == "yes":
        return await loop.confirmed()
    return await loop.run()


async def _close(work: Work, ending: Ending) -> Turn:
    match ending:
        case Answer():
            return await _reply(work, ending)
        case Question():
            return await _ask(work, ending)
        case HandOver():
            return await _hand_over(work, ending.decision)
        case _:
            assert_never(ending)


async def _reply(work: Work, answer: Answer) -> Turn:
    _remember(work, asked=answer.text.rstrip().endswith("?"))
    turn = Replied(text=answer.text, **_common(work))
    return await _store(work, turn, [("agent", Message(role="assistant", text=answer.text))])


async def _ask(work: Work, question: Question) -> Turn:
    _remember(work, asked=True)
    work.state.propose(question.tool, question.arguments, question.text, work.parts.clock.now())
    turn = NeedsConfirmation(text=question.text, tool=question.tool, arguments=question.arguments, **_common(work))
    return await _store(work, turn, [("agent", Message(role="assistant", text=question.text))])


async def _hand_over(work: Work, decision: Decision) -> Turn:
    """The case, its file, the acknowledgement and the event: one transaction."""
    case_id, at = new_case_id(), work.parts.clock.now()
    when = render("desk", "when_urgent" if decision.priority == "urgent" else "when_normal")
    text = render("desk", f"ack_{decision.reason}", case=case_id, when=when)
    if work.access.email is None:
        text = f"{text}\n\n{render('desk', 'ask_contact')}"
    file = await brief(work, decision, text)
    work.decision = decision
    work.state.pending = None
    work.state.asked = False
    work.state.remember(work.access)
    turn = HandedOff(text=text, case_id=case_id, queue=decision.queue, reason=decision.reason, **_common(work))
    case = opening(case_id, work.incoming.conversation_id, work.incoming.customer_id, decision, file, at)
    body = {"case_id": case_id, "reason": decision.reason, "queue": decision.queue, "priority": decision.priority}
    event = ("case_opened", body)
    return await _store(work, turn, [("notice", Message(role="assistant", text=text))], case=case, events=[event])


async def _with_human(work: Work) -> Turn:
    """A case is open: the message goes to it, and may raise its priority; the agent says nothing."""
    case_id = work.opened.case_id or ""
    decision = await _raised(work)
    turn = WithHuman(text="", case_id=case_id, **_common(work))
    text = "\n".join(work.opened.unanswered)
    case = joining(case_id, text, decision, work.parts.clock.now())
    return await _store(work, turn, [], case=case, events=[("customer_wrote", {"case_id": case_id})])


async def _raised(work: Work) -> Decision | None:
    """What this message would have been a case for, had there been none; ``None`` if a machine could have served it."""
    text = "\n".join(work.opened.unanswered)
    try:
        with work.timed("guard"):
            signals = await work.parts.guard.read(text, work.facts)
            work.decision = work.parts.guard.decide(signals)
    except Exception as error:  # noqa: BLE001 (the message is stored whatever the guard does)
        _log.exception("the guard failed while case %s is open", work.opened.case_id)
        work.decision = failed(f"{type(error).__name__}: {error}", work)
    work.emit(Decided(decision=work.decision))
    return work.decision if work.decision.route == "human" else None


def _remember(work: Work, *, asked: bool) -> None:
    """What the next turn should know about this one."""
    state, decision = work.state, work.decision
    state.remember(work.access)
    if decision is not None and not state.asked and decision.reason in ANSWERS_COUNTED:
        key = contact_key(decision.reason, work)
        state.served[key] = state.served.get(key, 0) + 1
    if decision is not None and decision.reason not in ("smalltalk", "unsure"):
        state.topic = decision.reason
    state.ask_again("\n".join(work.opened.unanswered))
    state.asked = asked


def _common(work: Work) -> dict[str, Any]:
    """What every outcome carries."""
    return {
        "conversation_id": work.incoming.conversation_id,
        "message_id": work.incoming.message_id,
        "decision": work.decision or failed("no decision was made", work),
        "tool_calls": tuple(work.runs),
        "usage": work.usage,
        "timings": work.timings(),
    }


async def _store(
    work: Work,
    turn: Turn,
    said: Sequence[tuple[str, Message]],
    *,
    case: "Callable[[AsyncConnection], Awaitable[None]] | None" = None,
    events: Sequence[tuple[str, dict[str, Any]]] = (),
) -> Turn:
    """Close the turn in one transaction, then let its text go: nothing is said that is not stored."""
    messages = [*work.kept, *said]
    outcome = TURN.dump_json(turn).decode()
    closing = Closing(messages=messages, state=work.state, outcome=outcome, events=events, within=case)
    await work.parts.store.close_turn(work.opened, closing)
    _say(turn.text, work.emit)
    return turn


def _say(text: str, emit: Emit) -> None:
    for delta in deltas(text):
        emit(delta)


async def _let_go(work: Work) -> None:
    with suppress(StoreError):
        await work.parts.store.release(work.opened)
