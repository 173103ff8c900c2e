"""The ledger: each write of a tool, entered before the shop is called and again when it is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, case, insert, select, update

from .prepared import Connection, Prepared
from .redacted import GONE
from .rows import LEDGER

_KEY = bindparam("write")
_WRITTEN = Prepared(select(LEDGER).where(LEDGER.c.conversation_id == bindparam("conversation")).order_by(LEDGER.c.started_at))
_UNTOLD = (LEDGER.c.key == _KEY) & (LEDGER.c.status == bindparam("told_as")) & LEDGER.c.told_in.is_(None)
_TELL = Prepared(update(LEDGER).where(_UNTOLD).values(told_in=bindparam("turn")))


@dataclass(frozen=True, kw_only=True)
class Written:
    """The ledger's entry for a write: ``started``, ``done``, ``failed`` or ``unknown`` for good; ``fresh`` when this call made the entry.

    ``told`` is whether a turn that was closed knew its outcome: that stands in the thread, or in a case. ``turn_id`` is the turn that wrote, 0 if it
    was not asked for. A worker that was taken for dead may note an outcome while, or after, a turn is closed that does not know of it.
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


async def finish(connection: Connection, key: str, *, status: str, result: str, at: datetime) -> None:
    """Enter what came of a write; not when the customer was erased while the shop was at it, nor a second time once it is done.

    What was told of it before, that it had failed, is not what came of it now.
    """
    mine = (LEDGER.c.key == key) & (LEDGER.c.arguments != GONE) & (LEDGER.c.status != "done")
    told_in = case((LEDGER.c.status == status, LEDGER.c.told_in), else_=None)
    changed = {"status": status, "result": result, "finished_at": at, "told_in": told_in}
    await connection.execute(update(LEDGER).where(mine).values(changed))


async def tell(connection: Connection, told: Mapping[str, str], turn_id: int) -> None:
    """Note that this turn says what came of these writes, by key; one of which something else is so by now is asked about again."""
    for key in sorted(told):
        await _TELL.run(connection, {"write": key, "told_as": told[key], "turn": turn_id})


async def written(connection: Connection, conversation_id: str) -> list[Written]:
    """The writes of a conversation, oldest first."""
    return [
        Written(
            key=row.key,
            tool=row.tool,
            arguments=row.arguments,
            status=row.status,
            result=row.result,
            told=row.told_in is not None,
            turn_id=row.turn_id,
        )
        for row in (await _WRITTEN.run(connection, {"conversation": conversation_id})).rows
    ]
