"""Talks for the insights: messages answered by an agent whose guard reads one thing, at the moments a test says."""

from warmline import SupportAgent
from warmline.agent.guard.policy import Policy, default_file, text_of
from warmline.agent.guard.policy_file import read_policy
from warmline.agent.outcome import Turn
from warmline.agent.store.store import Store
from warmline.testing import Entry, FixedGuard, MemoryShop, ScriptedModel, a_customer, an_order, says

ADA = a_customer()
ORDERS = (an_order("W-10001"), an_order("W-10002"))


OFFERING = read_policy(
    "offering.yaml",
    text_of(default_file()).replace(
        "  - id: automate\n",
        '  - {id: late, when: signals.intent == "order_status", route: offer, reason: angry}\n  - id: automate\n',
    ),
)
"""The shipped policy with an offer to all who ask where their order is."""


async def say(
    store: Store,
    thread: str,
    message: str,
    reason: str = "order_status",
    *,
    script: tuple[Entry, ...] = (),
    guest: bool = False,
    policy: Policy | None = None,
) -> Turn:
    """One message and its answer; ``reason`` is what the guard reads, ``script`` what the model does."""
    shop = MemoryShop(customers=[ADA], orders=ORDERS, clock=store.clock)
    model = ScriptedModel(script or (says("It is on its way."),))
    guard = FixedGuard(reason)
    if policy is not None:
        guard.policy = policy
    agent = SupportAgent(shop=shop, model=model, store=store.engine, guard=guard, clock=store.clock)
    turn = await agent.reply(thread, message, customer=None if guest else ADA.customer_id)
    await agent.close()
    return turn
