"""Where a run takes place: its folder, its two databases, how cruel it is; and the shop as it is before the first message."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Self

from sqlalchemy import insert, make_url
from sqlmodel.ext.asyncio.session import AsyncSession

from warmline.tools.clock import SystemClock
from warmline.tools.sqlshop import SqlShop
from warmline.tools.sqlshop.rows import Row, customer_rows, order_rows, product_rows
from warmline.tools.sqlshop.tables import ShopTable

from .talks import SWEATER, customer_of, orders_of, talk


@dataclass(frozen=True, kw_only=True)
class Ground:
    """One run: everything in it that is left to chance is drawn from ``seed``.

    ``deadly`` and ``freezing`` are the shares of the points of danger at which a worker kills or suspends itself, ``flaky`` the share
    of the shop's reads that fail, ``faulty`` the share of the model's answers that come to harm, ``doubled`` the share of messages that
    are given to two workers at once. ``kills`` workers are killed from outside on top, the disk is filled to the last byte ``floods``
    times, and ``server``, the URL of a PostgreSQL, is restarted as after a crash ``restarts`` times; without one everything is in SQLite
    files. ``lease`` is in seconds. ``deferred``: messages are only handed in, and ``warmline worker``'s ``Worker`` runs in every process.
    """

    folder: str
    seed: int
    talks: int
    workers: int = 3
    at_once: int = 12
    kills: int = 0
    floods: int = 0
    restarts: int = 0
    deadly: float = 0.0
    freezing: float = 0.0
    flaky: float = 0.0
    faulty: float = 0.0
    doubled: float = 0.0
    lease: float = 1.5
    deferred: bool = False
    server: str = ""
    model_port: int = 0
    driver_port: int = 0
    bell_port: int = 0

    @property
    def store(self) -> str:
        """The URL of the store's database."""
        return self._database("store")

    @property
    def shop(self) -> str:
        """The URL of the shop's database."""
        return self._database("shop")

    def _database(self, name: str) -> str:
        if not self.server:
            return f"sqlite+aiosqlite:///{self.folder}/{name}.db"
        url = make_url(self.server)
        return url.set(drivername="postgresql+psycopg", database=f"{url.database}_{name}").render_as_string(hide_password=False)

    @property
    def labels(self) -> Path:
        return Path(self.folder) / "labels"

    def wire(self) -> dict[str, Any]:
        """As a worker is told it."""
        return asdict(self)

    @classmethod
    def from_wire(cls, wire: dict[str, Any]) -> Self:
        """As a worker hears it."""
        return cls(**{field.name: wire[field.name] for field in fields(cls)})


async def open_shop(ground: Ground) -> SqlShop:
    """The shop of this run, as any process opens it."""
    return SqlShop(clock=SystemClock(), labels=ground.labels, url=ground.shop)


async def make_shop(ground: Ground) -> None:
    """Fill the shop for all talks of the run."""
    ground.labels.mkdir(parents=True, exist_ok=True)
    tables: dict[type[ShopTable], list[dict[str, Any]]] = defaultdict(list)
    for table, values in _stocked(ground.talks):
        tables[table].append(values)
    async with await open_shop(ground) as shop, shop.database.transaction() as session:
        await (await session.connection()).run_sync(ShopTable.metadata.create_all)
        await _fill(session, tables)


async def _fill(session: AsyncSession, tables: dict[type[ShopTable], list[dict[str, Any]]]) -> None:
    connection = await session.connection()
    for table, rows in tables.items():
        await connection.execute(insert(table), rows)


def _stocked(talks: int) -> Iterator[Row]:
    yield from product_rows(SWEATER, 0)
    for number in range(talks):
        yield from customer_rows(customer_of(number))
        for order in orders_of(number):
            yield from order_rows(order)


def messages_of(ground: Ground) -> int:
    """How many messages the customers of a run write."""
    return sum(len(talk(number).lines) for number in range(ground.talks))
