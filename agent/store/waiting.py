"""Messages that wait for an answer: taken in for a worker, or left behind by one that died."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, func, or_, select, true, update

from .database import transaction, uninterrupted
from .leases import LEASE, free
from .rows import CONVERSATION, TURN
from .store import Store
from .turns import conversation_row, insert_turn, turn_row


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """The newest unanswered message of a conversation that nobody works on; ``resumed`` is how often it was taken up before."""

    turn_id: int
    conversation_id: str
    message_id: str
    text: str
    customer_id: str | None
    resumed: int


@uninterrupted
async def accept(store: Store, conversation_id: str, message_id: str, text: str, *, customer_id: str | None) -> bool:
    """Store a message that is answered later, by an event; whether it is new. ``UsageError`` if the conversation is somebody else's."""
    now = store.clock.now()
    async with transaction(store.engine) as connection:
        await conversation_row(connection, conversation_id, customer_id, now)
        if await turn_row(connection, conversation_id, message_id) is not None:
            return False
        await insert_turn(connection, conversation_id, message_id, text, now, announce=True)
        touched = update(CONVERSATION).where(CONVERSATION.c.id == conversation_id).values(updated_at=now)
        await connection.execute(touched)
    return True


@uninterrupted
async def waiting(store: Store, *, most: int) -> Sequence[Waiting]:
    """The conversations nobody works on in which a message is unanswered, the longest waiting first.

    What a host handed over to be answered later waits from the start. What it waits for itself is left alone for as long as a lease
    lasts: a worker may be at it, and whoever sent it may send it again.
    """
    now = store.clock.now()
    forgotten = or_(TURN.c.announce == true(), TURN.c.opened_at <= now - LEASE)
    unanswered = select(TURN.c.conversation_id, func.min(TURN.c.opened_at).label("since"), func.max(TURN.c.id).label("newest"))
    unanswered = unanswered.where(TURN.c.outcome.is_(None), forgotten).group_by(TURN.c.conversation_id)
    left = unanswered.subquery()
    query = (
        select(TURN, CONVERSATION.c.customer_id)
        .select_from(left.join(CONVERSATION, CONVERSATION.c.id == left.c.conversation_id).join(TURN, TURN.c.id == left.c.newest))
        .where(free(now))
        .order_by(left.c.since)
        .limit(most)
    )
    async with transaction(store.engine, read_only=True) as connection:
        rows = (await connection.execute(query)).all()
    return [_waiting(row, row.customer_id) for row in rows]


@uninterrupted
async def take_up(store: Store, conversation_id: str, message_id: str) -> Waiting | None:
    """Note that a worker takes a message up, and that its outcome is told by an event; ``None`` if it was answered, or is worked on."""
    now = store.clock.now()
    async with transaction(store.engine) as connection:
        here = select(CONVERSATION).where(CONVERSATION.c.id == conversation_id, free(now)).with_for_update()
        thread = (await connection.execute(here)).one_or_none()
        if thread is None:
            return None
        this = and_(TURN.c.conversation_id == conversation_id, TURN.c.message_id == message_id, TURN.c.outcome.is_(None))
        mine = update(TURN).where(this).values(resumed=TURN.c.resumed + 1, announce=true())
        if (await connection.execute(mine)).rowcount == 0:
            return None
        row = (await connection.execute(select(TURN).where(this))).one()
    return _waiting(row, thread.customer_id)


def _waiting(turn: Row[Any], customer_id: str | None) -> Waiting:
    return Waiting(
        turn_id=turn.id,
        conversation_id=turn.conversation_id,
        message_id=turn.message_id,
        text=turn.text,
        customer_id=customer_id,
        resumed=turn.resumed,
    )
