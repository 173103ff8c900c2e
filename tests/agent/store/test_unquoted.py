"""What a database refuses is logged with its cause and its statement, and without a word of a customer's, on any engine."""

import traceback
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import create_async_engine
from support.world import NOON

from warmline.agent.store.database import transaction
from warmline.agent.store.rows import CONVERSATION
from warmline.agent.store.store import Store
from warmline.errors import ShopError, StoreError
from warmline.tools.sqlshop.database import Database

WORDS = "my husband died"
ROW = {"id": "c1", "state": WORDS, "created_at": NOON, "updated_at": NOON}


@pytest.mark.parametrize("owner", ["ours", "hosts"])
@pytest.mark.parametrize("broken", [{}, {"updated_at": None}], ids=["there already", "incomplete"])
async def test_a_refusal_quotes_nothing_that_was_to_be_stored(
    store: Store, store_url: str, owner: str, broken: dict[str, Any]
) -> None:
    engine = store.engine if owner == "ours" else create_async_engine(store_url)
    async with transaction(store.engine) as connection:
        await connection.execute(insert(CONVERSATION).values(ROW | {"state": "{}"}))
    with pytest.raises(StoreError, match="onstraint") as raised:
        async with transaction(engine) as connection:
            await connection.execute(insert(CONVERSATION).values({**ROW, **broken}))
    logged = "".join(traceback.format_exception(raised.value))
    assert "INSERT INTO warmline_conversation" in logged
    assert WORDS not in logged
    await engine.dispose()


@pytest.mark.parametrize("owner", ["ours", "hosts"])
async def test_neither_does_the_shop(tmp_path: Path, owner: str) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}"
    database = Database(url=url) if owner == "ours" else Database(engine=create_async_engine(url))
    with pytest.raises(ShopError) as raised:
        async with database.transaction() as session:
            await session.exec(text("INSERT INTO nowhere VALUES (:words)"), params={"words": WORDS})  # pyright: ignore[reportCallIssue, reportArgumentType]
    logged = "".join(traceback.format_exception(raised.value))
    assert "INSERT INTO nowhere" in logged
    assert WORDS not in logged
    await database.engine.dispose()
