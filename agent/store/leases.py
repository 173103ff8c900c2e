"""For how long a worker holds a conversation, and whether one does."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_

from warmline.errors import StoreError

from .rows import CONVERSATION

LEASE = timedelta(seconds=60)
"""How long a turn holds its conversation unless it is renewed; then another worker takes over."""

AHEAD = 2
"""A hold that reaches further than so many times its length from now was made by a clock that was ahead, and counts as lapsed: nobody
would be answered until that time is here. Once its length is no limit: two machines' clocks are never quite the same."""


def holds(row: Any, now: datetime) -> bool:
    """Whether a worker holds the conversation of this row."""
    return row.lease_owner is not None and now < row.lease_until <= now + AHEAD * LEASE


def must_rest(row: Any, now: datetime) -> None:
    """``StoreError`` while the conversation of this row is being answered: nothing of it can be erased."""
    if holds(row, now):
        raise StoreError(f"conversation {row.id!r} is being answered; nothing was erased here, try again in a minute")


def in_work(now: datetime) -> ColumnElement[bool]:
    """Conversations that a worker holds."""
    until = CONVERSATION.c.lease_until
    return CONVERSATION.c.lease_owner.is_not(None) & (until > now) & (until <= now + AHEAD * LEASE)


def free(now: datetime) -> ColumnElement[bool]:
    """Conversations that nobody holds."""
    until = CONVERSATION.c.lease_until
    return or_(CONVERSATION.c.lease_owner.is_(None), until <= now, until > now + AHEAD * LEASE)
