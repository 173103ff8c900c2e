"""Where an order is: what the shop and the carrier know, said honestly, and the detail that was asked for."""

import re
from collections.abc import Generator, Sequence
from dataclasses import replace

from .goals import Call, Goal, Plan, Reply
from .handing_over import hand_over
from .lexicon import first_named, marked
from .memory import Fields, rows, text_of, words_in
from .orders import find_order, item_names, look_up, no_orders, order_choice, pick, short_list, with_number
from .refunds import refund
from .slots import order_numbers_in
from .thread import Result
from .view import View
from .wording import day, is_zero, lines, listed, lowered, money, paragraphs, raised, say, sentences, shortened
from .words import folded

_TOGETHER = 3
_FOR_A_PERSON = ("lost", "returned to sender")


def status(view: View, goal: Goal) -> Plan:
    """Where an order is and when it comes; a lost one goes to a person. Two or three open ones are told together."""
    if several := (yield from _open_orders(view, goal)):
        if len(several) > 1:
            return (yield from _overview(view, goal, several))
        goal = replace(goal, number=several[0])
    found = yield from find_order(view, goal, "status")
    if isinstance(found, Reply):
        return found
    order, goal = found
    if lost := _for_a_person(order):
        return (yield from hand_over(lost))
    if marked("refund", folded(goal.newest)):
        return (yield from refund(view, order, goal, _story(view, order)))
    text = _detail(view, order, goal) or _story(view, order)
    return _with_help(order, goal, text)


def _open_orders(view: View, goal: Goal) -> Generator[Call, Result, Sequence[str] | None]:
    """The numbers of two or three orders under way, when none was named, without the one told of before "the other one"."""
    named = order_numbers_in(goal.newest, known=tuple(view.memory.identifiers))
    if 1 < len(named) <= _TOGETHER and not view.guest:
        return named
    if view.guest or goal.choices or with_number(view, goal).number:
        return None
    result = yield Call("find_orders", {"limit": 10})
    numbers = [choice.value for choice in pick(view, goal, rows(result.fields, "orders"), "status")]
    if marked("other", folded(goal.newest)) and view.memory.order in numbers:
        numbers.remove(view.memory.order)
        return numbers if 0 < len(numbers) <= _TOGETHER else None
    return numbers if 1 < len(numbers) <= _TOGETHER else None


def _overview(view: View, goal: Goal, numbers: Sequence[str]) -> Plan:
    """Several orders, one line each."""
    told: list[str] = []
    for number in numbers:
        found = yield from look_up(view, replace(goal, number=number), "status")
        if isinstance(found, Reply):
            return found
        order, _ = found
        if lost := _for_a_person(order):
            return (yield from hand_over(lost))
        told.append(raised(_led(_lead(order), _note(view, text_of(order, "expected_note")))))
    choices = tuple(order_choice(view.memory.orders.get(number, {}), view.host.today) for number in numbers)
    return Reply(text=say("orders_under_way", orders=lines(told)), done=replace(goal, choices=choices).settled())


def _lead(order: Fields) -> str:
    return say("order_lead", number=text_of(order, "number"), items=short_list(item_names(order)))


def history(view: View, goal: Goal) -> Plan:
    """The customer's orders as a list, or the items of one."""
    if view.guest:
        return (yield from status(view, replace(goal, kind="status")))
    if re.search(r"\bwhat (?:did|have) i\b|\bin my last order\b", folded(goal.newest)):
        return (yield from _last_order(view, goal))
    result = yield Call("find_orders", {"limit": 5})
    choices = [order_choice(order, view.host.today) for order in rows(result.fields, "orders")]
    if not choices:
        return no_orders(goal)
    text = say("your_orders", orders=lines([choice.shown for choice in choices]))
    return Reply(text=text, waiting=replace(goal, kind="status").asking("order", choices=tuple(choices)))


def _last_order(view: View, goal: Goal) -> Generator[Call, Result, Reply]:
    result = yield Call("find_orders", {"limit": 5})
    orders = rows(result.fields, "orders")
    if not orders:
        return no_orders(goal)
    named = order_numbers_in(goal.newest)
    goal = replace(goal, kind="status", number=named[0] if named else text_of(orders[0], "number"))
    return (yield from status(view, goal))


def _for_a_person(order: Fields) -> str:
    """What the colleague needs to know about a parcel that will not arrive by itself; empty if there is none."""
    for parcel in rows(order, "parcels"):
        if text_of(parcel, "status") in _FOR_A_PERSON:
            number, note = text_of(order, "number"), text_of(parcel, "expected_note")
            contents = listed(words_in(parcel, "contents"))
            carrier = f"{text_of(parcel, 'carrier')} {text_of(parcel, 'tracking_number')}"
            return f"Order {number}: the parcel with {contents} ({carrier}) needs a person. {note}"
    return ""


def _detail(view: View, order: Fields, goal: Goal) -> str:
    """The answer to a question about one detail; empty if none was asked for."""
    plain = folded(goal.newest)
    asked = first_named("details", plain)
    number = text_of(order, "number")
    match asked:
        case "address":
            return say("order_address", number=number, address=text_of(order, "ship_to"))
        case "total":
            return _total(order, number)
        case "items":
            return say(
                "order_items",
                number=number,
                day=_placed(view, order),
                items=lines(_items(order)),
                total=money(order.get("total")),
            )
        case "placed":
            return say("order_placed", number=number, day=_placed(view, order))
        case "gift" if message := text_of(order, "gift_message"):
            return say("order_gift", number=number, message=message)
        case "tracking" if parcels := [parcel for parcel in rows(order, "parcels") if text_of(parcel, "tracking_number")]:
            where = lines([_tracking(parcel) for parcel in parcels])
            return paragraphs(say("order_tracking", number=number, parcels=where), _note(view, text_of(order, "expected_note")))
        case _:
            return ""


def _total(order: Fields, number: str) -> str:
    total, shipping = money(order.get("total")), order.get("shipping")
    if is_zero(shipping):
        return say("order_total_free", number=number, total=total)
    return say("order_total", number=number, total=total, shipping=money(shipping))


def _placed(view: View, order: Fields) -> str:
    return day(text_of(order, "placed"), view.host.today)


def _items(order: Fields) -> list[str]:
    return [
        f"{item.get('quantity', 1)} × {text_of(item, 'name')}, {money(item.get('unit_price'))}" for item in rows(order, "items")
    ]


def _tracking(parcel: Fields) -> str:
    return f"{text_of(parcel, 'carrier')}, {text_of(parcel, 'tracking_number')} ({text_of(parcel, 'status')})"


def _story(view: View, order: Fields) -> str:
    """Where the order is, in a few sentences; several parcels one by one."""
    lead = _lead(order)
    parcels = rows(order, "parcels")
    note = text_of(order, "expected_note")
    if len(parcels) > 1 or words_in(order, "not_shipped"):
        return paragraphs(sentences(_sorry(note), f"{lead} {_several(order)}"), lines(_each(view, order, parcels)))
    first = sentences(_sorry(note), _led(lead, _note(view, note)))
    return sentences(first, *(_scan(view, parcel) for parcel in parcels))


def _sorry(note: str) -> str:
    late = "later than promised" in note or " ago" in note
    return say("sorry_late") if late else ""


def _led(lead: str, note: str) -> str:
    """The lead and the note as one sentence where the note goes on from it."""
    for opening, joined in _JOINED:
        if note.startswith(opening):
            return f"{lead} {joined}{note.removeprefix(opening)}"
    return f"{lead} {lowered(note)}"


_JOINED = (
    ("On its way and on time: ", "is on its way and on time, "),
    ("On its way and early: ", "is on its way, and early: "),
    ("On its way, ", "is on its way, "),
    ("Out for delivery: ", "is out for delivery: "),
    ("Delivered", "was delivered"),
    ("Packed, ", "is packed, "),
    ("Not shipped yet", "has not been shipped yet"),
    ("Waiting for the payment", "is waiting for the payment"),
    ("The order is cancelled", "is cancelled"),
    ("Everything is delivered", "is all delivered"),
    ("It was expected", "was expected"),
    ("The carrier reports", "is on its way, but the carrier reports"),
)


def _note(view: View, note: str) -> str:
    return shortened(note, view.host.today)


def _scan(view: View, parcel: Fields) -> str:
    """The newest scan and the tracking number of a parcel that is with a carrier."""
    events = rows(parcel, "events")
    carrier, number = text_of(parcel, "carrier"), text_of(parcel, "tracking_number")
    if text_of(parcel, "status") == "delivered":
        return (
            say("delivered_scan", what=lowered(text_of(events[0], "what")), place=text_of(events[0], "place")) if events else ""
        )
    if not events:
        return say("carrier_only", carrier=carrier, tracking=number)
    newest = events[0]
    on = day(text_of(newest, "on"), view.host.today)
    what, place = text_of(newest, "what"), text_of(newest, "place")
    return say("newest_scan", day=on, what=lowered(what), place=place, carrier=carrier, tracking=number)


def _several(order: Fields) -> str:
    count = len(rows(order, "parcels"))
    return say("in_parts_open") if words_in(order, "not_shipped") else say("in_parts", count=count)


def _each(view: View, order: Fields, parcels: Sequence[Fields]) -> list[str]:
    """One line a parcel, and one for what is not shipped yet."""
    told = [
        say(
            "parcel_line",
            contents=listed(words_in(parcel, "contents")),
            note=lowered(_note(view, text_of(parcel, "expected_note"))),
            carrier=text_of(parcel, "carrier"),
            tracking=text_of(parcel, "tracking_number"),
        )
        for parcel in parcels
    ]
    waiting = words_in(order, "not_shipped")
    return [*told, say("not_shipped_line", contents=listed(waiting))] if waiting else told


def _with_help(order: Fields, goal: Goal, text: str) -> Reply:
    """The reply; a parcel that is said to be delivered and is not there comes with the offer of a colleague."""
    done = replace(goal, number=text_of(order, "number")).settled()
    note, plain = text_of(order, "expected_note"), folded(goal.newest)
    if text_of(order, "status") == "delivered" and marked("not_there", plain):
        section = "delivered_not_there" if marked("says_delivered", plain) else "delivered_look"
        return Reply(text=paragraphs(text, say(section)), offer=_to_person(goal, order), done=done)
    if "No new date is known" in note:
        return Reply(text=paragraphs(text, say("offer_colleague")), offer=_to_person(goal, order), done=done)
    return Reply(text=text, done=done)


def _to_person(goal: Goal, order: Fields) -> Goal:
    note = raised(text_of(order, "expected_note"))
    return Goal(kind="person", said=(*goal.said, f"Order {text_of(order, 'number')}: {note}"), number=text_of(order, "number"))
