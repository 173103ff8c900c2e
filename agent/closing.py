"""How a turn is closed: what the customer reads, what is remembered, and the case if there is one, in one transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, assert_never

from pydantic import TypeAdapter

from warmline.tools.access import ASK_EMAIL

from .decisions import failed
from .desk.acknowledgement import acknowledgement, promised
from .desk.briefing import bare, brief, contact_of
from .desk.joining import reopening
from .desk.opening import new_case_id, opening
from .enriching import enrichments
from .events import deltas
from .guard.answers import choices_in
from .guard.consent import read_consent
from .guard.decision import Decision
from .models.base import Message, Usage
from .offer import offer_in_words
from .outcome import HandedOff, NeedsConfirmation, Replied, Timings, ToolRun, Turn, WithHuman
from .recall import recall
from .returning import case_to_reopen, deadlines_now, terms_of
from .stakes import order_spoken_of
from .store.store import Closing
from .work import Answer, Emit, Ending, HandOver, Offering, Question, Within, Work

if TYPE_CHECKING:
    from warmline.agent.store.prepared import Connection

ANSWERS_COUNTED = frozenset({"order_status", "return_start", "exchange_start"})
"""Topics of which a third contact about the same thing is no longer routine."""

IN_DANGER = frozenset({"self_harm", "safety"})
"""Reasons whose acknowledgement says what to do now: it cannot wait for the person who has the conversation (docs/decisions/0012)."""

TURN: TypeAdapter[Turn] = TypeAdapter(Turn)


async def close(work: Work, ending: Ending) -> Turn:
    match ending:
        case Answer():
            return await _reply(work, ending)
        case Question():
            return await _ask(work, ending)
        case HandOver():
            return await hand_over(work, ending.decision)
        case Offering():
            return await _offer(work, ending.decision)
        case _:
            assert_never(ending)


async def _reply(work: Work, answer: Answer) -> Turn:
    _remember(work, answer.text)
    turn = Replied(text=answer.text, **common(work))
    return await store(work, turn, [("agent", Message(role="assistant", text=answer.text))])


async def _ask(work: Work, question: Question) -> Turn:
    _remember(work, question.text, asked=True)
    at = work.parts.clock.now()
    work.state.propose(question.tool, question.arguments, question.text, at=at, message_id=work.incoming.message_id)
    turn = NeedsConfirmation(text=question.text, tool=question.tool, arguments=question.arguments, **common(work))
    return await store(work, turn, [("agent", Message(role="assistant", text=question.text))])


async def _offer(work: Work, decision: Decision) -> Turn:
    """Ask whether a person is wanted; the conversation stays about what was asked."""
    await recall(work)
    topic, work.decision = work.state.topic, decision
    _remember(work, offer_in_words(work.state.language), asked=True)
    intent = work.signals.intent if work.signals else "smalltalk"
    work.state.topic = topic if intent == "smalltalk" else intent
    work.state.offer_person(decision, at=work.parts.clock.now())
    turn = Replied(text=offer_in_words(work.state.language), **common(work))
    return await store(work, turn, [("agent", Message(role="assistant", text=turn.text))])


async def hand_over(work: Work, decision: Decision, *, in_full: bool = True) -> Turn:
    """The case, its file, the acknowledgement and the event: one transaction; what is gathered for the case comes after."""
    if in_full:
        await recall(work, for_person=True)
    answered, at, terms = await case_to_reopen(work, decision), work.parts.clock.now(), terms_of(work)
    case_id, deadlines = answered or new_case_id(), deadlines_now(work, decision, terms, at)
    work.state.answer_offer("lapsed")
    _remember_language(work)
    text = acknowledgement(
        decision,
        case_id=case_id,
        language=work.state.language,
        ask_contact=contact_of(work) is None,
        promise=promised(deadlines, terms, decision.queue, at),
    )
    file = await brief(work, decision, text, deadlines) if in_full else bare(work, decision, text, deadlines)
    work.decision = decision
    work.state.pending = None
    work.state.asked, work.state.named = False, []
    work.state.warned = [decision.reason] if decision.reason in IN_DANGER else []
    work.state.remember(work.access)
    work.state.tool_failures += sum(map(_came_to_nothing, work.runs))
    turn = HandedOff(text=text, case_id=case_id, queue=decision.queue, reason=decision.reason, **common(work))
    if answered:
        case = reopening(case_id, work.text, decision, file, at, deadlines=deadlines)
    else:
        conversation, customer = work.incoming.conversation_id, work.incoming.customer_id
        case = opening(case_id, conversation, customer, decision, file, at, deadlines=deadlines)
    body = {"case_id": case_id, "reason": decision.reason, "queue": decision.queue, "priority": decision.priority}
    event = ("case_reopened" if answered else "case_opened", body)
    done = await store(work, turn, [("notice", Message(role="assistant", text=text))], case=case, events=[event])
    for doing in enrichments(work, case_id, file, decision):
        work.parts.background.start(doing)
    return done


def said_in_danger(work: Work, decision: Decision, case_id: str) -> str:
    """What the customer reads of a new danger while a person has the conversation, once in each case; empty when there is none."""
    if decision.reason not in IN_DANGER or decision.reason in work.state.warned:
        return ""
    _remember_language(work)
    work.state.warned = [*work.state.warned, decision.reason]
    return acknowledgement(decision, case_id=case_id, language=work.state.language, ask_contact=False)


def _remember(work: Work, said: str, *, asked: bool = False) -> None:
    """What the next turn should know about this one; ``asked``: what was said is a question, however it ends."""
    state, decision = work.state, work.decision
    state.answer_offer("lapsed")
    state.remember(work.access)
    state.tool_failures += sum(map(_came_to_nothing, work.runs))
    _remember_language(work)
    state.order = order_spoken_of(work)
    if decision is not None and decision.reason in ANSWERS_COUNTED:
        answer = work.signals is not None and work.signals.answer
        state.visit(decision.reason, at=work.parts.clock.now(), mere_answer=answer)
    if decision is not None and decision.reason not in ("smalltalk", "unsure"):
        state.topic = decision.reason
    if _is_question(work):
        state.ask_again(work.text)
    state.asked = asked or said.rstrip().endswith("?")
    state.named = sorted(choices_in(said)) if state.asked else []


def _came_to_nothing(run: ToolRun) -> bool:
    """Whether a tool failed; not when it only asked for the address that proves an order."""
    return run.status in ("failed", "unknown") and run.result != ASK_EMAIL


def _remember_language(work: Work) -> None:
    work.state.language = work.language


def _is_question(work: Work) -> bool:
    """Whether saying the same again would mean that the answer did not help: not so for "yes", "thanks" and a size."""
    answer = work.signals is not None and work.signals.answer
    courtesy = work.decision is not None and work.decision.reason == "smalltalk"
    return not (answer or courtesy or read_consent(work.text) != "other")


def common(work: Work) -> dict[str, Any]:
    """What every outcome carries."""
    return {
        "conversation_id": work.incoming.conversation_id,
        "message_id": work.incoming.message_id,
        "decision": work.decision or failed("no decision was made", work),
        "tool_calls": tuple(work.runs),
        "usage": work.usage,
        "timings": work.timings(),
        "refused_drafts": work.refused_drafts,
    }


async def store(
    work: Work,
    turn: Turn,
    said: Sequence[tuple[str, Message]],
    *,
    case: Within | None = None,
    events: Sequence[tuple[str, dict[str, Any]]] = (),
) -> Turn:
    """Close the turn in one transaction, then let its text go: nothing is said that is not stored.

    What was answered along with it gets the same outcome and nothing more to say.
    """
    state = None if isinstance(turn, WithHuman) and not turn.text else work.state
    others = {
        one.turn_id: _as_json(
            replace(turn, message_id=one.message_id, text="", tool_calls=(), usage=Usage(), timings=Timings(), refused_drafts=0)
        )
        for one in work.opened.waiting
        if one.turn_id != work.opened.turn_id
    }
    closing = Closing(
        messages=[*work.kept, *said],
        state=state,
        outcome=_as_json(turn),
        others=others,
        events=[*events, *_announced(work, turn)],
        told=work.accounted,
        within=_all_of(work, case),
    )
    await work.parts.store.close_turn(work.opened, closing)
    say(turn.text, work.emit)
    return turn


def _announced(work: Work, turn: Turn) -> Iterator[tuple[str, dict[str, Any]]]:
    """The events that tell the host of messages nobody waits for; what was answered along with another has no words of its own."""
    case = {"case_id": turn.case_id} if isinstance(turn, HandedOff | WithHuman) else {}
    for one in work.opened.waiting:
        if one.announce:
            text = turn.text if one.turn_id == work.opened.turn_id else ""
            yield "turn_closed", {"message_id": one.message_id, "kind": turn.kind, "text": text, **case}


def _all_of(work: Work, case: Within | None) -> Within | None:
    steps = [*([case] if case else []), *work.within]

    async def run(connection: "Connection") -> None:
        for step in steps:
            await step(connection)

    return run if steps else None


def _as_json(turn: Turn) -> str:
    return TURN.dump_json(turn).decode()


def say(text: str, emit: Emit) -> None:
    for delta in deltas(text):
        emit(delta)
