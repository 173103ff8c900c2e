"""The shop in a SQL database keeps the contract, on SQLite and on PostgreSQL, also when the database fails in a write."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import URL, event, func
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from warmline.testing import an_address
from warmline.testing.shop_contract import KnownOrder, ShopContract, Swap, World
from warmline.tools.clock import FrozenClock
from warmline.tools.demo import open_demo_shop
from warmline.tools.model import Money, Order, ReturnItem
from warmline.tools.shop import Shop
from warmline.tools.sqlshop import SqlShop
from warmline.tools.sqlshop.rows import order_from
from warmline.tools.sqlshop.tables import OrderRow, ReceiptRow


class TestSqlShop(ShopContract):
    @pytest.fixture(autouse=True)
    def place(self, url: URL, clock: FrozenClock, labels: Path) -> None:
        self.url, self.clock, self.labels = url, clock, labels

    @asynccontextmanager
    async def world(self) -> AsyncGenerator[World]:
        async with await open_demo_shop(self.url, clock=self.clock, labels=self.labels) as shop:
            rows = await self.rows(shop)
            yield World(
                shop=shop,
                clock=self.clock,
                order=known(rows["W-10432"]),
                foreign=known(rows["W-10350"]),
                sku="HP-CREW-NVY-M",
                product_id="harbour-crewneck",
                crowd=("C-1037", [number for number, row in rows.items() if row.customer_id == "C-1037"]),
                unshipped="W-10460",
                new_address=an_address(),
                shipped="W-10432",
                returnable=("W-10391", ReturnItem(sku="HP-SOCK-CHR-SM")),
                swap=Swap(number="W-10391", item=ReturnItem(sku="HP-BOOT-GRN-39"), new_sku="HP-BOOT-GRN-40"),
                sold_out="HP-LAMP-BRS",
                cared="galley-dutch-oven",
                reopen=self.reopened,
                answer_lost=lambda: commit_unheard(shop),
                broken_midway=lambda: third_statement_fails(shop),
                writes=lambda: written(shop),
            )

    @asynccontextmanager
    async def reopened(self) -> AsyncGenerator[Shop]:
        async with SqlShop(url=self.url, clock=self.clock, labels=self.labels) as other:
            yield other

    async def rows(self, shop: SqlShop) -> dict[str, Order]:
        """The orders as the tables have them."""
        async with shop.database.transaction() as session:
            return {row.number: order_from(row) for row in await session.exec(select(OrderRow))}


def known(order: Order) -> KnownOrder:
    total, placed = Money(amount=order.total.amount), datetime.fromisoformat(order.placed_at.isoformat())
    return KnownOrder(number=order.number, customer_id=order.customer_id, email=order.email, placed_at=placed, total=total)


async def written(shop: SqlShop) -> int:
    async with shop.database.transaction() as session:
        return (await session.exec(select(func.count()).select_from(ReceiptRow))).one()


@asynccontextmanager
async def commit_unheard(shop: SqlShop) -> AsyncGenerator[None]:
    """The database commits, and its word of it is lost."""
    dialect = cast("Any", shop.database.engine.sync_engine.dialect)
    commit = dialect.do_commit

    def lost(connection: Any) -> None:
        commit(connection)
        raise dialect.dbapi.OperationalError("the connection was closed")

    dialect.do_commit = lost
    yield
    dialect.do_commit = commit


@asynccontextmanager
async def third_statement_fails(shop: SqlShop) -> AsyncGenerator[None]:
    """After the receipt and the first look, the database fails."""
    seen = [0]

    def fail(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        seen[0] += statement.startswith(("INSERT", "SELECT", "UPDATE"))
        if seen[0] == 3:
            raise OperationalError(statement, {}, Exception("the disk is gone"))

    engine = shop.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", fail)
    yield
    event.remove(engine, "before_cursor_execute", fail)
