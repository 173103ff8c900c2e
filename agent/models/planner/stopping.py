"""No more messages, beside another wish: a message that says nothing else is dealt with before a model is asked."""

from warmline.tools.stop_words import read_stop

from .goals import Call, Goal, Plan, Reply
from .handing_over import hand_over
from .memory import text_of
from .orders import find_order
from .returns import for_customer
from .view import View
from .wording import say


def stop(view: View, goal: Goal) -> Plan:
    """Stop what was asked to be stopped; a guest first proves an address with an order."""
    if not view.offers("stop_messages"):
        return (yield from hand_over(f"The customer wants no more messages: {goal.words}"))
    if view.guest and not view.address():
        found = yield from find_order(view, goal, "status")
        if isinstance(found, Reply):
            return found
        goal = found[1]
    wish = next((read for said in reversed(goal.said) if (read := read_stop(said)) is not None), None)
    channel = next(iter(wish.channels)) if wish is not None and len(wish.channels) == 1 else None
    result = yield Call("stop_messages", {"channel": channel}, goal=goal)
    if result.kind != "ok":
        return Reply(text=say("shop_says_no", why=for_customer(result.text)), done=goal.settled())
    where = " and ".join(filter(None, (text_of(result.fields, "email"), text_of(result.fields, "phone"))))
    return Reply(text=say("messages_stopped", where=where), done=goal.settled())
