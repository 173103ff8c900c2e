"""A message while nothing is open: a new wish, or one that goes on from the last: "and the blue one?"."""

import re
from collections.abc import Sequence
from dataclasses import replace

from .goals import ORDER_GOALS, PRODUCT_GOALS, Goal, GoalKind
from .intents import Intent
from .lexicon import marked
from .message import Agenda, Message, State
from .products import product_words, wanted_options
from .slots import COLOURS, colours_in, emails_in, order_numbers_in, sizes_in
from .words import folded


def family(kind: GoalKind) -> str:
    """Whether a goal is about orders, products, or something of its own."""
    return "order" if kind in ORDER_GOALS else "product" if kind in PRODUCT_GOALS else kind


def goal_for(message: Message, intent: Intent, before: Goal | None) -> Goal:
    """A goal for an intent; of the same family it inherits what the one before was about."""
    goal = Goal(kind=intent.kind, said=(intent.text,))
    if before is None or family(before.kind) != family(intent.kind):
        return goal
    if intent.kind in ORDER_GOALS:
        items = before.items if {before.kind, intent.kind} == {"return", "exchange"} else ()
        named = order_numbers_in(intent.text, known=tuple(message.memory.identifiers))
        number = "" if named else before.number
        return replace(goal, number=number, email=before.email, items=items, reason=before.reason if items else "")
    return goal if product_words(intent.text) else replace(goal, product=before.product, sku=before.sku)


def fresh(message: Message, state: State) -> Agenda:
    """Nothing is waiting: a new wish, or a follow-up on the last one."""
    intents = message.intents()
    if state.last and (followed := _follow_up(message, state.last, intents)):
        return Agenda(goals=(followed,))
    if not intents and message.consent != "other":
        return Agenda(goals=(Goal(kind="smalltalk", said=(message.text,)),))
    if not intents and (emails_in(message.text) or message.numbers):
        return Agenda(goals=(Goal(kind="status", said=(message.text,)),))
    if not intents and product_words(message.text) and wanted_options(message.text):
        return Agenda(goals=(Goal(kind="stock", said=(message.text,)),))
    if not intents:
        return Agenda(goals=(Goal(kind="unclear", said=(message.text,), tries=state.lost),))
    return Agenda(goals=tuple(goal_for(message, intent, state.last) for intent in intents))


def _about_rules(intent: Intent, plain: str) -> bool:
    """Whether a question after one about the shop's rules goes on about them: "how much is it?", "can I return them?"."""
    return intent.kind in ("product", "stock") or (
        intent.kind in ("return", "exchange") and re.search(r"\bcan (?:i|you|we|they)\b", plain) is not None
    )


def _other_options(text: str, last: Goal) -> tuple[str, ...]:
    """The options of the last question that the new words do not replace: of "green 41", after "and navy?", the 41."""
    sizes, colours = sizes_in(text, alone=True), colours_in(text)
    return tuple(option for option in last.options if not (colours if option in COLOURS else sizes))


def _follow_up(message: Message, last: Goal, intents: Sequence[Intent]) -> Goal | None:
    """ "and the blue one?": the last goal with other words; what is not said anew stays."""
    plain = folded(message.text)
    if last.kind in ("return", "exchange") and marked("what_next", plain):
        return Goal(kind="policy", said=(f"{last.kind}s: label, hand the parcel in",))
    if not (message.is_short or marked("follow_up", plain)):
        return None
    if last.kind == "policy":
        return _on_with_rules(message, last, intents)
    if any(intent.sure for intent in intents):
        return None
    if last.kind in PRODUCT_GOALS:
        return _on_with_product(message, last)
    if last.kind == "status" and (message.numbers or marked("follow_up", plain)):
        return Goal(kind="status", said=(message.text,))
    return None


def _on_with_product(message: Message, last: Goal) -> Goal | None:
    """Other options of the same product, or the same question about another one."""
    options, named = wanted_options(message.text, alone=True), product_words(message.text)
    if not options and not named:
        return None
    kind: GoalKind = "stock" if options or last.kind in ("signup", "letters") else last.kind
    kind = "product" if kind in ("find", "compare") else kind
    said = (last.newest, message.text) if kind == last.kind == "product" else (message.text,)
    if named:
        return Goal(kind=kind, said=said, options=tuple(options))
    return Goal(kind=kind, said=said, product=last.product, options=(*_other_options(message.text, last), *options))


def _on_with_rules(message: Message, last: Goal, intents: Sequence[Intent]) -> Goal | None:
    """A question that goes on about the rules just quoted, and names no product."""
    plain = folded(message.text)
    if product_words(message.text) or any(intent.sure and not _about_rules(intent, plain) for intent in intents):
        return None
    return Goal(kind="policy", said=(last.newest, message.text)) if intents or marked("follow_up", plain) else None
