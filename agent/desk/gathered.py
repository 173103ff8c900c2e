"""Adding to a case what was looked up after it was opened."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select, update

from warmline.agent.store.database import transaction, uninterrupted
from warmline.agent.store.outbox import event_row
from warmline.agent.store.prepared import Connection
from warmline.agent.store.rows import CASE, CASE_EVENT, OUTBOX, UNCLOSED
from warmline.agent.store.store import Store

from .case_file import CaseFile, Fact

KIND = "gathered"


@uninterrupted
async def add_facts(store: Store, case_id: str, facts: Sequence[Fact], *, note: str, spent: dict[str, int]) -> bool:
    """Put facts into the case file, with an event for the case and one for the host: one transaction.

    ``spent`` is what a language model used, in tokens, for the host's event. Returns whether the case was still there to be worked on.
    """
    async with transaction(store.engine) as connection:
        row = await _unclosed(connection, case_id)
        if row is None:
            return False
        file = CaseFile.model_validate_json(row.file)
        at = store.clock.now()
        values = {"file": file.model_copy(update={"facts": [*file.facts, *facts]}).model_dump_json(), "updated_at": at}
        await connection.execute(update(CASE).where(CASE.c.id == case_id).values(values))
        event = {"case_id": case_id, "kind": KIND, "who": "agent", "note": note, "at": at}
        await connection.execute(insert(CASE_EVENT).values(event))
        body = {"case_id": case_id, "facts": len(facts), **spent}
        await connection.execute(insert(OUTBOX).values(event_row(row.conversation_id, f"case_{KIND}", body, at)))
    return True


@uninterrupted
async def add_words(store: Store, case_id: str, *, summary: str | None, draft: str | None, spent: dict[str, int]) -> bool:
    """Put a model's summary and draft into the case file, each where there is one; whether the case was still there to be worked on."""
    written = {"summary": summary, "draft_reply": draft}
    marked = {"summary": "summary_by", "draft_reply": "draft_by"}
    async with transaction(store.engine) as connection:
        row = await _unclosed(connection, case_id)
        if row is None:
            return False
        kept = {name: text for name, text in written.items() if text}
        changes = kept | {marked[name]: "model" for name in kept}
        file, at = CaseFile.model_validate_json(row.file).model_copy(update=changes), store.clock.now()
        values = {"file": file.model_dump_json(), "updated_at": at}
        await connection.execute(update(CASE).where(CASE.c.id == case_id).values(values))
        event = {"case_id": case_id, "kind": "drafted", "who": "agent", "note": ", ".join(kept), "at": at}
        await connection.execute(insert(CASE_EVENT).values(event))
        body = {"case_id": case_id, **spent}
        await connection.execute(insert(OUTBOX).values(event_row(row.conversation_id, "case_drafted", body, at)))
    return True


async def _unclosed(connection: Connection, case_id: str) -> Any:
    """The case's row, held until the transaction ends; ``None`` if it is closed."""
    this = (CASE.c.id == case_id) & UNCLOSED
    await connection.execute(update(CASE).where(this).values(id=CASE.c.id))
    return (await connection.execute(select(CASE.c.file, CASE.c.conversation_id).where(this))).one_or_none()
