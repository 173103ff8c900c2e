"""Whether something can be had: in words, with what instead and the offer of a message when it is back."""

import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace

from warmline.tools.wording import TO_ORDER

from .goals import Call, Goal, Plan, Reply
from .lexicon import marked
from .memory import Fields, count_of, has_units, rows, text_of, uncounted
from .products import Stocked, find_product, narrowed, narrowed_by, wanted_options
from .thread import Result
from .view import View
from .wording import day, lines, listed, money, paragraphs, say, sentences
from .words import alike, folded, tokens

_COUNTED = "of|pieces|pairs?|units|x|sets?|boxes|packs?|more|copies|left|in stock"
_WANTED = re.compile(
    rf"\b(\d{{1,3}})\s(?:{_COUNTED})\b|\b(?:need|want|take|order|buy|after|get|are there|have you got|do you have|is there)\s(\d{{1,3}})\b"
)
_IN_WORDS = {
    "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "fifteen": "15",
    "twenty": "20", "a dozen": "12", "two dozen": "24", "half a dozen": "6", "a couple": "2", "thirty": "30", "fifty": "50",
}  # fmt: skip
_WORDED = re.compile(rf"\b(?:{'|'.join(sorted(_IN_WORDS, key=len, reverse=True))})\b")
_FEW = 3


def stock(view: View, goal: Goal) -> Plan:
    """What is in stock of what was asked for."""
    found = yield from stocked(view, goal)
    if isinstance(found, Reply):
        return found
    found = replace(found, goal=replace(found.goal, options=goal.options or tuple(wanted_options(goal.newest))))
    goal = found.goal
    chosen = narrowed(found.variants, f"{goal.newest} {' '.join(goal.options)}")
    if _all_sold_out(chosen):
        return (yield from _sold_out(view, found, chosen))
    text = _available(view, found, chosen)
    made = replace(goal, options=tuple(option for option in goal.options if option not in _strange(found)))
    return Reply(text=sentences(_unknown_option(found), text), done=_settled(made, chosen))


def stocked(view: View, goal: Goal) -> Generator[Call, Result, Stocked | Reply]:
    """The product asked about; option words that are part of its name are not taken for options."""
    options = goal.options or tuple(wanted_options(goal.newest))
    found = yield from find_product(view, goal, options=options)
    if isinstance(found, Reply) or not _only_in_name(found, options):
        return found
    rest = tuple(option for option in options if not _in_name(found, option))
    return (yield from find_product(view, replace(found.goal, sku=""), options=rest))


def _only_in_name(found: Stocked, options: Sequence[str]) -> bool:
    """Whether an option that is not offered is just a word of the product's name (``oak`` of the Galley Oak Board)."""
    return bool(text_of(found.fields, "note")) and not _all_sold_out(found.variants) and any(_in_name(found, o) for o in options)


def _in_name(found: Stocked, option: str) -> bool:
    return any(alike(option.casefold(), word) for word in tokens(found.name))


def _all_sold_out(variants: Sequence[Fields]) -> bool:
    return bool(variants) and not any(map(has_units, variants))


def _settled(goal: Goal, chosen: Sequence[Fields]) -> Goal:
    if len(chosen) != 1:
        return replace(goal, sku="").settled()
    return replace(goal, sku=text_of(chosen[0], "sku"), options=tuple(text_of(chosen[0], "options").split(", "))).settled()


def _unknown_option(found: Stocked) -> str:
    """That a size or colour is not made, when the words asked for one."""
    if not text_of(found.fields, "note") or _all_sold_out(found.variants):
        return ""
    strange = _strange(found)
    return say("not_made", name=found.name, options=listed(strange, last="or")) if strange else text_of(found.fields, "note")


def _strange(found: Stocked) -> list[str]:
    """The options asked for that are not made."""
    made = [text_of(variant, "options") for variant in found.variants]
    return [option for option in found.goal.options if not any(narrowed_by(option, options) for options in made)]


def _available(view: View, found: Stocked, chosen: Sequence[Fields]) -> str:
    if len(chosen) == 1:
        return _one(found, chosen[0])
    return say("stock_several", name=found.name, variants=lines(by_option(view, chosen)))


def _one(found: Stocked, variant: Fields) -> str:
    units, plain = count_of(variant, "units"), folded(found.goal.newest)
    values = {"name": variant_name(found.name, variant), "price": money(variant.get("price"))}
    count, unknown = units_wanted(plain), uncounted(variant)
    if count > units and not unknown:
        return say("stock_too_few", **values, units=units, wanted=count)
    if marked("how_many", plain) or count:
        return say("stock_uncounted", **values) if unknown else say("stock_counted", **values, units=units)
    final = say("final_sale") if variant.get("final_sale") else ""
    there = say("stock_few", **values, units=units) if units <= _FEW and not unknown else say("stock_yes", **values)
    return sentences(there, final)


def units_wanted(plain: str) -> int:
    """How many a folded question asks for, in figures or in words; 0 if it does not say."""
    wanted = _WANTED.search(_WORDED.sub(lambda said: _IN_WORDS[said.group()], plain))
    return int(wanted.group(1) or wanted.group(2)) if wanted else 0


def variant_name(name: str, variant: Fields) -> str:
    """A variant in words: ``Harbour Crewneck (navy, M)``."""
    options = text_of(variant, "options")
    return f"{name} ({options})" if options else name


def by_option(view: View, variants: Sequence[Fields]) -> list[str]:
    """Variants in few lines: grouped by their first option, what is in stock first."""
    groups: dict[str, list[Fields]] = {}
    for variant in variants:
        first, _, _ = text_of(variant, "options").partition(", ")
        groups.setdefault(first, []).append(variant)
    if all(len(group) == 1 for group in groups.values()) or any(map(_to_order, variants)):
        return [_line(view, variant) for variant in variants]
    return [_group(view, first, group) for first, group in groups.items()]


def _line(view: View, variant: Fields) -> str:
    options = text_of(variant, "options")
    coming = text_of(variant, "next_delivery")
    stock_words = text_of(variant, "stock")
    if coming:
        return say("line_coming", what=options, stock=stock_words, day=day(coming, view.host.today))
    return say("line_stock", what=options, stock=stock_words, price=money(variant.get("price")))


def _group(view: View, first: str, group: Sequence[Fields]) -> str:
    there = [_rest(variant) for variant in group if has_units(variant)]
    gone = [_gone(view, variant) for variant in group if not has_units(variant)]
    if not there:
        return say("group_gone", first=first, gone=listed(gone))
    if not gone:
        return say("group_there", first=first, there=listed(there))
    return say("group_both", first=first, there=listed(there), gone=listed(gone))


def _to_order(variant: Fields) -> bool:
    """Whether none is there, and it can be ordered all the same."""
    return text_of(variant, "stock") == TO_ORDER


def _rest(variant: Fields) -> str:
    return text_of(variant, "options").partition(", ")[2]


def _gone(view: View, variant: Fields) -> str:
    coming = text_of(variant, "next_delivery")
    return say("gone_until", what=_rest(variant), day=day(coming, view.host.today)) if coming else _rest(variant)


def _sold_out(view: View, found: Stocked, chosen: Sequence[Fields]) -> Plan:
    """Sold out: until when, what instead, and the offer to be told."""
    lead = chosen[0]
    fields: Mapping[str, object] = found.fields
    if len(chosen) == 1 and not rows(found.fields, "alternatives"):
        result = yield Call("check_stock", {"sku": text_of(lead, "sku")})
        fields = result.fields if result.kind == "ok" else found.fields
    text = sold_out_text(view, found.name, chosen)
    instead = [
        say("alternative", name=text_of(a, "name"), price=money(a.get("price")), stock=text_of(a, "stock"))
        for a in rows(fields, "alternatives")
    ]
    others = say("alternatives", others=lines(instead)) if instead else ""
    done = _settled(found.goal, chosen)
    if not view.offers("subscribe_back_in_stock"):
        return Reply(text=paragraphs(text, others), done=done)
    offer = Goal(kind="signup", said=found.goal.said, product=found.goal.product, sku=done.sku)
    return Reply(text=paragraphs(text, others, say("offer_signup")), offer=offer, done=done)


def sold_out_text(view: View, name: str, chosen: Sequence[Fields]) -> str:
    """That a variant is sold out, and when more come if that is known."""
    what = variant_name(name, chosen[0]) if len(chosen) == 1 else name
    if any(map(_to_order, chosen)):
        return say("to_order", name=what)
    coming = min((text_of(variant, "next_delivery") for variant in chosen if text_of(variant, "next_delivery")), default="")
    if coming:
        return say("sold_out_until", name=what, day=day(coming, view.host.today))
    return say("sold_out", name=what)
