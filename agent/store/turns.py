"""A conversation and its turns as rows, inside a transaction of the caller's: made once, found again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from warmline.agent.models.base import Message
from warmline.errors import UsageError

from .rows import CONVERSATION, MESSAGE, TURN, row_id


@dataclass(frozen=True, kw_only=True)
class Unanswered:
    """A message of the customer's for which there is no outcome yet; ``announce``: the host is told of it by an event."""

    turn_id: int
    message_id: str
    text: str
    announce: bool = False


async def conversation_row(connection: AsyncConnection, key: str, customer_id: str | None, now: datetime) -> Any:
    """The conversation, made if it is new and held until the transaction ends; ``UsageError`` if it is somebody else's."""
    upsert = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    new = {"id": key, "customer_id": customer_id, "state": "{}", "created_at": now, "updated_at": now}
    await connection.execute(upsert(CONVERSATION).values(new).on_conflict_do_nothing())
    row = (await connection.execute(select(CONVERSATION).where(CONVERSATION.c.id == key).with_for_update())).one()
    if row.customer_id is None and customer_id is not None:
        await connection.execute(update(CONVERSATION).where(CONVERSATION.c.id == key).values(customer_id=customer_id))
    elif row.customer_id != customer_id:
        raise UsageError(
            f"conversation {key!r} belongs to another customer; start a new conversation_id for {customer_id or 'a guest'!r}"
        )
    return row


async def turn_row(connection: AsyncConnection, conversation_id: str, message_id: str) -> Any:
    """The turn of a message, or ``None``."""
    query = select(TURN).where(TURN.c.conversation_id == conversation_id, TURN.c.message_id == message_id)
    return (await connection.execute(query)).one_or_none()


async def insert_turn(
    connection: AsyncConnection, conversation_id: str, message_id: str, text: str, now: datetime, *, announce: bool = False
) -> int:
    """A new turn with the customer's message; the turn's id."""
    row = {"conversation_id": conversation_id, "message_id": message_id, "text": text, "opened_at": now, "announce": announce}
    turn_id = row_id(await connection.execute(insert(TURN).values(row)))
    message = message_row(conversation_id, turn_id, "customer", Message(role="user", text=text), now)
    await connection.execute(insert(MESSAGE).values(message))
    return turn_id


async def waiting_in(connection: AsyncConnection, conversation_id: str) -> tuple[Unanswered, ...]:
    """What nobody has answered in a conversation, oldest first."""
    query = select(TURN).where(TURN.c.conversation_id == conversation_id, TURN.c.outcome.is_(None)).order_by(TURN.c.id)
    rows: Sequence[Any] = (await connection.execute(query)).all()
    return tuple(
        Unanswered(turn_id=row.id, message_id=row.message_id, text=row.text, announce=bool(row.announce)) for row in rows
    )


def message_row(conversation_id: str, turn_id: int | None, author: str, message: Message, at: datetime) -> dict[str, Any]:
    """The row of one message of the thread."""
    wire = message.encoded.decode()
    return {"conversation_id": conversation_id, "turn_id": turn_id, "author": author, "wire": wire, "at": at}
