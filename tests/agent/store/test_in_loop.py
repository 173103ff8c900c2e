"""SQLite on the event loop's thread: others that write are waited for while the loop goes on, and nothing is half done."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from warmline.agent.store.database import apart, transaction, transaction_apart
from warmline.agent.store.in_loop import InLoopConnection
from warmline.agent.store.prepared import Prepared
from warmline.agent.store.rows import CONVERSATION, TURN
from warmline.agent.store.store import Busy, Store
from warmline.errors import StoreError
from warmline.tools.clock import FrozenClock

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
NAMES = Prepared(select(CONVERSATION.c.id, CONVERSATION.c.updated_at).order_by(CONVERSATION.c.id))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'w.db'}", clock=FrozenClock(NOON))
    yield store
    await store.close()


async def opened(store: Store, *conversations: str) -> None:
    for one in conversations:
        assert not isinstance(await store.open_turn(one, "m", "hi", customer_id=None), Busy)


async def names(store: Store) -> list[str]:
    async with transaction(store.engine, read_only=True) as connection:
        return [row.id for row in (await NAMES.run(connection, {})).rows]


async def test_while_another_process_writes_the_loop_goes_on(store: Store, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "w.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(opened(store, "c1"))
    longest, before = 0.0, time.monotonic()
    for _ in range(20):
        await asyncio.sleep(0.005)
        longest, before = max(longest, time.monotonic() - before), time.monotonic()
    assert not waiting.done()
    other.execute("COMMIT")
    await waiting
    assert await names(store) == ["c1"]
    assert longest < 1.0
    other.close()


async def test_many_conversations_at_once_wait_for_each_other_and_none_is_turned_away(store: Store) -> None:
    await asyncio.gather(*(opened(store, f"c{number:03}") for number in range(256)))
    assert len(await names(store)) == 256


async def test_two_stores_over_one_file_take_turns(store: Store, tmp_path: Path) -> None:
    second = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'w.db'}", clock=FrozenClock(NOON))
    await asyncio.gather(*(opened(each, f"c{number}") for number, each in enumerate([store, second] * 20)))
    assert len(await names(second)) == 40
    await second.close()


async def test_what_is_cancelled_in_a_transaction_is_undone_and_the_next_one_begins(store: Store) -> None:
    async def half() -> None:
        async with transaction(store.engine) as connection:
            await connection.execute(insert(CONVERSATION).values(id="c1", state="{}", created_at=NOON, updated_at=NOON))
            await asyncio.sleep(10)

    task = asyncio.create_task(half())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    following = asyncio.create_task(opened(store, "c2"))
    await asyncio.sleep(0)
    assert not following.done()
    task.cancel()
    await following
    assert await names(store) == ["c2"]


async def test_rows_may_be_changed_while_one_goes_through_them(store: Store) -> None:
    await opened(store, "c1", "c2", "c3")
    async with transaction(store.engine) as connection:
        for row in await connection.execute(select(CONVERSATION.c.id)):
            await connection.execute(update(CONVERSATION).where(CONVERSATION.c.id == row.id).values(customer_id=f"of {row.id}"))
    found = [await store.find(name) for name in ("c1", "c2", "c3")]
    assert [one and one.customer_id for one in found] == ["of c1", "of c2", "of c3"]


async def test_a_refused_statement_is_the_same_error_and_the_transaction_is_undone(store: Store) -> None:
    await opened(store, "c1")

    async def twice() -> None:
        row = {"id": "c1", "state": "{}", "created_at": NOON, "updated_at": NOON}
        async with transaction(store.engine) as connection:
            await connection.execute(update(CONVERSATION).values(customer_id="C-9"))
            await connection.execute(insert(CONVERSATION).values(row))

    with pytest.raises(StoreError) as caught:
        await twice()
    assert isinstance(caught.value.__cause__, IntegrityError)
    found = await store.find("c1")
    assert found is not None
    assert found.customer_id is None


async def test_a_prepared_statement_brings_the_same_with_and_without_sqlalchemy(store: Store) -> None:
    await opened(store, "c1")
    async with transaction(store.engine, read_only=True) as connection:
        assert isinstance(connection, InLoopConnection)
        here = await NAMES.run(connection, {})
    async with transaction_apart(apart(store.engine), read_only=True) as connection:
        there = await NAMES.run(connection, {})
    assert [tuple(row) for row in here.rows] == [tuple(row) for row in there.rows] == [("c1", NOON)]


async def test_a_prepared_insert_without_a_column_that_sqlalchemy_would_fill_is_refused(store: Store) -> None:
    lacking = Prepared(insert(TURN).values(conversation_id=bindparam("key"), message_id="m", text="hi", opened_at=NOON))
    async with transaction(store.engine) as connection:
        with pytest.raises(TypeError, match="announce"):
            await lacking.run(connection, {"key": "c1"})


async def test_after_a_rest_another_event_loop_goes_on(store: Store) -> None:
    await opened(store, "c1")
    await store.rest()
    await asyncio.to_thread(lambda: asyncio.run(opened(store, "c2")))
    await store.rest()
    assert await names(store) == ["c1", "c2"]
