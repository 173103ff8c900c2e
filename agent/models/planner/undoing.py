"""Wishes turned round: what was done is to be undone, and what is not to be done at all."""

import re
from collections.abc import Mapping
from dataclasses import replace

from .followups import fresh
from .goals import Goal, GoalKind, Plan, Reply
from .handing_over import hand_over
from .lexicon import marked
from .memory import text_of
from .message import Agenda, Message, State
from .orders import look_up, with_number
from .slots import reason_in
from .view import View
from .wording import say
from .words import folded

_DEEDS: Mapping[str, GoalKind] = {"cancel": "cancel", "return": "return", "exchange": "exchange", "swap": "exchange"}
_NOT_TO = re.compile(
    r"(?<!why )(?<!if you )(?<!if i )(?<!if we )\b(?:don'?t|do not|never|must not|mustn'?t|should not|shouldn'?t|rather not|no need to"
    r"|not (?:want|going|asking|trying|looking|planning) to)\s(?:(?:want|wish|like|need|mean|plan|intend|have)\s)?"
    r"(?:(?:you|to|please|even|actually|just|dare|now|ever|yet|go|and|my|the)\s)*"
    r"(?:(?P<deed>cancel|return|exchange|swap)\b|(?:send|give|bring)\b(?:\s[\w-]+){0,5}?\sback\b)"
)
_GONE_WRONG = ("damaged", "defective", "wrong_item", "not_as_described")


def turned_round(message: Message, state: State) -> Agenda | None:
    """What is to be done about a message that wants something undone, or left undone; ``None`` for any other."""
    if _undoes(message, state):
        return Agenda(goals=(Goal(kind="undo", said=(message.text,)),))
    if state.waiting or (kind := not_to(message.text)) is None:
        return None
    rest = replace(message, text=_NOT_TO.sub(" ", folded(message.text)).strip())
    if reason_in(rest.text) in _GONE_WRONG:
        return None
    if any(intent.sure and intent.kind not in (kind, "smalltalk") for intent in rest.intents()):
        return fresh(rest, state)
    return Agenda(goals=(Goal(kind="spare", said=(message.text,)),))


def not_to(text: str) -> GoalKind | None:
    """What is not to be done: cancelling of "don't cancel it". A question is none: "do I not need to return it?"."""
    found = None if "?" in text else _NOT_TO.search(folded(text))
    return _DEEDS[found["deed"] or "return"] if found else None


def _undoes(message: Message, state: State) -> bool:
    """Whether something that was done is to be undone: in so many words, or in softer ones right after it."""
    plain = folded(message.text)
    if marked("undo", plain):
        return bool(message.memory.made) or not state.waiting
    just_done = state.last is not None and not state.waiting and any(kind == state.last.kind for kind, _ in message.memory.made)
    return just_done and marked("regrets", plain) and not any(i.sure and i.kind != "smalltalk" for i in message.intents())


def undo(view: View, goal: Goal) -> Plan:
    """A person: no tool takes a cancellation, a return or an exchange back."""
    named = with_number(view, goal).number
    done = [f"the {kind} of order {number}" for kind, number in view.memory.made if named in ("", number)]
    what = " and ".join(done) or (f"something of order {named}" if named else "something")
    return (yield from hand_over(f"The customer wants {what} undone: {goal.words}"))


def spare(view: View, goal: Goal) -> Plan:
    """What is not to be done is not done; if it was done already, a person."""
    kind = not_to(goal.newest) or "cancel"
    goal = with_number(view, goal)
    if any(done == kind and goal.number in ("", number) for done, number in view.memory.made):
        return (yield from undo(view, goal))
    if kind != "cancel" or not goal.number:
        return Reply(text=say(f"spared_{kind}"))
    found = yield from look_up(view, goal, "cancel")
    if isinstance(found, Reply):
        return Reply(text=say("spared_cancel"))
    if text_of(found[0], "status") == "cancelled":
        return (yield from hand_over(f"Order {found[1].number} is cancelled, and the customer does not want that: {goal.words}"))
    return Reply(text=say("spared_order", number=found[1].number), done=replace(found[1], kind="status").settled())
