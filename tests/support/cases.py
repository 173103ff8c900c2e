"""Cases, opened as a turn opens them."""

from collections.abc import Sequence
from datetime import timedelta

from warmline.agent.desk.case_file import CaseFile, CustomerCard, Line, OrderCard
from warmline.agent.desk.joining import joining
from warmline.agent.desk.opening import deadlines_of, new_case_id, opening
from warmline.agent.desk.terms import Terms
from warmline.agent.guard.decision import Decision, Priority
from warmline.agent.models.base import Message
from warmline.agent.store.store import Closing, Opened, Store
from warmline.tools.clock import FrozenClock


def a_decision(
    priority: Priority = "normal", reason: str = "emotional", *, queue: str = "care", minutes: int | None = None
) -> Decision:
    return Decision(
        route="human",
        reason=reason,
        rule="r",
        layer="rules",
        score=1,
        queue=queue,
        priority=priority,
        service_level_minutes=minutes,
    )


def a_file(reason: str = "emotional", *, orders: Sequence[str] = (), email: str | None = None) -> CaseFile:
    cards = [OrderCard(number=one, placed="today", status="shipped", total="$1.00", items=[], parcels=[]) for one in orders]
    proved = "order_and_email" if email else "none"
    return CaseFile(
        reason=reason, rule="r", layer="rules", wants="the urn came cracked", customer=CustomerCard(email=email, verification=proved),
        mood=["upset"], next_step="read", draft_reply="Dear …", orders=cards,
        open_questions=["How can the customer be reached outside this chat? Unknown."],
        transcript=[Line(author="customer", text="the urn came cracked")],
    )  # fmt: skip


async def a_turn(store: Store, conversation_id: str, message_id: str, text: str, *, customer_id: str | None = None) -> Opened:
    opened = await store.open_turn(conversation_id, message_id, text, customer_id=customer_id)
    assert isinstance(opened, Opened)
    return opened


async def a_case(
    store: Store,
    conversation_id: str = "c1",
    priority: Priority = "normal",
    message_id: str = "m1",
    *,
    customer_id: str | None = None,
    queue: str = "care",
    minutes: int | None = None,
    terms: Terms | None = None,
    file: CaseFile | None = None,
) -> str:
    opened = await a_turn(store, conversation_id, message_id, "the urn came cracked", customer_id=customer_id)
    case_id, decision = new_case_id(), a_decision(priority, queue=queue, minutes=minutes)
    now = store.clock.now()
    due = deadlines_of(decision, terms or Terms(), now)
    within = opening(case_id, conversation_id, customer_id, decision, file or a_file(), now, deadlines=due)
    said = [("notice", Message(role="assistant", text="passed on"))]
    events = [("case_opened", {"case_id": case_id})]
    await store.close_turn(opened, Closing(messages=said, state=opened.state, outcome="{}", within=within, events=events))
    return case_id


async def a_message(
    store: Store,
    text: str,
    message_id: str,
    *,
    conversation_id: str = "c1",
    customer_id: str | None = None,
    decision: Decision | None = None,
    terms: Terms | None = None,
) -> Opened:
    """A customer's message to the case that is open."""
    opened = await a_turn(store, conversation_id, message_id, text, customer_id=customer_id)
    assert opened.case_id is not None
    within = joining(opened.case_id, text, decision, store.clock.now(), terms=terms)
    await store.close_turn(opened, Closing(messages=[], state=None, outcome="{}", within=within))
    return opened


def later(store: Store, **much: float) -> None:
    """Let time pass."""
    assert isinstance(store.clock, FrozenClock)
    store.clock.moment += timedelta(**much)
