"""What a message means in its conversation: an answer to what was asked, a change of mind, a new wish, or a follow-up."""

import re
from collections.abc import Sequence
from dataclasses import replace

from warmline.agent.guard.consent import echoes

from .choose import choose, wants_all
from .followups import family, fresh, goal_for
from .goals import ORDER_GOALS, WRITES, Goal, GoalKind
from .intents import Intent
from .lexicon import marked
from .message import Agenda, Message, State
from .products import product_words, wanted_options
from .revisions import bigger, changed, changes
from .slots import emails_in, order_numbers_in, quantity_in, reason_in, without_order_numbers
from .texting import channel_in, phones_in
from .undoing import turned_round
from .words import folded, tokens


def attach(message: Message, state: State) -> Agenda:
    """What is to be done about a message."""
    if turned := turned_round(message, state):
        return turned
    if state.offer is not None and (agenda := _answer_offer(message, state, state.offer)):
        return agenda
    if state.waiting:
        running, others = state.waiting[-1], state.waiting[:-1]
        return _proposed(message, running, others) if running.proposed else _asked(message, running, others)
    return fresh(message, state)


def _answer_offer(message: Message, state: State, offer: Goal) -> Agenda | None:
    """A yes starts what was offered, a no leaves it; anything else is judged as if there had been no offer."""
    if _asks_for_another(message, offer):
        return None
    intents = [intent for intent in message.intents() if intent.sure and intent.kind not in ("smalltalk", offer.kind)]
    if (
        (message.agrees and not intents)
        or _answers_signup(message, offer)
        or any(i.kind == offer.kind for i in message.intents() if i.sure)
    ):
        return Agenda(goals=(replace(offer, said=(*offer.said, message.text)),))
    if message.declines and not intents:
        return Agenda(first="declined", parked=state.waiting)
    return None


def _asks_for_another(message: Message, offer: Goal) -> bool:
    """Whether an "ok" only leads to the next question: "ok and L?", after a size that is sold out."""
    return offer.kind == "signup" and "?" in message.text and bool(wanted_options(message.text, alone=True))


def _answers_signup(message: Message, offer: Goal) -> bool:
    """Whether an e-mail address alone answers the offer to be told."""
    return offer.kind in ("signup", "letters") and bool(emails_in(message.text)) and message.is_short


def _proposed(message: Message, running: Goal, others: tuple[Goal, ...]) -> Agenda:
    """The customer was asked for a yes to a write."""
    if message.consent == "yes" or (message.question and echoes(message.text, message.question)):
        return Agenda(goals=(running,), parked=others)
    elsewhere = _sure_elsewhere(message, running)
    if elsewhere and _of_another_order(message, running):
        return _interrupted(message, running, others, elsewhere)
    if _turns_down(message, elsewhere) and not changes(message, running):
        return Agenda(first=f"left_{running.kind}", goals=others)
    if changes(message, running):
        return Agenda(goals=(changed(message, running),), parked=others)
    if elsewhere:
        return _interrupted(message, running, others, elsewhere)
    return Agenda(goals=(changed(message, running),), parked=others)


def _turns_down(message: Message, elsewhere: Sequence[Intent]) -> bool:
    """Whether a proposal is turned down: plainly, by a no with a reason, or by a goodbye."""
    plain = folded(message.text)
    with_reason = marked("plain_no", plain) and not elsewhere and "?" not in plain and not marked("rather", plain)
    return message.declines or with_reason or (message.is_short and marked("goodbye", plain))


def _of_another_order(message: Message, running: Goal) -> bool:
    """Whether a message names an order, and not the one that is going on."""
    numbers = message.numbers
    return running.kind in ORDER_GOALS and bool(running.number) and bool(numbers) and not _names(running.number, numbers)


def _names(number: str, named: Sequence[str]) -> bool:
    digits = "".join(filter(str.isdigit, number))
    return any("".join(filter(str.isdigit, other)) == digits for other in named)


def _asked(message: Message, running: Goal, others: tuple[Goal, ...]) -> Agenda:
    """The customer was asked for something."""
    elsewhere = _sure_elsewhere(message, running)
    answered = fills(message, running) and not _leaves(message, running)
    answered = answered and not (elsewhere and _of_another_order(message, running))
    answered = answered or (not elsewhere and _names_its_order(message, running))
    if running.asked == "go":
        return _asked_to_go(message, running, others, elsewhere)
    if running.asked == "product" and _moves_on(message, running):
        return (
            _interrupted(message, running, others, elsewhere) if running.kind in WRITES and elsewhere else fresh(message, State())
        )
    if not answered and (message.declines or (message.is_short and marked("goodbye", folded(message.text)))):
        return Agenda(first=f"left_{running.kind}" if running.kind in WRITES else "left", goals=others)
    if elsewhere and not (answered and len(elsewhere) == 1 and not _separate(message, elsewhere[0])):
        return _interrupted(message, running, others, elsewhere) if not answered else _both(message, running, others, elsewhere)
    if running.asked == "product" and message.memory.product and not answered_by_choice(message, running) and message.about_it:
        return fresh(message, State(last=running))
    if not (answered or (message.is_short and running.asked in _BRIEF)) and (
        intents := [i for i in message.intents() if i.kind not in (running.kind, "smalltalk") and i.score >= 0.75]
    ):
        return _interrupted(message, running, others, intents)
    return Agenda(goals=(_with_words(running, message.text),), parked=others)


_BRIEF = ("reason", "item", "variant", "quantity", "address")
"""What is answered in few words: they are taken for the answer, whatever a classifier makes of them."""


def _moves_on(message: Message, running: Goal) -> bool:
    """Whether something else is wanted, or nothing in particular, where any word would be taken for a product's name."""
    sure = [intent for intent in message.intents() if intent.sure]
    return bool(sure) and not answered_by_choice(message, running) and all(family(i.kind) != "product" for i in sure)


def answered_by_choice(message: Message, running: Goal) -> bool:
    """Whether a message picks one of the choices."""
    return bool(choose(message.text, running.choices, today=message.host.today))


def _leaves(message: Message, running: Goal) -> bool:
    """Whether "never mind" is said where any words would be taken for an answer."""
    return running.asked in ("address", "product") and message.declines


def _names_its_order(message: Message, running: Goal) -> bool:
    """Whether a message says nothing but the number of an order, while it is about one."""
    numbers = message.numbers
    return (
        running.kind in ORDER_GOALS and bool(numbers) and len(tokens(message.text)) <= len("it is order number W-10432".split())
    )


def _asked_to_go(message: Message, running: Goal, others: tuple[Goal, ...], elsewhere: list[Intent]) -> Agenda:
    """A yes-or-no question of the planner's own."""
    if elsewhere:
        return _interrupted(message, running, others, elsewhere)
    if message.agrees:
        return Agenda(goals=(running,), parked=others)
    if message.declines or message.consent == "no" or marked("leading_no", folded(message.text)):
        return Agenda(first=f"left_{running.kind}", goals=others)
    return Agenda(goals=(_with_words(replace(running, asked=""), message.text),), parked=others)


def _with_words(goal: Goal, text: str) -> Goal:
    """The goal with a new answer; what is to be changed in an order may now be known."""
    plain = folded(text)
    if goal.kind == "change" and (kind := _which_change(plain)):
        return replace(goal, kind=kind, said=(*goal.said, text), asked="", tries=0)
    return replace(goal, said=(*goal.said, text))


def _which_change(plain: str) -> GoalKind | None:
    if re.search(r"\bcancel|\bfirst\b|\bformer\b", plain):
        return "cancel"
    return "address" if re.search(r"\baddress|\bsend|\bsecond\b|\blatter\b|\belsewhere\b", plain) else None


def fills(message: Message, running: Goal) -> bool:
    """Whether a message answers what was asked."""
    text = message.text
    picked = choose(text, running.choices, today=message.host.today, newest_first=running.asked == "order")
    match running.asked:
        case "order":
            known = tuple(message.memory.identifiers)
            return bool(picked or order_numbers_in(text, asked=True, known=known) or emails_in(text))
        case "email":
            return bool(emails_in(text))
        case "phone":
            return bool(phones_in(text)) or channel_in(text) == "email"
        case "item" | "variant":
            return (len(running.choices) == 1 and message.consent == "yes") or bool(
                picked or wanted_options(text, alone=True) or bigger(text) or wants_all(text)
            )
        case "quantity":
            return quantity_in(text, alone=True) is not None or wants_all(text) or message.consent == "yes"
        case "reason":
            return reason_in(text) is not None
        case "product":
            return (len(running.choices) == 1 and message.consent == "yes") or (
                bool(picked or product_words(text)) and not emails_in(text)
            )
        case "address":
            return any(char.isdigit() for char in without_order_numbers(text)) or len(tokens(text)) <= len(
                "salt lake city utah".split()
            )
        case "change":
            return _which_change(folded(text)) is not None
        case _:
            return False


def _sure_elsewhere(message: Message, running: Goal) -> list[Intent]:
    """What a message asks for in plain words that is not what is going on."""
    another = _of_another_order(message, running)
    return [
        intent
        for intent in message.intents()
        if intent.sure and intent.kind not in ("smalltalk", running.kind) and (another or not _same_thing(intent.kind, running))
    ]


def _same_thing(kind: GoalKind, running: Goal) -> bool:
    if kind == running.kind:
        return True
    near: dict[GoalKind, tuple[GoalKind, ...]] = {
        "exchange": ("product", "stock"),
        "change": (),
        "signup": ("stock",),
        "stock": ("product", "find"),
        "find": ("product", "stock"),
        "product": ("find",),
        "address": ("status",),
    }
    return kind in near.get(running.kind, ())


def _separate(message: Message, intent: Intent) -> bool:
    """Whether the other wish stands in a part of its own."""
    return len(intent.text) < len(message.text.strip()) or "?" in message.text


def _interrupted(message: Message, running: Goal, others: tuple[Goal, ...], elsewhere: Sequence[Intent]) -> Agenda:
    """Something else comes first. A wish of the same family takes over; a question is answered and the goal waits on.

    Where an order is, is a question: it takes over only from a change that was proposed, for a yes after it is a yes to nothing. What a
    "yes, and ..." agreed to is asked about again after the other wish.
    """
    waits = running.kind in WRITES and running.proposed is None
    goals = tuple(goal_for(message, intent, running) for intent in elsewhere)
    takes_over = any(
        intent.kind in WRITES | {"find", "stock"}
        or (family(intent.kind) == family(running.kind) and not (intent.kind == "status" and waits))
        for intent in elsewhere
    )
    if running.proposed and takes_over and marked("leading_yes", folded(message.text)):
        return Agenda(goals=goals, parked=(*others, replace(running, proposed=None, asked="")))
    parked = others if takes_over else (*others, running)
    return Agenda(goals=goals, parked=parked)


def _both(message: Message, running: Goal, others: tuple[Goal, ...], elsewhere: Sequence[Intent]) -> Agenda:
    goals = tuple(goal_for(message, intent, running) for intent in elsewhere)
    return Agenda(goals=(*goals, _with_words(running, message.text)), parked=others)
