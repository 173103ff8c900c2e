"""A message while nothing is open: a new wish, or one that goes on from the last: "and the blue one?"."""

import re
from collections.abc import Sequence
from dataclasses import replace

from .choose import by_words
from .goals import ORDER_GOALS, PRODUCT_GOALS, Goal, GoalKind
from .intents import Intent
from .lexicon import marked
from .message import Agenda, Message, State
from .products import product_words, wanted_options
from .slots import colours_in, emails_in, order_numbers_in, sizes_in
from .words import folded

_AND = re.compile(r"\s+and\s+(?:also\s+)?(?=(?:the|an?|your|that|this|some)\b)", re.IGNORECASE)


_IN = re.compile(r"\bin (?:a |an |the |size )?\w", re.IGNORECASE)


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
        other = intent.kind == "status" and marked("other", folded(intent.text))
        number = "" if named or other else before.number
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
    return Agenda(goals=tuple(goal_for(message, one, state.last) for intent in intents for one in _each_thing(intent)))


def _each_thing(intent: Intent) -> Sequence[Intent]:
    """A question about two things, each with an option of its own, as two: "the lamp in ochre and the mugs in cream"."""
    parts = _AND.split(intent.text) if intent.kind == "stock" else []
    if len(parts) != len("ab") or not all(product_words(part) and _IN.search(part) for part in parts):
        return (intent,)
    return [replace(intent, text=part) for part in parts]


def _about_rules(intent: Intent, plain: str) -> bool:
    """Whether a question after one about the shop's rules goes on about them: "how much is it?", "can I return them?"."""
    return intent.kind in ("product", "stock") or (
        intent.kind in ("return", "exchange") and re.search(r"\bcan (?:i|you|we|they)\b", plain) is not None
    )


def _other_options(text: str, last: Goal) -> tuple[str, ...]:
    """The options of the last question that the new words do not replace: of "green 41", after "and navy?", the 41."""
    sizes, colours = sizes_in(text, alone=True), colours_in(text)
    return tuple(option for option in last.options if not (sizes if sizes_in(option, alone=True) else colours))


def _follow_up(message: Message, last: Goal, intents: Sequence[Intent]) -> Goal | None:
    """ "and the blue one?": the last goal with other words; what is not said anew stays."""
    plain = folded(message.text)
    if last.kind in ("return", "exchange") and marked("what_next", plain):
        return Goal(kind="policy", said=(f"{last.kind}s: label, hand the parcel in",))
    if not (message.is_short or marked("follow_up", plain)):
        return None
    if last.kind == "policy":
        return _on_with_rules(message, last, intents)
    if last.kind == "status" and (order := _one_of_those(message, last)):
        return Goal(kind="status", said=(message.text,), number=order)
    if any(intent.sure for intent in intents):
        return None
    if last.kind in PRODUCT_GOALS:
        return _on_with_product(message, last)
    if last.kind == "status" and (message.numbers or marked("follow_up", plain)):
        return Goal(kind="status", said=(message.text,))
    return None


def _one_of_those(message: Message, last: Goal) -> str:
    """The order that a thing named after an overview is in: "the mugs one"."""
    named = [choice for choice in by_words(message.text, last.choices) if choice.value]
    rest = [intent for intent in message.intents() if intent.sure and intent.kind not in ("status", "smalltalk")]
    return named[0].value if len(named) == 1 and not rest else ""


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
