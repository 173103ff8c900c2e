"""Our own register beside Klaviyo: consents with their wording, what was taken back, and how far each write came.

Klaviyo answers a write before it carries it out, and finds nothing by our key; so what was written is known from here. A step is entered
before it is sent: if nobody noted how it ended, nobody knows.
"""

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Self, TypeVar

from pydantic import BaseModel
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Delete,
    Integer,
    MetaData,
    String,
    Table,
    Update,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from warmline.errors import OutcomeUnknown, ShopError, UsageError
from warmline.tools.consents import Channel, Consent
from warmline.tools.model import EnrolmentReceipt, MarketingReceipt, StopReceipt, SubscriptionReceipt
from warmline.tools.sqlite import uninterrupted
from warmline.tools.sqlshop.database import Database
from warmline.tools.sqlshop.tables import UtcTime

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

R = TypeVar("R", SubscriptionReceipt, EnrolmentReceipt, StopReceipt)
_KINDS: dict[str, type[MarketingReceipt]] = {kind.__name__: kind for kind in (SubscriptionReceipt, EnrolmentReceipt, StopReceipt)}

_METADATA = MetaData()
WRITES = Table(
    "klaviyo_write",
    _METADATA,
    Column("key", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("receipt", String, nullable=False),
    Column("step", Integer, nullable=False),
    Column("sending", Boolean, nullable=False),
    Column("finished", Boolean, nullable=False),
)
CONSENTS = Table(
    "klaviyo_consent",
    _METADATA,
    Column("key", String, primary_key=True),
    Column("channel", String, nullable=False),
    Column("address", String, nullable=False, index=True),
    Column("given_at", UtcTime, nullable=False),
    Column("document", String, nullable=False),
)
STOPS = Table(
    "klaviyo_stop",
    _METADATA,
    Column("key", String, primary_key=True),
    Column("channel", String, primary_key=True),
    Column("address", String, nullable=False, index=True),
    Column("stopped_at", UtcTime, nullable=False),
)
_HASH = "sha256:"


class Entry(BaseModel):
    """How far a write came: ``step`` steps are surely made, one more is perhaps (``sending``)."""

    kind: str
    receipt: str
    step: int
    sending: bool
    finished: bool


class Stop(BaseModel):
    """That nothing more is wanted at an address, which may be a hash of it, or at a number."""

    channel: Channel
    address: str
    stopped_at: datetime


class Register:
    """The register in this database: a ``url`` (SQLite, PostgreSQL) or an ``engine``. Its tables are made when it is opened."""

    def __init__(self, *, url: str | None = None, engine: "AsyncEngine | None" = None) -> None:
        self._database = Database(url=url, engine=engine)

    async def __aenter__(self) -> Self:
        async with self._database.transaction() as session:
            connection = await session.connection()
            await connection.run_sync(_METADATA.create_all)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._database.close()

    async def note(self, consent: Consent, key: str) -> None:
        """Keep a consent; under a key there is one, the first."""
        row = {
            "key": key,
            "channel": consent.channel,
            "address": _folded(consent.address),
            "given_at": consent.given_at,
            "document": consent.model_dump_json(),
        }
        await self._add(CONSENTS, row)

    async def consent(self, key: str) -> Consent | None:
        """The consent kept under this key."""
        async with self._database.transaction() as session:
            connection = await session.connection()
            found = (await connection.execute(select(CONSENTS.c.document).where(CONSENTS.c.key == key))).scalar_one_or_none()
        return None if found is None else Consent.model_validate_json(found)

    async def consents(self, *addresses: str, keys: Collection[str] = ()) -> list[Consent]:
        """What was said yes to with these addresses and numbers, and under these keys, the oldest first: what there is to show."""
        wanted = select(CONSENTS.c.document).where(_theirs(CONSENTS, addresses, keys)).order_by(CONSENTS.c.given_at)
        async with self._database.transaction() as session:
            connection = await session.connection()
            return [Consent.model_validate_json(row) for row in (await connection.execute(wanted)).scalars()]

    async def stops(self, *addresses: str, keys: Collection[str] = ()) -> list[Stop]:
        """Where nothing more is wanted, of these addresses and numbers and of writes with these keys, the oldest first."""
        known = [*addresses, *(_hashed(one) for one in addresses)]
        wanted = select(STOPS).where(_theirs(STOPS, known, keys)).order_by(STOPS.c.stopped_at)
        async with self._database.transaction() as session:
            connection = await session.connection()
            return [Stop.model_validate(dict(row)) for row in (await connection.execute(wanted)).mappings()]

    @uninterrupted
    async def forget(self, *addresses: str, keys: Collection[str] = ()) -> int:
        """Delete the consents of addresses and of writes with these keys, and what was written for them; how many consents.

        That an address takes no messages stays known, by its hash alone: law asks for that more than for forgetting it.
        """
        async with self._database.transaction() as session:
            connection = await session.connection()
            written = [select(table.c.key).where(_theirs(table, addresses, keys)) for table in (CONSENTS, STOPS)]
            await connection.execute(
                delete(WRITES).where(or_(WRITES.c.key.in_(keys), *(WRITES.c.key.in_(one) for one in written)))
            )
            for stop in (await connection.execute(select(STOPS).where(_theirs(STOPS, addresses, keys)))).all():
                here = and_(STOPS.c.key == stop.key, STOPS.c.channel == stop.channel)
                await connection.execute(update(STOPS).where(here).values(address=_hashed(stop.address)))
            return (await connection.execute(delete(CONSENTS).where(_theirs(CONSENTS, addresses, keys)))).rowcount

    async def stop(self, channel: Channel, address: str, *, at: datetime, key: str) -> None:
        """Keep that nothing more is wanted there: a consent given before no longer counts."""
        await self._add(STOPS, {"key": key, "channel": channel, "address": _folded(address), "stopped_at": at})

    async def stopped_since(self, consent: Consent) -> bool:
        """Whether this consent was taken back after it was given."""
        later = and_(
            STOPS.c.channel == consent.channel,
            STOPS.c.address.in_((_folded(consent.address), _hashed(consent.address))),
            STOPS.c.stopped_at >= consent.given_at,
        )
        async with self._database.transaction() as session:
            connection = await session.connection()
            return bool((await connection.execute(select(func.count()).select_from(STOPS).where(later))).scalar_one())

    async def found(self, key: str) -> MarketingReceipt | None:
        """The receipt of the write with this key; ``OutcomeUnknown`` for one that did not come to its end."""
        entry = await self._entry(key)
        if entry is None:
            return None
        if not entry.finished:
            raise OutcomeUnknown(
                f"Klaviyo: a {entry.kind} was begun and its end is not known. Look at the profile there before doing it again."
            )
        return _KINDS[entry.kind].model_validate_json(entry.receipt)

    async def begin(self, key: str, receipt: R) -> tuple[R, Entry]:
        """Enter a write, or take up the one with this key: its receipt is the first one's. ``UsageError`` if that was of another kind."""
        kind = type(receipt)
        row = {"key": key, "kind": kind.__name__, "receipt": receipt.model_dump_json(), "step": 0}
        await self._add(WRITES, {**row, "sending": False, "finished": False})
        entry = await self._entry(key)
        if entry is None:
            raise ShopError("Klaviyo: a write was taken back while it was begun; try again")
        if entry.kind != kind.__name__:
            raise UsageError(f"expected a new key, got {key!r}, under which a {entry.kind} was made")
        return kind.model_validate_json(entry.receipt), entry

    async def send(self, key: str, step: int, *, again: bool) -> bool:
        """Enter that a step is about to be sent; ``False`` if it may have been before and must not be twice."""
        here = and_(WRITES.c.key == key, WRITES.c.step == step)
        free = here if again else and_(here, WRITES.c.sending.is_(False))
        return await self._change(update(WRITES).where(free).values(sending=True))

    async def made(self, key: str, step: int, *, last: bool) -> None:
        """Enter that a step was made."""
        here = and_(WRITES.c.key == key, WRITES.c.step == step)
        await self._change(update(WRITES).where(here).values(step=step + 1, sending=False, finished=last))

    async def not_made(self, key: str, step: int) -> None:
        """Enter that a step surely was not made; if it was the first, nothing was."""
        here = and_(WRITES.c.key == key, WRITES.c.step == step)
        await self._change(delete(WRITES).where(here) if step == 0 else update(WRITES).where(here).values(sending=False))

    async def _entry(self, key: str) -> Entry | None:
        async with self._database.transaction() as session:
            connection = await session.connection()
            row = (await connection.execute(select(WRITES).where(WRITES.c.key == key))).mappings().one_or_none()
        return None if row is None else Entry.model_validate(dict(row))

    @uninterrupted
    async def _change(self, statement: Update | Delete) -> bool:
        async with self._database.transaction() as session:
            connection = await session.connection()
            return (await connection.execute(statement)).rowcount > 0

    @uninterrupted
    async def _add(self, table: Table, row: dict[str, object]) -> None:
        """Add a row unless its key is there."""
        async with self._database.transaction() as session:
            connection = await session.connection()
            insert = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
            await connection.execute(insert(table).values(row).on_conflict_do_nothing())


def _theirs(table: Table, addresses: Collection[str], keys: Collection[str]) -> ColumnElement[bool]:
    return or_(table.c.address.in_([_folded(one) for one in addresses]), table.c.key.in_(keys))


def _hashed(address: str) -> str:
    """Stands for an address that was forgotten; what is such a hash already stays it."""
    folded = _folded(address)
    return folded if folded.startswith(_HASH) else _HASH + hashlib.sha256(folded.encode()).hexdigest()


def _folded(address: str) -> str:
    return address.strip().casefold()
