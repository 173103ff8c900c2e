"""A change of mind while a write is proposed: "yes, but the black one", "no, size L", "only one of them"."""

import re
from dataclasses import replace

from .choose import Choice, by_words, choose, wants_all
from .goals import Goal, Item
from .lexicon import lexicon, marked
from .message import Message
from .products import product_words, wanted_options
from .returns import order_items
from .slots import emails_in, quantity_in, reason_in
from .texting import TOOL, channel_in, phones_in
from .words import folded, tokens


def changes(message: Message, running: Goal) -> bool:
    """Whether a message says other arguments than those proposed."""
    text = message.text
    match running.kind:
        case "return":
            return bool(_other_items(message, running) or _other_reason(message, running) or quantity_in(text))
        case "exchange":
            return bool(wanted_options(text, alone=True) or _other_items(message, running) or bigger(text))
        case "signup" | "letters":
            return bool(emails_in(text) or phones_in(text) or wanted_options(text) or _other_channel(text, running))
        case "address":
            return any(char.isdigit() for char in text) or bool(re.search(r"\bname\b", folded(text)))
        case "cancel":
            return bool(message.numbers)
        case _:
            return False


def _other_channel(text: str, running: Goal) -> bool:
    """Whether it should be a text instead of the e-mail they were asked about, or the other way round."""
    channel = channel_in(text)
    asked = "sms" if running.proposed is not None and running.proposed.tool == TOOL else "email"
    return running.kind == "signup" and channel is not None and channel != asked


def bigger(text: str) -> bool:
    """Whether a size up or down is meant."""
    return re.search(r"\b(?:bigger|larger|smaller|up|down)\b", folded(text)) is not None


def _other_reason(message: Message, running: Goal) -> bool:
    reason = reason_in(lexicon("marks")["leading_no"].sub("", folded(message.text)))
    return reason is not None and reason != running.reason and not re.search(r"\bdon'?t want\b", folded(message.text))


def _other_items(message: Message, running: Goal) -> bool:
    names = [item.name for item in running.items]
    if narrowed(message, running):
        return True
    words = [word for name in names for word in tokens(name)]
    order = message.memory.orders.get(running.number, {})

    fresh = choose(message.text, [choice for choice in order_items(order) if choice.label not in names], today=message.host.today)
    return bool(fresh) and (
        wants_all(message.text) or any(word not in words for word in product_words(message.text) or wanted_options(message.text))
    )


def narrowed(message: Message, running: Goal) -> tuple[Item, ...]:
    """What is left of several items when only some are meant: "just the tee", "not the crewneck"; empty if nothing is said of that."""
    plain = lexicon("marks")["plain_no"].sub(" ", folded(message.text))
    kept_out = lexicon("marks")["except"].search(plain)
    named = _named(plain[kept_out.end() :] if kept_out else plain, running)
    left = tuple(item for item in running.items if (item in named) != bool(kept_out)) if named else ()
    return left if 0 < len(left) < len(running.items) and (kept_out or marked("only", plain)) else ()


def _named(plain: str, running: Goal) -> list[Item]:
    """The items of a goal that words mean, one by one where they are listed."""
    choices = [Choice(value=item.sku, label=item.name) for item in running.items]
    picked = {choice.value for part in re.split(r"\band\b|,|&", plain) for choice in by_words(part, choices)}
    return [item for item in running.items if item.sku in picked]


def changed(message: Message, running: Goal) -> Goal:
    """The goal with what the message says otherwise; what it names anew is chosen again."""
    goal = replace(running, said=(*running.said, message.text), proposed=None, asked="")
    match running.kind:
        case "return":
            items = narrowed(message, running) or (() if _other_items(message, running) else running.items)
            return replace(
                goal, items=items, reason=reason_in(message.text) or running.reason, quantity=quantity_in(message.text)
            )
        case "exchange":
            return replace(goal, sku="", items=() if _other_items(message, running) else running.items)
        case "signup":
            return replace(
                goal, sku="" if wanted_options(message.text) else running.sku, email=next(iter(emails_in(message.text)), "")
            )
        case "cancel":
            numbers = message.numbers
            return replace(goal, number=numbers[0] if numbers else running.number)
        case _:
            return goal
