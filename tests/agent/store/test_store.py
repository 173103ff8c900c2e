"""Turns are opened once, closed once, and remembered."""

import asyncio
import os
import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from warmline.agent.models.base import CallRequest, Message
from warmline.agent.state import ConversationState
from warmline.agent.store.database import transaction
from warmline.agent.store.leases import LEASE
from warmline.agent.store.store import Busy, Closing, Opened, Store
from warmline.errors import SettingsError, StoreError, UsageError
from warmline.tools.clock import FrozenClock

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def opened(store: Store, message_id: str = "m1", text: str = "hello", customer_id: str | None = None) -> Opened:
    turn = await store.open_turn("c1", message_id, text, customer_id=customer_id)
    assert isinstance(turn, Opened)
    return turn


async def close(store: Store, turn: Opened, text: str = "hi", outcome: str = '{"kind":"x"}') -> None:
    said = [("agent", Message(role="assistant", text=text))]
    await store.close_turn(turn, Closing(messages=said, state=turn.state, outcome=outcome))


async def test_a_closed_turn_run_again_returns_its_outcome(store: Store) -> None:
    await close(store, await opened(store))
    assert (await opened(store)).outcome == '{"kind":"x"}'
    assert [said.text for said in await store.thread("c1")] == ["hello", "hi"]


async def test_an_open_turn_holds_its_conversation_until_it_closes(store: Store) -> None:
    first = await opened(store)
    assert isinstance(await store.open_turn("c1", "m2", "and?", customer_id=None), Busy)
    assert isinstance(await store.open_turn("other", "m1", "hello", customer_id=None), Opened)
    await close(store, first)
    assert (await opened(store, "m2", "and?")).said == "and?"


async def test_a_lease_lapses_and_the_turn_resumes_with_its_own_message_once(store: Store) -> None:
    await opened(store)
    assert isinstance(store.clock, FrozenClock)
    store.clock.moment = NOON + LEASE + timedelta(seconds=1)
    again = await opened(store)
    assert [message.text for message in again.messages] == ["hello"]
    assert again.outcome is None


async def test_a_released_turn_can_be_run_again_at_once(store: Store) -> None:
    turn = await opened(store)
    await store.release("c1", turn.lease)
    assert (await opened(store)).turn_id == turn.turn_id
    assert await store.interrupted("c1") == [("m1", "hello")]


async def test_the_next_message_sees_what_was_left_unanswered(store: Store) -> None:
    await store.release("c1", (await opened(store, "m1", "my order is broken")).lease)
    assert (await opened(store, "m2", "are you there?")).said == "my order is broken\nare you there?"


async def test_the_thread_comes_back_as_it_was_sent(store: Store) -> None:
    call = CallRequest(call_id="k", name="get_order", arguments='{"order_number":"W-1"}')
    turn = await opened(store, text="wo ist mein Päckchen? 📦")
    kept = [
        ("call", Message(role="assistant", calls=(call,))),
        ("tool", Message(role="tool", text="{}", call_id="k")),
        ("agent", Message(role="assistant", text="da")),
    ]
    await store.close_turn(turn, Closing(messages=kept, state=turn.state, outcome="{}"))
    thread = (await opened(store, "m2", "danke")).messages
    assert [message.encoded for message in thread[1:4]] == [message.encoded for _, message in kept]
    assert thread[0].text == "wo ist mein Päckchen? 📦"


async def test_state_survives_between_turns(store: Store) -> None:
    turn = await opened(store)
    turn.state.topic = "order_status"
    await close(store, turn)
    assert (await opened(store, "m2")).state == ConversationState(topic="order_status")


async def test_a_conversation_belongs_to_its_customer(store: Store) -> None:
    await close(store, await opened(store, customer_id="C-1"))
    for other in ("C-2", None):
        with pytest.raises(UsageError, match="belongs to another customer"):
            await store.open_turn("c1", "m2", "hello", customer_id=other)


async def test_a_guest_may_sign_in_midway(store: Store) -> None:
    await close(store, await opened(store))
    await close(store, await opened(store, "m2", customer_id="C-1"))
    with pytest.raises(UsageError):
        await store.open_turn("c1", "m3", "hello", customer_id="C-2")


async def test_a_write_is_entered_once_and_keeps_its_result(store: Store) -> None:
    turn = await opened(store)
    first = await store.start_write(turn, key="k", tool="start_return", arguments="{}")
    again = await store.start_write(turn, key="k", tool="start_return", arguments="{}")
    assert (first.fresh, again.fresh, again.status) == (True, False, "started")
    await store.finish_write("k", status="done", result="R-1")
    assert (await store.start_write(turn, key="k", tool="start_return", arguments="{}")).result == "R-1"
    (entry,) = await store.writes("c1")
    assert (entry.tool, entry.status, entry.result, entry.told) == ("start_return", "done", "R-1", False)


async def test_the_same_message_from_many_workers_is_one_turn(store: Store) -> None:
    turns = await asyncio.gather(*(store.open_turn("c1", "m1", "hello", customer_id=None) for _ in range(40)))
    assert sum(isinstance(turn, Opened) for turn in turns) == 1
    assert len(await store.thread("c1")) == 1


async def test_nothing_is_kept_when_a_part_of_closing_fails(store: Store) -> None:
    turn = await opened(store)

    async def fail(_: object) -> None:
        raise RuntimeError("half way")

    closing = Closing(messages=[("agent", Message(role="assistant", text="hi"))], state=turn.state, outcome="{}", within=fail)
    with pytest.raises(RuntimeError):
        await store.close_turn(turn, closing)
    assert [said.text for said in await store.thread("c1")] == ["hello"]
    assert await store.interrupted("c1") == [("m1", "hello")]


async def test_a_store_in_memory_takes_many_turns_at_once() -> None:
    store = await Store.open("sqlite+aiosqlite:///:memory:", clock=FrozenClock(NOON))
    await asyncio.gather(*(store.open_turn(f"c{number}", "m", "hi", customer_id=None) for number in range(50)))
    assert len(await store.thread("c49")) == 1
    await store.close()


async def test_a_locked_database_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warmline.agent.store.database.BUSY_SECONDS", 0.05)
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'w.db'}", clock=FrozenClock(NOON))
    other = sqlite3.connect(tmp_path / "w.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=r"w\.db.*locked by another process"):
        await store.open_turn("c1", "m1", "hello", customer_id=None)
    other.close()
    await store.close()


async def test_a_full_disk_says_so(tmp_path: Path) -> None:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'w.db'}", clock=FrozenClock(NOON))
    async with transaction(store.engine, read_only=True) as connection:
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreError, match="full"):
        await store.open_turn("c1", "m1", "x" * 400_000, customer_id=None)
    await store.close()


async def test_a_database_that_cannot_be_opened_says_what_to_do() -> None:
    with pytest.raises(StoreError, match="check that the folder exists"):
        await Store.open("sqlite+aiosqlite:////no/such/folder/w.db", clock=FrozenClock(NOON))


async def test_postgresql_without_its_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(SettingsError, match=r"pip install 'warmline\[postgres\]'"):
        await Store.open("postgresql+psycopg://ann@db.example.com/x", clock=FrozenClock(NOON))


@pytest.mark.skipif(os.name != "posix", reason="file modes")
async def test_a_damaged_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "w.db").write_bytes(b"this is no database at all" * 400)
    with pytest.raises(StoreError, match="not a database"):
        await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'w.db'}", clock=FrozenClock(NOON))


async def test_only_the_worker_that_holds_a_conversation_closes_renews_and_writes(store: Store) -> None:
    first = await store.open_turn("c1", "m1", "hello", customer_id=None, lease="one")
    assert isinstance(first, Opened)
    assert isinstance(store.clock, FrozenClock)
    store.clock.moment = NOON + LEASE + timedelta(seconds=1)
    second = await store.open_turn("c1", "m1", "hello", customer_id=None, lease="two")
    assert isinstance(second, Opened)
    for attempt in (close(store, first), store.renew(first), store.start_write(first, key="k", tool="t", arguments="{}")):
        with pytest.raises(StoreError, match="taken over by another worker"):
            await attempt
    await store.release("c1", "one")
    assert isinstance(await store.open_turn("c1", "m2", "?", customer_id=None), Busy)
    await close(store, second)
    assert [said.text for said in await store.thread("c1")] == ["hello", "?", "hi"]


async def test_what_arrives_while_a_turn_runs_stands_after_it_in_the_next_thread(store: Store) -> None:
    first = await opened(store)
    assert isinstance(await store.open_turn("c1", "m2", "and?", customer_id=None), Busy)
    await close(store, first, text="hi")
    assert [message.text for message in (await opened(store, "m2", "and?")).messages] == ["hello", "hi", "and?"]


async def test_who_wrote_a_message_comes_with_the_thread(store: Store) -> None:
    await close(store, await opened(store))
    assert (await opened(store, "m2", "and?")).authors == ("customer", "agent", "customer")


async def test_a_transaction_is_finished_before_whoever_waits_for_it_is_cancelled(store: Store) -> None:
    task = asyncio.create_task(store.open_turn("c1", "m1", "hello", customer_id=None))
    await asyncio.sleep(0.001)
    task.cancel()
    await asyncio.wait([task])
    assert await store.interrupted("c1") == [("m1", "hello")]


async def test_a_failure_nobody_waits_for_any_more_makes_no_noise(store: Store) -> None:
    turn = await opened(store)

    async def fail(_: object) -> None:
        await asyncio.sleep(0.01)
        raise RuntimeError("half way")

    closing = Closing(messages=[], state=None, outcome="{}", within=fail)
    task = asyncio.create_task(store.close_turn(turn, closing))
    await asyncio.sleep(0.005)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await store.interrupted("c1") == [("m1", "hello")]


async def test_a_store_in_memory_outlives_its_connections_and_is_nobody_elses() -> None:
    store = await Store.open("sqlite+aiosqlite://", clock=FrozenClock(NOON))
    other = await Store.open("sqlite+aiosqlite://", clock=FrozenClock(NOON))
    await opened(store)
    await store.rest()
    assert (len(await store.thread("c1")), len(await other.thread("c1"))) == (1, 0)
    await store.close()
    await other.close()
