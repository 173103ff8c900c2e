"""A connection to PostgreSQL that breaks at a commit: whether or not it was made, the message sent again is served once."""

from collections.abc import AsyncIterator

import pytest
from support.databases import postgresql_url, with_empty_tables
from support.wire import Cut, Wire
from support.world import ANN, NOON, OPEN

from warmline import HandedOff, NeedsConfirmation, Replied, SupportAgent
from warmline.agent.store.database import transaction
from warmline.agent.store.rows import CASE, LEDGER, MESSAGE, OUTBOX, TURN
from warmline.agent.store.store import Store
from warmline.errors import StoreError
from warmline.testing import Entry, FixedGuard, MemoryShop, ScriptedModel, calls, says
from warmline.tools.clock import FrozenClock

CANCEL = calls("cancel_unshipped_order", order_number="W-10001")
DONE = says("Your order W-10001 has been cancelled.")
COMMITS = {"opened": 1, "write entered": 2, "write noted": 3, "closed": 4}
"""Of the turn that answers a yes to a write: what each one stores."""


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    url = postgresql_url()
    await with_empty_tables(url)
    async with Wire.to(url) as wire:
        yield wire


@pytest.fixture
def shop() -> MemoryShop:
    return MemoryShop(customers=[ANN], orders=[OPEN], clock=FrozenClock(NOON))


def an_agent(url: str, shop: MemoryShop, *script: Entry, reason: str = "order_status") -> SupportAgent:
    return SupportAgent(model=ScriptedModel(script), shop=shop, store=url, guard=FixedGuard(reason), clock=FrozenClock(NOON))


async def cut_off(agent: SupportAgent, wire: Wire, commit: int, when: Cut, text: str, message_id: str) -> None:
    """Send a message during which the wire is cut."""
    await agent.desk()  # opens the store
    wire.cut_at(commit, when)
    with pytest.raises(StoreError, match="whether this was stored is not known, send the message again"):
        await agent.reply("c1", text, message_id, customer="C-1")
    assert wire.cuts == 1


async def stored(wire: Wire) -> dict[str, int]:
    """How many rows there are of each kind."""
    store = await Store.open(wire.url, clock=FrozenClock(NOON))
    async with transaction(store.engine, read_only=True) as connection:
        tables = (TURN, MESSAGE, LEDGER, CASE, OUTBOX)
        counts = {table.name: len(list(await connection.execute(table.select()))) for table in tables}
    await store.close()
    return counts


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("commit", COMMITS.values(), ids=COMMITS)
async def test_a_confirmed_write_is_made_once_and_told(wire: Wire, shop: MemoryShop, commit: int, when: Cut) -> None:
    async with an_agent(wire.url, shop, CANCEL) as agent:
        assert isinstance(await agent.reply("c1", "Cancel W-10001", "m1", customer="C-1"), NeedsConfirmation)
    async with an_agent(wire.url, shop, DONE, DONE) as agent:
        await cut_off(agent, wire, commit, when, "yes", "m2")
        turn = await agent.reply("c1", "yes", "m2", customer="C-1")
        assert await agent.reply("c1", "yes", "m2", customer="C-1") == turn
    assert isinstance(turn, Replied)
    assert [(run.name, run.status) for run in turn.tool_calls] == [("cancel_unshipped_order", "done")]
    assert len(shop.receipts) == 1
    counts = await stored(wire)
    assert (counts["warmline_turn"], counts["warmline_ledger"], counts["warmline_case"]) == (2, 1, 0)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("commit", [1, 2])
async def test_a_hand_off_is_one_case_with_one_event(wire: Wire, shop: MemoryShop, commit: int, when: Cut) -> None:
    async with an_agent(wire.url, shop, reason="angry") as agent:
        await cut_off(agent, wire, commit, when, "This is a disgrace.", "m1")
        turn = await agent.reply("c1", "This is a disgrace.", "m1", customer="C-1")
    assert isinstance(turn, HandedOff)
    assert await stored(wire) == {
        "warmline_turn": 1,
        "warmline_message": 2,
        "warmline_ledger": 0,
        "warmline_case": 1,
        "warmline_outbox": 1,
    }
