"""Chats with the embedded model over the demo shop."""

from collections.abc import AsyncIterator, Iterable
from functools import cache

import pytest
from support.chat import NOON, Chat, NoIntents, Talk, demo_shop

from warmline import EmbeddedModel, SupportAgent
from warmline.testing import FixedGuard
from warmline.tools.clock import FrozenClock
from warmline.tools.model import Order
from warmline.tools.shop import Shop


@cache
def everything_is_served() -> FixedGuard:
    """A guard that sends nothing to a person by itself; its policy is read once for all chats."""
    return FixedGuard("smalltalk")


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    """Opens a chat: ``await talk("C-1001")`` for a signed-in customer, ``await talk()`` for a guest."""
    agents: list[SupportAgent] = []
    guard = everything_is_served()

    async def open_chat(customer: str | None = None, *, orders: Iterable[Order] = (), shop: Shop | None = None) -> Chat:
        shop = shop or demo_shop(orders)
        model = EmbeddedModel(classifier=NoIntents())
        agent = SupportAgent(model=model, shop=shop, guard=guard, clock=FrozenClock(NOON))
        agents.append(agent)
        return Chat(agent=agent, shop=shop, customer=customer)

    yield open_chat
    for agent in agents:
        await agent.close()
