"""Opening a case, inside the transaction that closes the turn."""

import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from warmline.agent.guard.decision import Decision
from warmline.agent.store.database import Overtaken
from warmline.agent.store.rows import CASE, CASE_EVENT

from .case_file import CaseFile

RANKS = {"urgent": 0, "high": 1, "normal": 2, "low": 3}
"""The order in which cases are taken: smallest first."""

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH = 6


def new_case_id() -> str:
    """A case number people can read to each other: ``K-7F3QXM``; 31**6 of them, unguessable enough to be no secret."""
    return "K-" + "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def opening(
    case_id: str, conversation_id: str, customer_id: str | None, decision: Decision, file: CaseFile, at: datetime
) -> Callable[[AsyncConnection], Awaitable[None]]:
    """What to run inside the closing transaction so that the case exists exactly if the turn does."""
    row = {
        "id": case_id,
        "conversation_id": conversation_id,
        "customer_id": customer_id,
        "status": "open",
        "reason": decision.reason,
        "queue": decision.queue,
        "priority": decision.priority,
        "rank": RANKS[decision.priority],
        "file": file.model_dump_json(),
        "opened_at": at,
        "updated_at": at,
    }
    event = {"case_id": case_id, "kind": "opened", "who": "agent", "note": f"{decision.reason} ({decision.rule})", "at": at}

    async def insert_case(connection: AsyncConnection) -> None:
        await connection.execute(insert(CASE).values(row))
        await connection.execute(insert(CASE_EVENT).values(event))

    return insert_case


def joining(case_id: str, text: str, decision: Decision | None, at: datetime) -> Callable[[AsyncConnection], Awaitable[None]]:
    """What to run when a customer writes while a case is open: an event, and a higher priority if the message asks for it.

    ``Overtaken`` when the case was resolved meanwhile: nobody would read the message there.
    """
    still_open = (CASE.c.id == case_id) & (CASE.c.status != "resolved")

    async def join_case(connection: AsyncConnection) -> None:
        note = text if decision is None else f"{decision.reason}: {text}"
        event = {"case_id": case_id, "kind": "customer_wrote", "who": "customer", "note": note, "at": at}
        if (await connection.execute(update(CASE).where(still_open).values(updated_at=at))).rowcount == 0:
            raise Overtaken(f"case {case_id} was resolved while a message was on its way to it; run the turn again")
        await connection.execute(insert(CASE_EVENT).values(event))
        if decision is not None:
            rank = RANKS[decision.priority]
            raised = {"rank": rank, "priority": decision.priority, "queue": decision.queue, "reason": decision.reason}
            await connection.execute(update(CASE).where(CASE.c.id == case_id, CASE.c.rank > rank).values(raised))

    return join_case
