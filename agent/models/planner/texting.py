"""Being told by text: when a customer means one, and to which number."""

import re
from typing import Literal

from warmline.tools.texting import ASK_NUMBER, OTHER_NUMBER

from .goals import Call, Goal, Plan, Reply
from .memory import text_of
from .returns import for_customer
from .stock import variant_name
from .thread import Result
from .view import View
from .wording import say
from .words import folded

TOOL = "text_when_back_in_stock"
_TEXT = re.compile(r"\b(?:sms|texts?|texting|texted)\b")
_MAIL = re.compile(r"\b(?:e-?mail|mail)(?:ed|ing|s)?\b")
_NOT = re.compile(r"\b(?:no|not|without|don'?t|rather than|instead of|never)\b.{0,12}$")
_PHONE = re.compile(r"\+\d[\d\s().-]{5,20}\d")


def channel_in(text: str) -> Literal["sms", "email"] | None:
    """What a message wants to be told by; ``None`` if it says nothing of it, or names both."""
    plain = folded(text)
    by_text, by_mail = _named(_TEXT, plain), _named(_MAIL, plain)
    return None if by_text == by_mail else "sms" if by_text else "email"


def _named(pattern: re.Pattern[str], plain: str) -> bool:
    return any(not _NOT.search(plain[: found.start()]) for found in pattern.finditer(plain))


def phones_in(text: str) -> list[str]:
    """Telephone numbers with their country code, in order."""
    return _PHONE.findall(text)


def wants_text(view: View, goal: Goal) -> bool:
    """Whether the last that was said of it is that it should be a text, and the shop sends some."""
    said = next((channel for text in reversed(goal.said) if (channel := channel_in(text))), None)
    return said == "sms" and view.offers(TOOL)


def text(view: View, goal: Goal) -> Plan:
    """Put the customer's number on the list of the variant that was found."""
    given = [phone for words in reversed(goal.said) for phone in phones_in(words)]
    result = yield Call(TOOL, {"sku": goal.sku, "phone": given[0] if given else None}, goal=goal)
    return texted(view, goal, result)


def texted(view: View, goal: Goal, result: Result) -> Reply:
    """The words for a number on the list, or why it is not there."""
    if result.kind != "ok":
        return _not_texted(goal, result.text)
    return Reply(text=say("texted", name=awaited(view, result), phone=text_of(result.fields, "phone")), done=goal.settled())


def awaited(view: View, result: Result) -> str:
    """What a place on the list is for, in words."""
    known = view.memory.variants.get(text_of(result.fields, "sku"), {})
    name = text_of(known, "name")
    return (variant_name(name, known) if text_of(known, "product_id") and "options" in known else name) or "it"


def _not_texted(goal: Goal, why: str) -> Reply:
    if why.startswith(ASK_NUMBER[:20]) or "is not a telephone number" in why:
        return Reply(text=say("which_number"), waiting=goal.asking("phone"))
    if why.startswith(OTHER_NUMBER[:20]):
        by_mail = Goal(kind="signup", product=goal.product, sku=goal.sku, email=goal.email)
        return Reply(text=say("no_text_there"), offer=by_mail, done=goal.settled())
    return Reply(text=say("shop_says_no", why=for_customer(why)), done=goal.settled())
