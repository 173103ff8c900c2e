"""Revisions are run on databases that are in use: whatever an older one can hold is still there after any way up and down."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text
from support.cases import a_case, a_file, a_message, later
from support.databases import KINDS, postgresql_url, sqlite_url, without_tables
from support.world import NOON

from warmline.agent.desk.chores import ask_satisfaction
from warmline.agent.desk.desk import Desk
from warmline.agent.store.database import open_engine, transaction_apart
from warmline.agent.store.migrating import downgrade_to, upgrade, upgrade_to
from warmline.agent.store.revision import HEAD
from warmline.agent.store.store import Store
from warmline.tools.clock import FrozenClock

AT = "2026-01-02 03:04:05.000000"
OLD = {
    "warmline_conversation": {"id": "c1", "customer_id": "C-1", "state": "{}", "created_at": AT, "updated_at": AT},
    "warmline_turn": {"id": 7, "conversation_id": "c1", "message_id": "m1", "text": "help", "outcome": "{}", "opened_at": AT},
    "warmline_message": {"id": 7, "conversation_id": "c1", "turn_id": 7, "author": "customer", "wire": "{}", "at": AT},
    "warmline_case": {
        "id": "K-1",
        "conversation_id": "c1",
        "status": "open",
        "reason": "dispute",
        "queue": "payments",
        "priority": "high",
        "rank": 1,
        "file": "{}",
        "opened_at": AT,
        "updated_at": AT,
    },
    "warmline_case_event": {"id": 7, "case_id": "K-1", "kind": "opened", "who": "agent", "note": "dispute", "at": AT},
    "warmline_outbox": {"id": 7, "conversation_id": "c1", "kind": "case_opened", "body": "{}", "at": AT},
}
"""What a database of revision 0002 may hold."""

QUESTION = {
    "about": "case:K-1",
    "conversation_id": "c1",
    "case_id": "K-1",
    "route": "human",
    "reason": "dispute",
    "queue": "payments",
    "comment": "",
    "asked_at": AT,
}


def put(connection: Connection, table: str, row: dict[str, Any]) -> None:
    connection.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES (:{', :'.join(row)})"), row)  # noqa: S608 (names of our own)


def held(connection: Connection) -> dict[str, list[list[Any]]]:
    """What is there of what an old database can hold."""
    return {
        table: [list(one) for one in connection.execute(text(f"SELECT {', '.join(row)} FROM {table} ORDER BY id"))]  # noqa: S608 (names of our own)
        for table, row in OLD.items()
    }


@pytest.fixture(params=KINDS)
async def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[str]:
    """A database without our tables, before and after."""
    url = sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url()
    await without_tables(url)
    yield url
    await without_tables(url)


async def test_a_database_in_use_goes_up_and_down_without_losing_a_row(bare_url: str) -> None:
    engine, _ = open_engine(bare_url)
    async with transaction_apart(engine) as connection:
        await connection.run_sync(lambda one: upgrade_to(one, "0002"))
        for table, row in OLD.items():
            await connection.run_sync(put, table, row)
        before = await connection.run_sync(held)
    for move, to in ((upgrade_to, HEAD), (downgrade_to, "0002"), (upgrade_to, HEAD)):
        async with transaction_apart(engine) as connection:
            await connection.run_sync(move, to)
            assert await connection.run_sync(held) == before
            if to == HEAD:
                place = "SELECT id FROM warmline_case WHERE place_at = opened_at AND deadlines = '[]'"
                assert (await connection.execute(text(place))).scalars().all() == ["K-1"]
                await connection.run_sync(put, "warmline_satisfaction", QUESTION)
    await engine.dispose()


LEDGER = {"conversation_id": "c1", "turn_id": 7, "tool": "start_return", "arguments": "{}", "started_at": AT}


async def test_of_the_writes_that_are_there_those_count_as_told_that_were_finished_when_their_turn_was_closed(
    bare_url: str,
) -> None:
    engine, _ = open_engine(bare_url)
    before, after = AT, AT.replace("03:04", "03:05")
    async with transaction_apart(engine) as connection:
        await connection.run_sync(lambda one: upgrade_to(one, "0005"))
        await connection.run_sync(put, "warmline_conversation", OLD["warmline_conversation"])
        await connection.run_sync(put, "warmline_turn", {**OLD["warmline_turn"], "closed_at": before})
        await connection.run_sync(put, "warmline_turn", {**OLD["warmline_turn"], "id": 8, "message_id": "m2", "outcome": None})
        await connection.run_sync(put, "warmline_ledger", {**LEDGER, "key": "told", "status": "done", "finished_at": before})
        await connection.run_sync(put, "warmline_ledger", {**LEDGER, "key": "late", "status": "done", "finished_at": after})
        await connection.run_sync(put, "warmline_ledger", {**LEDGER, "key": "begun", "status": "started"})
        open_turn = {**LEDGER, "key": "open", "turn_id": 8, "status": "done", "finished_at": before}
        await connection.run_sync(put, "warmline_ledger", open_turn)
        await connection.run_sync(lambda one: upgrade_to(one, HEAD))
        found = await connection.execute(text("SELECT key, told_in FROM warmline_ledger ORDER BY key"))
        assert dict(map(tuple, found.all())) == {"begun": None, "late": None, "open": None, "told": 7}
    await engine.dispose()


async def test_a_store_the_desk_works_on_can_be_taken_back_and_brought_up(bare_url: str) -> None:
    engine, _ = open_engine(bare_url)
    await upgrade(engine)
    store = Store(engine, FrozenClock(NOON))
    desk = Desk(store)
    first, second = [await a_case(store, name, customer_id="C-1", file=a_file(orders=["W-1"])) for name in ("c1", "c2")]
    await desk.merge(first, into=second, by="ana")
    await a_message(store, "and the lid?", "m2", conversation_id="c2", customer_id="C-1")
    await desk.claim(second, by="ana")
    await desk.resolve(second, by="ana")
    later(store, minutes=11)
    assert await ask_satisfaction(desk) == 1
    events = [(one.kind, one.note) for one in (await desk.case(second)).events]
    for move, to in ((downgrade_to, "0002"), (upgrade_to, HEAD)):
        async with transaction_apart(engine) as connection:
            await connection.run_sync(move, to)
    await store.rest()
    assert [(one.kind, one.note) for one in (await desk.case(second)).events] == events
    assert {(case.id, case.status) for case in await desk.cases(include_resolved=True)} == {
        (first, "resolved"),
        (second, "resolved"),
    }
    assert "and the lid?" in [said.text for said in await store.thread("c2")]
    await store.close()
