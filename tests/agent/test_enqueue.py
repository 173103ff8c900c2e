"""Messages that are answered later: stored at once, taken up by whoever is there, told by an event; and those a dead worker left."""

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from support.world import ANN, NOON, OPEN

from warmline import HandedOff, Replied, SupportAgent, WithHuman
from warmline.agent.incoming import MOST_RESUMED
from warmline.agent.store.database import transaction
from warmline.agent.store.leases import LEASE
from warmline.agent.store.rows import OUTBOX, TURN
from warmline.agent.store.store import Opened, Store
from warmline.agent.store.waiting import waiting
from warmline.errors import UsageError
from warmline.testing import Entry, FixedGuard, MemoryShop, ScriptedModel, says
from warmline.tools.clock import FrozenClock


def agent_over(store: Store, *script: Entry, reason: str = "order_status") -> SupportAgent:
    shop = MemoryShop(customers=[ANN], orders=[OPEN], clock=store.clock)
    guard = FixedGuard(reason)
    return SupportAgent(model=ScriptedModel(script), shop=shop, store=store.engine, guard=guard, clock=store.clock)


async def told(store: Store) -> list[tuple[str, dict[str, Any]]]:
    async with transaction(store.engine, read_only=True) as connection:
        return [(row.kind, json.loads(row.body)) for row in await connection.execute(select(OUTBOX).order_by(OUTBOX.c.id))]


async def names(store: Store) -> Sequence[str]:
    return [one.message_id for one in await waiting(store, most=10)]


def pass_time(store: Store, time: timedelta) -> None:
    assert isinstance(store.clock, FrozenClock)
    store.clock.moment += time


async def test_a_message_is_stored_at_once_and_answered_when_it_is_taken_up(store: Store) -> None:
    agent = agent_over(store, says("It leaves today."))
    assert await agent.enqueue("c1", "Where is W-10001?", "m1", customer="C-1")
    assert [said.text for said in await store.thread("c1")] == ["Where is W-10001?"]
    (one,) = await waiting(store, most=10)
    assert (one.conversation_id, one.message_id, one.customer_id) == ("c1", "m1", "C-1")
    turn = await agent.resume("c1", "m1")
    assert isinstance(turn, Replied)
    assert await told(store) == [("turn_closed", {"message_id": "m1", "kind": "replied", "text": "It leaves today."})]
    assert await names(store) == []


async def test_the_same_message_again_changes_nothing(store: Store) -> None:
    agent = agent_over(store, says("It leaves today."))
    first, *others = [await agent.enqueue("c1", "Where is it?", "m1", customer="C-1") for _ in range(3)]
    assert (first, others) == (True, [False, False])
    await agent.resume("c1", "m1")
    assert not await agent.enqueue("c1", "Where is it?", "m1", customer="C-1")
    assert await agent.resume("c1", "m1") is None
    assert (await agent.reply("c1", "Where is it?", "m1", customer="C-1")).text == "It leaves today."
    assert len(await told(store)) == 1


async def test_a_message_two_workers_take_up_at_once_is_one_turn_and_one_event(store: Store) -> None:
    agents = [agent_over(store, says("It leaves today.")) for _ in range(3)]
    for number in range(10):
        await agents[0].enqueue(f"c{number}", "Where is it?", "m1", customer="C-1")
    for agent in agents:
        agent_model = (await agent.parts()).model
        agent_model.model = ScriptedModel([says("It leaves today.")] * 30)  # pyright: ignore[reportAttributeAccessIssue]
    await asyncio.gather(*(agent.resume(f"c{number}", "m1") for number in range(10) for agent in agents))
    assert [kind for kind, _ in await told(store)] == ["turn_closed"] * 10


async def test_messages_in_a_row_are_answered_together_and_each_is_told_once(store: Store) -> None:
    agent = agent_over(store, says("Both leave today."))
    await agent.enqueue("c1", "Where is my order?", "m1", customer="C-1")
    await agent.enqueue("c1", "I mean W-10001.", "m2", customer="C-1")
    assert await names(store) == ["m2"]
    turn = await agent.resume("c1", "m2")
    assert turn is not None
    assert turn.text == "Both leave today."
    bodies = [(body["message_id"], body["text"]) for _, body in await told(store)]
    assert bodies == [("m1", ""), ("m2", "Both leave today.")]


async def test_what_a_dead_worker_left_is_taken_up_when_its_lease_has_lapsed(store: Store) -> None:
    assert isinstance(await store.open_turn("c1", "m1", "Where is it?", customer_id="C-1", lease="dead"), Opened)
    assert await names(store) == []
    pass_time(store, LEASE)
    assert await names(store) == ["m1"]
    agent = agent_over(store, says("It leaves today."))
    turn = await agent.resume("c1", "m1")
    assert isinstance(turn, Replied)
    assert [body["text"] for _, body in await told(store)] == ["It leaves today."]


async def test_a_message_somebody_works_on_is_not_taken_up(store: Store) -> None:
    agent = agent_over(store)
    await agent.enqueue("c1", "Where is it?", "m1", customer="C-1")
    assert isinstance(await store.open_turn("c1", "m1", "Where is it?", customer_id="C-1", lease="alive"), Opened)
    assert await names(store) == []
    assert await agent.resume("c1", "m1") is None


async def test_a_turn_that_its_own_host_closes_tells_nobody(store: Store) -> None:
    await agent_over(store, says("It leaves today.")).reply("c1", "Where is it?", "m1", customer="C-1")
    assert await told(store) == []


async def test_a_message_that_needs_a_person_is_told_with_its_case(store: Store) -> None:
    agent = agent_over(store, reason="emotional")
    await agent.enqueue("c1", "The urn came cracked.", "m1", customer="C-1")
    turn = await agent.resume("c1", "m1")
    assert isinstance(turn, HandedOff)
    await agent.enqueue("c1", "Hello?", "m2", customer="C-1")
    assert isinstance(await agent.resume("c1", "m2"), WithHuman)
    closed = [body for kind, body in await told(store) if kind == "turn_closed"]
    assert [(body["kind"], body["case_id"]) for body in closed] == [("handed_off", turn.case_id), ("with_human", turn.case_id)]
    assert closed[0]["text"] == turn.text


async def test_a_customer_the_shop_no_longer_knows_is_a_persons(store: Store) -> None:
    agent = agent_over(store)
    await agent.enqueue("c1", "Where is it?", "m1", customer="C-404")
    turn = await agent.resume("c1", "m1")
    assert isinstance(turn, HandedOff)
    assert "the shop knows no customer 'C-404'" in turn.decision.rule


async def test_a_message_that_is_never_finished_goes_to_a_person(store: Store) -> None:
    agent = agent_over(store)
    await agent.enqueue("c1", "Where is it?", "m1", customer="C-1")
    async with transaction(store.engine) as connection:
        await connection.execute(TURN.update().values(resumed=MOST_RESUMED))
    turn = await agent.resume("c1", "m1")
    assert isinstance(turn, HandedOff)
    assert "begun 5 times and never finished" in turn.decision.rule


async def test_another_customers_conversation_is_refused_and_nothing_is_stored(store: Store) -> None:
    agent = agent_over(store)
    await agent.enqueue("c1", "Where is it?", "m1", customer="C-1")
    with pytest.raises(UsageError, match="belongs to another customer"):
        await agent.enqueue("c1", "Where is it?", "m2", customer="C-2")
    assert await names(store) == ["m1"]
    with pytest.raises(UsageError, match="conversation_id is empty"):
        await agent.enqueue("", "Where is it?", "m3")


async def test_secrets_are_masked_before_a_message_is_stored(store: Store) -> None:
    await agent_over(store).enqueue("c1", "my password is hunter2secret", "m1", customer="C-1")
    (said,) = await store.thread("c1")
    assert "hunter2secret" not in said.text


async def test_the_longest_waiting_comes_first(store: Store) -> None:
    agent = agent_over(store)
    for number, name in enumerate(("m1", "m2", "m3")):
        await agent.enqueue(f"c{3 - number}", "Where is it?", name, customer="C-1")
        pass_time(store, timedelta(seconds=1))
    assert await names(store) == ["m1", "m2", "m3"]
    assert [one.message_id for one in await waiting(store, most=2)] == ["m1", "m2"]
    assert store.clock.now() == NOON + timedelta(seconds=3)
