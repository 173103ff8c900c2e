"""Which product is meant: named in words, chosen from a list, or the one the conversation is about."""

import re
from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass, replace

from warmline.agent.guard.consent import read_consent
from warmline.agent.guard.values import has_contacts

from .choose import Choice, by_place, by_value, by_words
from .goals import Call, Goal, Reply
from .lexicon import marked
from .memory import Fields, rows, text_of
from .slots import COLOURS, EMAIL, colours_in, sizes_in
from .thread import Result
from .view import View
from .wording import lines, money, say
from .words import alike, content_words, folded, singular, tokens

_CHUNK = re.compile(r"[,.?!;:()\n]+")
_PATIENCE = 3
_ATTEMPTS = 3
_SIZE_WORDS = frozenset("xxs xs s m l xl xxl 2xl 3xl xxxl small medium large xlarge eu uk us".split())


_SPELT = {"s": "small", "m": "medium", "l": "large"}
"""Sizes that some products spell out."""


@dataclass(frozen=True)
class Stocked:
    """What ``check_stock`` said about one product, and the goal that now names it."""

    fields: Fields
    goal: Goal

    @property
    def name(self) -> str:
        """The product's name."""
        return text_of(self.fields, "name")

    @property
    def variants(self) -> list[Fields]:
        """The variants that fit the words."""
        return rows(self.fields, "variants")


def find_product(
    view: View, goal: Goal, *, options: Sequence[str] = (), ignoring: Collection[str] = ()
) -> Generator[Call, Result, Stocked | Reply]:
    """The product a goal is about with its stock, or the question that leads there.

    Words of ``ignoring`` ask for a detail: they name a product only if there is nothing else to go by.
    """
    if chosen := _chosen(view, goal):
        goal = chosen
    elif not goal.product and view.memory.product and ignoring and marked("about_it", folded(goal.newest)):
        goal = replace(goal, product=view.memory.product)
    elif not goal.product and (refs := _named(goal, ignoring, known=bool(view.memory.product))):
        return (yield from _by_name(view, goal, refs, options))
    if not goal.product and not goal.sku:
        goal = replace(goal, product=view.memory.product)
    if not goal.product and not goal.sku:
        return _which(goal)
    result = yield _call(goal.product, options, sku=goal.sku if not options else "")
    return Stocked(result.fields, _with_product(goal, result.fields)) if result.kind == "ok" else _unknown(goal)


def _call(product: str, options: Sequence[str], *, sku: str = "") -> Call:
    if sku:
        return Call("check_stock", {"sku": sku})
    return Call("check_stock", {"product": product, "options": list(options) or None})


def _with_product(goal: Goal, fields: Fields) -> Goal:
    return replace(goal, product=text_of(fields, "product_id") or goal.product, asked="", tries=0, choices=())


def _chosen(view: View, goal: Goal) -> Goal | None:
    """The goal with the product picked from what the customer was shown, or named by its SKU."""
    if named := by_value(goal.newest, [Choice(value=sku, label="") for sku in view.memory.variants]):
        return replace(goal, sku=named[0].value, product=text_of(view.memory.variants[named[0].value], "product_id"))
    choices = goal.choices if goal.asked == "product" else ()
    picked = by_words(goal.newest, choices)
    only = choices[0] if len(choices) == 1 and read_consent(goal.newest) == "yes" else None
    one = only or (picked[0] if len(picked) == 1 else by_place(goal.newest, picked or choices))
    return replace(goal, product=one.value, sku="") if one else None


def _named(goal: Goal, ignoring: Collection[str], *, known: bool) -> list[str]:
    """What the customer may have called the product, most promising first."""
    text = EMAIL.sub(" ", goal.newest)
    whole = product_words(text)
    telling = [word for word in whole if singular(word) not in ignoring and word not in ignoring]
    if known and not telling:
        return []
    chunks = [[word for word in product_words(chunk) if word in (telling or whole)] for chunk in _CHUNK.split(text)]
    longest = sorted((chunk for chunk in chunks if chunk and chunk != whole), key=lambda chunk: -len(chunk))
    bare = [word for word in telling if word not in COLOURS]
    return list(dict.fromkeys(" ".join(words) for words in (bare, telling, whole, *longest) if words))[:_ATTEMPTS]


def product_words(text: str) -> list[str]:
    """The words of a text that may name a product: without sizes, and without colours unless nothing else is left."""
    words = [
        word for word in content_words(EMAIL.sub(" ", text)) if word not in _SIZE_WORDS and not word.replace(".", "").isdigit()
    ]
    bare = [word for word in words if word not in COLOURS]
    return words if bare else []


def _by_name(view: View, goal: Goal, refs: Sequence[str], options: Sequence[str]) -> Generator[Call, Result, Stocked | Reply]:
    nearest: Sequence[Fields] = ()
    for ref in refs:
        result = yield _call(ref, options)
        if candidates := _named_alike(rows(result.fields, "candidates"), ref):
            if len(candidates) > 1:
                return _which_of(goal, candidates)
            nearest = nearest or candidates
            if by_words(ref, [product_choice(candidates[0])]):
                return (yield from _taken(goal, candidates[0], options))
        elif result.kind == "ok":
            return Stocked(result.fields, _with_product(goal, result.fields))
    if nearest:
        return _which_of(goal, nearest)
    if view.memory.product and (marked("pointing", folded(goal.newest)) or len(refs[0].split()) == 1):
        result = yield _call(view.memory.product, options)
        if result.kind == "ok" and (marked("pointing", folded(goal.newest)) or _mentions(result.fields, refs[0])):
            return Stocked(result.fields, _with_product(goal, result.fields))
    return _unknown(goal)


def _named_alike(candidates: Sequence[Fields], ref: str) -> Sequence[Fields]:
    """The candidates whose names hold most of the words; all when none does."""
    named = {choice.value for choice in by_words(ref, [product_choice(product) for product in candidates])}
    return [product for product in candidates if text_of(product, "product_id") in named] or candidates


def _taken(goal: Goal, product: Fields, options: Sequence[str]) -> Generator[Call, Result, Stocked | Reply]:
    """The only candidate, whose name was said: it is the one, and the reply names it."""
    result = yield _call(text_of(product, "product_id"), options)
    return Stocked(result.fields, _with_product(goal, result.fields)) if result.kind == "ok" else _unknown(goal)


def _mentions(fields: Fields, ref: str) -> bool:
    labels = [word for variant in rows(fields, "variants") for word in tokens(text_of(variant, "options"))]
    return any(alike(word, label) for word in ref.split() for label in labels)


def _which(goal: Goal) -> Reply:
    section = "which_product_again" if goal.asked == "product" else "which_product"
    return Reply(text=say(section), waiting=goal.asking("product"))


def _which_of(goal: Goal, candidates: Sequence[Fields]) -> Reply:
    choices = tuple(product_choice(product) for product in candidates)
    if len(choices) == 1:
        return Reply(text=say("do_you_mean", product=choices[0].shown), waiting=goal.asking("product", choices=choices))
    text = say("which_of_products", products=lines([choice.shown for choice in choices]))
    return Reply(text=text, waiting=goal.asking("product", choices=choices))


def _unknown(goal: Goal) -> Reply:
    ref = " ".join(product_words(goal.newest)) or goal.newest.strip()
    if goal.asked == "product" and goal.tries >= _PATIENCE - 1 and not has_contacts(goal.newest):
        return Reply(text=say("no_such_product_end", words=ref), done=replace(goal, asked="", product=""))
    text = say("which_product_again") if has_contacts(goal.newest) else say("no_such_product", words=ref)
    return Reply(text=text, waiting=replace(goal, product="", sku="").asking("product"))


def product_choice(product: Fields) -> Choice:
    """A product as a line of a list."""
    name, product_id = text_of(product, "name"), text_of(product, "product_id")
    return Choice(value=product_id, label=name, shown=product_line(product))


def product_line(product: Fields) -> str:
    """A product in a list: its name and price, and whether it is sold out."""
    price, most = money(product.get("price")), money(product.get("price_to"))
    between = say("price_from_to", least=price, most=most) if most and most != price else price
    line = f"{text_of(product, 'name')}, {between}"
    return line if product.get("in_stock", True) else f"{line} (sold out)"


def wanted_options(text: str, *, alone: bool = False) -> list[str]:
    """Sizes and colours a text names, as option words."""
    return [*sizes_in(text, alone=alone), *colours_in(text)]


def narrowed(variants: Sequence[Fields], text: str) -> list[Fields]:
    """The variants whose options the words fit best; all of them when no word says which."""
    sizes = [size.casefold() for size in sizes_in(text)]
    words = [*tokens(text), *sizes, *(_SPELT[size] for size in sizes if size in _SPELT)]
    scores = [_named_options(words, text_of(variant, "options")) for variant in variants]
    best = max(scores, default=0)
    return [variant for variant, score in zip(variants, scores, strict=True) if score == best] if best else list(variants)


def narrowed_by(option: str, options: str) -> bool:
    """Whether one option word names an option of a variant."""
    return _named_options([*tokens(option), option.casefold()], options) > 0


def _named_options(words: Sequence[str], options: str) -> int:
    """How many of a variant's options the words name: ``navy, M`` by "navy", ``L/XL`` by "L"."""
    return sum(any(_all_named(words, value) for value in part.split("/")) for part in options.split(", "))


def _all_named(words: Sequence[str], value: str) -> bool:
    parts = tokens(value)
    return bool(parts) and all(any(alike(word, part) for word in words) for part in parts)
