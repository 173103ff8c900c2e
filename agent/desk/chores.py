"""What the desk does by time: plain functions, safe to run by many workers at once; each returns how many things it did."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from warmline.agent.store.database import transaction, uninterrupted
from warmline.agent.store.prepared import Connection
from warmline.agent.store.rows import CASE, OUTBOX, UNCLOSED

from .asking import ask_satisfaction
from .desk import Desk
from .moves import held, record
from .service_levels import Deadline, columns, read_deadlines

__all__ = ["ask_satisfaction", "lapse_claims", "watch_service_levels"]

AT_ONCE = 200
"""Cases that are looked at in one run."""


async def lapse_claims(desk: Desk) -> int:
    """Put back into the queue what people claimed and left."""
    return await desk.lapse_claims()


@uninterrupted
async def watch_service_levels(desk: Desk) -> int:
    """Tell the host of deadlines that come near (``sla_warning``) and of those that were missed (``sla_breached``), each once."""
    at = desk.store.clock.now()
    due = select(CASE.c.id).where(UNCLOSED, CASE.c.watch_at <= at).order_by(CASE.c.watch_at).limit(AT_ONCE)
    async with transaction(desk.store.engine, read_only=True) as connection:
        found = list((await connection.execute(due)).scalars())
    told = 0
    for case_id in found:
        async with transaction(desk.store.engine) as connection:
            (row,) = await held(connection, case_id)
            told += 0 if row.closed_at is not None else await _tell(connection, row, at)
    return told


async def _tell(connection: Connection, row: Any, at: datetime) -> int:
    """Note what is to be said of a case's deadlines now; how much was."""
    told, kept = 0, list[Deadline]()
    for one in read_deadlines(row.deadlines):
        watch_at = one.watch_at
        if watch_at is None or watch_at > at:
            kept.append(one)
            continue
        late = one.due_at <= at
        kept.append(one.model_copy(update={"told": "breached" if late else "warning"}))
        told += await _say(connection, row, one, "sla_breached" if late else "sla_warning", at)
    values = columns(kept, row.opened_at)
    changed = {name: values[name] for name in ("deadlines", "watch_at")}
    await connection.execute(CASE.update().where(CASE.c.id == row.id).values(changed))
    return told


async def _say(connection: Connection, row: Any, deadline: Deadline, kind: str, at: datetime) -> int:
    """One event, unless it was told before; a deadline is known by its case, its kind and when it began."""
    key = f"{kind}:{row.id}:{deadline.kind}:{deadline.since.isoformat()}"
    if (await connection.execute(select(OUTBOX.c.id).where(OUTBOX.c.key == key))).first() is not None:
        return 0
    told = {"deadline": deadline.kind, "due_at": deadline.due_at.isoformat(), "assignee": row.assignee, "queue": row.queue}
    words = f"{deadline.kind.replace('_', ' ')} due at {deadline.due_at:%Y-%m-%d %H:%M} UTC"
    await record(connection, row, kind, who="desk", at=at, note=words, told=told, key=key)
    return 1
