"""An outbox to deliver from, and sinks that remember."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import insert, select

from warmline.agent.outbox.event import OutboxEvent
from warmline.agent.store.database import transaction
from warmline.agent.store.outbox import event_row
from warmline.agent.store.rows import OUTBOX
from warmline.agent.store.store import Store


async def write_events(store: Store, conversation_id: str, *keys: str, kind: str = "case_claimed", **body: Any) -> None:
    """Events of one conversation, in this order, each under its key."""
    rows = [event_row(conversation_id, kind, {"case_id": "K-1", **body}, store.clock.now(), key=key) for key in keys]
    async with transaction(store.engine) as connection:
        await connection.execute(insert(OUTBOX), rows)


async def outbox(store: Store) -> dict[str, Any]:
    """The rows of the outbox by their keys."""
    async with transaction(store.engine, read_only=True) as connection:
        return {row.key: row for row in await connection.execute(select(OUTBOX).order_by(OUTBOX.c.id))}


class Taker:
    """A sink that remembers what it was given, in order; ``refuse`` says what it raises, if anything."""

    def __init__(self, refuse: Callable[[OutboxEvent], Exception | None] = lambda _: None) -> None:
        self.taken: list[OutboxEvent] = []
        self.offered: list[tuple[str, int]] = []
        self.refuse = refuse

    @property
    def keys(self) -> list[str]:
        return [event.key for event in self.taken]

    async def deliver(self, event: OutboxEvent) -> None:
        self.offered.append((event.key, event.attempt))
        error = self.refuse(event)
        if error is not None:
            raise error
        self.taken.append(event)
