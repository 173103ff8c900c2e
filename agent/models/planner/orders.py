"""Which order is meant: by its number, by what the conversation is about, or by choosing from the customer's list."""

import re
from collections.abc import Generator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from warmline.tools.access import ASK_EMAIL, NO_MORE_ATTEMPTS

from .choose import Choice, by_words, choose
from .goals import Call, Goal, Reply
from .handing_over import hand_over
from .lexicon import marked
from .memory import Fields, rows, text_of
from .slots import emails_in, order_numbers_in
from .thread import Result
from .view import View
from .wording import day, lines, money, say
from .words import folded

Purpose = Literal["status", "cancel", "address", "return", "exchange"]
Found = tuple[Fields, Goal]
"""An order's details, and the goal with its number."""

_LISTED = 10
_SHOWN = 5
_NAMED = 2
_FITTING = {
    "status": ("processing", "partly shipped", "shipped", "awaiting payment"),
    "cancel": ("processing", "awaiting payment"),
    "address": ("processing", "awaiting payment"),
    "return": ("delivered", "partly shipped"),
    "exchange": ("delivered", "partly shipped"),
}
_RETURNED_WITHIN = timedelta(days=75)
_PATIENCE = 3
"""Times the same is asked before a person takes over."""


def find_order(view: View, goal: Goal, purpose: Purpose) -> Generator[Call, Result, Found | Reply]:
    """The order a goal is about, looked up; or the question that leads there."""
    asked, goal = goal, with_number(view, goal)
    if view.guest and asked.asked == "order" and asked.number and (goal.number, goal.email) == (asked.number, asked.email):
        return (yield from _ask_guest(goal, purpose))
    if goal.number:
        return (yield from look_up(view, goal, purpose))
    if view.guest:
        return (yield from _ask_guest(goal, purpose))
    return (yield from _from_list(view, goal, purpose))


def with_number(view: View, goal: Goal) -> Goal:
    """The goal with the number and the address its newest words name, or those the conversation is about."""
    known = tuple(view.memory.identifiers)
    bare = goal.kind != "address" or goal.asked == "order"
    numbers = order_numbers_in(goal.newest, asked=goal.asked in ("order", "email"), known=known, bare=bare)
    emails = emails_in(goal.newest)
    goal = replace(goal, number=numbers[0] if numbers else goal.number, email=emails[0] if emails else goal.email)
    about = view.memory.order
    if goal.number or not about or goal.asked == "order" or marked("another_order", folded(goal.newest)):
        return goal
    return replace(goal, number=about) if view.guest or not _names_another(view, goal) else goal


def _names_another(view: View, goal: Goal) -> bool:
    """Whether the words point at an order other than the one the conversation is about."""
    picked = choose(goal.words, _choices(list(view.memory.orders.values()), view), today=view.host.today, newest_first=True)
    return bool(picked) and all(choice.value != view.memory.order for choice in picked)


def look_up(view: View, goal: Goal, purpose: Purpose) -> Generator[Call, Result, Found | Reply]:
    """The order with the goal's number; or why it is not there."""
    email = None if not view.guest else goal.email or view.memory.proven.get(goal.number) or None
    result = yield Call("get_order", {"order_number": goal.number, "email": email})
    if result.kind == "ok":
        return result.fields, replace(goal, number=text_of(result.fields, "number") or goal.number)
    return (yield from _not_found(view, goal, purpose, result))


def _not_found(view: View, goal: Goal, purpose: Purpose, result: Result) -> Generator[Call, Result, Found | Reply]:
    if result.text.startswith(ASK_EMAIL[:30]):
        return Reply(text=say("ask_email", order=goal.number), waiting=goal.asking("email"))
    if result.text.startswith(NO_MORE_ATTEMPTS[:30]) or goal.tries >= _PATIENCE:
        return (yield from hand_over(f"Cannot find order {goal.number} for the customer, who wants: {purpose}."))
    if view.guest:
        text = say("not_found_guest", order=goal.number, email=goal.email or view.address())
        return Reply(text=text, waiting=goal.asking("order"))
    return (yield from _not_on_account(view, goal))


def _not_on_account(view: View, goal: Goal) -> Generator[Call, Result, Reply]:
    result = yield Call("find_orders", {"limit": _LISTED})
    choices = _choices(rows(result.fields, "orders"), view)[:_SHOWN]
    waiting = replace(goal.asking("order", choices=tuple(choices)), number="")
    if not choices:
        return Reply(text=say("not_found", order=goal.number), waiting=waiting)
    return Reply(
        text=say("not_found_list", order=goal.number, orders=lines([choice.shown for choice in choices])), waiting=waiting
    )


def _ask_guest(goal: Goal, purpose: Purpose) -> Generator[Call, Result, Reply]:
    if goal.tries >= _PATIENCE or marked("no_number", folded(goal.newest)):
        return (yield from hand_over(f"The customer could not name an order; wants: {purpose}."))
    again = goal.asked == "order" and (not goal.email or bool(goal.number))
    section = "ask_number_again" if again else "ask_number" if goal.email else f"ask_guest_{purpose}"
    return Reply(text=say(section), waiting=goal.asking("order"))


def _from_list(view: View, goal: Goal, purpose: Purpose) -> Generator[Call, Result, Found | Reply]:
    result = yield Call("find_orders", {"limit": _LISTED})
    orders = rows(result.fields, "orders")
    if not orders:
        return no_orders(goal)
    picked = pick(view, goal, orders, purpose)
    if len(picked) == 1:
        return (yield from look_up(view, replace(goal, number=picked[0].value), purpose))
    if goal.tries >= _PATIENCE:
        return (yield from hand_over(f"The customer could not say which order is meant; wants: {purpose}."))
    shown = tuple(picked[:_SHOWN])
    section = "which_order_again" if goal.asked == "order" else f"which_order_{purpose}"
    return Reply(text=say(section, orders=lines([choice.shown for choice in shown])), waiting=goal.asking("order", choices=shown))


def no_orders(goal: Goal) -> Reply:
    """A customer without orders: perhaps they ordered as a guest."""
    return Reply(text=say("no_orders"), offer=Goal(kind="person", said=goal.said), done=goal.settled())


def pick(view: View, goal: Goal, orders: Sequence[Fields], purpose: Purpose) -> Sequence[Choice]:
    """The orders that may be meant: those the words name, then those the purpose fits."""
    everything = _choices(orders, view)
    choices = goal.choices or everything
    named = choose(goal.newest, choices, today=view.host.today, newest_first=True)
    if not named and len(goal.said) > 1:
        named = choose(goal.said[0], choices, today=view.host.today, newest_first=True)
    if len(named) == 1 or (named and goal.asked == "order"):
        return named
    among = [choice.value for choice in named or choices]
    fitting = [order for order in orders if text_of(order, "number") in among and _fits(order, purpose, view.host.today)]
    fitting_choices = _choices(fitting, view)
    if not fitting and purpose != "status" and not by_words(goal.words, choices):
        fitting = [order for order in orders if _fits(order, purpose, view.host.today)]
    if fitting and purpose != "status":
        return _choices(fitting, view)
    if not fitting:
        return named or everything[: 1 if purpose == "status" else _SHOWN]
    return fitting_choices


def _fits(order: Fields, purpose: Purpose, today: date) -> bool:
    """Whether an order is in a state the purpose needs; one of long ago is not what somebody sends back."""
    placed = _date(text_of(order, "placed"))
    recent = purpose not in ("return", "exchange") or placed is None or today - placed <= _RETURNED_WITHIN
    return recent and text_of(order, "status") in _FITTING[purpose]


def _choices(orders: Sequence[Fields], view: View) -> list[Choice]:
    return [order_choice(order, view.host.today) for order in orders]


def order_choice(order: Fields, today: date) -> Choice:
    """An order as a line of a list."""
    number, placed = text_of(order, "number"), text_of(order, "placed")
    names = item_names(order)
    shown = say(
        "order_line",
        number=number,
        day=day(placed, today),
        items=short_list(names),
        total=money(order.get("total")),
        status=text_of(order, "status"),
    )
    return Choice(value=number, label=" ".join(names), shown=shown, on=_date(placed))


def _date(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso[:10])
    except ValueError:
        return None


def item_names(order: Fields) -> list[str]:
    """What an order holds, by name."""
    return [text_of(item, "name") for item in rows(order, "items")]


def short_list(names: Sequence[str]) -> str:
    """The first two names without their options, and how many more there are."""
    bare = list(dict.fromkeys(re.sub(r"\s*\([^()]*\)|,.*", "", name) for name in names))
    if len(bare) <= _NAMED:
        return " and ".join(bare)
    return say("and_more", first=bare[0], count=len(bare) - 1)
