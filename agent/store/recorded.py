"""What was decided on stored messages, to explain it later, or to make a case of it."""

from pydantic import TypeAdapter
from sqlalchemy import select

from warmline.agent.guard.decision import Decision
from warmline.agent.outcome import Turn
from warmline.errors import UsageError

from .database import transaction
from .rows import CONVERSATION, ERASURE, TURN
from .store import Store

_OUTCOME: TypeAdapter[Turn] = TypeAdapter(Turn)


async def recorded_decision(store: Store, conversation_id: str, message_id: str) -> tuple[str, Decision]:
    """The customer's words and the decision on them; ``UsageError`` if there is no such message or no outcome yet."""
    joined = TURN.join(CONVERSATION, CONVERSATION.c.id == TURN.c.conversation_id)
    joined = joined.outerjoin(ERASURE, ERASURE.c.reference == CONVERSATION.c.customer_id)
    query = select(TURN.c.text, TURN.c.outcome, ERASURE.c.reference, ERASURE.c.who, ERASURE.c.at).select_from(joined)
    query = query.where(TURN.c.conversation_id == conversation_id, TURN.c.message_id == message_id)
    async with transaction(store.engine, read_only=True) as connection:
        row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise UsageError(f"there is no message {message_id!r} in a conversation {conversation_id!r} in this store")
    if row.reference is not None:
        raise UsageError(f"message {message_id!r} was erased by {row.who} at {row.at:%Y-%m-%d %H:%M} UTC ({row.reference})")
    if row.outcome is None:
        raise UsageError(f"message {message_id!r} has no outcome yet; its turn is still running, or was interrupted")
    return row.text, _OUTCOME.validate_json(row.outcome).decision


async def recorded_turns(store: Store, conversation_id: str) -> list[tuple[str, Turn]]:
    """Every answered message of a conversation with its outcome, oldest first; ``UsageError`` if there is none, or it was erased."""
    query = select(TURN.c.text, TURN.c.outcome).where(TURN.c.conversation_id == conversation_id, TURN.c.outcome.is_not(None))
    erased = select(ERASURE.c.reference).join(CONVERSATION, ERASURE.c.reference == CONVERSATION.c.customer_id)
    async with transaction(store.engine, read_only=True) as connection:
        rows = list(await connection.execute(query.order_by(TURN.c.id)))
        gone = (await connection.execute(erased.where(CONVERSATION.c.id == conversation_id))).one_or_none()
    if gone is not None:
        raise UsageError(f"conversation {conversation_id!r} was erased ({gone.reference}); nothing of it may come back")
    if not rows:
        raise UsageError(f"there is no answered message in a conversation {conversation_id!r} in this store")
    return [(row.text, _OUTCOME.validate_json(row.outcome)) for row in rows]
