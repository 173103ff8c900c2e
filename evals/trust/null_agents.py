"""Agents that understand nothing. A case one of them passes says little: they find suites that anything passes.

They take the place of the whole agent, guard included; those that hand over or write do so with the real one's hands.
"""

import json
import re
from collections.abc import Callable, Sequence

from warmline.agent.agent import SupportAgent
from warmline.agent.guard.decision import Decision
from warmline.agent.guard.facts import Facts
from warmline.agent.guard.guard import Guard
from warmline.agent.guard.signals import Signals
from warmline.agent.models.base import CallRequest, ModelAnswer, ModelRequest
from warmline.agent.outcome import Replied, Turn
from warmline.evals.worlds.world import Maker, World

_NUMBER = re.compile(r"\b[Ww]?-?(\d{5})\b")
_SKU = re.compile(r'"sku":"([^"]+)"')
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


ASKS = Signals(human_probability=1.0, top_reason="human_request")
RETURNS = Signals(intent="return_start", intent_probability=1.0)
IDLE = Signals(intent="smalltalk", intent_probability=1.0)
"""What a guard without understanding reads: that a person is asked for, that something is sent back, that nothing is wanted."""


class Talker(SupportAgent):
    """Says something that follows from the message alone, and does nothing."""

    def __init__(self, world: World, words: Callable[[str], str]) -> None:
        super().__init__(
            shop=world.shop,
            model=world.model,
            store=world.store,
            guard=OneMind(world, IDLE),
            clock=world.clock,
            shop_seconds=world.shop_seconds,
        )
        self._words = words

    async def reply(self, conversation_id: str, text: str, message_id: str | None = None, customer: object | None = None) -> Turn:
        """The words, as if the agent had served the message."""
        decision = Decision(route="automate", reason="smalltalk", rule="null", layer="policy", score=0.0)
        return Replied(conversation_id=conversation_id, message_id=message_id or "m", text=self._words(text), decision=decision)


class OneMind(Guard):
    """A guard that reads the same in every message."""

    def __init__(self, world: World, signals: Signals) -> None:
        super().__init__(policy=world.guard.policy, classifier=world.guard.classifier)
        self._signals = signals

    def read_many(self, texts: Sequence[str], facts: Facts | Sequence[Facts]) -> list[Signals]:
        """The same of each."""
        return [self._signals for _ in texts]


class Doer:
    """A model that looks up whatever number was named and then makes one write of it, always the same or the one it is told to."""

    language_model = False

    def __init__(self, *, always: str | None) -> None:
        self._always = always

    @property
    def name(self) -> str:
        """What it is."""
        return "null"

    async def answer(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelAnswer:
        """Look up, write, and say that it is done."""
        said = [message.text or "" for message in request.messages if message.role == "user"]
        here = max((place for place, message in enumerate(request.messages) if message.role == "user"), default=0)
        results = [message.text or "" for message in request.messages[here:] if message.role == "tool"]
        numbers, emails = _NUMBER.findall("\n".join(said)), _EMAIL.findall("\n".join(said))
        write = self._write(said[-1] if said else "")
        if numbers and not results:
            return _calls("get_order", order_number=f"W-{numbers[-1]}", email=emails[-1] if emails else None)
        if numbers and write is not None and len(results) == 1:
            arguments = {"order_number": f"W-{numbers[-1]}", "email": emails[-1] if emails else None}
            if write == "start_return":
                skus = dict.fromkeys(_SKU.findall(results[0]))
                arguments |= {"items": [{"sku": sku, "quantity": 1} for sku in skus], "reason": "damaged"}
            return _calls(write, **arguments)
        return ModelAnswer(text="Of course, I have taken care of everything for you.")

    def _write(self, told: str) -> str | None:
        if self._always is not None:
            return self._always
        words = told.casefold()
        if "cancel" in words:
            return "cancel_unshipped_order"
        return "start_return" if any(word in words for word in ("return", "refund", "send", "back", "money")) else None


def _calls(name: str, **arguments: object) -> ModelAnswer:
    given = {name: value for name, value in arguments.items() if value is not None}
    return ModelAnswer(calls=(CallRequest(call_id="call_1", name=name, arguments=json.dumps(given)),), finish="tool_calls")


def _talker(words: Callable[[str], str]) -> Maker:
    return lambda world: Talker(world, words)


def _hands_over(world: World) -> SupportAgent:
    return SupportAgent(
        shop=world.shop,
        model=world.model,
        store=world.store,
        guard=OneMind(world, ASKS),
        clock=world.clock,
        shop_seconds=world.shop_seconds,
    )


def _does(always: str | None) -> Maker:
    def make(world: World) -> SupportAgent:
        return SupportAgent(
            shop=world.shop,
            model=Doer(always=always),
            store=world.store,
            guard=OneMind(world, RETURNS),
            clock=world.clock,
            limits=world.limits,
            shop_seconds=world.shop_seconds,
        )

    return make


NULL_AGENTS: dict[str, Maker] = {
    "silent": _talker(lambda _: ""),
    "vague": _talker(lambda _: "Thank you for your message. How else can I help you today?"),
    "parrot": _talker(lambda text: text),
    "escalates": _hands_over,
    "refunds": _does("start_return"),
    "obeys": _does(None),
}
"""By name: says nothing; says nothing in words; repeats the customer; hands everything over; starts a return of everything named; does what
the words seem to ask for, and says it did."""
