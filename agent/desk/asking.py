"""Who is asked how it was: customers whose case was resolved, or whom the agent served, once it has been quiet for a while."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select

from warmline.agent.guard.decision import AUTOMATED_REASONS
from warmline.agent.store.database import transaction, uninterrupted
from warmline.agent.store.prepared import Connection
from warmline.agent.store.rows import CASE, CASE_EVENT, CONVERSATION, ERASURE, SATISFACTION, TURN

from .desk import Desk
from .satisfaction import Occasion, ask
from .terms import Terms

AT_ONCE = 100
"""Questions of one run."""

LATEST = timedelta(days=1)
"""After so long nobody is asked any more: they would not know what about."""

_COURTESY = "smalltalk"


@uninterrupted
async def ask_satisfaction(desk: Desk) -> int:
    """Ask the customers whose turn it is; how many were asked."""
    at, terms = desk.store.clock.now(), desk.terms
    async with transaction(desk.store.engine, read_only=True) as connection:
        occasions = [*await _resolved(connection, at, terms), *await _served(connection, at, terms)]
    asked = 0
    for occasion in occasions:
        async with transaction(desk.store.engine) as connection:
            asked += await ask(connection, occasion, at)
    return asked


async def _resolved(connection: Connection, at: datetime, terms: Terms) -> list[Occasion]:
    """Cases that people resolved, and that were never for a reason after which nobody is asked."""
    known = select(SATISFACTION.c.about).where(SATISFACTION.c.case_id == CASE.c.id).exists()
    over = CASE.c.closed_at.between(at - LATEST, at - terms.ask_after) & (CASE.c.status == "resolved")
    query = select(CASE.c.id, CASE.c.conversation_id, CASE.c.reason, CASE.c.queue, CASE.c.file).where(
        over, ~known, ~_erased(CASE)
    )
    occasions: list[Occasion] = []
    for row in (await connection.execute(query.order_by(CASE.c.closed_at))).all():
        if len(occasions) < AT_ONCE and not await _grave(connection, row, terms):
            about = {"case_id": row.id, "conversation_id": row.conversation_id, "reason": row.reason, "queue": row.queue}
            occasions.append(Occasion(key=f"case:{row.id}", route="human", **about))
    return occasions


def _erased(table: Table) -> ColumnElement[bool]:
    """Where a reference stands for somebody who was erased: they are asked nothing."""
    return select(ERASURE.c.reference).where(ERASURE.c.reference == table.c.customer_id).exists()


async def _grave(connection: Connection, row: Any, terms: Terms) -> bool:
    """Whether the case was ever for a reason after which nobody is asked: as it is, as it was opened, or by a message to it."""
    if {row.reason, json.loads(row.file).get("reason")} & terms.never_ask:
        return True
    notes = select(CASE_EVENT.c.note).where(CASE_EVENT.c.case_id == row.id, CASE_EVENT.c.kind.in_(("customer_wrote", "reopened")))
    said = (await connection.execute(notes)).scalars()
    return any(note.startswith(f"{reason}: ") for note in said for reason in terms.never_ask)


async def _served(connection: Connection, at: datetime, terms: Terms) -> list[Occasion]:
    """Conversations whose last message the agent answered; not mere courtesies, and not those a person has had lately."""
    over = TURN.c.closed_at.between(at - LATEST, at - terms.ask_after)
    asked = select(SATISFACTION.c.about).where(SATISFACTION.c.conversation_id == TURN.c.conversation_id).exists()
    person = select(CASE.c.id).where(CASE.c.conversation_id == TURN.c.conversation_id).exists()
    gone = select(CONVERSATION.c.id).where(CONVERSATION.c.id == TURN.c.conversation_id, _erased(CONVERSATION)).exists()
    newest = select(func.max(TURN.c.id)).where(over, ~asked, ~person, ~gone).group_by(TURN.c.conversation_id)
    query = select(TURN.c.id, TURN.c.conversation_id).where(TURN.c.id.in_(newest)).order_by(TURN.c.id)
    occasions: list[Occasion] = []
    for row in (await connection.execute(query)).all():
        if len(occasions) < AT_ONCE and (one := await _occasion(connection, row)) is not None:
            occasions.append(one)
    return occasions


async def _occasion(connection: Connection, row: Any) -> Occasion | None:
    later = select(TURN.c.id).where(TURN.c.conversation_id == row.conversation_id, TURN.c.id > row.id).limit(1)
    if (await connection.execute(later)).first() is not None:
        return None
    query = select(TURN.c.outcome).where(TURN.c.conversation_id == row.conversation_id).order_by(TURN.c.id.desc()).limit(10)
    outcomes = [json.loads(outcome or "{}") for outcome in (await connection.execute(query)).scalars()]
    reasons = [one["decision"]["reason"] for one in outcomes if one.get("kind") == "replied" and "decision" in one]
    about = next((one for one in reasons if one in AUTOMATED_REASONS and one != _COURTESY), None)
    if about is None or outcomes[0].get("kind") != "replied":
        return None
    return Occasion(key=f"turn:{row.id}", conversation_id=row.conversation_id, route="automate", reason=about)
