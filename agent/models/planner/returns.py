"""Sending something back: which order, which items, how many, why; then the write, which asks for the yes itself."""

import re
from collections.abc import Generator, Sequence
from dataclasses import replace

from warmline.agent.guard.consent import read_consent

from .choose import Choice, by_place, by_value, by_words, wants_all
from .goals import Call, Goal, Item, Plan, Reply
from .handing_over import hand_over
from .lexicon import marked
from .memory import Fields, count_of, part_of, rows, text_of
from .orders import Purpose, find_order
from .slots import quantity_in, reason_in
from .thread import Result
from .view import View
from .wording import day, lines, listed, lowered, money, paragraphs, say
from .words import folded, tokens

Going = tuple[Goal, Fields]
"""The goal with its items, and what ``check_return`` said of the order."""

_ITEM_PATIENCE = 3
_OUR_FAULT = ("damaged", "defective", "wrong_item")


def give_back(view: View, goal: Goal) -> Plan:
    """Start a return; a label that was lost belongs to one that was made, and a person sends it again."""
    if not goal.asked and marked("label_again", folded(goal.newest)):
        return (yield from hand_over(f"The customer needs the label of a return again: {goal.words}"))
    found = yield from going_back(view, goal, "return")
    if isinstance(found, Reply):
        return found
    goal, check = found
    if not goal.reason:
        section = (
            "why_again" if goal.asked == "reason" else "why" if not marked("only_asking", folded(goal.newest)) else "why_possible"
        )
        return Reply(text=_why(view, section, goal, check), waiting=goal.asking("reason"))
    items = [{"sku": item.sku, "quantity": item.quantity} for item in goal.items]
    result = yield Call("start_return", {"order_number": goal.number, "items": items, "reason": goal.reason}, goal=goal)
    return returned(view, goal, result)


def _why(view: View, section: str, goal: Goal, check: Fields) -> str:
    if section == "why_again":
        return say(section)
    names = listed([item.name for item in goal.items])
    until = next((text_of(row, "until") for row in rows(check, "items") if text_of(row, "sku") == goal.items[0].sku), "")
    if section == "why_possible" and until:
        return say(section, items=names, until=day(until, view.host.today))
    return say("why", items=names)


def going_back(view: View, goal: Goal, purpose: Purpose) -> Generator[Call, Result, Going | Reply]:
    """The order, its items and how many of them go back; or the question that leads there, or why it cannot be."""
    found = yield from find_order(view, goal, purpose)
    if isinstance(found, Reply):
        return found
    goal = replace(found[1], reason=_reason(found[1]))
    result = yield Call("check_return", {"order_number": goal.number})
    if result.kind != "ok":
        return (yield from hand_over(f"Order {goal.number} could not be checked for a return. {result.text}"))
    if _came_broken_in_a_final_sale(goal, rows(result.fields, "items")):
        return (
            yield from hand_over(
                f"Order {goal.number}: a final sale item did not come as it should ({goal.reason}). {goal.words}"
            )
        )
    settled = _items(goal, result.fields, purpose)
    if isinstance(settled, Reply) and goal.asked == "item" and goal.tries >= _ITEM_PATIENCE:
        return (yield from hand_over(f"Order {goal.number}: which item is meant could not be found out. {goal.words}"))
    return settled if isinstance(settled, Reply) else (settled, result.fields)


def _came_broken_in_a_final_sale(goal: Goal, judged: Sequence[Fields]) -> bool:
    """Whether a final sale item was damaged, defective or not what was ordered: those a person puts right (policy ``final_sale``)."""
    meant = [row for row in judged if text_of(row, "sku") in {item.sku for item in goal.items}] or meant_items(goal, judged)
    final = [row for row in meant or judged if "final sale" in text_of(row, "why_not")]
    return goal.reason in _OUR_FAULT and bool(final) and (bool(meant) or len(final) == len(judged))


def _reason(goal: Goal) -> str:
    """The reason, as said last; any words but the item's own count once it was asked for."""
    said = reason_in(goal.newest) or goal.reason or reason_in(goal.words)
    own = [word for item in goal.items for word in tokens(item.name)]
    fresh = [word for word in tokens(goal.newest) if word not in own and word not in ("the", "it", "it's", "and")]
    return said or ("other" if goal.asked == "reason" and fresh and read_consent(goal.newest) == "other" else "")


def _items(goal: Goal, check: Fields, purpose: Purpose) -> Goal | Reply:
    judged = rows(check, "items")
    eligible = [row for row in judged if row.get("eligible")]
    meant = [row for row in judged if text_of(row, "sku") in {item.sku for item in goal.items}] or meant_items(goal, judged)
    if not eligible:
        return nothing_goes(goal, meant or judged)
    refused = [row for row in meant if not row.get("eligible")]
    meant = [row for row in meant if row.get("eligible")] or (eligible if len(judged) == 1 else [])
    if refused and not (meant and wants_all(goal.newest)):
        return _refused(goal, refused, eligible)
    if not meant and goal.asked == "item" and marked("objects", folded(goal.newest)) and len(eligible) < len(judged):
        return _insisted(goal, [row for row in judged if not row.get("eligible")])
    if not meant or (len(meant) > 1 and not _several_meant(goal)):
        return _which(goal, meant or eligible, purpose)
    if purpose == "exchange" and len(meant) > 1:
        return _which(goal, meant, purpose)
    return _counted(goal, meant)


def _several_meant(goal: Goal) -> bool:
    return bool(goal.items) or wants_all(goal.newest) or wants_all(goal.words) or " and " in folded(goal.newest)


def meant_items(goal: Goal, judged: Sequence[Fields]) -> list[Fields]:
    """The items the words mean: by SKU or name in the newest words, then in earlier ones; by place only when asked which."""
    choices = item_choices(judged)
    for text in reversed(goal.said):
        if named := by_value(text, choices) or _each_named(text, choices):
            return [row for row in judged if text_of(row, "sku") in {choice.value for choice in named}]
        if wants_all(text):
            return [row for row in judged if row.get("eligible")]
    if goal.asked != "item":
        return []
    only = goal.choices[0] if len(goal.choices) == 1 and read_consent(goal.newest) == "yes" else None
    placed = only or by_place(goal.newest, goal.choices)
    return [row for row in judged if placed and text_of(row, "sku") == placed.value]


def _each_named(text: str, choices: Sequence[Choice]) -> list[Choice]:
    """The items named; of "the tee and the socks" both."""
    old = folded(text).split(" instead of ")[-1]
    parts = re.split(r"\band\b|,|&|\bplus\b", old)
    found = [best[0] for part in parts if len(best := by_words(part, choices)) == 1]
    whole = by_words(old, choices)
    return list({choice.value: choice for choice in (found if len(found) > 1 else whole)}.values())


def item_choices(judged: Sequence[Fields]) -> list[Choice]:
    """The lines of an order to choose from."""
    return [Choice(value=text_of(row, "sku"), label=text_of(row, "name"), shown=text_of(row, "name")) for row in judged]


def _which(goal: Goal, rows_shown: Sequence[Fields], purpose: Purpose) -> Reply:
    choices = tuple(item_choices(rows_shown))
    if len(choices) == 1:
        text = say("which_item_only", order=goal.number, items=choices[0].shown)
        return Reply(text=text, waiting=replace(goal, items=()).asking("item", choices=choices))
    section = "which_item_again" if goal.asked == "item" else f"which_item_{'exchange' if purpose == 'exchange' else 'return'}"
    text = say(section, order=goal.number, items=lines([choice.shown for choice in choices]))
    return Reply(text=text, waiting=replace(goal, items=()).asking("item", choices=choices))


def _counted(goal: Goal, meant: Sequence[Fields]) -> Goal | Reply:
    """The goal with its items and their numbers; asks how many when several units could go and one kind is meant."""
    said = quantity_in(goal.newest, alone=goal.asked == "quantity") or goal.quantity
    most = [count_of(row, "returnable", default=1) for row in meant]
    everything = wants_all(goal.newest) or wants_all(goal.words)
    if len(meant) == 1 and most[0] > 1 and said is None and not everything:
        text = say("how_many", item=text_of(meant[0], "name"), most=most[0])
        items = (Item(text_of(meant[0], "sku"), text_of(meant[0], "name")),)
        return Reply(text=text, waiting=replace(goal, items=items).asking("quantity"))
    settled = everything or (goal.asked == "quantity" and goal.quantity == said and read_consent(goal.newest) == "yes")
    if len(meant) == 1 and said is not None and said > most[0] and not settled:
        return _fewer(goal, meant[0], most[0], said)
    counts = [min(said, units) if said and len(meant) == 1 else units for units in most]
    items = tuple(Item(text_of(row, "sku"), text_of(row, "name"), count) for row, count in zip(meant, counts, strict=True))
    return replace(goal, items=items, quantity=said)


def _fewer(goal: Goal, row: Fields, most: int, said: int) -> Reply:
    """More than there are cannot go back: how many there are, and whether those should."""
    section = "only_one" if most == 1 else "only_so_many"
    text = say(section, item=text_of(row, "name"), order=goal.number, most=most, said=said)
    items = (Item(text_of(row, "sku"), text_of(row, "name")),)
    return Reply(text=text, waiting=replace(goal, items=items, quantity=said).asking("quantity"))


def _refused(goal: Goal, refused: Sequence[Fields], eligible: Sequence[Fields]) -> Reply:
    """Why these cannot go back, and what of the order can."""
    why = " ".join(say("cannot_go", item=text_of(row, "name"), why=text_of(row, "why_not")) for row in refused)
    names = listed([text_of(row, "name") for row in eligible])
    text = paragraphs(why, say("others_can_go", items=names, order=goal.number))
    return Reply(text=text, waiting=replace(goal, items=(), said=()).asking("item", choices=tuple(item_choices(eligible))))


def _insisted(goal: Goal, refused: Sequence[Fields]) -> Reply:
    """Why these cannot go back, once more, for who objects; a colleague may see it otherwise."""
    why = " ".join(say("cannot_go", item=text_of(row, "name"), why=text_of(row, "why_not")) for row in refused)
    person = Goal(kind="person", said=(*goal.said, why), number=goal.number)
    return Reply(text=paragraphs(why, say("dispute_offer")), offer=person, done=replace(goal, items=()).settled())


def nothing_goes(goal: Goal, judged: Sequence[Fields]) -> Reply:
    """Why nothing of this order can go back."""
    reasons = {text_of(row, "why_not") for row in judged}
    reason = next(iter(reasons), "")
    if "not been delivered" in reason:
        text = say("not_yet_exchange" if goal.kind == "exchange" else "not_yet", why=lowered(reason))
        return Reply(text=text, done=replace(goal, items=()).settled())
    if len(judged) == 1:
        why = say("cannot_go", item=text_of(judged[0], "name"), why=reason)
    elif len(reasons) == 1:
        why = say("cannot_go_all", items=listed([text_of(row, "name") for row in judged[:3]]), why=reason)
    else:
        why = lines([say("cannot_go_line", item=text_of(row, "name"), why=text_of(row, "why_not")) for row in judged])
    person = Goal(kind="person", said=(*goal.said, why), number=goal.number)
    return Reply(text=paragraphs(why, say("dispute_offer")), offer=person, done=replace(goal, items=()).settled())


def returned(view: View, goal: Goal, result: Result) -> Reply:
    """The words for a return that was made, or why it was not."""
    if result.kind != "ok":
        return Reply(text=say("shop_says_no", why=for_customer(result.text)), done=replace(goal, items=()).settled())
    receipt = result.fields
    text = say(
        "returned",
        number=text_of(receipt, "return_number"),
        items=listed([_units(item) for item in goal.items]) or goal.number,
        refund=money(receipt.get("refund")),
        day=day(text_of(receipt, "send_by"), view.host.today),
    )
    return Reply(text=paragraphs(text, label_line(receipt)), done=goal.settled())


def _units(item: Item) -> str:
    return f"{item.quantity} × {item.name}" if item.quantity > 1 else item.name


def label_line(receipt: Fields) -> str:
    """Where the label is; empty when there is none."""
    label = part_of(receipt, "label")
    return say("label", location=text_of(label, "location"), carrier=text_of(label, "carrier")) if label else ""


def for_customer(error: str) -> str:
    """A tool's error without its instructions to the model."""
    kept = [
        part
        for part in re.split(r"(?<=[.!?])\s+", error)
        if not re.match(r"(?:Call|Ask|Take|Tell|Say|Use|If the customer|In stock instead)\b", part)
    ]
    return re.sub(r" \([A-Z0-9]+(?:-[A-Z0-9]+)+\)", "", " ".join(kept))


def name_words(item: Item) -> list[str]:
    """The words of an item's name."""
    return tokens(item.name)


def order_items(order: Fields) -> list[Choice]:
    """The items of an order as choices."""
    return item_choices(rows(order, "items"))
