"""What every move on a case is made of: the case is held, the change and what is told of it are written, the conversation is settled."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from warmline.agent.state import ConversationState, LastCase
from warmline.agent.store.leases import in_work
from warmline.agent.store.outbox import event_row
from warmline.agent.store.prepared import Connection
from warmline.agent.store.rows import CASE, CASE_EVENT, CONVERSATION, OUTBOX
from warmline.errors import DeskError

from .case_file import CaseFile
from .lifecycle import lapsed
from .service_levels import Deadline, columns, deadlines_for, read_deadlines, resumed
from .terms import Terms

TOLD = {
    "opened": "case_opened",
    "claimed": "case_claimed",
    "reassigned": "case_claimed",
    "released": "case_released",
    "lapsed": "case_released",
    "reply_sent": "reply_sent",
    "noted": "case_noted",
    "judged_missed": "case_judged",
    "judged_needless": "case_judged",
    "judged_right": "case_judged",
    "waiting_for_customer": "case_waiting",
    "resolved": "case_resolved",
    "handed_back": "case_handed_back",
    "reopened": "case_reopened",
    "merged": "case_merged",
    "enriching": "case_enriching",
    "sla_warning": "sla_warning",
    "sla_breached": "sla_breached",
}
"""What the host's event is called, for each event of a case."""


async def row_of(connection: Connection, case_id: str) -> Any:
    """A case's row; ``DeskError`` if there is none."""
    key = case_id.strip().upper()
    row = (await connection.execute(select(CASE).where(CASE.c.id == key))).one_or_none()
    if row is None:
        raise DeskError(f"there is no case {case_id!r}; `warmline queue list` shows the cases")
    return row


async def held(connection: Connection, *case_ids: str) -> list[Any]:
    """The rows of cases that nobody else moves until the transaction ends.

    Their conversations are held first, as a turn does, and both in order: whoever needs several never waits for each other. A write
    first holds a row with every database, and with a host's own engine.
    """
    keys = sorted({(await row_of(connection, case_id)).id for case_id in case_ids})
    threads = sorted({thread for key in keys for thread in await threads_of(connection, key)})
    for thread in threads:
        await connection.execute(update(CONVERSATION).where(CONVERSATION.c.id == thread).values(id=CONVERSATION.c.id))
    for key in keys:
        await connection.execute(update(CASE).where(CASE.c.id == key).values(id=CASE.c.id))
    return [await row_of(connection, case_id) for case_id in case_ids]


async def threads_of(connection: Connection, case_id: str) -> list[str]:
    """The conversations whose messages come to a case: its own, then those of the cases merged into it."""
    own = select(CASE.c.conversation_id).where(CASE.c.id == case_id)
    merged = select(CASE.c.conversation_id).where(CASE.c.merged_into == case_id).order_by(CASE.c.opened_at)
    found = [*(await connection.execute(own)).scalars(), *(await connection.execute(merged)).scalars()]
    return list(dict.fromkeys(found))


async def record(
    connection: Connection,
    row: Any,
    kind: str,
    *,
    who: str,
    at: datetime,
    note: str = "",
    told: Mapping[str, Any] | None = None,
    key: str | None = None,
    values: Mapping[str, Any] | None = None,
) -> None:
    """One move: what changes of the case, its event, and the host's event with ``told``."""
    await connection.execute(update(CASE).where(CASE.c.id == row.id).values({**(values or {}), "updated_at": at}))
    event = {"case_id": row.id, "kind": kind, "who": who, "note": note, "at": at}
    await connection.execute(insert(CASE_EVENT).values(event))
    body = {"case_id": row.id, "who": who, **(told or {})}
    await connection.execute(insert(OUTBOX).values(event_row(row.conversation_id, TOLD[kind], body, at, key=key)))


async def lapse(connection: Connection, row: Any, at: datetime) -> Any:
    """The row, back in the queue if whoever held it went away."""
    if not lapsed(row, at):
        return row
    note = f"no move by {row.assignee} until {row.claimed_until:%H:%M} UTC"
    values = {"status": "open", "assignee": None, "claimed_until": None}
    await record(connection, row, "lapsed", who="desk", at=at, note=note, told={"was": row.assignee}, values=values)
    return await row_of(connection, row.id)


def running(row: Any, terms: Terms, at: datetime) -> dict[str, Any]:
    """The deadlines of a case that no longer waits for its customer; nothing changes if it did not."""
    if row.status != "waiting_for_customer":
        return {}
    return columns(resumed(read_deadlines(row.deadlines), terms.levels.hours_of(row.queue), at), row.opened_at)


def deadlines_again(row: Any, terms: Terms, at: datetime) -> list[Deadline]:
    """The deadlines of a case that a person opens again: the first response has as long as it had when the case was opened."""
    hours = terms.levels.hours_of(row.queue)
    had = next((one for one in read_deadlines(row.deadlines) if one.kind == "first_response"), None)
    first = None if had is None else hours.between(had.since, had.due_at)
    return deadlines_for(terms.levels.level(row.queue, row.priority, first_response=first or None), hours, at)


async def settle(
    connection: Connection, row: Any, threads: Sequence[str], terms: Terms, at: datetime, *, instruction: str | None = None
) -> None:
    """Note in the conversations that what led here, and what the case became, was dealt with, and for how long the case can be reached.

    ``instruction`` is what the person who hands back wants the agent to do; ``None`` for a case that is resolved.
    """
    reasons = {row.reason, CaseFile.model_validate_json(row.file).reason}
    for thread in threads:
        state = await state_of(connection, thread)
        state.settled = sorted({*state.settled, *reasons})
        state.visits, state.tool_failures, state.questions = {}, 0, []
        how = "resolved" if instruction is None else "handed_back"
        state.last_case = LastCase(case_id=row.id, how=how, at=at, until=at + terms.reopen)
        state.instruction, state.rating = instruction or None, None
        await put_state(connection, thread, state)


async def state_of(connection: Connection, thread: str) -> ConversationState:
    """A conversation's memory, held until the transaction ends."""
    query = select(CONVERSATION.c.state).where(CONVERSATION.c.id == thread).with_for_update()
    return ConversationState.model_validate_json((await connection.execute(query)).scalar_one())


async def put_state(connection: Connection, thread: str, state: ConversationState) -> None:
    """Store a conversation's memory."""
    values = {"state": state.model_dump_json()}
    await connection.execute(update(CONVERSATION).where(CONVERSATION.c.id == thread).values(values))


class AtWork(DeskError):
    """The agent is answering in the conversation: it passes within a minute."""


async def must_rest(connection: Connection, threads: Sequence[str], at: datetime) -> None:
    """``AtWork`` while the agent answers in one of these conversations: it would talk over the person."""
    query = select(CONVERSATION.c.id).where(CONVERSATION.c.id.in_(threads), in_work(at))
    if (await connection.execute(query)).first() is not None:
        raise AtWork("the agent is answering the customer right now; nothing was changed, try again in a minute")
