"""How many connections a process has to a SQLite file."""

import asyncio
from pathlib import Path

from sqlalchemy import event
from support.databases import sqlite_url
from support.world import NOON

from warmline.agent.store.database import SQLITE_CONNECTIONS
from warmline.agent.store.store import Opened, Store
from warmline.tools.clock import FrozenClock


async def test_many_messages_at_once_share_a_few_connections_to_a_sqlite_file(tmp_path: Path) -> None:
    store = await Store.open(sqlite_url(tmp_path), clock=FrozenClock(NOON))
    made: list[object] = []

    def note(connection: object, _record: object) -> None:
        made.append(connection)

    event.listen(store.engine.sync_engine, "connect", note)
    opened = await asyncio.gather(*(store.open_turn(f"c{number}", "m1", "hi", customer_id=None) for number in range(30)))
    assert all(isinstance(turn, Opened) for turn in opened)
    assert len(made) <= SQLITE_CONNECTIONS
    await store.close()
