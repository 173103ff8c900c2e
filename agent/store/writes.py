"""The ledger: each write of a tool, entered before the shop is called and again when it is done."""

from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select, update

from .prepared import Connection, Prepared
from .redacted import GONE
from .rows import LEDGER, TURN

_KNOWN = (LEDGER.c.status != "started") & (LEDGER.c.finished_at <= TURN.c.closed_at)
_WRITTEN = Prepared(
    select(LEDGER, (TURN.c.outcome.is_not(None) & _KNOWN).label("told"))
    .join(TURN, TURN.c.id == LEDGER.c.turn_id)
    .where(LEDGER.c.conversation_id == bindparam("conversation"))
    .order_by(LEDGER.c.started_at)
)


@dataclass(frozen=True, kw_only=True)
class Written:
    """The ledger's entry for a write: ``started``, ``done``, ``failed`` or ``unknown`` for good; ``fresh`` when this call made the entry.

    ``told`` is whether its outcome stands in the thread: it was known when the turn that wrote (``turn_id``, 0 if it was not asked for) was
    closed. A worker that was taken for dead may note it later.
    """

    key: str
    tool: str
    arguments: str
    status: str
    result: str | None
    fresh: bool = False
    told: bool = False
    turn_id: int = 0


async def enter(connection: Connection, row: dict[str, object]) -> Written:
    """Enter a write as ``started``, or return the entry that is there."""
    entry = (await connection.execute(select(LEDGER).where(LEDGER.c.key == row["key"]))).one_or_none()
    if entry is not None:
        return Written(key=entry.key, tool=entry.tool, arguments=entry.arguments, status=entry.status, result=entry.result)
    await connection.execute(insert(LEDGER).values({**row, "status": "started"}))
    return Written(
        key=str(row["key"]), tool=str(row["tool"]), arguments=str(row["arguments"]), status="started", result=None, fresh=True
    )


async def finish(connection: Connection, key: str, values: dict[str, object]) -> None:
    """Enter what came of a write; not when the customer was erased while the shop was at it, nor a second time once it is done."""
    mine = (LEDGER.c.key == key) & (LEDGER.c.arguments != GONE) & (LEDGER.c.status != "done")
    await connection.execute(update(LEDGER).where(mine).values(values))


async def retell(connection: Connection, key: str, turn_id: int) -> None:
    """Let another turn be the one that tells what came of a write."""
    await connection.execute(update(LEDGER).where(LEDGER.c.key == key).values(turn_id=turn_id))


async def written(connection: Connection, conversation_id: str) -> list[Written]:
    """The writes of a conversation, oldest first."""
    return [
        Written(
            key=row.key,
            tool=row.tool,
            arguments=row.arguments,
            status=row.status,
            result=row.result,
            told=bool(row.told),
            turn_id=row.turn_id,
        )
        for row in (await _WRITTEN.run(connection, {"conversation": conversation_id})).rows
    ]
