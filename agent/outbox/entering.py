"""Entering an event whose cause may be found twice: its key says whether it is there."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from warmline.agent.store.database import transaction, uninterrupted
from warmline.agent.store.rows import OUTBOX
from warmline.agent.store.store import Store


@uninterrupted
async def enter_once(store: Store, row: Mapping[str, Any]) -> bool:
    """Store an event (``event_row`` with a key), unless it is there; whether it was not."""
    upsert = sqlite_insert if store.engine.dialect.name == "sqlite" else postgresql_insert
    new = upsert(OUTBOX).values(row).on_conflict_do_nothing(index_elements=[OUTBOX.c.key]).returning(OUTBOX.c.id)
    async with transaction(store.engine) as connection:
        return (await connection.execute(new)).first() is not None
