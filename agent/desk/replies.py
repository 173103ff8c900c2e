"""A person's words to the customer: in which of a case's threads they appear."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from warmline.agent.models.base import Message
from warmline.agent.store.prepared import Connection
from warmline.agent.store.rows import MESSAGE, row_id
from warmline.errors import DeskError

from .case_file import in_one_line


async def threads_to_answer(connection: Connection, threads: Sequence[str], chosen: str | None) -> list[str]:
    """Where a reply goes: to the chosen thread, else wherever the customer waits for one, else where they wrote last."""
    if chosen is not None:
        if chosen not in threads:
            raise DeskError(f"{chosen!r} is none of this case's conversations; nothing was sent. It has {', '.join(threads)}")
        return [chosen]
    if len(threads) == 1:
        return list(threads)
    last = {thread: await _last(connection, thread) for thread in threads}
    waiting = [thread for thread in threads if last[thread]["customer"] > last[thread]["person"]]
    return waiting or [max(threads, key=lambda thread: last[thread]["customer"])]


async def unanswered(connection: Connection, threads: Sequence[str]) -> str | None:
    """What the customer wrote after a person's last words in a thread; ``None`` where nothing did, or no person has written there."""
    for thread in threads:
        last = await _last(connection, thread)
        if last["customer"] > last["person"] > 0:
            query = select(MESSAGE.c.wire).where(MESSAGE.c.id == last["customer"])
            return in_one_line([json.loads((await connection.execute(query)).scalar_one())["content"] or ""])
    return None


async def put_reply(connection: Connection, thread: str, text: str, at: datetime) -> int:
    """Write a person's words into a thread; the message's id."""
    message = Message(role="assistant", text=text)
    line = {"conversation_id": thread, "author": "person", "wire": message.encoded.decode(), "at": at}
    return row_id(await connection.execute(insert(MESSAGE).values(line)))


async def _last(connection: Connection, thread: str) -> dict[str, int]:
    """The newest message of the customer and of a person in a thread; 0 if there is none."""
    query = select(MESSAGE.c.author, func.max(MESSAGE.c.id)).where(MESSAGE.c.conversation_id == thread)
    rows: Any = await connection.execute(query.group_by(MESSAGE.c.author))
    return {"customer": 0, "person": 0, **dict(tuple(row) for row in rows)}
