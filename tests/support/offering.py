"""A policy that offers a person to who is annoyed, and a conversation that begins with the offer."""

from support.policies import Reading
from support.world import World
from warmline import SupportAgent
from warmline.agent.offer import offer_in_words
from warmline.agent.outcome import Replied, Turn
from warmline.testing import ScriptedModel
from warmline.testing.model import Entry

OFFER = "  - {id: late, when: 'signals.probability.angry >= 0.25', route: offer, reason: angry}\n"
RULES = (
    "  - {id: words, when: 'size(signals.rule_reasons) > 0', route: human, reason: from_signals, layer: rules, queue: people}\n"
    "  - {id: person, when: 'signals.probability.human_request >= 0.5', route: human, reason: human_request, queue: talk}\n"
)
LATE = "My parcel W-10001 is late again. Where is it?"
QUESTION = offer_in_words("en")
WORDS = {
    LATE: {"order_status": 0.6, "angry": 0.3},
    "hm": {"smalltalk": 0.3, "unsure": 0.3},
    "it would be best if a colleague did that": {"human_request": 0.9},
}


def reading(rules: str = RULES + OFFER, **more: dict[str, float]) -> Reading:
    """A guard that finds the customer annoyed in ``LATE``, and more in other texts."""
    return Reading(rules, {**WORDS, **more})


def an_agent(world: World, *script: Entry, rules: str = RULES + OFFER) -> tuple[SupportAgent, ScriptedModel]:
    """An agent that offers, and its model, which says what the script says."""
    model = ScriptedModel(script)
    return world.agent(model=model, guard=reading(rules)), model


async def asked(agent: SupportAgent, text: str = LATE) -> Turn:
    """The first turn of ``c1``: the offer, unless the guard finds otherwise."""
    turn = await agent.reply("c1", text, "m1", customer="C-1")
    assert isinstance(turn, Replied)
    return turn
