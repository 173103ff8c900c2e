"""The demo shop: "Harbour & Pine", made from the files in ``fixtures/shop``, always as of today."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Column, Date, Table, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from warmline.fixtures import packaged

from .clock import Clock
from .demofiles import DemoFiles, read_demo_files
from .sqlite import uninterrupted
from .sqlshop import SqlShop
from .sqlshop.missing import add_missing_columns
from .sqlshop.rows import Row, customer_rows, order_rows, policy_rows, product_rows
from .sqlshop.tables import AnchorRow, ReservationRow, ShopTable, UtcTime


async def open_demo_shop(
    url_or_engine: str | URL | AsyncEngine, *, clock: Clock, labels: Path, folder: Traversable | None = None
) -> SqlShop:
    """The demo shop in this database; made and filled when it is empty, and never older than a day.

    When it was filled on an earlier day, every stored date moves forward by the whole days (of 24 hours) that passed, so that
    the parcel due in two days is due in two days again. Receipts are in customers' hands and stay as they are.

    ``folder`` holds other files of the same form. ``FixtureError`` names a mistake in them, and nothing is stored then;
    ``ShopError`` if the database cannot be used; ``SettingsError`` for a URL that is none. Close the shop when done.
    """
    if isinstance(url_or_engine, AsyncEngine):
        shop = SqlShop(clock=clock, labels=labels, engine=url_or_engine)
    else:
        shop = SqlShop(clock=clock, labels=labels, url=url_or_engine)
    try:
        await _prepare(shop, clock.now().replace(microsecond=0), folder or packaged("shop"))
    except BaseException:
        await shop.close()
        raise
    return shop


@uninterrupted
async def _prepare(shop: SqlShop, now: datetime, folder: Traversable) -> None:
    async with shop.database.transaction() as session:
        await (await session.connection()).run_sync(ShopTable.metadata.create_all)
    async with shop.database.transaction() as session:
        await session.exec(update(AnchorRow).values(id=AnchorRow.id))  # a write first: one process at a time
        anchor = await session.get(AnchorRow, 1)
        await (await session.connection()).run_sync(add_missing_columns)
        if anchor is None:
            await _fill(session, folder, now)
        else:
            await _move_dates(session, timedelta(days=(now - anchor.at).days))


async def _fill(session: AsyncSession, folder: Traversable, now: datetime) -> None:
    connection = await session.connection()
    tables: dict[type[ShopTable], list[dict[str, Any]]] = defaultdict(list)
    for table, values in _rows(read_demo_files(folder, now)):
        tables[table].append(values)
    for table, rows in tables.items():
        await connection.execute(insert(table), rows)
    session.add(AnchorRow(at=now))


def _rows(files: DemoFiles) -> Iterator[Row]:
    """Every row, after those it refers to."""
    for place, product in enumerate(files.products):
        yield from product_rows(product, place)
    for customer in files.customers:
        yield from customer_rows(customer)
    for order in files.orders:
        yield from order_rows(order)
    for place, policy in enumerate(files.policies):
        yield from policy_rows(policy, place)


async def _move_dates(session: AsyncSession, ahead: timedelta) -> None:
    if ahead < timedelta(days=1):
        return
    promised = ReservationRow.__tablename__  # until when something is kept stands in a receipt
    for table in ShopTable.metadata.sorted_tables:
        if table.name == promised:
            continue
        dated = [column for column in table.columns if isinstance(column.type, UtcTime | Date)]
        if dated:
            await _move_table(session, table, dated, ahead)


async def _move_table(session: AsyncSession, table: Table, dated: list[Column[Any]], ahead: timedelta) -> None:
    connection = await session.connection()
    keys = list(table.primary_key.columns)
    rows = await connection.execute(select(*keys, *dated))
    moved = [
        {f"old_{column.name}": row[column] for column in keys}
        | {f"new_{column.name}": row[column] and row[column] + ahead for column in dated}
        for row in rows.mappings()
    ]
    chosen = [column == bindparam(f"old_{column.name}") for column in keys]
    change = update(table).where(*chosen).values({column: bindparam(f"new_{column.name}") for column in dated})
    if moved:
        await connection.execute(change, moved)
