"""A conversation and its turns as rows, inside a transaction of the caller's: made once, found again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from warmline.agent.models.base import Message
from warmline.errors import UsageError

from .prepared import Connection, Prepared
from .rows import CONVERSATION, MESSAGE, TURN

_KEY = bindparam("key")
_FIND = Prepared(select(CONVERSATION).where(CONVERSATION.c.id == _KEY).with_for_update())
_NEW = {
    "id": _KEY,
    "customer_id": bindparam("customer_id"),
    "state": "{}",
    "created_at": bindparam("now"),
    "updated_at": bindparam("now"),
}
_MAKE = {
    "sqlite": Prepared(sqlite_insert(CONVERSATION).values(_NEW).on_conflict_do_nothing().returning(CONVERSATION)),
    "postgresql": Prepared(postgresql_insert(CONVERSATION).values(_NEW).on_conflict_do_nothing().returning(CONVERSATION)),
}
_TURN = Prepared(select(TURN).where(TURN.c.conversation_id == _KEY, TURN.c.message_id == bindparam("message")))
_INSERT_TURN = Prepared(
    insert(TURN)
    .values(
        conversation_id=_KEY,
        message_id=bindparam("message"),
        text=bindparam("words"),
        opened_at=bindparam("now"),
        announce=bindparam("announced"),
        resumed=0,
    )
    .returning(TURN.c.id)
)
_WAITING = Prepared(select(TURN).where(TURN.c.conversation_id == _KEY, TURN.c.outcome.is_(None)).order_by(TURN.c.id))
_INSERT_MESSAGE = Prepared(
    insert(MESSAGE).values(
        conversation_id=_KEY, turn_id=bindparam("turn"), author=bindparam("by"), wire=bindparam("sent"), at=bindparam("now")
    )
)


@dataclass(frozen=True, kw_only=True)
class Unanswered:
    """A message of the customer's for which there is no outcome yet; ``announce``: the host is told of it by an event."""

    turn_id: int
    message_id: str
    text: str
    announce: bool = False


async def conversation_row(connection: Connection, key: str, customer_id: str | None, now: datetime) -> tuple[Any, bool]:
    """The conversation, held until the transaction ends, and whether it was made just now; ``UsageError`` if it is somebody else's."""
    row = (await _FIND.run(connection, {"key": key})).first
    if row is None:
        made = (await _MAKE[connection.dialect.name].run(connection, {"key": key, "customer_id": customer_id, "now": now})).first
        if made is not None:
            return made, True
        row = (await _FIND.run(connection, {"key": key})).rows[0]  # on PostgreSQL another transaction may have been first
    if row.customer_id is None and customer_id is not None:
        await connection.execute(update(CONVERSATION).where(CONVERSATION.c.id == key).values(customer_id=customer_id))
    elif row.customer_id != customer_id:
        raise UsageError(
            f"conversation {key!r} belongs to another customer; start a new conversation_id for {customer_id or 'a guest'!r}"
        )
    return row, False


async def turn_row(connection: Connection, conversation_id: str, message_id: str) -> Any:
    """The turn of a message, or ``None``."""
    return (await _TURN.run(connection, {"key": conversation_id, "message": message_id})).first


async def insert_turn(
    connection: Connection, conversation_id: str, message_id: str, text: str, now: datetime, *, announce: bool = False
) -> int:
    """A new turn with the customer's message; the turn's id."""
    turn = {"key": conversation_id, "message": message_id, "words": text, "now": now, "announced": announce}
    turn_id = int((await _INSERT_TURN.run(connection, turn)).rows[0].id)
    await insert_messages(connection, conversation_id, turn_id, [("customer", Message(role="user", text=text))], now)
    return turn_id


async def insert_messages(
    connection: Connection, conversation_id: str, turn_id: int | None, said: Sequence[tuple[str, Message]], at: datetime
) -> None:
    """The rows of messages, each with its author, last in the thread."""
    rows = [
        {"key": conversation_id, "turn": turn_id, "by": author, "sent": message.encoded.decode(), "now": at}
        for author, message in said
    ]
    await _INSERT_MESSAGE.run_each(connection, rows)


async def waiting_in(connection: Connection, conversation_id: str) -> tuple[Unanswered, ...]:
    """What nobody has answered in a conversation, oldest first."""
    rows = (await _WAITING.run(connection, {"key": conversation_id})).rows
    return tuple(
        Unanswered(turn_id=row.id, message_id=row.message_id, text=row.text, announce=bool(row.announce)) for row in rows
    )
