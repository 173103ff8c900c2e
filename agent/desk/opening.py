"""Opening a case, inside the transaction that closes the turn."""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert

from warmline.agent.guard.decision import Decision
from warmline.agent.store.prepared import Connection
from warmline.agent.store.rows import CASE, CASE_EVENT

from .case_file import CaseFile
from .service_levels import Deadline, Level, columns, deadlines_for
from .terms import Terms

RANKS = {"urgent": 0, "high": 1, "normal": 2, "low": 3}
"""The order in which cases are taken: smallest first."""

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH = 6


def new_case_id() -> str:
    """A case number people can read to each other: ``K-7F3QXM``; 31**6 of them, unguessable enough to be no secret."""
    return "K-" + "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def level_of(decision: Decision, terms: Terms) -> Level:
    """The times of a case that this decision opens: what the policy says for its reason goes before what it says for its queue."""
    minutes = decision.service_level_minutes
    first = None if minutes is None else timedelta(minutes=minutes)
    return terms.levels.level(decision.queue, decision.priority, first_response=first)


def deadlines_of(decision: Decision, terms: Terms, at: datetime) -> list[Deadline]:
    """The deadlines of a case that this decision opens now."""
    return deadlines_for(level_of(decision, terms), terms.levels.hours_of(decision.queue), at)


def opening(
    case_id: str,
    conversation_id: str,
    customer_id: str | None,
    decision: Decision,
    file: CaseFile,
    at: datetime,
    *,
    deadlines: Sequence[Deadline] = (),
) -> Callable[[Connection], Awaitable[None]]:
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
        **columns(deadlines, at),
    }
    event = {"case_id": case_id, "kind": "opened", "who": "agent", "note": f"{decision.reason} ({decision.rule})", "at": at}

    async def insert_case(connection: Connection) -> None:
        await connection.execute(insert(CASE).values(row))
        await connection.execute(insert(CASE_EVENT).values(event))

    return insert_case
