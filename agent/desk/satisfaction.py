"""How satisfied customers were: one question after it is over, and the answer, understood only where it was asked."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from warmline.agent.guard.language import DEFAULT_LANGUAGE, LANGUAGES
from warmline.agent.models.base import Message
from warmline.agent.state import Rating
from warmline.agent.store.leases import in_work
from warmline.agent.store.outbox import event_row
from warmline.agent.store.prepared import Connection
from warmline.agent.store.reading import open_case_of
from warmline.agent.store.rows import CONVERSATION, ERASURE, MESSAGE, OUTBOX, SATISFACTION, TURN
from warmline.prompts import render

from .acknowledgement import file_for
from .moves import put_state, state_of

NOT_AGAIN = timedelta(days=30)
"""After a question, nobody is asked in the same conversation for so long."""

ANSWERABLE = timedelta(days=7)
"""For how long a question may be answered."""

_WORDS = {
    1: "one uno una un une eins ein um uma een één",
    2: "two dos deux zwei due dois duas twee",
    3: "three tres trois drei tre três drie",
    4: "four cuatro quatre vier quattro quatro",
    5: "five cinco cinq fünf cinque vijf",
}
_NUMBERS = {word: number for number, words in _WORDS.items() for word in words.split()}
_UNIT = (
    r"stars?|points?|sterne?n?|punkte?n?|étoiles?|estrellas?|puntos?|stelle|stella|punti|sterren|ster|punten|estrelas?|pontos?"
)
_OF_FIVE = r"(?:/|out of|of|von|sur|de|su|di|van|em)\s*(?:5|five|fünf|cinq|cinco|cinque|vijf)"
_THANKS = r"thanks?|thank you|thx|danke|merci|gracias|grazie|obrigad[oa]|bedankt|dank"
_ANSWER = re.compile(
    rf"\W*(?P<score>[1-5]|{'|'.join(_NUMBERS)})(?:\s*{_OF_FIVE})?(?:\s*(?:{_UNIT}|★+|⭐+))?"
    rf"(?:\s*$|\s*[,;:!.\n–—-]+(?!\d)|\s+(?={_THANKS}\b))(?P<comment>.*)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, kw_only=True)
class Score:
    """An answer: 1 to 5, and what was said beside it."""

    score: int
    comment: str


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """What a question is about; ``key`` is its name for ever, so that it is asked once."""

    key: str
    conversation_id: str
    route: str
    reason: str
    queue: str = ""
    case_id: str | None = None


def read_score(text: str) -> Score | None:
    """The answer in a customer's words: ``5``, ``4, thanks!``, ``vier von fünf``. "5 parcels" and "2 of them broke" are none."""
    found = _ANSWER.fullmatch(text.strip())
    if found is None:
        return None
    said = found["score"].casefold()
    return Score(score=int(said) if said.isdigit() else _NUMBERS[said], comment=found["comment"].strip(" \t\n,;:.!–—-"))


async def ask(connection: Connection, occasion: Occasion, at: datetime) -> bool:
    """Ask in the customer's thread, unless they were asked, a case is open, or something is going on; whether it was done."""
    thread = occasion.conversation_id
    await connection.execute(update(CONVERSATION).where(CONVERSATION.c.id == thread).values(id=CONVERSATION.c.id))
    if not await _may_ask(connection, occasion, at):
        return False
    state = await state_of(connection, thread)
    if state.asked or state.pending is not None or state.offered is not None:
        return False
    file = file_for(state.language if state.language in LANGUAGES else DEFAULT_LANGUAGE)
    message = Message(role="assistant", text=render(file, "csat_question"))
    row = {
        "about": occasion.key,
        "conversation_id": thread,
        "case_id": occasion.case_id,
        "route": occasion.route,
        "reason": occasion.reason,
        "queue": occasion.queue,
        "asked_at": at,
    }
    await connection.execute(insert(SATISFACTION).values(row))
    line = {"conversation_id": thread, "author": "notice", "wire": message.encoded.decode(), "at": at}
    await connection.execute(insert(MESSAGE).values(line))
    state.rating = Rating(about=occasion.key, until=at + ANSWERABLE)
    await put_state(connection, thread, state)
    body = {
        "kind": "asked",
        "case_id": occasion.case_id,
        "reason": occasion.reason,
        "queue": occasion.queue,
        "text": message.text,
    }
    await connection.execute(insert(OUTBOX).values(event_row(thread, "csat", body, at, key=f"csat:{occasion.key}")))
    return True


def keeping(about: str, score: Score, at: datetime) -> Callable[[Connection], Awaitable[None]]:
    """What to run inside the closing transaction so that an answer is kept once, with its event."""

    async def keep(connection: Connection) -> None:
        this = (SATISFACTION.c.about == about) & SATISFACTION.c.answered_at.is_(None)
        values = {"score": score.score, "comment": score.comment, "answered_at": at}
        if (await connection.execute(update(SATISFACTION).where(this).values(values))).rowcount == 0:
            return
        row = (await connection.execute(select(SATISFACTION).where(SATISFACTION.c.about == about))).one()
        body = {"kind": "answered", "case_id": row.case_id, "reason": row.reason, "queue": row.queue, "score": score.score}
        told = event_row(row.conversation_id, "csat", {**body, "comment": score.comment}, at, key=f"csat:{about}:answered")
        await connection.execute(insert(OUTBOX).values(told))

    return keep


async def _may_ask(connection: Connection, occasion: Occasion, at: datetime) -> bool:
    thread = occasion.conversation_id
    busy = select(CONVERSATION.c.id).where(CONVERSATION.c.id == thread, in_work(at))
    asked = select(SATISFACTION.c.about).where(SATISFACTION.c.conversation_id == thread, SATISFACTION.c.asked_at > at - NOT_AGAIN)
    once = select(SATISFACTION.c.about).where(SATISFACTION.c.about == occasion.key)
    waiting = select(TURN.c.id).where(TURN.c.conversation_id == thread, TURN.c.outcome.is_(None))
    erased = select(CONVERSATION.c.id).join(ERASURE, ERASURE.c.reference == CONVERSATION.c.customer_id)
    erased = erased.where(CONVERSATION.c.id == thread)
    for query in (erased, busy, asked, once, waiting):
        if (await connection.execute(query.limit(1))).first() is not None:
            return False
    return (await connection.execute(select(open_case_of(thread)))).scalar_one() is None
