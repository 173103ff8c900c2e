"""The worked example of docs/shops.md: somebody's own tables, with cents and local times, keep the contract for what they offer."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from support.own_sql_tables import CROWD, EXAMPLES, WINTER, filled

from warmline.testing.shop_contract import KnownOrder, ShopContract, World
from warmline.tools.clock import SystemClock
from warmline.tools.model import Address, Money
from warmline.tools.shop import Shop
from warmline.tools.shops.chosen import open_chosen
from warmline.tools.toolbox import tools_for


class TestOwnSqlShop(ShopContract):
    @pytest.fixture(autouse=True)
    def place(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MY_SHOP_DATABASE", str(filled(tmp_path / "shop.db")))
        monkeypatch.syspath_prepend(EXAMPLES)  # pyright: ignore[reportUnknownMemberType]

    @asynccontextmanager
    async def world(self) -> AsyncGenerator[World]:
        async with open_chosen("own_sql_shop:open_shop", variables={}, clock=SystemClock()) as shop:
            assert "start_return" not in {tool.name for tool in tools_for(shop)}
            total = Money(amount=Decimal("24.89"), currency="EUR")
            yield World(
                shop=shop,
                clock=SystemClock(),
                order=KnownOrder(
                    number="B-1001",
                    customer_id="7",
                    email="anke@example.com",
                    placed_at=datetime(2026, 11, 18, 0, 15, tzinfo=WINTER),
                    total=total,
                ),
                foreign=KnownOrder(
                    number="B-1002",
                    customer_id="8",
                    email="bert@example.com",
                    placed_at=datetime(2026, 11, 17, 10, 0, tzinfo=WINTER),
                    total=total,
                ),
                sku="BECHER",
                product_id="becher",
                crowd=("9", CROWD),
            )


class TestOwnSqlChanges(TestOwnSqlShop):
    """The same with changes, asked for through the threads in which plain functions run."""

    @asynccontextmanager
    async def world(self) -> AsyncGenerator[World]:
        @asynccontextmanager
        async def opened() -> AsyncGenerator[Shop]:
            async with open_chosen("own_sql_changes:open_shop", variables={}, clock=SystemClock()) as shop:
                yield shop

        async with super().world() as reads, opened() as shop:
            assert {"cancel_unshipped_order", "change_shipping_address"} < {tool.name for tool in tools_for(shop)}
            elsewhere = Address(name="Anke", line1="Lange Str. 1", postcode="04103", city="Leipzig", country="DE")
            yield replace(reads, shop=shop, unshipped="B-1003", shipped="B-1001", new_address=elsewhere, reopen=opened)
