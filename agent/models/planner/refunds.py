"""Money that is to come back for an order: the shop's rule is known, what left the till is not, so a colleague is offered."""

from .goals import Call, Goal, Plan, Reply
from .memory import Fields, text_of
from .sentences import best_sentences
from .view import View
from .wording import paragraphs, say

_CANCELLED = "When is a cancelled order refunded?"
_RETURNED = "How many days until a refund is paid?"


def refund(_view: View, order: Fields, goal: Goal, story: str) -> Plan:
    """How the order stands, what the rules say of its refund, and that nobody here sees whether it was paid."""
    result = yield Call("get_policy", {"topic": "refunds"})
    question = _CANCELLED if text_of(order, "status") == "cancelled" else _RETURNED
    told = best_sentences(text_of(result.fields, "text"), question, topic="refunds", most=1) if result.kind == "ok" else ""
    rule = say("policy", title=text_of(result.fields, "title"), text=told) if told else ""
    number = text_of(order, "number")
    person = Goal(kind="person", said=(*goal.said, f"Has the refund of order {number} been paid?"), number=number)
    return Reply(text=paragraphs(story, rule, say("refund_not_seen")), offer=person, done=goal.settled())
