"""What is limited over a day, across conversations: a customer's writes, and a guest's wrong guesses at orders."""

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from warmline.agent.guard.limits import WINDOW
from warmline.agent.guard.values import canonical_identifier
from warmline.tools.clock import Clock

from .database import transaction, uninterrupted
from .prepared import Connection
from .rows import CONVERSATION, LEDGER, TALLY

_KINDS = ("order", "email", "write")
_LEAST = 4
"""Digits from which an order number is known by them alone: ``W-10432``, ``#10432`` and ``10432`` are one guess."""


class Tallies:
    """Counts of the last 24 hours in the store's database; the ``Guesses`` of a guest's ``Access``."""

    def __init__(self, engine: AsyncEngine, clock: Clock, *, most_guesses: int) -> None:
        self.engine = engine
        self.clock = clock
        self.most_guesses = most_guesses

    @uninterrupted
    async def exhausted(self, number: str, email: str) -> bool:
        """Whether this order number, or this address, was guessed with as often as it may be."""
        since = self.clock.now() - WINDOW
        async with transaction(self.engine, read_only=True) as connection:
            for kind, subject in _guess(number, email):
                if await _count(connection, _tallied(kind, subject, since)) >= self.most_guesses:
                    return True
        return False

    @uninterrupted
    async def note(self, number: str, email: str) -> None:
        """Remember a pair that did not match; what is older than a day is forgotten."""
        async with transaction(self.engine) as connection:
            await _note(connection, _guess(number, email), self.clock.now())

    @uninterrupted
    async def writes(self, customer_id: str | None, addresses: Collection[str] = ()) -> int:
        """How many writes a signed-in customer, or a guest with one of these addresses, made; refused ones do not count."""
        since = self.clock.now() - WINDOW
        async with transaction(self.engine, read_only=True) as connection:
            if customer_id is not None:
                return await _count(connection, _written(customer_id, since))
            counts = [await _count(connection, _tallied("write", _hashed(one), since)) for one in addresses]
            return max(counts, default=0)


async def count_writes(connection: Connection, addresses: Collection[str], now: datetime) -> None:
    """Count a guest's write, in the transaction that enters it."""
    if addresses:
        await _note(connection, [("write", _hashed(address)) for address in sorted(addresses)], now)


async def forget(connection: Connection, addresses: Collection[str], numbers: Collection[str]) -> None:
    """Forget what was counted by these addresses and order numbers: somebody is erased."""
    subjects = {_hashed(address) for address in addresses} | {_order(number) for number in numbers}
    if subjects:
        theirs = TALLY.c.kind.in_(_KINDS) & TALLY.c.subject.in_(sorted(subjects))
        await connection.execute(delete(TALLY).where(theirs))


async def _note(connection: Connection, counted: list[tuple[str, str]], now: datetime) -> None:
    await connection.execute(delete(TALLY).where(TALLY.c.at <= now - WINDOW))
    await connection.execute(insert(TALLY), [{"kind": kind, "subject": subject, "at": now} for kind, subject in counted])


async def _count(connection: Connection, query: Select[Any]) -> int:
    return int((await connection.execute(query)).scalar_one())


def _tallied(kind: str, subject: str, since: datetime) -> Select[Any]:
    mine = (TALLY.c.kind == kind) & (TALLY.c.subject == subject) & (TALLY.c.at > since)
    return select(func.count()).select_from(TALLY).where(mine)


def _written(customer_id: str, since: datetime) -> Select[Any]:
    """From the ledger, by two indexes: the customer's conversations, and the writes in each."""
    joined = LEDGER.join(CONVERSATION, CONVERSATION.c.id == LEDGER.c.conversation_id)
    recent = (CONVERSATION.c.customer_id == customer_id) & (LEDGER.c.started_at > since) & (LEDGER.c.status != "failed")
    return select(func.count()).select_from(joined).where(recent)


def _guess(number: str, email: str) -> list[tuple[str, str]]:
    return [("order", _order(number)), ("email", _hashed(email))]


def _order(number: str) -> str:
    digits = "".join(filter(str.isdigit, number))
    return _hashed(digits if len(digits) >= _LEAST else canonical_identifier(number))


def _hashed(subject: str) -> str:
    return hashlib.sha256(subject.strip().casefold().encode()).hexdigest()
