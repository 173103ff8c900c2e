"""The ledger: each write of a tool, entered before the shop is called and again when it is done."""

from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from .rows import LEDGER, TURN


@dataclass(frozen=True, kw_only=True)
class Written:
    """The ledger's entry for a write: ``started``, ``done`` or ``failed``; ``fresh`` when this call made the entry.

    ``told`` is whether the turn that wrote was closed, so that its outcome stands in the thread.
    """

    key: str
    tool: str
    arguments: str
    status: str
    result: str | None
    fresh: bool = False
    told: bool = False


async def enter(connection: AsyncConnection, row: dict[str, object]) -> Written:
    """Enter a write as ``started``, or return the entry that is there."""
    entry = (await connection.execute(select(LEDGER).where(LEDGER.c.key == row["key"]))).one_or_none()
    if entry is not None:
        return Written(key=entry.key, tool=entry.tool, arguments=entry.arguments, status=entry.status, result=entry.result)
    await connection.execute(insert(LEDGER).values({**row, "status": "started"}))
    return Written(
        key=str(row["key"]), tool=str(row["tool"]), arguments=str(row["arguments"]), status="started", result=None, fresh=True
    )


async def finish(connection: AsyncConnection, key: str, values: dict[str, object]) -> None:
    """Enter what came of a write."""
    await connection.execute(update(LEDGER).where(LEDGER.c.key == key).values(values))


async def written(connection: AsyncConnection, conversation_id: str) -> list[Written]:
    """The writes of a conversation, oldest first."""
    told = TURN.c.outcome.is_not(None).label("told")
    query = select(LEDGER, told).join(TURN, TURN.c.id == LEDGER.c.turn_id).where(LEDGER.c.conversation_id == conversation_id)
    return [
        Written(key=row.key, tool=row.tool, arguments=row.arguments, status=row.status, result=row.result, told=bool(row.told))
        for row in await connection.execute(query.order_by(LEDGER.c.started_at))
    ]
