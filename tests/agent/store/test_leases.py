"""A clock that was ahead when it gave a hold holds nothing once it is put right; clocks that differ a little take nothing away."""

from datetime import timedelta

import pytest
from support.cases import a_case, a_turn, later
from support.events import write_events

from warmline.agent.desk.desk import Desk
from warmline.agent.outbox.claims import claim
from warmline.agent.store.belongings import Whose
from warmline.agent.store.erasure import erase
from warmline.agent.store.leases import LEASE
from warmline.agent.store.store import Busy, Opened, Store
from warmline.agent.store.waiting import accept, take_up, waiting
from warmline.errors import DeskError

HOLD = timedelta(seconds=50)


async def ahead(store: Store, by: timedelta) -> None:
    """A worker whose clock is ahead holds c1, and dies."""
    later(store, seconds=by.total_seconds())
    await a_turn(store, "c1", "m1", "hello", customer_id="C-1")
    later(store, seconds=-by.total_seconds())


async def test_a_turn_of_tomorrow_holds_no_conversation_today(store: Store) -> None:
    await ahead(store, timedelta(days=1))
    assert isinstance(await store.open_turn("c1", "m2", "anybody?", customer_id="C-1"), Opened)


async def test_a_clock_a_little_ahead_keeps_its_conversation(store: Store) -> None:
    await ahead(store, timedelta(seconds=20))
    assert isinstance(await store.open_turn("c1", "m2", "anybody?", customer_id="C-1"), Busy)
    later(store, seconds=20 + LEASE.total_seconds())
    assert isinstance(await store.open_turn("c1", "m2", "anybody?", customer_id="C-1"), Opened)


async def test_a_message_that_was_enqueued_is_taken_up_although_its_worker_was_ahead(store: Store) -> None:
    await ahead(store, timedelta(days=1))
    await accept(store, "c1", "m2", "anybody?", customer_id="C-1")
    assert [one.message_id for one in await waiting(store, most=9)] == ["m2"]
    assert await take_up(store, "c1", "m2") is not None


async def test_a_person_and_an_erasure_do_not_wait_for_tomorrow(store: Store) -> None:
    desk, case_id = Desk(store), await a_case(store, "c1", customer_id="C-1", message_id="m0")
    await desk.claim(case_id, by="ana")
    await desk.resolve(case_id, by="ana")
    await ahead(store, timedelta(seconds=20))
    with pytest.raises(DeskError, match="is answering the customer right now"):
        await desk.reopen(case_id, by="ana")
    later(store, days=-1)
    await desk.reopen(case_id, by="ana")
    assert (await erase(store, Whose(customer_id="C-1"), by="dpo")).conversations == 1


async def test_an_event_claimed_tomorrow_is_delivered_today(store: Store) -> None:
    await write_events(store, "c1", "a1")
    later(store, days=1)
    assert len(await claim(store, most=9, hold=HOLD)) == 1
    later(store, days=-1)
    (mine,) = await claim(store, most=9, hold=HOLD)
    assert mine.attempts == 1
    later(store, seconds=-20)
    assert await claim(store, most=9, hold=HOLD) == []
