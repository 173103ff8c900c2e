"""Changing an order before it leaves: cancelling it, or sending it elsewhere."""

import re
from collections.abc import Mapping
from dataclasses import replace

from .addresses import country_of, missing, read_address, read_rest
from .choose import by_words
from .goals import Call, Goal, Plan, Reply
from .handing_over import hand_over
from .lexicon import marked
from .memory import Fields, part_of, rows, text_of
from .orders import find_order
from .returns import for_customer, item_choices
from .thread import Result
from .view import View
from .wording import is_zero, listed, money, say
from .words import folded

_PARTS = {"line1": "the street and house number", "city": "the city", "postcode": "the postcode", "country": "the country"}
_WHOLE = re.compile(r"\b(?:order|everything|all|whole|it|them|purchase)\b")
_LEFT = ("partly shipped", "shipped", "delivered")
_RETURNED = "returned to sender"
_PATIENCE = 3


def change(_view: View, goal: Goal) -> Plan:
    """What to change was not said: ask."""
    if goal.asked == "change":
        return (yield from hand_over(f"The customer wants something changed in an order: {goal.words}"))
    return Reply(text=say("change_what"), waiting=goal.asking("change"))


def cancel(view: View, goal: Goal) -> Plan:
    """Cancel an order of which nothing has left."""
    found = yield from find_order(view, goal, "cancel")
    if isinstance(found, Reply):
        return found
    order, goal = found
    if told := _cannot(order, "cancel"):
        back = Goal(kind="return", said=("",), number=goal.number) if text_of(order, "status") == "delivered" else None
        return Reply(text=told, offer=back, done=goal.settled())
    if goal.asked != "go" and (item := _single(order, goal)):
        return Reply(text=say("cancel_item", item=item, number=goal.number), waiting=goal.asking("go"))
    result = yield Call("cancel_unshipped_order", {"order_number": goal.number}, goal=goal)
    return cancelled(goal, result)


def _cannot(order: Fields, what: str) -> str:
    """Why an order cannot be changed any more; empty if it can."""
    number, status = text_of(order, "number"), text_of(order, "status")
    if status == "cancelled":
        return say("cancelled_already", number=number)
    if status in _LEFT:
        return say(f"{what}_delivered" if status == "delivered" else f"{what}_too_late", number=number)
    return ""


def _single(order: Fields, goal: Goal) -> str:
    """The one item of several that is to be cancelled; empty if the whole order is."""
    items = rows(order, "items")
    if len(items) == 1:
        return ""

    named = by_words(goal.newest, item_choices(items))
    return named[0].label if len(named) == 1 and not re.search(r"\b(?:everything|whole|all)\b", folded(goal.newest)) else ""


def cancelled(goal: Goal, result: Result) -> Reply:
    """The words for a cancellation that was made, or why it was not."""
    if result.kind != "ok":
        return Reply(text=say("shop_says_no", why=for_customer(result.text)), done=goal.settled())
    refund, number = result.fields.get("refund"), text_of(result.fields, "order_number") or goal.number
    text = say("cancelled_unpaid", number=number) if is_zero(refund) else say("cancelled", number=number, refund=money(refund))
    return Reply(text=text, done=goal.settled())


def address(view: View, goal: Goal) -> Plan:
    """Send an order elsewhere before it leaves."""
    known = _known_address(goal)
    goal = replace(goal, address=known, tries=0 if known != goal.address else goal.tries)
    found = yield from find_order(view, goal, "address")
    if isinstance(found, Reply):
        return found
    order, goal = found
    if came_back(order) or (text_of(order, "status") in _LEFT and marked("came_back", folded(goal.newest))):
        return (yield from hand_over(f"Order {goal.number} came back and is to be sent again: {goal.words}"))
    if told := _cannot(order, "address"):
        return Reply(text=told, done=goal.settled())
    ship_to = text_of(order, "ship_to")
    written: dict[str, str] = {"country": country_of(ship_to), **goal.address}
    if lacking := missing(written):
        return (yield from _ask(goal, lacking, ship_to))
    result = yield Call("change_shipping_address", _arguments(goal, written, ship_to, view), goal=goal)
    return moved(goal, result)


def came_back(order: Fields) -> bool:
    """Whether a parcel of an order is on its way back to the shop, or there again."""
    return any(text_of(parcel, "status") == _RETURNED for parcel in rows(order, "parcels"))


def _known_address(goal: Goal) -> Mapping[str, str]:
    """What of the address was written so far; a bare answer to "which city?" counts as it."""
    found = read_address(goal.newest)
    if not found and goal.asked == "address":
        found = _bare(goal)
    return {**goal.address, **found}


def _bare(goal: Goal) -> dict[str, str]:

    return read_rest(goal.newest, goal.address)


def _ask(goal: Goal, lacking: list[str], ship_to: str) -> Plan:
    if goal.tries >= _PATIENCE:
        return (yield from hand_over(f"Order {goal.number} is to go to another address: {goal.words}"))
    if not goal.address:
        again = goal.asked == "address"
        text = say("ask_address_again") if again else say("ask_address", number=goal.number, old=ship_to)
        return Reply(text=text, waiting=goal.asking("address"))
    parts = listed([_PARTS[name] for name in lacking])
    return Reply(text=say("ask_rest", parts=parts), waiting=goal.asking("address"))


def _arguments(goal: Goal, written: Mapping[str, str], ship_to: str, view: View) -> dict[str, object]:
    name = written.get("name") or ship_to.split(",")[0] or view.host.name or ""
    optional = {part: written.get(part) or None for part in ("line2", "region")}
    needed = {part: written[part] for part in ("line1", "city", "postcode", "country")}
    return {"order_number": goal.number, "name": name, **needed, **optional}


def moved(goal: Goal, result: Result) -> Reply:
    """The words for an address that was changed, or why it was not."""
    if "takes a person" in result.text:
        person = Goal(kind="person", said=(*goal.said, f"Order {goal.number} is to go to another country."))
        return Reply(text=say("other_country", number=goal.number), offer=person, done=goal.settled())
    if result.kind != "ok":
        return Reply(text=say("shop_says_no", why=for_customer(result.text)), done=goal.settled())
    fields = part_of(result.fields, "address")
    place = " ".join(filter(None, (text_of(fields, part) for part in ("city", "region", "postcode"))))
    where = ", ".join(filter(None, (text_of(fields, "name"), text_of(fields, "line1"), text_of(fields, "line2"), place)))
    return Reply(
        text=say("moved", number=text_of(result.fields, "order_number") or goal.number, address=where), done=goal.settled()
    )
