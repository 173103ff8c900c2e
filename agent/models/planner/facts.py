"""What a product is: the detail asked for, from its record and nothing else; and how to look after it."""

import re
from collections.abc import Generator, Sequence
from dataclasses import replace
from functools import cache

from warmline.agent.guard.readable import readable

from .goals import Call, Goal, Plan, Reply
from .lexicon import lexicon, marked, named
from .memory import Fields, part_of, rows, text_of, words_in
from .products import Stocked, find_product, narrowed, wanted_options
from .sentences import best_sentences
from .slots import COLOURS, sizes_in
from .stock import stock, variant_name
from .thread import Result
from .view import View
from .wording import lines, listed, money, paragraphs, say, sentences
from .words import alike, content_words, folded, tokens

_MORE_ASPECTS = frozenset(
    "waterproof charge lasts batteries scent scents flavour shades washable durable quality thick thickness spec specs"
    " specification specifications origin country size chart guide conversion heat hours sound loudness brightness bright".split()
)
_NAMING = frozenset(
    "cotton wool leather linen polyester plastic steel wood synthetic rain shower swim oven stove bulb plug down feather baby toddler mugs"
    " towels pairs pieces lining winter heat light charger charging lighthouse size sizes player players animal year".split()
)
"""Some of them name things too."""
_ABROAD = re.compile(
    r"\b(?:us|uk|eu|american|british|european)\b.{0,20}\bsizes?\b|\bsizes?\b.{0,20}\b(?:us|uk|eu|american|british|european)\b|\bconver\w+"
)
_CARE_WORDS = frozenset(
    "wash washing washed dry wet coffee wine grease mud rain salt treat treated protect oil wax polish instruction get clean store winter summer"
    " remove spill spilled dirty smell fade mould mold scratch rust limescale scale temperature degrees delicate cycle hand".split()
)


def product(view: View, goal: Goal) -> Plan:
    """The detail of a product that was asked for, or what it is in short."""
    found = yield from find_product(view, goal, ignoring=_aspect_words())
    if isinstance(found, Reply):
        return found
    details = yield from _details(found)
    goal = found.goal
    if wanted_options(goal.newest) and not _asks(details, goal.newest):
        return (yield from stock(view, goal))
    text = goal.newest if _asks(details, goal.newest) else goal.words
    answer = _converted(details, text) or _aspect(details, found, text) or _spec(details, text)
    answer = answer or _from_description(details, goal.newest) or _within(details, goal.newest)
    return Reply(text=answer, done=goal.settled()) if answer else _in_short(details, goal)


def _asks(details: Fields, text: str) -> bool:
    """Whether a text asks for a detail of its own; "and the vest?" goes on asking what was asked before."""
    plain = _beside_the_name(details, text)
    return bool(_asked_aspects(text) or any(asks_for(spec, plain) for spec in _specs(details)))


def _beside_the_name(details: Fields, text: str) -> str:
    """A folded text without the words of the product's name: an oven is no question about heat."""
    name = tokens(text_of(details, "name"))
    return " ".join(
        word for word in folded(text).split() if not any(alike(part, other) for part in tokens(word) for other in name)
    )


@cache
def _aspect_words() -> frozenset[str]:
    """Words that ask for a detail and do not name the product."""
    spoken = " ".join(pattern.pattern.replace(r"\b", " ") for pattern in lexicon("specs").values())
    return (frozenset(re.findall(r"[a-z]{4,}", spoken)) | _MORE_ASPECTS) - _NAMING


def _details(found: Stocked) -> Generator[Call, Result, Fields]:
    result = yield Call("get_product", {"product": found.goal.product})
    return _readable(result.fields if result.kind == "ok" else found.fields)


def _readable(details: Fields) -> Fields:
    """The details without what suppliers slip into their texts: where to go, whom to call, what to hand over."""
    texts = {name: readable(text_of(details, name)) for name in ("description", "care") if name in details}
    specs = {name: value for name, value in _specs(details).items() if readable(value) == value}
    return {**details, **texts, **({"specs": specs} if "specs" in details else {})}


def _aspect(details: Fields, found: Stocked, text: str) -> str:
    """The answer about price, sizes, colours, other options or parts; several of them one after the other."""
    told = [_told(name, details, found, text) for name in _asked_aspects(text)]
    return sentences(*dict.fromkeys(told))


def _asked_aspects(text: str) -> list[str]:
    return named("aspects", folded(text))


def _told(name: str, details: Fields, found: Stocked, text: str) -> str:
    match name:
        case "price":
            return _price(details, narrowed(found.variants, text))
        case "colours" | "sizes" | "options":
            return _options(details, name)
        case _:
            parts = words_in(details, "compatible_parts")
            return say("parts", name=text_of(details, "name"), parts=listed(parts)) if parts else ""


def _prices(variants: Sequence[Fields]) -> list[str]:
    """The different prices, lowest first."""
    return sorted({money(row.get("price")) for row in variants}, key=lambda price: (len(price), price))


def _price(details: Fields, variants: Sequence[Fields]) -> str:
    name = text_of(details, "name")
    prices = _prices(variants)
    if len(prices) == 1:
        one = variant_name(name, variants[0]) if len(variants) == 1 else name
        return say("price", name=one, price=prices[0])
    by_price = [
        f"{listed([text_of(row, 'options') for row in variants if money(row.get('price')) == price])}: {price}"
        for price in prices
    ]
    return say("prices", name=name, prices=lines(by_price))


def _options(details: Fields, asked: str) -> str:
    """All values of the option asked about; of every option when it has none by that name."""
    values = _values(details)
    wanted = {"colours": ("colour", "color", "finish"), "sizes": ("size", "waist", "age", "length")}.get(asked, ())
    chosen = {name: listed_ for name, listed_ in values.items() if name in wanted} or values
    told = [f"{name}: {listed(all_values)}" for name, all_values in chosen.items()]
    if not told:
        return ""
    name = text_of(details, "name")
    one = next(iter(chosen.values()))
    return (
        say("comes_in", name=name, values=listed(one))
        if len(told) == 1
        else say("comes_in_options", name=name, options=lines(told))
    )


def _values(details: Fields) -> dict[str, list[str]]:
    """Option values by option name, as far as their place and look tell it."""
    columns: dict[str, list[str]] = {}
    for row in rows(details, "variants"):
        parts = text_of(row, "options").split(", ")
        for place, part in enumerate(parts):
            name = "size" if sizes_in(f"size {part}") or part in ("XS", "S", "M", "L", "XL", "XXL") else f"option {place + 1}"
            columns.setdefault(name if len(parts) > 1 else "option", []).append(part)
    renamed = {("colour" if name == "option 1" else name): list(dict.fromkeys(found)) for name, found in columns.items()}
    return {name: found for name, found in renamed.items() if any(found)}


def _specs(details: Fields) -> dict[str, str]:
    return {name: str(value) for name, value in part_of(details, "specs").items()}


def _spec(details: Fields, text: str) -> str:
    """The specifications the words ask about, three at most."""
    plain = _beside_the_name(details, text)
    specs = _specs(details)
    hits = [name for name in specs if asks_for(name, plain)]
    if not hits:
        return ""
    product_name = text_of(details, "name")
    if len(hits) == 1:
        return say("one_spec", name=product_name, spec=hits[0], value=specs[hits[0]])
    return say("specs", name=product_name, specs=lines([say("spec", spec=name, value=specs[name]) for name in hits[:3]]))


def _converted(details: Fields, text: str) -> str:
    """The table of sizes, for a question about those of another country; empty if there is none."""
    table = _specs(details).get("sizes", "")
    if not table or not _ABROAD.search(folded(text)) or not re.search(r"\b(?:US|UK|EU)\b", table):
        return ""
    return say("one_spec", name=text_of(details, "name"), spec="sizes", value=table)


def _within(details: Fields, text: str) -> str:
    """The specification that speaks of the thing asked about: the adapter, where "power" says that one is included."""
    name = tokens(text_of(details, "name"))
    asked = [word for word in content_words(text) if word not in COLOURS and not any(alike(word, other) for other in name)]
    for spec, value in _specs(details).items():
        if any(alike(word, part) for word in asked for part in tokens(value)):
            return say("one_spec", name=text_of(details, "name"), spec=spec, value=value)
    return ""


def asks_for(spec: str, plain: str) -> bool:
    pattern = lexicon("specs").get(spec.replace(" ", "_"))
    said = all(any(alike(word, other) for other in tokens(plain)) for word in tokens(spec))
    return said or (pattern is not None and pattern.search(plain) is not None)


def _from_description(details: Fields, text: str) -> str:
    """Sentences of the description that share words with the question."""
    name = text_of(details, "name")
    told = best_sentences(text_of(details, "description"), text, topic=name, most=2)
    return say("from_description", name=name, text=told) if told else ""


def _in_short(details: Fields, goal: Goal) -> Reply:
    """The product in short; when a detail was asked for that is not stated, that comes first, with the offer of a colleague."""
    prices = _prices(rows(details, "variants"))
    price = prices[0] if len(prices) == 1 else say("price_from_to", least=prices[0], most=prices[-1]) if prices else ""
    about = say("in_short", name=text_of(details, "name"), price=price, description=text_of(details, "description"))
    if marked("general", folded(goal.newest)) or not marked("specific", folded(goal.newest)):
        return Reply(text=about, done=goal.settled())
    text = paragraphs(say("not_stated", name=text_of(details, "name")), about, say("ask_colleague"))
    return Reply(text=text, offer=Goal(kind="person", said=goal.said, product=goal.product), done=goal.settled())


def care(view: View, goal: Goal) -> Plan:
    """How to look after a product; the care letters are offered where there are some."""
    found = yield from find_product(view, _of_order(view, goal), ignoring=_CARE_WORDS)
    if isinstance(found, Reply):
        return found
    details = yield from _details(found)
    done = replace(found.goal).settled()
    name, text = text_of(details, "name") or found.name, text_of(details, "care")
    if not text and (told := _spec(details, goal.newest) or _from_description(details, goal.newest)):
        return Reply(text=told, done=done)
    if not text:
        return Reply(text=say("no_care", name=name), offer=Goal(kind="person", said=goal.said), done=done)
    told = say("care", name=name, care=text)
    if not view.offers("enrol_in_care_series"):
        return Reply(text=told, done=done)
    offer = Goal(kind="letters", said=goal.said, product=done.product)
    return Reply(text=paragraphs(told, say("offer_letters")), offer=offer, done=done)


def _of_order(view: View, goal: Goal) -> Goal:
    """Without a product in the words, the only item of the order the conversation is about."""
    items = rows(view.memory.orders.get(view.memory.order, {}), "items")
    if goal.product or view.memory.product or len(items) != 1:
        return goal
    from .products import product_words

    return goal if product_words(goal.newest) else replace(goal, product=text_of(items[0], "sku"))
