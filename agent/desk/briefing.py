"""Writing the case file of a turn: from what is known, at once, without asking anybody."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from warmline.agent.decisions import ACCEPTED
from warmline.agent.guard.decision import TEXT_HUMAN_REASONS, Decision
from warmline.agent.guard.scores import INJECTION_RULES
from warmline.agent.models.base import CallRequest, Message
from warmline.agent.outcome import ToolRun
from warmline.agent.store.reading import VISIBLE
from warmline.agent.work import Work
from warmline.prompts import render
from warmline.tools.model import Order

from .case_file import CaseFile, CustomerCard, Line, Mood, OrderCard, Step, in_one_line, mood_of
from .service_levels import Deadline

LOOK_UP_SECONDS = 2.0
RECENT_ORDERS = 3
A_FEW_WORDS = 25


async def brief(work: Work, decision: Decision, acknowledgement: str, deadlines: Sequence[Deadline] = ()) -> CaseFile:
    """The whole story, for the person who takes the case."""
    customer, access = work.incoming.customer, work.access
    contact = contact_of(work)
    return CaseFile(
        reason=decision.reason,
        rule=decision.rule,
        layer=decision.layer,
        triage=decision.triage,
        offers=work.state.offers,
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
        deadline=_due(deadlines),
        open_questions=_open_questions(work, contact),
        noticed=_noticed(work),
        next_step=render("desk", f"next_{decision.reason}"),
        summary=_summary(work, decision),
        draft_reply=render("desk", f"draft_{decision.reason}", name=_first_name(work)),
        contact=contact,
        signals=decision.signals,
        transcript=[*_transcript(work), Line(author="notice", text=acknowledgement)],
    )


def contact_of(work: Work) -> str | None:
    """How the customer can be reached outside the chat, as far as it is known."""
    customer = work.incoming.customer
    return work.access.email or (customer.phone if customer else None)


def bare(work: Work, decision: Decision, acknowledgement: str, deadlines: Sequence[Deadline] = ()) -> CaseFile:
    """The least a person needs, from nothing that could fail: for when the whole story cannot be written."""
    return CaseFile(
        reason=decision.reason,
        rule=decision.rule,
        layer=decision.layer,
        triage=decision.triage,
        offers=work.state.offers,
        wants=in_one_line([work.text]),
        customer=CustomerCard(customer_id=work.incoming.customer_id, verification=work.access.verification),
        mood=[mood_of(decision.reason)],
        promised=[in_one_line([acknowledgement], limit=400)],
        deadline=_due(deadlines),
        open_questions=["The case file could not be written in full; look the customer and their orders up in the shop."],
        next_step=render("desk", f"next_{decision.reason}"),
        draft_reply=render("desk", f"draft_{decision.reason}", name="there"),
        transcript=[Line(author="customer", text=work.text), Line(author="notice", text=acknowledgement)],
    )


def _due(deadlines: Sequence[Deadline]) -> datetime | None:
    """When the customer was told, or may expect, to hear from a person."""
    return next((one.due_at for one in deadlines if one.kind == "first_response"), None)


def _first_name(work: Work) -> str:
    customer = work.incoming.customer
    return next(iter(customer.name.split()), "there") if customer else "there"


async def _orders(work: Work) -> list[Order]:
    """The orders looked up in this turn, else a signed-in customer's newest; none rather than a late case."""
    customer = work.incoming.customer
    if work.orders or customer is None:
        return work.orders
    with suppress(Exception):
        async with asyncio.timeout(LOOK_UP_SECONDS):
            return list(await work.parts.shop.list_orders(customer.customer_id))[:RECENT_ORDERS]
    return []


def _summary(work: Work, decision: Decision) -> str:
    """What happened, in a few fixed sentences that say only what is counted."""
    customer = work.incoming.customer
    messages = sum(author == "customer" for author in work.opened.authors)
    ran = ", ".join(dict.fromkeys(run.name for run in work.runs if run.status == "done")) or "nothing"
    return render(
        "desk",
        "summary",
        who=customer.name if customer else "A guest",
        messages="one message" if messages == 1 else f"{messages} messages",
        wants=_wants(work),
        reason=decision.reason.replace("_", " "),
        done=ran,
    )


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


def _noticed(work: Work) -> list[str]:
    """What words of the message gave away beside the reason, and a rule about instructions to the machine."""
    if work.signals is None:
        return []
    told = [f"injection: “{hit.words}”" for hit in work.signals.rules if hit.id in INJECTION_RULES]
    return [*told, *(f"{cue.kind}: “{cue.words}”" for cue in work.signals.cues)]


def _wants(work: Work) -> str:
    """The newest words; with those before them when they say little by themselves ("hello?", "yes") or only accept an offer."""
    said = [message.text for message in work.opened.messages if message.role == "user" and message.text]
    accepts = work.decision is not None and work.decision.rule.startswith(ACCEPTED)
    return in_one_line(said[-2:] if accepts or len(work.text) < A_FEW_WORDS else [work.text])


def _earlier(work: Work) -> list[Step]:
    """What tools did in earlier turns of this conversation: each call with its result."""
    return [
        Step(tool=call.name, arguments=call.arguments, status="done", result=in_one_line([result], limit=600))
        for call, result in _answered(work.opened.messages)
        if result.startswith("{")
    ]


def _answered(messages: Sequence[Message]) -> Iterator[tuple[CallRequest, str]]:
    """Each call with its answer, which follows it; a call's id may come again in a later turn."""
    waiting: dict[str | None, CallRequest] = {}
    for message in messages:
        waiting.update({call.call_id: call for call in message.calls})
        if message.role == "tool" and (call := waiting.pop(message.call_id, None)) is not None:
            yield call, message.text or ""


def _step(run: ToolRun) -> Step:
    return Step(tool=run.name, arguments=run.arguments, status=run.status, result=in_one_line([run.result], limit=600))


def _transcript(work: Work) -> list[Line]:
    """What the customer and whoever answered them said; not what a model wrote beside its calls, which nobody was sent."""
    thread = zip(work.opened.authors, work.opened.messages, strict=True)
    said = ((author, message.text) for author, message in thread if author in VISIBLE and message.text)
    return [Line.model_validate({"author": author, "text": text}) for author, text in said]
