"""After an erasure the words are not in a SQLite file either, or it is said that they may be."""

from pathlib import Path

import pytest
from sqlalchemy import select
from support.databases import sqlite_url
from support.world import NOON

from warmline.agent.store.belongings import Whose
from warmline.agent.store.database import compact, transaction
from warmline.agent.store.erasure import erase
from warmline.agent.store.rows import TURN
from warmline.agent.store.store import Opened, Store
from warmline.errors import StoreError, UsageError
from warmline.tools.clock import FrozenClock

ANNS = Whose(customer_id="C-1")


async def test_a_sqlite_file_holds_none_of_the_words_any_more(tmp_path: Path) -> None:
    store = await Store.open(sqlite_url(tmp_path), clock=FrozenClock(NOON))
    for number in range(40):
        turn = await store.open_turn("c1", f"m{number}", f"heirloom {number}", customer_id="C-1")
        assert isinstance(turn, Opened)
        await store.release("c1", turn.lease)
    assert files_with(b"heirloom", tmp_path)
    await erase(store, ANNS, by="dpo")
    assert files_with(b"heirloom", tmp_path) == []
    await store.close()
    assert files_with(b"heirloom", tmp_path) == []


def files_with(word: bytes, folder: Path) -> list[str]:
    """The database and its log, as bytes."""
    return [file.name for file in folder.iterdir() if word in file.read_bytes()]


async def test_a_file_that_cannot_be_rewritten_says_what_may_be_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warmline.agent.store.database.BUSY_SECONDS", 0.05)
    store = await Store.open(sqlite_url(tmp_path), clock=FrozenClock(NOON))
    await store.open_turn("c1", "m1", "heirloom", customer_id="C-1")
    await store.release("c1", "m1")
    async with store.engine.connect() as reader:
        await reader.execution_options(warmline_read_only=True)
        await reader.execute(select(TURN))
        with pytest.raises(StoreError, match=r"everything is erased, but .*another process is reading it"):
            await erase(store, ANNS, by="dpo")
    with pytest.raises(UsageError, match="nothing is stored"):
        await erase(store, ANNS, by="dpo")
    await store.close()


async def test_a_file_that_is_being_written_says_what_may_be_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warmline.agent.store.database.BUSY_SECONDS", 0.05)
    store = await Store.open(sqlite_url(tmp_path), clock=FrozenClock(NOON))
    async with transaction(store.engine):
        with pytest.raises(StoreError, match=r"everything is erased, but .*locked by another process"):
            await compact(store.engine)
    await store.close()
