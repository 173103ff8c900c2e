"""Warmline, through its public names: what is on in each variant, and what is off.

Always on, because it cannot be switched off: the turn's lease and idempotency, the tool gate, the reply gate, the evidence, retries
and the model's breaker, capacity.

- ``loop``: the store is in memory and forgets; the guard reads nothing and serves every message.
- ``durable``: the store is a SQLite file (WAL), the ledger and the outbox in it; the guard reads rules, cues and facts. In the
  classifier's place stand fixed scores.
- ``full``: as ``durable``, with the local classifier.

- ``sdk``: as ``durable``, with the model asked through the SDK as it comes, which is the default.

The others ask it directly over aiohttp, as docs/performance.md says to make it (``warmline[fast]``).

The policy is the default one without the two rules that hand a customer to a person who asks the same thing again and again: the script
does nothing else.
"""

import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from functools import partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import shop
from benchmarks.peers import Peer

if TYPE_CHECKING:
    from warmline.agent.guard.guard import Guard
    from warmline.agent.guard.policy import Policy

ASKS_AGAIN = ("contacts", "loop")
"""The rules of the default policy that are left out."""
PLACES = 1024
"""Turns at once: the peers know no limit, so none is to be felt here."""


class Warmline:
    """One agent for all conversations; a conversation is its id."""

    def __init__(self, *, file: str | None, guarded: bool, classified: bool, direct: bool = True) -> None:
        self.file, self.guarded, self.classified, self.direct = file, guarded, classified, direct

    async def start(self, base_url: str, folder: Path) -> None:
        """Make the agent and load what it will need."""
        from openai import AsyncOpenAI

        from benchmarks.peers.warmline_shop import NOW, OneOrderShop
        from warmline import Capacity, OpenAIModel, SupportAgent
        from warmline.tools.clock import FrozenClock

        self.client = AsyncOpenAI(base_url=base_url, api_key="none", max_retries=0)
        self.model = OpenAIModel(shop.MODEL, client=self.client, direct=self.direct)
        self.agent: SupportAgent = SupportAgent(
            shop=OneOrderShop(),
            model=self.model,
            store=None if self.file is None else self.file if "://" in self.file else folder / self.file,
            guard=self._guard(folder),
            clock=FrozenClock(NOW),
            capacity=Capacity(turns=PLACES, model_calls=PLACES, shop_calls=PLACES, waiting=PLACES),
        )
        await self.agent.parts()

    def _guard(self, folder: Path) -> "Guard":
        from warmline.agent.guard.guard import Guard
        from warmline.agent.guard.policy import Policy

        policy = Policy.load(policy_file(folder))
        if not self.guarded:
            return unread(policy)
        return Guard(policy=policy) if self.classified else Guard(policy=policy, classifier=fixed_scores())

    def begin(self, name: str) -> str:
        """Its id, which no other run has."""
        return f"{name}-{uuid.uuid4().hex[:8]}"

    async def turn(self, conversation: str, text: str) -> str:
        """One turn of the signed-in customer."""
        turn = await self.agent.reply(conversation, text, customer="C-1001")
        return _replied(turn)

    async def stream(self, conversation: str, text: str) -> AsyncIterator[str]:
        """The reply in the pieces in which it is released."""
        from warmline import Done, TextDelta

        async for event in self.agent.stream(conversation, text, customer="C-1001"):
            match event:
                case TextDelta():
                    yield event.text
                case Done():
                    _replied(event.turn)
                case _:
                    pass

    async def stop(self) -> None:
        """Close the agent and the model's client."""
        await self.agent.close()
        await self.model.aclose()
        await self.client.close()


def unread(policy: "Policy") -> "Guard":
    """A guard that reads nothing and serves every message."""
    from warmline.agent.guard.facts import Facts
    from warmline.agent.guard.guard import Guard
    from warmline.agent.guard.signals import Signals

    served = Signals(intent="order_status", intent_probability=1.0)

    class Unread(Guard):
        async def read(self, text: str, facts: Facts) -> Signals:
            return served.with_facts(facts)

    return Unread(policy=policy)


def fixed_scores() -> Any:
    """What the classifier would say of the question, without reading it."""
    import numpy as np

    from warmline.agent.guard.classifier import Classifier

    shipped = Classifier.load()
    scores = np.array([0.99 if name == "order_status" else 0.01 / (len(shipped.classes) - 1) for name in shipped.classes])

    class Fixed(Classifier):
        def probabilities(self, texts: Sequence[str]) -> Any:
            return np.tile(scores, (len(texts), 1))

    return Fixed(**vars(replace(shipped)))


def policy_file(folder: Path) -> Path:
    """The default policy without ``ASKS_AGAIN``, as a host would write it."""
    import yaml

    policy = yaml.safe_load(resources.files("warmline.agent.guard").joinpath("default_policy.yaml").read_text("utf-8"))
    policy["rules"] = [rule for rule in policy["rules"] if rule["id"] not in ASKS_AGAIN]
    file = folder / "policy.yaml"
    file.write_text(yaml.safe_dump(policy, sort_keys=False), "utf-8")
    return file


def _replied(turn: Any) -> str:
    if turn.kind != "replied":
        raise AssertionError(f"the turn ended as {turn.kind!r} by the rule {turn.decision.rule!r}; expected a reply")
    shop.RUNS.extend(run.name for run in turn.tool_calls if run.status == "done")
    return turn.text


VARIANTS: dict[str, Callable[[], Peer]] = {
    "loop": partial(Warmline, file=None, guarded=False, classified=False),
    "durable": partial(Warmline, file="warmline.db", guarded=True, classified=False),
    "full": partial(Warmline, file="warmline.db", guarded=True, classified=True),
    "sdk": partial(Warmline, file="warmline.db", guarded=True, classified=False, direct=False),
}
