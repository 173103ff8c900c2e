"""Cases that are not as complete as the policy wants them, because whoever opened them died."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, select

from warmline.agent.store.database import transaction, uninterrupted
from warmline.agent.store.prepared import Connection
from warmline.agent.store.rows import CASE, CASE_EVENT, TURN, UNCLOSED
from warmline.agent.store.store import Store

from .case_file import CaseFile
from .moves import held, record

KIND = "enriching"

LEFT_ALONE = timedelta(seconds=60)
"""How long the process that opened a case has for it: its look-ups and its draft take 20 seconds at most."""

LOOKED_FOR = timedelta(days=1)
"""What nobody completed within a day, people have seen as it is."""


@dataclass(frozen=True, kw_only=True)
class Unfinished:
    """A case with what it lacks (``gathered``, ``drafted``) and the message that opened it."""

    case_id: str
    conversation_id: str
    customer_id: str | None
    message_id: str
    file: CaseFile
    missing: frozenset[str]


@uninterrupted
async def unfinished(store: Store, wanted: Collection[str], *, most: int) -> Sequence[Unfinished]:
    """Open cases that lack something wanted and that no worker has taken on, oldest first."""
    now = store.clock.now()
    taken = exists().where(CASE_EVENT.c.case_id == CASE.c.id, CASE_EVENT.c.kind == KIND)
    query = select(CASE.c.id, CASE.c.conversation_id, CASE.c.customer_id).where(
        UNCLOSED, CASE.c.opened_at <= now - LEFT_ALONE, CASE.c.opened_at > now - LOOKED_FOR, ~taken
    )
    found: list[Unfinished] = []
    async with transaction(store.engine, read_only=True) as connection:
        for row in (await connection.execute(query.order_by(CASE.c.opened_at))).all():
            one = await _unfinished(connection, row, wanted)
            found += [] if one is None else [one]
            if len(found) == most:
                break
    return found


@uninterrupted
async def take_on(store: Store, case_id: str) -> bool:
    """Note that a worker completes a case; false if another one does, or it was closed."""
    async with transaction(store.engine) as connection:
        (row,) = await held(connection, case_id)
        mine = exists().where(CASE_EVENT.c.case_id == row.id, CASE_EVENT.c.kind == KIND)
        if row.closed_at is not None or (await connection.execute(select(mine))).scalar_one():
            return False
        await record(
            connection, row, KIND, who="agent", at=store.clock.now(), note="the process that opened it did not finish it"
        )
    return True


async def _unfinished(connection: Connection, row: Any, wanted: Collection[str]) -> Unfinished | None:
    """The case if it lacks something; facts are wanted only where the policy's route was to gather them."""
    kinds = select(CASE_EVENT.c.kind).where(CASE_EVENT.c.case_id == row.id)
    missing = frozenset(wanted) - set((await connection.execute(kinds)).scalars())
    opener = await _opener(connection, row.conversation_id, row.id) if missing else None
    if opener is None or not (missing := missing - (set() if opener[1] == "gather" else {"gathered"})):
        return None
    file = (await connection.execute(select(CASE.c.file).where(CASE.c.id == row.id))).scalar_one()
    return Unfinished(
        case_id=row.id,
        conversation_id=row.conversation_id,
        customer_id=row.customer_id,
        message_id=opener[0],
        file=CaseFile.model_validate_json(file),
        missing=missing,
    )


async def _opener(connection: Connection, conversation_id: str, case_id: str) -> tuple[str, str] | None:
    """The message whose turn opened the case, and the route decided on it; ``None`` once that was erased."""
    query = select(TURN.c.message_id, TURN.c.outcome).where(
        TURN.c.conversation_id == conversation_id, TURN.c.outcome.is_not(None)
    )
    for row in await connection.execute(query.order_by(TURN.c.id)):
        outcome = json.loads(row.outcome)
        if outcome.get("kind") == "handed_off" and outcome.get("case_id") == case_id:
            return row.message_id, str(outcome.get("decision", {}).get("route", ""))
    return None
