"""What others read of a conversation: its visible thread, and which conversations there are."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import aliased

from .database import transaction
from .rows import CASE, CONVERSATION, MESSAGE, UNCLOSED

VISIBLE = ("customer", "agent", "person", "notice")
"""Authors whose words the customer sees; the others are the agent's own steps."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One visible message: ``author`` is customer, agent, person or notice; ids grow with time."""

    id: int
    author: str
    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Known:
    """A conversation that exists: whose it is (``None``: a guest's), and the case that is open in it."""

    id: str
    customer_id: str | None
    updated_at: datetime
    case_id: str | None


async def read_thread(engine: AsyncEngine, conversation_id: str, *, after: int) -> list[Said]:
    """The visible messages with an id above ``after``, oldest first."""
    query = select(MESSAGE).where(MESSAGE.c.conversation_id == conversation_id, MESSAGE.c.id > after)
    async with transaction(engine, read_only=True) as connection:
        rows = list(await connection.execute(query.where(MESSAGE.c.author.in_(VISIBLE)).order_by(MESSAGE.c.id)))
    said = [Said(id=row.id, author=row.author, text=json.loads(row.wire)["content"] or "", at=row.at) for row in rows]
    return [one for one in said if one.text]


def open_case_of(conversation_id: str | Column[Any]) -> ColumnElement[Any]:
    """The case a conversation's messages go to: its own open one, else an open one that a case of it was merged into."""
    own = select(CASE.c.id).where(CASE.c.conversation_id == conversation_id, UNCLOSED)
    was, into = aliased(CASE), aliased(CASE)
    merged = select(into.c.id).select_from(was.join(into, into.c.id == was.c.merged_into))
    merged = merged.where(was.c.conversation_id == conversation_id, into.c.closed_at.is_(None)).limit(1)
    return func.coalesce(own.scalar_subquery(), merged.scalar_subquery())


async def find_conversation(engine: AsyncEngine, *, conversation_id: str | None, customer_id: str | None) -> Known | None:
    """The conversation of this id, or the one last written in; of one customer if ``customer_id`` is given."""
    query = select(CONVERSATION, open_case_of(CONVERSATION.c.id).label("case_id"))
    if conversation_id is not None:
        query = query.where(CONVERSATION.c.id == conversation_id)
    if customer_id is not None:
        query = query.where(CONVERSATION.c.customer_id == customer_id)
    async with transaction(engine, read_only=True) as connection:
        newest = query.order_by(CONVERSATION.c.updated_at.desc(), CONVERSATION.c.id).limit(1)
        row = (await connection.execute(newest)).one_or_none()
    if row is None:
        return None
    return Known(id=row.id, customer_id=row.customer_id, updated_at=row.updated_at, case_id=row.case_id)
