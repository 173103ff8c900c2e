"""Writing the case file of a turn: from what is known, at once, without asking anybody."""

import asyncio
from contextlib import suppress

from warmline.agent.guard.decision import TEXT_HUMAN_REASONS, Decision
from warmline.agent.models.base import Message
from warmline.agent.outcome import ToolRun
from warmline.agent.work import Work
from warmline.prompts import render
from warmline.tools.model import Order

from .case_file import CaseFile, CustomerCard, Line, Mood, OrderCard, Step, in_one_line, mood_of

LOOK_UP_SECONDS = 2.0
RECENT_ORDERS = 3
A_FEW_WORDS = 25


async def brief(work: Work, decision: Decision, acknowledgement: str) -> CaseFile:
    """The whole story, for the person who takes the case."""
    customer, access = work.incoming.customer, work.access
    contact = access.email or (customer.phone if customer else None)
    return CaseFile(
        reason=decision.reason,
        rule=decision.rule,
        layer=decision.layer,
        wants=_wants(work),
        customer=CustomerCard.of(customer, verification=access.verification, email=access.email),
        mood=_moods(work, decision),
        orders=[OrderCard.of(order) for order in await _orders(work)],
        done=[
            *_earlier(work),
            *(_step(run) for run in work.runs if run.status in ("done", "failed", "unknown") and run.name != "escalate"),
        ],
        refused=[_step(run) for run in work.runs if run.status in ("refused", "asked")],
        promised=[in_one_line([acknowledgement], limit=400)],
        open_questions=_open_questions(work, contact),
        next_step=render("desk", f"next_{decision.reason}"),
        draft_reply=render("desk", f"draft_{decision.reason}", name=customer.name.split()[0] if customer else "there"),
        contact=contact,
        signals=decision.signals,
        transcript=[*_transcript(work), Line(author="agent", text=acknowledgement)],
    )


async def _orders(work: Work) -> list[Order]:
    """The orders looked up in this turn, else a signed-in customer's newest; none rather than a late case."""
    customer = work.incoming.customer
    if work.orders or customer is None:
        return work.orders
    with suppress(Exception):
        async with asyncio.timeout(LOOK_UP_SECONDS):
            return list(await work.parts.shop.list_orders(customer.customer_id))[:RECENT_ORDERS]
    return []


def _moods(work: Work, decision: Decision) -> list[Mood]:
    earlier: list[Mood] = ["calm"] * min(sum(message.role == "user" for message in work.opened.messages) - 1, 5)
    reason = decision.reason
    if reason not in TEXT_HUMAN_REASONS and work.decision is not None:
        reason = work.decision.reason
    return [*earlier, mood_of(reason)]


def _open_questions(work: Work, contact: str | None) -> list[str]:
    questions: list[str] = []
    if work.state.pending is not None:
        questions.append(f"The customer was asked and has not said yes: {work.state.pending.question}")
    if work.access.verification == "none":
        questions.append("Who is this? The customer is not signed in and has not proved an order.")
    if contact is None:
        questions.append("How can the customer be reached outside this chat? Unknown.")
    questions += [
        f"{run.name} broke off; check at the shop whether it happened."
        for run in work.runs
        if run.status == "unknown" and run.effect == "write"
    ]
    return questions


def _wants(work: Work) -> str:
    """The newest words; with those before them when they say little by themselves ("hello?", "yes")."""
    said = [message.text for message in work.opened.messages if message.role == "user" and message.text]
    newest = " ".join(work.opened.unanswered)
    return in_one_line(said[-2:] if len(newest) < A_FEW_WORDS else [newest])


def _earlier(work: Work) -> list[Step]:
    """What tools did in earlier turns of this conversation: each call with its result."""
    results = {message.call_id: message.text or "" for message in work.opened.messages if message.role == "tool"}
    return [
        Step(tool=call.name, arguments=call.arguments, status="done", result=in_one_line([result], limit=600))
        for message in work.opened.messages
        for call in message.calls
        if (result := results.get(call.call_id, "")).startswith("{")
    ]


def _step(run: ToolRun) -> Step:
    return Step(tool=run.name, arguments=run.arguments, status=run.status, result=in_one_line([run.result], limit=600))


def _transcript(work: Work) -> list[Line]:
    thread = [*work.opened.messages, *(message for _, message in work.kept)]
    return [line for message in thread if (line := _line(message)) is not None]


def _line(message: Message) -> Line | None:
    if message.role == "user" and message.text:
        return Line(author="customer", text=message.text)
    if message.role == "assistant" and message.text:
        return Line(author="agent", text=message.text)
    return None
