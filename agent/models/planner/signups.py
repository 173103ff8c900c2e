"""Being told: when something is back in stock, and how to look after it. Both ask for a yes themselves."""

from collections.abc import Sequence
from dataclasses import replace

from warmline.tools.marketing import ASK_ADDRESS

from . import texting
from .choose import Choice, choose
from .goals import Call, Goal, Plan, Reply
from .handing_over import hand_over
from .memory import Fields, has_units, text_of
from .products import Stocked, find_product, narrowed
from .returns import for_customer
from .slots import emails_in
from .stock import by_option, stocked, variant_name
from .thread import Result
from .view import View
from .wording import lines, money, say


def signup(view: View, goal: Goal) -> Plan:
    """Put the customer on the list of a sold-out variant."""
    goal = _with_choice(view, goal)
    found = yield from stocked(view, goal)
    if isinstance(found, Reply):
        return found
    goal = replace(found.goal, sku=goal.sku, asked=goal.asked, tries=goal.tries)
    meant = [row for row in found.variants if text_of(row, "sku") == goal.sku] or narrowed(found.variants, goal.newest)
    gone = [row for row in meant if not has_units(row)]
    if not gone:
        return _there(found, meant, goal)
    if len(gone) > 1:
        return _which(view, found.name, gone, goal)
    goal = replace(goal, sku=text_of(gone[0], "sku"), email=_email(goal))
    if texting.wants_text(view, goal):
        return (yield from texting.text(view, goal))
    if _lacks_address(view, goal):
        return _ask_address(goal)
    result = yield Call("subscribe_back_in_stock", {"sku": goal.sku, "email": _given(view, goal)}, goal=goal)
    return subscribed(view, goal, result)


def _with_choice(view: View, goal: Goal) -> Goal:
    picked = choose(goal.newest, goal.choices, today=view.host.today) if goal.asked == "variant" else []
    return replace(goal, sku=picked[0].value) if picked else goal


def _there(found: Stocked, meant: Sequence[Fields], goal: Goal) -> Reply:
    """No need to wait: it can be bought now."""
    name = variant_name(found.name, meant[0]) if len(meant) == 1 else found.name
    price = money(meant[0].get("price")) if meant else ""
    return Reply(text=say("in_stock_already", name=name, price=price), done=goal.settled())


def _which(view: View, name: str, gone: Sequence[Fields], goal: Goal) -> Reply:
    choices = tuple(Choice(value=text_of(row, "sku"), label=text_of(row, "options")) for row in gone)
    text = say("which_to_tell", name=name, variants=lines(by_option(view, gone)))
    return Reply(text=text, waiting=goal.asking("variant", choices=choices))


def _email(goal: Goal) -> str:
    found = [email for text in reversed(goal.said) for email in emails_in(text)]
    return found[0] if found else goal.email


def _lacks_address(view: View, goal: Goal) -> bool:
    return view.guest and not goal.email and not view.address()


def _given(view: View, goal: Goal) -> str | None:
    """The address as an argument: only a guest's own words; the account's and a proved one are known to the tool."""
    return (goal.email or None) if view.guest else None


def _ask_address(goal: Goal) -> Reply:
    section = "which_email_again" if goal.asked == "email" else "which_email"
    return Reply(text=say(section), waiting=goal.asking("email"))


def subscribed(view: View, goal: Goal, result: Result) -> Reply:
    """The words for a place on the list, or why there is none."""
    if goal.proposed is not None and goal.proposed.tool == texting.TOOL:
        return texting.texted(view, goal, result)
    if result.kind != "ok":
        return _not_signed_up(goal, result)
    return Reply(
        text=say("subscribed", name=texting.awaited(view, result), email=text_of(result.fields, "email")), done=goal.settled()
    )


def _not_signed_up(goal: Goal, result: Result) -> Reply:
    """What stands in the way: a missing or misspelt address is asked for."""
    if result.text.startswith(ASK_ADDRESS[:20]) or "is not an e-mail address" in result.text:
        return _ask_address(goal)
    return Reply(text=say("shop_says_no", why=for_customer(result.text)), done=goal.settled())


def letters(view: View, goal: Goal) -> Plan:
    """Send the customer the care letters of a product."""
    if not view.offers("enrol_in_care_series"):
        return (yield from hand_over(f"The customer asks for care letters: {goal.words}"))
    found = yield from find_product(view, goal)
    if isinstance(found, Reply):
        return found
    goal = replace(found.goal, email=_email(goal), asked=goal.asked, tries=goal.tries)
    if _lacks_address(view, goal):
        return _ask_address(goal)
    result = yield Call("enrol_in_care_series", {"product": goal.product, "email": _given(view, goal)}, goal=goal)
    return enrolled(view, goal, result)


def enrolled(view: View, goal: Goal, result: Result) -> Reply:
    """The words for an enrolment, or why there is none."""
    if result.kind != "ok":
        return _not_signed_up(goal, result)
    name = text_of(view.memory.products.get(goal.product, {}), "name")
    return Reply(text=say("enrolled", name=name or "it", email=text_of(result.fields, "email")), done=goal.settled())
