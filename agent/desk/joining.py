"""The customer's messages reach their case: one that is open, or one that was closed and is what they answer."""

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from warmline.agent.guard.decision import Decision
from warmline.agent.store.database import Overtaken, transaction
from warmline.agent.store.prepared import Connection
from warmline.agent.store.rows import CASE, CASE_EVENT, UNCLOSED
from warmline.agent.store.store import Store

from .case_file import CaseFile
from .opening import RANKS, level_of
from .service_levels import Deadline, asked_again, columns, read_deadlines, tightened
from .terms import Terms

Within = Callable[[Connection], Awaitable[None]]

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w-])(?:\+|00|\(?0)[\d\s()/.-]{6,18}\d(?![\w-])")
_LEAST_DIGITS = 8


def joining(case_id: str, text: str, decision: Decision | None, at: datetime, *, terms: Terms | None = None) -> Within:
    """What to run when a customer writes while a case is open: an event, a higher priority if the message asks for it, the time running.

    ``Overtaken`` when the case was closed meanwhile: nobody would read the message there.
    """

    async def join_case(connection: Connection) -> None:
        row = await _held(connection, (CASE.c.id == case_id) & UNCLOSED)
        if row is None:
            raise Overtaken(f"case {case_id} was closed while a message was on its way to it; run the turn again")
        note = text if decision is None else f"{decision.reason}: {text}"
        event = {"case_id": case_id, "kind": "customer_wrote", "who": "customer", "note": note, "at": at}
        await connection.execute(insert(CASE_EVENT).values(event))
        values = {"updated_at": at, **_heard(row, text, decision, at, terms or Terms())}
        await connection.execute(update(CASE).where(CASE.c.id == case_id).values(values))

    return join_case


def reopening(
    case_id: str, text: str, decision: Decision, file: CaseFile, at: datetime, *, deadlines: Sequence[Deadline] = ()
) -> Within:
    """What to run when a customer answers a case that was closed: it is open again, with the story up to now.

    ``Overtaken`` when somebody opened it meanwhile, or merged it away.
    """
    closed = (CASE.c.id == case_id) & CASE.c.closed_at.is_not(None) & CASE.c.merged_into.is_(None)

    async def reopen_case(connection: Connection) -> None:
        row = await _held(connection, closed)
        if row is None:
            raise Overtaken(f"case {case_id} was opened while an answer to it was on its way; run the turn again")
        note = f"{decision.reason}: {text}"
        event = {"case_id": case_id, "kind": "reopened", "who": "customer", "note": note, "at": at}
        await connection.execute(insert(CASE_EVENT).values(event))
        was = CaseFile.model_validate_json(row.file)
        known = {"facts": was.facts, "promised": [*was.promised, *file.promised], "contact": file.contact or was.contact}
        values = {
            "status": "reopened",
            "assignee": None,
            "claimed_until": None,
            "closed_at": None,
            "updated_at": at,
            "file": file.model_copy(update=known).model_dump_json(),
            **_raised(row, decision),
            **columns(deadlines, at),
        }
        await connection.execute(update(CASE).where(CASE.c.id == case_id).values(values))

    return reopen_case


async def can_come_back(store: Store, case_id: str) -> bool:
    """Whether a closed case can be open again: it is in no other, and its conversation has no other open one."""
    case = select(CASE.c.conversation_id).where(CASE.c.id == case_id, CASE.c.closed_at.is_not(None), CASE.c.merged_into.is_(None))
    async with transaction(store.engine, read_only=True) as connection:
        thread = (await connection.execute(case)).scalar_one_or_none()
        other = select(CASE.c.id).where(CASE.c.conversation_id == thread, UNCLOSED)
        return thread is not None and (await connection.execute(other)).first() is None


def contact_in(text: str) -> str | None:
    """The e-mail address or telephone number a text gives, the last one if there are several."""
    found = [match.group() for match in _EMAIL.finditer(text)]
    if found:
        return found[-1].rstrip(".")
    numbers = [match.group().strip() for match in _PHONE.finditer(text)]
    return next((one for one in reversed(numbers) if sum(map(str.isdigit, one)) >= _LEAST_DIGITS), None)


def _heard(row: Any, text: str, decision: Decision | None, at: datetime, terms: Terms) -> dict[str, Any]:
    """What a customer's message changes of an open case."""
    values = _raised(row, decision) if decision is not None else {}
    level, hours = terms.levels.level(row.queue, row.priority), terms.levels.hours_of(row.queue)
    deadlines = asked_again(read_deadlines(row.deadlines), level, hours, at)
    if decision is not None and values:
        deadlines = tightened(deadlines, level_of(decision, terms), terms.levels.hours_of(decision.queue))
    if row.status == "waiting_for_customer":
        values |= {"status": "claimed", "claimed_until": at + terms.claim}
    contact = contact_in(text)
    if contact is not None:
        values["file"] = _with_contact(row.file, contact)
    return {**values, **columns(deadlines, row.opened_at)}


def _raised(row: Any, decision: Decision) -> dict[str, Any]:
    """A graver message makes the case graver, and moves it to the queue of who deals with that; a lighter one changes nothing."""
    rank = RANKS[decision.priority]
    if rank >= row.rank:
        return {}
    return {"rank": rank, "priority": decision.priority, "queue": decision.queue, "reason": decision.reason}


def _with_contact(stored: str, contact: str) -> str:
    file = CaseFile.model_validate_json(stored)
    questions = [one for one in file.open_questions if not one.startswith("How can the customer be reached")]
    return file.model_copy(update={"contact": contact, "open_questions": questions}).model_dump_json()


async def _held(connection: Connection, this: Any) -> Any:
    """The row, held until the transaction ends; ``None`` if there is none like that."""
    if (await connection.execute(update(CASE).where(this).values(id=CASE.c.id))).rowcount == 0:
        return None
    return (await connection.execute(select(CASE).where(this))).one_or_none()
