"""Swapping an item for another size, colour or product, or for a whole one of the same."""

import re
from collections.abc import Generator, Sequence
from dataclasses import replace

from .choose import Choice, by_place, by_value
from .goals import Call, Goal, Item, Plan, Reply
from .handing_over import hand_over
from .lexicon import marked
from .memory import Fields, has_units, rows, text_of
from .products import Stocked, find_product, narrowed, product_words, wanted_options
from .returns import for_customer, going_back, label_line, name_words
from .slots import sizes_in
from .stock import by_option, sold_out_text, variant_name
from .thread import Result
from .view import View
from .wording import day, is_negative, is_zero, lines, paragraphs, positive, say, sentences
from .words import alike, folded, tokens

_PATIENCE = 3
_TWO = re.compile(r"\b(?:two|2) sizes\b")
_TARGET = re.compile(r"\b(?:for|to|into|with)\s(?:an?|the|one|my)?\b(.*)$", re.DOTALL)


def exchange(view: View, goal: Goal) -> Plan:
    """Start an exchange."""
    found = yield from going_back(view, goal, "exchange")
    if isinstance(found, Reply):
        return found
    goal, _ = found
    if goal.asked == "variant" and goal.tries >= _PATIENCE and not _from_choices(goal) and not _says_size(goal):
        return (yield from hand_over(f"Order {goal.number}: {goal.items[0].name} is to be exchanged. {goal.words}"))
    target = yield from _target(view, goal, goal.items[0])
    if isinstance(target, Reply):
        return target
    goal = target
    if not goal.reason:
        return Reply(text=say("why_replace", item=goal.items[0].name), waiting=goal.asking("reason"))
    result = yield Call("start_exchange", _arguments(goal), goal=goal)
    return exchanged(view, goal, result)


def _says_size(goal: Goal) -> bool:
    return bool(wanted_options(goal.newest, alone=True))


def _arguments(goal: Goal) -> dict[str, object]:
    item = goal.items[0]
    number, reason = goal.number, goal.reason
    return {"order_number": number, "sku": item.sku, "quantity": item.quantity, "new_sku": goal.sku, "reason": reason}


def _target(view: View, goal: Goal, old: Item) -> Generator[Call, Result, Goal | Reply]:
    """The goal with the SKU that comes instead and the reason that follows from it."""
    result = yield Call("get_product", {"product": old.sku})
    if result.kind != "ok":
        return (yield from hand_over(f"Order {goal.number}: {old.name} is to be exchanged; the product was not found."))
    variants = rows(result.fields, "variants")
    if _wants_the_same(goal):
        return _settle(view, goal, result.fields, [row for row in variants if text_of(row, "sku") == old.sku])
    if rather := _rather(goal, old, result.fields):
        return (yield from _other(view, goal, rather))
    meant = _meant(goal, variants, old)
    if meant:
        return _settle(view, goal, result.fields, meant)
    if other := _other_product(goal, old, result.fields):
        return (yield from _other(view, goal, other))
    return _which(view, goal, text_of(result.fields, "name"), _others(variants, old))


def _wants_the_same(goal: Goal) -> bool:
    """Whether a whole one of the same is wanted; a broken one is replaced unless another is named."""
    broken = goal.reason in ("damaged", "defective")
    if marked("the_same", folded(goal.words)):
        return broken or not sizes_in(goal.newest)
    return broken and not _named_other(goal)


def _named_other(goal: Goal) -> bool:
    return bool(
        sizes_in(goal.words)
        or marked("size_up", folded(goal.words))
        or marked("size_down", folded(goal.words))
        or goal.asked == "variant"
    )


def _meant(goal: Goal, variants: Sequence[Fields], old: Item) -> list[Fields]:
    """The variants the words mean: chosen from a list, named by what differs from the old one, or a size up or down."""
    chosen = _from_choices(goal)
    if chosen:
        return [row for row in variants if text_of(row, "sku") == chosen.value]
    was = next((row for row in variants if text_of(row, "sku") == old.sku), None)
    if was and (stepped := _stepped(goal, variants, was)):
        return stepped
    for text in reversed(goal.said):
        if named := _differing(text, variants, was):
            return named
    return []


def _from_choices(goal: Goal) -> Choice | None:
    if goal.asked != "variant":
        return None
    named = by_value(goal.newest, goal.choices)
    return named[0] if named else by_place(goal.newest, goal.choices)


def _differing(text: str, variants: Sequence[Fields], was: Fields | None) -> list[Fields]:
    """The variants all of whose differences from the old one are named, those with most of them."""
    words = [*tokens(text), *(size.casefold() for size in sizes_in(text, alone=True))]
    old = _parts(was) if was else []
    scored = [(_named(words, [part for part in _parts(row) if part not in old]), row) for row in variants if row is not was]
    best = max((score for score, _ in scored), default=0)
    return [row for score, row in scored if score == best] if best > 0 else []


def _parts(row: Fields) -> list[str]:
    return text_of(row, "options").split(", ")


def _named(words: Sequence[str], parts: Sequence[str]) -> int:
    """How many options are named; none unless all of them are."""
    hits = [any(_said(words, value) for value in part.split("/")) for part in parts]
    return len(hits) if hits and all(hits) else 0


def _said(words: Sequence[str], value: str) -> bool:
    parts = tokens(value)
    return bool(parts) and all(any(alike(part, word) for word in words) for part in parts)


def _stepped(goal: Goal, variants: Sequence[Fields], was: Fields) -> list[Fields]:
    """The variant one or two sizes up or down, in the colour named or else the old one's."""
    plain = folded(goal.words)
    step = 1 if marked("size_up", plain) else -1 if marked("size_down", plain) else 0
    if not step or sizes_in(goal.newest):
        return []
    sizes = sorted(dict.fromkeys(_parts(row)[-1] for row in variants), key=_by_figure)
    place = sizes.index(_parts(was)[-1]) + step * (2 if _TWO.search(plain) else 1)
    size = sizes[place] if 0 <= place < len(sizes) else ""
    fitting = [row for row in variants if _parts(row)[-1] == size]
    named = [row for row in fitting if _parts(row)[:-1] != _parts(was)[:-1] and _named(tokens(goal.newest), _parts(row)[:-1])]
    return named or [row for row in fitting if _only_size_differs(row, was)]


def _by_figure(size: str) -> float:
    """Sizes in figures in their order; sizes in letters stay in the order of the list."""
    figure = re.match(r"\d+(?:\.\d+)?", size)
    return float(figure.group()) if figure else 0.0


def _only_size_differs(other: Fields, was: Fields) -> bool:
    ours, theirs = _parts(was), _parts(other)
    return len(ours) == len(theirs) and ours[:-1] == theirs[:-1]


def _others(variants: Sequence[Fields], old: Item) -> list[Fields]:
    return [row for row in variants if text_of(row, "sku") != old.sku and has_units(row)]


def _settle(view: View, goal: Goal, product: Fields, meant: Sequence[Fields]) -> Goal | Reply:
    """The goal with the new SKU; several are asked about, a sold-out one is told with what there is instead."""
    name = text_of(product, "name")
    there = [row for row in meant if has_units(row, goal.items[0].quantity)]
    if not there:
        return _sold_out(view, goal, name, meant, rows(product, "variants"))
    if len(there) > 1:
        return _which(view, goal, name, there)
    new = there[0]
    return replace(goal, sku=text_of(new, "sku"), reason=goal.reason or _inferred(goal, rows(product, "variants"), new), asked="")


def _inferred(goal: Goal, variants: Sequence[Fields], new: Fields) -> str:
    """Why, if the change itself says it: a larger size was too small. A like-for-like exchange says nothing."""
    skus = [text_of(row, "sku") for row in variants]
    old, target = goal.items[0].sku, text_of(new, "sku")
    if old == target:
        return ""
    if old not in skus or target not in skus or not _only_size_differs(new, variants[skus.index(old)]):
        return "changed_mind"
    if not sizes_in(f"size {_parts(new)[-1]}"):
        return "changed_mind"
    return "too_small" if skus.index(target) > skus.index(old) else "too_large"


def _which(view: View, goal: Goal, name: str, there: Sequence[Fields]) -> Reply:
    if not there:
        return Reply(text=say("nothing_to_swap", name=name), waiting=replace(goal, kind="return").asking("go"))
    choices = tuple(_choice(name, row) for row in there)
    variants = lines(by_option(view, there))
    again = goal.asked == "variant"
    text = say("which_variant_again", variants=variants) if again else say("which_variant", name=name, variants=variants)
    return Reply(text=text, waiting=goal.asking("variant", choices=choices))


def _choice(name: str, row: Fields) -> Choice:
    return Choice(value=text_of(row, "sku"), label=text_of(row, "options"), shown=variant_name(name, row))


def _sold_out(view: View, goal: Goal, name: str, meant: Sequence[Fields], variants: Sequence[Fields]) -> Reply:
    """The one wanted is not there: until when, what is, and the choice between them and a return."""
    gone = sold_out_text(view, name, list(meant))
    there = _others(variants, goal.items[0])
    if not there:
        return Reply(text=sentences(gone, say("return_instead")), waiting=replace(goal, kind="return").asking("go"))
    text = paragraphs(gone, say("swap_others", variants=lines(by_option(view, there))))
    return Reply(text=text, waiting=goal.asking("variant", choices=tuple(_choice(name, row) for row in there)))


def _rather(goal: Goal, old: Item, product: Fields) -> str:
    """What another product is called in "rather the shirt instead of the crewneck"; empty for another option of the same."""
    wanted, instead, _ = folded(goal.newest).partition(" instead of ")
    return _fresh(product_words(wanted), old, product) if instead and not goal.asked else ""


def _other_product(goal: Goal, old: Item, product: Fields) -> str:
    """What another product is called, when the words after "for" name one."""
    target = _TARGET.search(folded(goal.newest))
    return _fresh(product_words(target.group(1)) if target else [], old, product)


def _fresh(words: Sequence[str], old: Item, product: Fields) -> str:
    """These words, if one of them is of no option or name of the old product."""
    known = [*name_words(old), *(word for row in rows(product, "variants") for word in tokens(text_of(row, "options")))]
    fresh = [word for word in words if not any(alike(word, other) for other in known)]
    return " ".join(words) if fresh else ""


def _other(view: View, goal: Goal, name: str) -> Generator[Call, Result, Goal | Reply]:
    found = yield from find_product(view, Goal(kind="stock", said=(name,)))
    if not isinstance(found, Stocked):
        return Reply(text=found.text, waiting=goal.asking("variant"))
    return _settle(view, replace(goal, reason=goal.reason or "changed_mind"), found.fields, narrowed(found.variants, goal.newest))


def exchanged(view: View, goal: Goal, result: Result) -> Reply:
    """The words for an exchange that was made, or why it was not."""
    if result.kind != "ok":
        return Reply(text=say("shop_says_no", why=for_customer(result.text)), done=goal.settled())
    receipt = result.fields
    text = say(
        "exchanged",
        number=text_of(receipt, "exchange_number"),
        old=goal.items[0].name if goal.items else "",
        price=_difference(receipt.get("difference")),
        day=day(text_of(receipt, "reserved_until"), view.host.today),
    )
    return Reply(text=paragraphs(text, label_line(receipt)), done=goal.settled())


def _difference(difference: object) -> str:
    if is_zero(difference):
        return say("same_price")
    return say("gets_back" if is_negative(difference) else "pays_more", amount=positive(difference))
