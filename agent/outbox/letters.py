"""Events as a person sees them: what waits, what was given up and why, and what can be done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, select, update

from warmline.agent.store.database import transaction, uninterrupted
from warmline.agent.store.rows import OUTBOX
from warmline.agent.store.store import Store
from warmline.errors import UsageError

from .claims import waits
from .event import OutboxEvent, event_of

DROPPED = '{"dropped":true}'
"""Stands where a dropped letter's body stood."""

_DEAD = and_(OUTBOX.c.dead_at.is_not(None), OUTBOX.c.delivered_at.is_(None))


@dataclass(frozen=True, kw_only=True)
class Letter:
    """An event and how it stands: ``failures`` so far, the last one's ``error``, when it is tried again, when it was given up or delivered."""

    event: OutboxEvent
    failures: int
    error: str | None
    due_at: datetime | None
    dead_at: datetime | None
    delivered_at: datetime | None

    @property
    def standing(self) -> str:
        """``waiting``, ``delivered``, ``dead`` or ``dropped``."""
        if self.dead_at is not None:
            return "dead" if self.delivered_at is None else "dropped"
        return "waiting" if self.delivered_at is None else "delivered"


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many events wait, since when the oldest does, and how many are dead letters."""

    waiting: int
    oldest: datetime | None
    dead: int


@uninterrupted
async def counts(store: Store) -> Counts:
    """How full the outbox is."""
    waiting = select(func.count(), func.min(OUTBOX.c.at)).select_from(OUTBOX).where(waits())
    dead = select(func.count()).select_from(OUTBOX).where(_DEAD)
    async with transaction(store.engine, read_only=True) as connection:
        (number, oldest), given_up = (await connection.execute(waiting)).one(), (await connection.execute(dead)).scalar_one()
    return Counts(waiting=number, oldest=oldest, dead=given_up)


@uninterrupted
async def waiting_letters(store: Store, *, most: int = 100) -> Sequence[Letter]:
    """The events that wait, oldest first."""
    return await _letters(store, waits(), most)


@uninterrupted
async def dead_letters(store: Store, *, most: int = 100) -> Sequence[Letter]:
    """The events that were given up, oldest first."""
    return await _letters(store, _DEAD, most)


@uninterrupted
async def letter(store: Store, key: str) -> Letter:
    """One event; ``UsageError`` if there is none."""
    async with transaction(store.engine, read_only=True) as connection:
        return _letter(await _row(connection, key))


@uninterrupted
async def replay(store: Store, key: str | None = None, *, by: str) -> int:
    """Try a dead letter again, or all of them (``None``), from the first attempt on; how many there were.

    Each comes before the later events of its conversation that still wait. ``UsageError`` if the one named is no dead letter.
    """
    said = func.coalesce(OUTBOX.c.error, "given up")
    values: dict[str, Any] = {"attempts": 0, "due_at": None, "held_until": None, "dead_at": None}
    values["error"] = f"replayed by {_name(by)}, after: " + said
    return await _settle(store, key, values)


@uninterrupted
async def drop(store: Store, key: str, *, by: str) -> None:
    """Give a dead letter up for good: its body goes; what it was, when, and who dropped it stay. ``UsageError`` if it is none."""
    values = {"delivered_at": store.clock.now(), "body": DROPPED, "error": f"dropped by {_name(by)}"}
    await _settle(store, key, values)


async def _settle(store: Store, key: str | None, values: dict[str, Any]) -> int:
    async with transaction(store.engine) as connection:
        if key is None:
            return (await connection.execute(update(OUTBOX).where(_DEAD).values(values))).rowcount
        row = await _row(connection, key)
        done = await connection.execute(update(OUTBOX).where(OUTBOX.c.id == row.id, _DEAD).values(values))
        if not done.rowcount:
            raise UsageError(f"event {key!r} is {_letter(row).standing} and no dead letter; nothing was changed")
    return 1


async def _letters(store: Store, which: ColumnElement[bool], most: int) -> Sequence[Letter]:
    query = select(OUTBOX).where(which).order_by(OUTBOX.c.id).limit(most)
    async with transaction(store.engine, read_only=True) as connection:
        return [_letter(row) for row in await connection.execute(query)]


async def _row(connection: Any, key: str) -> Row[Any]:
    wanted = key.strip()
    row = (await connection.execute(select(OUTBOX).where(OUTBOX.c.key == wanted))).one_or_none()
    if row is None and len(wanted) < 19 and wanted.isascii() and wanted.isdigit():  # an event from before events had keys
        numbered = and_(OUTBOX.c.id == int(wanted), OUTBOX.c.key.is_(None))
        row = (await connection.execute(select(OUTBOX).where(numbered))).one_or_none()
    if row is None:
        raise UsageError(f"there is no event {key!r}; `warmline outbox list` shows the keys")
    return row


def _letter(row: Row[Any]) -> Letter:
    return Letter(
        event=event_of(row),
        failures=row.attempts,
        error=row.error,
        due_at=row.due_at,
        dead_at=row.dead_at,
        delivered_at=row.delivered_at,
    )


def _name(by: str) -> str:
    if not by.strip():
        raise UsageError("who does it is empty; the outbox keeps a name")
    return by.strip()
