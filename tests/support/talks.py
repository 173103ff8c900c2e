"""Talks for the insights: messages answered by an agent whose guard reads one thing, at the moments a test says."""

from warmline import SupportAgent
from warmline.agent.outcome import Turn
from warmline.agent.store.store import Store
from warmline.testing import Entry, FixedGuard, MemoryShop, ScriptedModel, a_customer, an_order, says

ADA = a_customer()
ORDERS = (an_order("W-10001"), an_order("W-10002"))


async def say(
    store: Store, thread: str, message: str, reason: str = "order_status", *, script: tuple[Entry, ...] = (), guest: bool = False
) -> Turn:
    """One message and its answer; ``reason`` is what the guard reads, ``script`` what the model does."""
    shop = MemoryShop(customers=[ADA], orders=ORDERS, clock=store.clock)
    model = ScriptedModel(script or (says("It is on its way."),))
    agent = SupportAgent(shop=shop, model=model, store=store.engine, guard=FixedGuard(reason), clock=store.clock)
    turn = await agent.reply(thread, message, customer=None if guest else ADA.customer_id)
    await agent.close()
    return turn
