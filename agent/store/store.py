"""Turns, written: one transaction when a turn opens, one around each write of a tool, one when it closes."""

import sqlite3
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from warmline.agent.models.base import Message, message_of
from warmline.agent.state import ConversationState
from warmline.errors import StoreError, UsageError
from warmline.tools.clock import Clock

from .database import Overtaken, begun_here, checkpointed, is_on_loop, open_engine, rest_in_this_loop, transaction, uninterrupted
from .leases import LEASE, holds
from .outbox import event_row
from .prepared import Connection, Prepared
from .reading import Known, Said, find_conversation, open_case_of, read_thread
from .revision import prepare
from .rows import CONVERSATION, MESSAGE, OUTBOX, TURN
from .tallies import count_writes
from .turns import Unanswered, conversation_row, insert_messages, insert_turn, turn_row, waiting_in
from .writes import Written, enter, finish, tell, written

_KEY = bindparam("key")
_FREE = {"lease_owner": None, "lease_until": None, "updated_at": bindparam("now")}
_HELD = {"lease_owner": bindparam("lease"), "lease_until": bindparam("until"), "updated_at": bindparam("now")}
_MINE = (CONVERSATION.c.id == _KEY) & (CONVERSATION.c.lease_owner == bindparam("lease"))
_TAKE = Prepared(update(CONVERSATION).where(CONVERSATION.c.id == _KEY).values(_HELD))
_RENEW = Prepared(update(CONVERSATION).where(_MINE).values(lease_until=bindparam("until")))
_LEAVE = Prepared(update(CONVERSATION).where(_MINE).values(_FREE))
_LEAVE_CHANGED = Prepared(update(CONVERSATION).where(_MINE).values({**_FREE, "state": bindparam("new_state")}))
_LEASE_OF = Prepared(select(CONVERSATION.c.lease_owner, CONVERSATION.c.lease_until).where(CONVERSATION.c.id == _KEY))
_CLOSE = Prepared(update(TURN).where(TURN.c.id == _KEY).values(outcome=bindparam("ended"), closed_at=bindparam("now")))
_THREAD = Prepared(
    select(MESSAGE.c.author, MESSAGE.c.wire, MESSAGE.c.turn_id).where(MESSAGE.c.conversation_id == _KEY).order_by(MESSAGE.c.id)
)
_OPEN_CASE = Prepared(select(open_case_of(_KEY).label("case_id")))


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A turn that may run now, or the outcome it already had.

    ``messages`` is the thread so far with the ``authors`` of its messages. ``waiting`` are the customer's messages nobody has
    answered, oldest first, this turn's among them; they stand last in ``messages``. ``lease`` is this worker's hold on the conversation;
    ``writes`` is the ledger as it stood when it was taken, after which nobody else enters a write.
    """

    turn_id: int
    conversation_id: str
    message_id: str
    state: ConversationState
    lease: str = ""
    outcome: str | None = None
    case_id: str | None = None
    messages: tuple[Message, ...] = ()
    authors: tuple[str, ...] = ()
    waiting: tuple[Unanswered, ...] = ()
    writes: tuple[Written, ...] = ()

    @property
    def said(self) -> str:
        """What the customer said and nobody has answered."""
        return "\n".join(one.text for one in self.waiting)


@dataclass(frozen=True, kw_only=True)
class Busy:
    """Another turn of this conversation is running, until ``until`` at the latest."""

    until: datetime


@dataclass(frozen=True, kw_only=True)
class Closing:
    """What a turn leaves behind: messages with their authors, the new state (``None``: as it was), the outcome, events for the host.

    ``others`` are the outcomes of the other messages that were answered together with this turn's, by turn id. ``told`` says by the ledger's
    keys as what this turn tells the writes: ``done``, ``failed``, ``unknown``.
    """

    messages: Sequence[tuple[str, Message]]
    state: ConversationState | None
    outcome: str
    others: Mapping[int, str] = field(default_factory=dict[int, str])
    events: Sequence[tuple[str, dict[str, Any]]] = field(default=())
    told: Mapping[str, str] = field(default_factory=dict[str, str])
    within: Callable[[Connection], Awaitable[None]] | None = None


class Store:
    """Conversations and turns in one database; create it with ``Store.open``."""

    def __init__(self, engine: AsyncEngine, clock: Clock, *, held: sqlite3.Connection | None = None) -> None:
        self.engine = engine
        self.clock = clock
        self.on_loop = is_on_loop(engine)
        self._held = held

    @classmethod
    async def open(cls, url_or_engine: str | AsyncEngine, *, clock: Clock) -> "Store":
        """Connect, and bring SQLite's tables up; ``StoreError`` says what is wrong with the database, or its tables."""
        engine, held = open_engine(url_or_engine) if isinstance(url_or_engine, str) else (url_or_engine, None)
        store = cls(engine, clock, held=held)
        try:
            await prepare(engine)
        except StoreError:
            if engine is not url_or_engine:
                await store.close()
            raise
        return store

    async def close(self) -> None:
        """Let go of the database; one in memory is gone then."""
        await self.rest()
        if self._held is not None:
            self._held.close()

    async def rest(self) -> None:
        """Close the connections and keep what is stored: the next call, in whatever event loop, opens its own."""
        try:
            await checkpointed(self.engine)
        finally:
            await self.engine.dispose()

    async def rest_here(self) -> None:
        """Close what this event loop alone has open; a host's engine keeps its pool."""
        rest_in_this_loop(self.engine)

    @begun_here
    async def open_turn(
        self, conversation_id: str, message_id: str, text: str, *, customer_id: str | None, lease: str | None = None
    ) -> Opened | Busy:
        """Insert the message once, take the conversation's lease, and read what the turn needs: one transaction.

        ``lease`` names the worker; the message is stored even when another one holds the conversation.
        """
        now, lease = self.clock.now(), lease or message_id
        async with transaction(self.engine) as connection:
            conversation, new = await conversation_row(connection, conversation_id, customer_id, now)
            state = ConversationState.model_validate_json(conversation.state)
            turn = None if new else await turn_row(connection, conversation_id, message_id)
            turn_id = turn.id if turn is not None else await insert_turn(connection, conversation_id, message_id, text, now)
            opened = Opened(turn_id=turn_id, conversation_id=conversation_id, message_id=message_id, state=state, lease=lease)
            if turn is not None and turn.outcome is not None:
                return replace(opened, outcome=turn.outcome)
            if holds(conversation, now):
                return Busy(until=conversation.lease_until)
            await _TAKE.run(connection, {"key": conversation_id, "lease": lease, "until": now + LEASE, "now": now})
            return _first(opened, text) if new else await self._read(connection, opened)

    @begun_here
    async def close_turn(self, opened: Opened, closing: Closing) -> None:
        """Reply, outcome, state, events and lease: one transaction. ``closing.within`` runs inside it.

        ``Overtaken`` when another worker took the conversation over: nothing is stored then.
        """
        now = self.clock.now()
        leaving = {"key": opened.conversation_id, "lease": opened.lease, "now": now}
        async with transaction(self.engine) as connection:
            if closing.state is None:
                await self._hold(_LEAVE, connection, leaving)
            else:
                await self._hold(_LEAVE_CHANGED, connection, {**leaving, "new_state": closing.state.model_dump_json()})
            await self._unchanged(connection, opened)
            if closing.within is not None:
                await closing.within(connection)
            await insert_messages(connection, opened.conversation_id, opened.turn_id, closing.messages, now)
            for turn_id, outcome in {**closing.others, opened.turn_id: closing.outcome}.items():
                await _CLOSE.run(connection, {"key": turn_id, "ended": outcome, "now": now})
            await tell(connection, closing.told, opened.turn_id)
            events = [event_row(opened.conversation_id, kind, body, now) for kind, body in closing.events]
            if events:
                await connection.execute(insert(OUTBOX), events)

    @uninterrupted
    async def renew(self, opened: Opened) -> None:
        """Hold the conversation for another ``LEASE``; ``Overtaken`` when another worker has it."""
        async with transaction(self.engine) as connection:
            await self._renewed(connection, opened)

    @uninterrupted
    async def release(self, conversation_id: str, lease: str) -> None:
        """Give a lease back without an outcome: the turn was interrupted and may be run again."""
        async with transaction(self.engine) as connection:
            mine = (CONVERSATION.c.id == conversation_id) & (CONVERSATION.c.lease_owner == lease)
            await connection.execute(update(CONVERSATION).where(mine).values(lease_owner=None, lease_until=None))

    @uninterrupted
    async def start_write(
        self, opened: Opened, *, key: str, tool: str, arguments: str, addresses: Collection[str] = ()
    ) -> Written:
        """Enter a write as ``started`` before the shop is called, or return the entry that is there.

        ``addresses`` are a guest's, by whom the write is counted. ``Overtaken`` when another worker took the conversation over: nothing may be written then.
        """
        now = self.clock.now()
        row = {"key": key, "conversation_id": opened.conversation_id, "turn_id": opened.turn_id, "tool": tool}
        async with transaction(self.engine) as connection:
            await self._renewed(connection, opened)
            entry = await enter(connection, {**row, "arguments": arguments, "started_at": now})
            if entry.fresh:
                await count_writes(connection, addresses, now)
            return entry

    @uninterrupted
    async def finish_write(self, key: str, *, status: str, result: str) -> None:
        """Enter what came of a write, before anything is told to the customer."""
        async with transaction(self.engine) as connection:
            await finish(connection, key, status=status, result=result, at=self.clock.now())

    @uninterrupted
    async def writes(self, conversation_id: str) -> list[Written]:
        """What was written in a conversation, oldest first."""
        async with transaction(self.engine, read_only=True) as connection:
            return await written(connection, conversation_id)

    @uninterrupted
    async def held(self, conversation_id: str) -> bool:
        """Whether a worker holds a conversation now."""
        async with transaction(self.engine, read_only=True) as connection:
            row = (await _LEASE_OF.run(connection, {"key": conversation_id})).first
        return row is not None and holds(row, self.clock.now())

    @uninterrupted
    async def interrupted(self, conversation_id: str) -> list[tuple[str, str]]:
        """Turns that were opened and never closed: (message id, text), oldest first."""
        async with transaction(self.engine, read_only=True) as connection:
            return [(one.message_id, one.text) for one in await waiting_in(connection, conversation_id)]

    @uninterrupted
    async def thread(self, conversation_id: str, after: int = 0) -> list[Said]:
        """What the customer sees of a conversation beyond message ``after``, oldest first."""
        return await read_thread(self.engine, conversation_id, after=after)

    @uninterrupted
    async def find(self, conversation_id: str | None = None, *, customer_id: str | None = None) -> Known | None:
        """A conversation by its id, or the one last written in; of one customer if ``customer_id`` is given."""
        return await find_conversation(self.engine, conversation_id=conversation_id, customer_id=customer_id)

    @uninterrupted
    async def reread(self, conversation_id: str, message_id: str) -> Opened:
        """The conversation as it stands, for work on a turn that was closed; ``UsageError`` if there is no such message."""
        async with transaction(self.engine, read_only=True) as connection:
            turn = await turn_row(connection, conversation_id, message_id)
            if turn is None:
                raise UsageError(f"there is no message {message_id!r} in a conversation {conversation_id!r}")
            query = select(CONVERSATION.c.state).where(CONVERSATION.c.id == conversation_id)
            state = ConversationState.model_validate_json((await connection.execute(query)).scalar_one())
            found = Opened(turn_id=turn.id, conversation_id=conversation_id, message_id=message_id, state=state)
            this = Unanswered(turn_id=turn.id, message_id=message_id, text=turn.text)
            return replace(await self._read(connection, found), waiting=(this,))

    async def _read(self, connection: Connection, opened: Opened) -> Opened:
        """The open case, the thread and what is unanswered."""
        key = opened.conversation_id
        waiting = await waiting_in(connection, key)
        asking = {one.turn_id for one in waiting}
        rows = list((await _THREAD.run(connection, {"key": key})).rows)
        rows.sort(key=lambda row: row.turn_id in asking)
        return replace(
            opened,
            case_id=(await _OPEN_CASE.run(connection, {"key": key})).rows[0].case_id,
            messages=tuple(message_of(row.wire) for row in rows),
            authors=tuple(row.author for row in rows),
            waiting=waiting,
            writes=tuple(await written(connection, key)),
        )

    async def _unchanged(self, connection: Connection, opened: Opened) -> None:
        """``Overtaken`` if a person has taken the conversation meanwhile, or given it back: what the turn would say was meant for nobody."""
        case_id = (await _OPEN_CASE.run(connection, {"key": opened.conversation_id})).rows[0].case_id
        if case_id != opened.case_id:
            raise Overtaken(
                f"the open case of {opened.conversation_id!r} is {case_id} now, not {opened.case_id}; run the turn again"
            )

    async def _renewed(self, connection: Connection, opened: Opened) -> None:
        """Hold the conversation for another ``LEASE``."""
        until = self.clock.now() + LEASE
        await self._hold(_RENEW, connection, {"key": opened.conversation_id, "lease": opened.lease, "until": until})

    async def _hold(self, change: Prepared, connection: Connection, values: dict[str, Any]) -> None:
        """Change the conversation's row, if this worker still holds it."""
        if (await change.run(connection, values)).changed == 0:
            raise Overtaken(f"conversation {values['key']!r} was taken over by another worker; run the turn again")


def _first(opened: Opened, text: str) -> Opened:
    """The first turn of a new conversation, in which there is nothing else to read."""
    this = Unanswered(turn_id=opened.turn_id, message_id=opened.message_id, text=text)
    return replace(opened, messages=(Message(role="user", text=text),), authors=("customer",), waiting=(this,))
