"""An event as a host receives it, and the one method a host's sink has."""

import json
from datetime import datetime
from typing import Any, Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import Row

AT_ONCE = 8
"""Events that a pass of ``deliver_due`` hands over at a time."""


class OutboxEvent(BaseModel):
    """Something that happened. ``key`` is its name for ever: who has seen the key has seen the event.

    ``conversation_id`` names what it is in order with: a conversation, or for an event outside of one a name of our own
    (``back_in_stock/…``). ``attempt`` is 1 the first time it is delivered.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    conversation_id: str
    kind: str
    body: dict[str, Any]
    at: AwareDatetime
    attempt: int = Field(default=1, ge=1)

    def payload(self) -> dict[str, Any]:
        """What leaves the process: the same at every attempt."""
        return {
            "type": self.kind,
            "timestamp": self.at.isoformat(),
            "key": self.key,
            "conversation_id": self.conversation_id,
            "data": self.body,
        }


class Sink(Protocol):
    """Where events go.

    An event is delivered when ``deliver`` returns. Whatever it raises is a failure, and the event comes again; ``Undeliverable`` is one for good,
    and a ``DeliveryError`` may say after how many seconds to come again. It must bear the same event twice.
    """

    async def deliver(self, event: OutboxEvent) -> None:
        """Take one event."""
        ...


def event_of(row: Row[Any], *, attempt: int | None = None) -> OutboxEvent:
    """The event in a row of the outbox."""
    at: datetime = row.at
    return OutboxEvent(
        key=key_of(row),
        conversation_id=row.conversation_id,
        kind=row.kind,
        body=json.loads(row.body),
        at=at,
        attempt=attempt or row.attempts + 1,
    )


def key_of(row: Row[Any]) -> str:
    """An event's name; those from before events had one are named by their number."""
    return str(row.id) if row.key is None else row.key
