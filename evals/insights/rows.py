"""One row per conversation, for a host's own tools: which columns there are, what stands in them, and that no cell is a formula."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from warmline.agent.store.database import transaction_apart
from warmline.agent.store.rows import CONVERSATION, SATISFACTION, TURN
from warmline.agent.store.store import Store
from warmline.evals.suite_files.importing import Redaction

from .review.contacts import Contact, contacts_of, with_cases, with_ratings
from .review.reading import GUEST, Answered, answered_of, rated_of, read_cases

PAGE = 200
"""Conversations of one page."""

COLUMNS: dict[str, type] = {
    "conversation": str, "customer": str, "guest": bool, "began": datetime, "ended": datetime, "messages": int, "contacts": int,
    "topic": str, "served_by": str, "route": str, "reason": str, "rule": str, "layer": str, "policy": str, "language": str,
    "cases": int, "case": str, "queue": str, "case_status": str, "case_opened": datetime, "first_reply": datetime, "case_closed": datetime,
    "first_response_in_time": bool, "resolved_in_time": bool, "verdict": str, "missed": str, "needless": str, "csat_agent": int,
    "csat_person": int, "tools": int, "tools_failed": int, "refused_drafts": int, "blocked": bool, "input_tokens": int,
    "output_tokens": int, "cached_tokens": int, "first_message": str,
}  # fmt: skip
"""Every column with its type, in order; what is not known is empty. docs/insights.md says what each means."""

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a row may show of who wrote: ``key`` is what ids are hashed with (``None`` shows them), ``words`` the first message, redacted."""

    key: bytes | None
    words: bool = False

    def id(self, value: str) -> str:
        """An id as it may be shown: the same under one key, and not to be read."""
        return value if self.key is None else hmac.new(self.key, value.encode(), hashlib.sha256).hexdigest()[:16]


async def conversations(store: Store, shown: Shown, *, since: datetime, until: datetime) -> AsyncIterator[list[Row]]:
    """The conversations in which a message was answered from ``since`` up to ``until``, each whole, a page at a time."""
    closed = TURN.c.closed_at.between(since, until)
    query = select(TURN.c.conversation_id, func.min(TURN.c.closed_at)).where(closed).group_by(TURN.c.conversation_id)
    async with transaction_apart(store.engine, read_only=True) as connection:
        found = [(at, key) for key, at in await connection.execute(query)]
    keys = [key for _, key in sorted(found)]
    for place in range(0, len(keys), PAGE):
        yield await _page(store, shown, keys[place : place + PAGE])


async def _page(store: Store, shown: Shown, keys: Sequence[str]) -> list[Row]:
    joined = TURN.join(CONVERSATION, CONVERSATION.c.id == TURN.c.conversation_id)
    turns = (
        select(TURN, CONVERSATION.c.customer_id)
        .select_from(joined)
        .where(TURN.c.conversation_id.in_(keys), TURN.c.outcome.is_not(None))
    )
    rated = select(SATISFACTION).where(SATISFACTION.c.conversation_id.in_(keys), SATISFACTION.c.score.is_not(None))
    async with transaction_apart(store.engine, read_only=True) as connection:
        said = [answered_of(row) for row in await connection.execute(turns.order_by(TURN.c.id))]
        ratings = [rated_of(row) for row in await connection.execute(rated.order_by(SATISFACTION.c.asked_at))]
    contacts = contacts_of(said)
    cases = await read_cases(store, {one.case_id for one in contacts if one.case_id})
    full = with_ratings(with_cases(contacts, cases), ratings)
    return [row for key in keys if (row := _row(shown, key, full, said))]


def _row(shown: Shown, key: str, contacts: Sequence[Contact], said: Sequence[Answered]) -> Row | None:
    own = [one for one in contacts if one.conversation_id == key]
    turns = [one for one in said if one.conversation_id == key]
    if not own or not turns:
        return None
    main = next((one for one in own if one.server == "person"), own[0])
    first = next((one for one in turns if one.decision.get("rule") != "rated"), turns[0])
    deciding = next((one for one in turns if main.began <= one.opened_at and _decides(main, one)), first).decision
    case, levels = main.case, {} if main.case is None else main.case.levels
    tokens = (
        None
        if any(one.tokens is None for one in own)
        else [sum(parts) for parts in zip(*(one.tokens or () for one in own), strict=True)]
    )
    signals: dict[str, Any] = deciding.get("signals") or {}
    drafts = [one.refused_drafts for one in own]
    stars = {
        server: [score.score for one in own for score in one.scores if score.server == server] for server in ("agent", "person")
    }
    guest = own[0].customer.startswith(GUEST)
    return {
        "conversation": shown.id(key),
        "customer": "" if guest else shown.id(own[0].customer),
        "guest": guest,
        "began": own[0].began,
        "ended": own[-1].ended,
        "messages": sum(one.messages for one in own),
        "contacts": len(own),
        "topic": main.topic,
        "served_by": main.server,
        "route": main.route,
        "reason": main.reason,
        "rule": main.rule.partition(":")[0],
        "layer": main.layer,
        "policy": str(deciding.get("policy") or ""),
        "language": str(signals.get("language") or ""),
        "cases": sum(one.case_id is not None for one in own),
        "case": shown.id(main.case_id) if main.case_id else "",
        "queue": case.queue if case else "",
        "case_status": case.status if case else "",
        "case_opened": case.opened_at if case else None,
        "first_reply": case.first_reply if case else None,
        "case_closed": case.closed_at if case else None,
        "first_response_in_time": levels.get("first_response"),
        "resolved_in_time": levels.get("resolution"),
        "verdict": ", ".join(dict.fromkeys(one.case.verdict for one in own if one.case and one.case.verdict)),
        "missed": ", ".join(dict.fromkeys(how for one in own for how in one.missed)),
        "needless": ", ".join(dict.fromkeys(how for one in own for how in one.needless)),
        "csat_agent": stars["agent"][-1] if stars["agent"] else None,
        "csat_person": stars["person"][-1] if stars["person"] else None,
        "tools": sum(one.tools for one in own),
        "tools_failed": sum(one.tools_failed for one in own),
        "refused_drafts": None if None in drafts else sum(one or 0 for one in drafts),
        "blocked": any(one.blocked for one in own),
        **dict(zip(("input_tokens", "output_tokens", "cached_tokens"), tokens or (None, None, None), strict=True)),
        "first_message": Redaction().of(first.text) if shown.words else "",
    }


def _decides(main: Contact, turn: Answered) -> bool:
    """Whether a message of the contact is the one its rule and reason are of."""
    decision = turn.decision
    return (decision.get("rule"), decision.get("reason")) == (main.rule, main.reason)


def cell(value: object) -> str:
    """A value as a cell of CSV: what a spreadsheet would run as a formula is quoted with an apostrophe.

    Source: OWASP, CSV Injection: cells that begin with = + - @, a tab or a carriage return.
    """
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat(timespec="seconds")
        case str() if value.lstrip()[:1] in ("=", "+", "-", "@", "＝", "＋", "－", "＠") or value[:1] in ("\t", "\r", "\n"):
            return f"'{value}"
        case _:
            return str(value)
