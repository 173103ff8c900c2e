"""Turns, written: one transaction when a turn opens, one around each write of a tool, one when it closes."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from warmline.agent.models.base import Message
from warmline.agent.state import ConversationState
from warmline.errors import StoreError, UsageError
from warmline.tools.clock import Clock

from .database import create_engine, create_tables, transaction
from .reading import Known, Said, find_conversation, read_thread
from .rows import CASE, CONVERSATION, LEDGER, MESSAGE, OUTBOX, TURN, row_id

LEASE = timedelta(seconds=120)
"""How long a turn may hold its conversation before another worker takes over."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A turn that may run now, or the outcome it already had.

    ``unanswered`` are the customer's texts no outcome exists for, oldest first, this turn's last; ``messages`` the thread so far,
    this turn's message included.
    """

    turn_id: int
    conversation_id: str
    message_id: str
    state: ConversationState
    outcome: str | None = None
    case_id: str | None = None
    messages: tuple[Message, ...] = ()
    unanswered: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Busy:
    """Another turn of this conversation is running, until ``until`` at the latest."""

    until: datetime


@dataclass(frozen=True, kw_only=True)
class Written:
    """The ledger's entry for a write: ``started``, ``done`` or ``failed``; ``fresh`` when this call made the entry."""

    key: str
    status: str
    result: str | None
    fresh: bool


@dataclass(frozen=True, kw_only=True)
class Closing:
    """What a turn leaves behind: messages with their authors, the new state, the outcome, events for the host."""

    messages: Sequence[tuple[str, Message]]
    state: ConversationState
    outcome: str
    events: Sequence[tuple[str, dict[str, Any]]] = field(default=())
    within: Callable[[AsyncConnection], Awaitable[None]] | None = None


class Store:
    """Conversations and turns in one database; create it with ``Store.open``."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock

    @classmethod
    async def open(cls, url_or_engine: str | AsyncEngine, *, clock: Clock) -> "Store":
        """Connect and create missing tables; ``StoreError`` says what is wrong with the database."""
        engine = create_engine(url_or_engine) if isinstance(url_or_engine, str) else url_or_engine
        try:
            await create_tables(engine)
        except StoreError:
            if engine is not url_or_engine:
                await engine.dispose()
            raise
        return cls(engine, clock)

    async def close(self) -> None:
        """Let go of the database's connections."""
        await self.engine.dispose()

    async def open_turn(self, conversation_id: str, message_id: str, text: str, *, customer_id: str | None) -> Opened | Busy:
        """Insert the message once, take the conversation's lease, and read what the turn needs: one transaction."""
        now = self.clock.now()
        async with transaction(self.engine) as connection:
            conversation = await self._conversation(connection, conversation_id, customer_id, now)
            state = ConversationState.model_validate_json(conversation.state)
            turn = await self._turn(connection, conversation_id, message_id)
            if turn is not None and turn.outcome is not None:
                return Opened(
                    turn_id=turn.id, conversation_id=conversation_id, message_id=message_id, state=state, outcome=turn.outcome
                )
            if conversation.lease_owner is not None and conversation.lease_until > now:
                return Busy(until=conversation.lease_until)
            turn_id = turn.id if turn is not None else await self._insert_turn(connection, conversation_id, message_id, text, now)
            lease = {"lease_owner": message_id, "lease_until": now + LEASE, "updated_at": now}
            await connection.execute(update(CONVERSATION).where(CONVERSATION.c.id == conversation_id).values(lease))
            return Opened(
                turn_id=turn_id,
                conversation_id=conversation_id,
                message_id=message_id,
                state=state,
                case_id=await self._open_case(connection, conversation_id),
                messages=await self._messages(connection, conversation_id),
                unanswered=await self._unanswered(connection, conversation_id, turn_id),
            )

    async def close_turn(self, opened: Opened, closing: Closing) -> None:
        """Reply, outcome, state, events and lease: one transaction. ``closing.within`` runs inside it."""
        now = self.clock.now()
        async with transaction(self.engine) as connection:
            if closing.within is not None:
                await closing.within(connection)
            rows = [
                _message_row(opened.conversation_id, opened.turn_id, author, message, now) for author, message in closing.messages
            ]
            if rows:
                await connection.execute(insert(MESSAGE), rows)
            turn = {"outcome": closing.outcome, "closed_at": now}
            await connection.execute(update(TURN).where(TURN.c.id == opened.turn_id).values(turn))
            free = {"lease_owner": None, "lease_until": None, "updated_at": now, "state": closing.state.model_dump_json()}
            await connection.execute(update(CONVERSATION).where(CONVERSATION.c.id == opened.conversation_id).values(free))
            events = [_event_row(opened.conversation_id, kind, body, now) for kind, body in closing.events]
            if events:
                await connection.execute(insert(OUTBOX), events)

    async def release(self, opened: Opened) -> None:
        """Give the lease back without an outcome: the turn was interrupted and may be run again."""
        async with transaction(self.engine) as connection:
            await connection.execute(
                update(CONVERSATION)
                .where(CONVERSATION.c.id == opened.conversation_id, CONVERSATION.c.lease_owner == opened.message_id)
                .values(lease_owner=None, lease_until=None)
            )

    async def start_write(self, opened: Opened, *, key: str, tool: str, arguments: str) -> Written:
        """Enter a write as ``started`` before the shop is called, or return the entry that is there."""
        async with transaction(self.engine) as connection:
            entry = (await connection.execute(select(LEDGER).where(LEDGER.c.key == key))).one_or_none()
            if entry is not None:
                return Written(key=key, status=entry.status, result=entry.result, fresh=False)
            row = {"key": key, "conversation_id": opened.conversation_id, "turn_id": opened.turn_id, "tool": tool}
            more = {"arguments": arguments, "status": "started", "started_at": self.clock.now()}
            await connection.execute(insert(LEDGER).values({**row, **more}))
            return Written(key=key, status="started", result=None, fresh=True)

    async def finish_write(self, key: str, *, status: str, result: str) -> None:
        """Enter what came of a write, before anything is told to the customer."""
        async with transaction(self.engine) as connection:
            values = {"status": status, "result": result, "finished_at": self.clock.now()}
            await connection.execute(update(LEDGER).where(LEDGER.c.key == key).values(values))

    async def writes(self, conversation_id: str) -> list[tuple[str, str, str]]:
        """What was written in a conversation: (tool, status, result), oldest first."""
        async with transaction(self.engine, read_only=True) as connection:
            query = select(LEDGER).where(LEDGER.c.conversation_id == conversation_id).order_by(LEDGER.c.started_at)
            return [(row.tool, row.status, row.result or "") for row in await connection.execute(query)]

    async def interrupted(self, conversation_id: str) -> list[tuple[str, str]]:
        """Turns that were opened and never closed: (message id, text), oldest first."""
        query = select(TURN).where(TURN.c.conversation_id == conversation_id, TURN.c.outcome.is_(None)).order_by(TURN.c.id)
        async with transaction(self.engine, read_only=True) as connection:
            return [(row.message_id, row.text) for row in await connection.execute(query)]

    async def thread(self, conversation_id: str, after: int = 0) -> list[Said]:
        """What the customer sees of a conversation beyond message ``after``, oldest first."""
        return await read_thread(self.engine, conversation_id, after=after)

    async def find(self, conversation_id: str | None = None, *, customer_id: str | None = None) -> Known | None:
        """A conversation by its id, or the one last written in; of one customer if ``customer_id`` is given."""
        return await find_conversation(self.engine, conversation_id=conversation_id, customer_id=customer_id)

    async def _conversation(self, connection: AsyncConnection, key: str, customer_id: str | None, now: datetime) -> Any:
        upsert = sqlite_insert if self.engine.dialect.name == "sqlite" else postgresql_insert
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

    async def _turn(self, connection: AsyncConnection, conversation_id: str, message_id: str) -> Any:
        query = select(TURN).where(TURN.c.conversation_id == conversation_id, TURN.c.message_id == message_id)
        return (await connection.execute(query)).one_or_none()

    async def _insert_turn(
        self, connection: AsyncConnection, conversation_id: str, message_id: str, text: str, now: datetime
    ) -> int:
        row = {"conversation_id": conversation_id, "message_id": message_id, "text": text, "opened_at": now}
        turn_id = row_id(await connection.execute(insert(TURN).values(row)))
        message = _message_row(conversation_id, turn_id, "customer", Message(role="user", text=text), now)
        await connection.execute(insert(MESSAGE).values(message))
        return turn_id

    async def _open_case(self, connection: AsyncConnection, conversation_id: str) -> str | None:
        query = select(CASE.c.id).where(CASE.c.conversation_id == conversation_id, CASE.c.status != "resolved")
        return (await connection.execute(query)).scalar_one_or_none()

    async def _messages(self, connection: AsyncConnection, conversation_id: str) -> tuple[Message, ...]:
        query = select(MESSAGE.c.wire).where(MESSAGE.c.conversation_id == conversation_id).order_by(MESSAGE.c.id)
        return tuple(Message.from_wire(json.loads(wire)) for wire in (await connection.execute(query)).scalars())

    async def _unanswered(self, connection: AsyncConnection, conversation_id: str, turn_id: int) -> tuple[str, ...]:
        query = select(TURN.c.text).where(
            TURN.c.conversation_id == conversation_id, TURN.c.outcome.is_(None), TURN.c.id <= turn_id
        )
        return tuple((await connection.execute(query.order_by(TURN.c.id))).scalars())


def _message_row(conversation_id: str, turn_id: int | None, author: str, message: Message, at: datetime) -> dict[str, Any]:
    wire = message.encoded.decode()
    return {"conversation_id": conversation_id, "turn_id": turn_id, "author": author, "wire": wire, "at": at}


def _event_row(conversation_id: str, kind: str, body: dict[str, Any], at: datetime) -> dict[str, Any]:
    return {"conversation_id": conversation_id, "kind": kind, "body": json.dumps(body, ensure_ascii=False), "at": at}
