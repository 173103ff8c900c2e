"""Finding products by a description, and putting two of them side by side."""

import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from warmline.agent.guard.values import has_contacts

from .ages import child_in, made_for
from .choose import by_words
from .facts import asks_for
from .goals import Call, Goal, Plan, Reply
from .lexicon import marked
from .memory import Fields, part_of, rows, text_of, words_in
from .products import product_choice, product_line, product_words, wanted_options
from .slots import colours_in, price_in, price_words
from .stock import stock
from .thread import Result
from .view import View
from .wording import lines, listed, money, paragraphs, say
from .words import folded

_KINDS: Mapping[str, str] = {
    "shoes": r"shoes?|footwear|boots?|sneakers?|sandals?|slippers?|trainers",
    "clothing": r"cloth(?:es|ing)|outfits?|wear|apparel|fashion",
    "toys": r"toys?|games?|play|(?:\d{1,2}|one|two|three)[ -](?:years?|months?)[ -]olds?|toddlers?|bab(?:y|ies)(?! (?:blue|pink))"
    r"|kids?|child(?:ren)?|girls?|boys?|sons?|daughters?|nephews?|nieces?",
    "electronics": r"electronics?|gadgets?|tech|devices?",
    "beauty": r"beauty|cosmetics?|skincare|skin care|make-?up",
    "home": r"home ?ware|homewares?|kitchen ?ware|furniture|decor",
}
_BETWEEN = (
    re.compile(r"\bbetween\s(.+?)\sand\s(.+)", re.DOTALL),
    re.compile(r"\bcompare\s(.+?)\s(?:and|with|to|vs\.?|against|or)\s(.+)", re.DOTALL),
    re.compile(r"(.+?)\s(?:vs\.?|versus|compared (?:to|with))\s(.+)", re.DOTALL),
    re.compile(r"\bdiffers?\sfrom\s(.+)", re.DOTALL),
    re.compile(r"(.+?)\s(?:different|differs?) from\s(.+)", re.DOTALL),
    re.compile(r"(?:which.*?[,:?]\s)?(.+?),?\sor\s(?:rather\s)?(.+)", re.DOTALL),
    re.compile(r"(.+?)\sand\s(.+)", re.DOTALL),
)
_ROWS = 5
_CHECKED = 5
"""Products whose age is looked up, so that a turn's calls suffice."""
_COMPARED = 4
_MORE = 2
_SAME = "not stated"


def find(view: View, goal: Goal) -> Plan:
    """Products that fit a description, five at most."""
    like: Fields = (yield from _like(view, goal)) if marked("like", folded(goal.newest)) else {}
    for arguments in _searches(goal, like):
        result = yield Call("search_products", arguments)
        products = [row for row in rows(result.fields, "products") if text_of(row, "product_id") != text_of(like, "product_id")]
        products = (yield from _of_its_sort(like, products)) if like else products
        if products and (months := child_in(folded(goal.newest))) is not None:
            return (yield from _for_a_child(goal, products, months, arguments))
        if len(products) == 1 and wanted_options(goal.newest):
            return (yield from stock(view, replace(goal, kind="stock", product=text_of(products[0], "product_id"))))
        if products:
            return _found(goal, products, like, arguments)
    return _nothing(goal)


def _for_a_child(goal: Goal, products: Sequence[Fields], months: int, arguments: Mapping[str, Any]) -> Plan:
    """Of what was found only what is stated to be for that age: something with small parts is no gift for a toddler."""
    fit: list[Fields] = []
    for product in products[:_CHECKED]:
        result = yield Call("get_product", {"product": text_of(product, "product_id")})
        stated = made_for(text_of(part_of(result.fields, "specs"), "age").casefold())
        fit += [product] if stated is not None and stated <= months else []
    if fit:
        return _found(goal, fit, {}, arguments)
    return Reply(text=say("none_for_that_age"), offer=Goal(kind="person", said=goal.said), done=goal.settled())


def _of_its_sort(like: Fields, products: Sequence[Fields]) -> Generator[Call, Result, Sequence[Fields]]:
    """Of what was found what the same details are stated of, most of them first: earbuds for headphones, and no kettle."""
    stated = yield from _stated(like)
    if not stated or len(products) < len("ab"):
        return products
    shared: dict[str, int] = {}
    for product in products[:_COMPARED]:
        shared[text_of(product, "product_id")] = len(stated & (yield from _stated(product)))
    most = max(shared.values())

    def common(product: Fields) -> int:
        return shared.get(text_of(product, "product_id"), 0)

    return (
        sorted((one for one in products if common(one) and common(one) * len("ab") >= most), key=lambda one: -common(one))
        or products
    )


def _stated(product: Fields) -> Generator[Call, Result, frozenset[str]]:
    result = yield Call("get_product", {"product": text_of(product, "product_id")})
    return frozenset(part_of(result.fields, "specs"))


def _like(view: View, goal: Goal) -> Generator[Call, Result, Fields]:
    """The product something else is wanted for: named in the words, or the one talked about."""
    known = view.memory.products.get(goal.product or view.memory.product, {})
    words = product_words(goal.newest)
    if not words or known:
        return known
    result = yield Call("search_products", {"query": " ".join(words)})
    found = rows(result.fields, "products")
    return found[0] if found else {}


def maybe_found(goal: Goal, words: Sequence[str]) -> Generator[Call, Result, Reply | None]:
    """Products that bare words may name; ``None`` if there are none."""
    result = yield Call("search_products", {"query": " ".join(words)})
    products = rows(result.fields, "products")
    named = by_words(" ".join(words), [product_choice(product) for product in products])
    return _found(replace(goal, kind="find"), products, {}, {}) if named else None


def _searches(goal: Goal, like: Fields) -> list[dict[str, Any]]:
    """What to look for, most promising first: the words, the kind they belong to, then each word."""
    words = product_words(goal.newest)
    price = price_in(goal.newest) or _below(goal, like)
    kind = _kind(goal.newest) or (text_of(like, "kind") if like else "")
    queries = [" ".join([*words, *colours_in(goal.newest)])] if words and not like else []
    queries = [kind, *queries] if kind == "toys" else [*queries, kind] if kind else queries
    queries += sorted(words, key=lambda word: -len(word))[:2] if len(words) > 1 and not like else []
    queries = list(dict.fromkeys(query for query in queries if query)) or [folded(goal.newest)[:80]]
    within = kind if like else None
    return [{"query": query, "kind": within, "max_price": price, "in_stock_only": True if like else None} for query in queries]


def _below(goal: Goal, like: Fields) -> str | None:
    """For something cheaper: no more than a product costs."""
    if not like or not marked("cheaper", folded(goal.newest)):
        return None
    price = like.get("price") or next((row.get("price") for row in rows(like, "variants")), None)
    return money(price).lstrip("$€£").replace(",", "") or None


def _kind(text: str) -> str:
    plain = folded(text)
    return next((kind for kind, pattern in _KINDS.items() if re.search(rf"\b(?:{pattern})\b", plain)), "")


def _found(goal: Goal, products: Sequence[Fields], like: Fields, arguments: Mapping[str, Any]) -> Reply:
    choices = tuple(product_choice(row) for row in products)
    price = price_words(goal.newest) if arguments.get("max_price") and not like else ""
    if len(products) == 1:
        options = "; ".join(words_in(products[0], "options"))
        text = (
            say("found_one", product=product_line(products[0]), options=options)
            if options
            else say("found_only", product=product_line(products[0]))
        )
        done = replace(goal, product=text_of(products[0], "product_id"))
        return Reply(text=text, done=done.settled())
    section = "found_like" if like else "found_within" if price else "found"
    values = {"name": text_of(like, "name")} if like else {"price": price} if price else {}
    text = say(section, products=lines([choice.shown for choice in choices]), **values)
    return Reply(text=text, waiting=replace(goal, kind="product").asking("product", choices=choices))


def _nothing(goal: Goal) -> Reply:
    words = " ".join(product_words(goal.newest))
    if price := price_words(goal.newest):
        return Reply(text=say("nothing_within", price=price), done=goal.settled())
    return Reply(
        text=say("nothing_found", words=words) if words and not has_contacts(words) else say("which_product"),
        waiting=goal.asking("product"),
    )


def compare(view: View, goal: Goal) -> Plan:
    """Two products side by side: the price and what differs."""
    names = _names(view, goal)
    if len(names) < len("ab"):
        return Reply(text=say("compare_which"), waiting=goal.asking("product"))
    result = yield Call("compare_products", {"products": names})
    if result.kind != "ok":
        return (yield from _one_by_one(goal, names))
    done = replace(
        goal, product=text_of(rows(result.fields, "products")[0], "product_id") if rows(result.fields, "products") else ""
    )
    return Reply(text=_side_by_side(result.fields, goal), done=done.settled())


def _names(view: View, goal: Goal) -> list[str]:
    """The two products, as the customer called them; what is missing comes from what was talked about."""
    for text in (goal.newest, goal.words):
        plain = folded(text)
        for pattern in _BETWEEN:
            if match := pattern.search(plain):
                parts = [" ".join(product_words(part)) for part in match.groups()]
                named = [part for part in parts if part]
                if len(named) > 1 and named[0] != named[1]:
                    return named[:2]
    one = " ".join(product_words(goal.newest))
    recent = [product for product in dict.fromkeys([view.memory.product, *view.memory.shown]) if product]
    if one and view.memory.product:
        return [view.memory.product, one]
    return [one] if one else recent[:2]


def _one_by_one(goal: Goal, names: Sequence[str]) -> Generator[Call, Result, Reply]:
    """When the pair was not understood: which of the names is unclear."""
    for name in names:
        result = yield Call("search_products", {"query": name})
        products = rows(result.fields, "products")
        if not products:
            return Reply(text=say("no_such_product", words=name), waiting=goal.asking("product"))
    return Reply(text=say("compare_which"), waiting=goal.asking("product"))


def _side_by_side(fields: Fields, goal: Goal) -> str:
    products = rows(fields, "products")
    names = [text_of(row, "name") for row in products]
    specs = [row for row in rows(fields, "specs") if len(set(words_in(row, "values"))) > 1]
    asked = [row for row in specs if asks_for(text_of(row, "spec"), folded(goal.newest))]
    stated = [row for row in specs if _SAME not in words_in(row, "values")]
    more = [row for row in stated if row not in asked]
    told = [_spec(row) for row in ([*asked, *more[:_MORE]] if asked and _gaps(asked) else asked or more)]
    priced = listed([f"{text_of(row, 'name')} ({_price(row)})" for row in products])
    return paragraphs(say("side_by_side", names=priced), lines(told[:_ROWS]) or "\n".join(_descriptions(fields, names)))


def _gaps(asked: Sequence[Fields]) -> bool:
    return any(_SAME in words_in(row, "values") for row in asked)


def _spec(row: Fields) -> str:
    return f"{text_of(row, 'spec')}: {' / '.join(words_in(row, 'values'))}"


def _price(row: Fields) -> str:
    least, most = money(row.get("price")), money(row.get("price_to"))
    return say("price_from_to", least=least, most=most) if most and most != least else least


def _descriptions(fields: Fields, names: Sequence[str]) -> list[str]:
    return [f"{name}: {text}" for name, text in zip(names, words_in(fields, "descriptions"), strict=False)]
