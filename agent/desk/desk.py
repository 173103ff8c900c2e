"""The desk: what people do with cases. Every move is one transaction with its event; illegal moves are refused in words."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel
from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from warmline.agent.models.base import Message
from warmline.agent.state import ConversationState
from warmline.agent.store.database import transaction, uninterrupted
from warmline.agent.store.outbox import event_row
from warmline.agent.store.rows import CASE, CASE_EVENT, CONVERSATION, MESSAGE, OUTBOX, UNRESOLVED
from warmline.agent.store.store import Store
from warmline.errors import DeskError

from .case_file import CaseFile

Status = Literal["open", "claimed", "resolved"]


class CaseEvent(BaseModel):
    """One thing that happened to a case."""

    kind: str
    who: str
    note: str
    at: AwareDatetime


class Case(BaseModel):
    """A case as a person sees it."""

    id: str
    conversation_id: str
    customer_id: str | None
    status: Status
    reason: str
    queue: str
    priority: str
    assignee: str | None
    opened_at: AwareDatetime
    updated_at: AwareDatetime
    file: CaseFile
    events: list[CaseEvent] = []


class Desk:
    """The human queue over a store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @uninterrupted
    async def cases(self, *, queue: str | None = None, include_resolved: bool = False) -> Sequence[Case]:
        """Cases by priority, then by age."""
        query = select(CASE).order_by(CASE.c.rank, CASE.c.opened_at)
        if queue is not None:
            query = query.where(CASE.c.queue == queue)
        if not include_resolved:
            query = query.where(UNRESOLVED)
        async with transaction(self.store.engine, read_only=True) as connection:
            return [_case(row) for row in await connection.execute(query)]

    @uninterrupted
    async def case(self, case_id: str) -> Case:
        """One case with its events; ``DeskError`` if there is none."""
        async with transaction(self.store.engine, read_only=True) as connection:
            row = await _row(connection, case_id)
            query = select(CASE_EVENT).where(CASE_EVENT.c.case_id == row.id).order_by(CASE_EVENT.c.id)
            events = [
                CaseEvent(kind=event.kind, who=event.who, note=event.note, at=event.at)
                for event in await connection.execute(query)
            ]
        return _case(row).model_copy(update={"events": events})

    @uninterrupted
    async def claim(self, case_id: str, *, by: str) -> Case:
        """Take a case; ``DeskError`` if somebody else has it or it is resolved."""
        async with transaction(self.store.engine) as connection:
            row = await _row(connection, case_id, lock=True)
            if row.status == "resolved" or (row.status != "open" and row.assignee != by):
                raise DeskError(
                    f"case {row.id} is {row.status}{f' by {row.assignee}' if row.assignee else ''}; nothing was changed"
                )
            if row.status == "open":
                await self._change(connection, row, "claimed", by, "", status="claimed", assignee=by)
        return await self.case(case_id)

    @uninterrupted
    async def reply(self, case_id: str, text: str, *, by: str) -> Case:
        """Answer the customer in their own thread; the case must be claimed by the one who answers."""
        if not text.strip():
            raise DeskError("the reply is empty; nothing was sent")
        async with transaction(self.store.engine) as connection:
            row = await _row(connection, case_id, lock=True)
            self._must_hold(row, by)
            message = Message(role="assistant", text=text)
            line = {"conversation_id": row.conversation_id, "author": "person", "wire": message.encoded.decode()}
            await connection.execute(insert(MESSAGE).values({**line, "at": self.store.clock.now()}))
            await self._change(connection, row, "reply_sent", by, text)
        return await self.case(case_id)

    @uninterrupted
    async def resolve(self, case_id: str, *, by: str, note: str = "") -> Case:
        """Close a case: the agent serves the conversation again, and what led here does not bring it back."""
        async with transaction(self.store.engine) as connection:
            row = await _row(connection, case_id, lock=True)
            self._must_hold(row, by)
            await self._change(connection, row, "resolved", by, note, status="resolved", closed_at=self.store.clock.now())
            await self._settle(connection, row)
        return await self.case(case_id)

    def _must_hold(self, row: Any, by: str) -> None:
        if row.status == "resolved":
            raise DeskError(f"case {row.id} is resolved; nothing was changed")
        if row.assignee != by:
            holder = f"held by {row.assignee}" if row.assignee else "not claimed"
            raise DeskError(f"case {row.id} is {holder}; claim it first: warmline queue claim {row.id}")

    async def _change(self, connection: AsyncConnection, row: Any, kind: str, who: str, note: str, **values: object) -> None:
        """One move: the case, its event, the host's event."""
        now = self.store.clock.now()
        await connection.execute(update(CASE).where(CASE.c.id == row.id).values({**values, "updated_at": now}))
        event = {"case_id": row.id, "kind": kind, "who": who, "note": note, "at": now}
        await connection.execute(insert(CASE_EVENT).values(event))
        told = event_row(row.conversation_id, f"case_{kind}", {"case_id": row.id, "who": who}, now)
        await connection.execute(insert(OUTBOX).values(told))

    async def _settle(self, connection: AsyncConnection, row: Any) -> None:
        """Note in the conversation that what led here, and what the case became, was dealt with."""
        thread = CONVERSATION.c.id == row.conversation_id
        query = select(CONVERSATION.c.state).where(thread).with_for_update()
        state = ConversationState.model_validate_json((await connection.execute(query)).scalar_one())
        state.settled = sorted({*state.settled, row.reason, CaseFile.model_validate_json(row.file).reason})
        state.visits = {}
        state.tool_failures = 0
        state.questions = []
        await connection.execute(update(CONVERSATION).where(thread).values(state=state.model_dump_json()))


async def _hold(connection: AsyncConnection, this: ColumnElement[bool]) -> None:
    """Hold a case until the transaction ends, and before it its conversation, as a turn does: the two never wait for each other.

    A write first holds the row with every database, and with a host's own engine.
    """
    thread = select(CASE.c.conversation_id).where(this).scalar_subquery()
    await connection.execute(update(CONVERSATION).where(CONVERSATION.c.id == thread).values(id=CONVERSATION.c.id))
    await connection.execute(update(CASE).where(this).values(id=CASE.c.id))


async def _row(connection: AsyncConnection, case_id: str, *, lock: bool = False) -> Any:
    this = CASE.c.id == case_id.strip().upper()
    if lock:
        await _hold(connection, this)
    row = (await connection.execute(select(CASE).where(this))).one_or_none()
    if row is None:
        raise DeskError(f"there is no case {case_id!r}; `warmline queue list` shows the cases")
    return row


def _case(row: Any) -> Case:
    return Case(
        id=row.id,
        conversation_id=row.conversation_id,
        customer_id=row.customer_id,
        status=row.status,
        reason=row.reason,
        queue=row.queue,
        priority=row.priority,
        assignee=row.assignee,
        file=CaseFile.model_validate_json(row.file),
        opened_at=row.opened_at,
        updated_at=row.updated_at,
    )
