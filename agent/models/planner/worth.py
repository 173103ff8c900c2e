"""What may go back of an order, until when, and what it would bring: asked before anything is sent back."""

from collections.abc import Sequence

from .goals import Call, Goal, Plan, Reply
from .handing_over import hand_over
from .lexicon import marked
from .memory import Fields, count_of, rows, text_of
from .orders import find_order
from .returns import meant_items, nothing_goes
from .view import View
from .wording import day, lines, money, paragraphs, say
from .words import folded


def asks_worth(goal: Goal) -> bool:
    """Whether a wish about a return only asks what would come of it."""
    return not goal.asked and goal.proposed is None and marked("what_back", folded(goal.newest))


def worth(view: View, goal: Goal) -> Plan:
    """Item by item what would come back and until when; a yes to the question after it begins a return."""
    found = yield from find_order(view, goal, "return")
    if isinstance(found, Reply):
        return found
    goal = found[1]
    result = yield Call("check_return", {"order_number": goal.number})
    if result.kind != "ok":
        return (yield from hand_over(f"Order {goal.number} could not be checked for a return. {result.text}"))
    judged = rows(result.fields, "items")
    meant = meant_items(goal, judged) or judged
    going = [row for row in meant if row.get("eligible")]
    if not going:
        return nothing_goes(goal, meant)
    text = paragraphs(lines([_line(view, row) for row in meant]), _together(judged, going, result.fields))
    offer = Goal(kind="return", said=goal.said, number=goal.number)
    return Reply(text=paragraphs(text, say("worth_offer")), offer=offer, done=goal.settled())


def _line(view: View, row: Fields) -> str:
    name = text_of(row, "name")
    if not row.get("eligible"):
        return say("cannot_go_line", item=name, why=text_of(row, "why_not"))
    until, refund = day(text_of(row, "until"), view.host.today), money(row.get("unit_refund"))
    section = "worth_each" if count_of(row, "returnable", default=1) > 1 else "worth_line"
    return say(section, item=name, until=until, refund=refund)


def _together(judged: Sequence[Fields], going: Sequence[Fields], check: Fields) -> str:
    """The sum of several, where it is one the tool has made, and what the label costs."""
    everything = len(going) > 1 and len(going) == sum(bool(row.get("eligible")) for row in judged)
    total = say("worth_all", refund=money(check.get("refund_for_all"))) if everything and check.get("refund_for_all") else ""
    return " ".join(filter(None, (total, text_of(check, "label_note"))))
