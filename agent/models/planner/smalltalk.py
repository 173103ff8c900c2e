"""Greetings, thanks, goodbyes, and what else people say without wanting anything looked up."""

from .catalog import maybe_found
from .goals import Goal, Plan, Reply
from .handing_over import hand_over
from .lexicon import first_named
from .products import product_words
from .view import View
from .wording import say
from .words import folded

_NAMED = 4


def smalltalk(view: View, goal: Goal) -> Plan:
    """A short, friendly answer in kind."""
    yield from ()
    plain = folded(goal.newest)
    section = first_named("smalltalk", plain) or "pleasantry"
    if section == "greeting":
        return Reply(text=say("greeting_named", name=view.host.first_name) if view.host.first_name else say("greeting"))
    return Reply(text=say(section))


def unclear(_view: View, goal: Goal) -> Plan:
    """Not understood: one good question, then a person."""
    words = product_words(goal.newest)
    if words and len(words) <= _NAMED and (found := (yield from maybe_found(goal, words))):
        return found
    if goal.tries:
        return (yield from hand_over(f"The customer's wish was not understood: {goal.words}"))
    return Reply(text=say("unclear"))


def foreign(goal: Goal) -> Plan:
    """Another language: a person, because this model writes English only."""
    return (yield from hand_over(f"The customer does not write in English: {goal.words}"))
