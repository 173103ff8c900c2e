"""The worked example of docs/shops.md: somebody's own tables, with cents and local times, keep the contract for what they offer."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from warmline.testing.shop_contract import KnownOrder, ShopContract, World
from warmline.tools.clock import SystemClock
from warmline.tools.model import Money
from warmline.tools.shops.chosen import open_chosen
from warmline.tools.toolbox import tools_for

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
CROWD = [f"B-{2000 + number}" for number in range(55)]
WINTER = timezone(timedelta(hours=1))


def filled(place: Path) -> Path:
    """The tables with two customers and one who orders every day."""
    database = sqlite3.connect(place)
    database.executescript((EXAMPLES / "shop.sql").read_text("utf-8"))
    people = [(7, "Anke", "anke@example.com"), (8, "Bert", "bert@example.com"), (9, "Carl", "carl@example.com")]
    database.executemany("INSERT INTO kunden VALUES (?, ?, ?, '2023-04-02', 24000)", people)
    orders = [("B-1001", 7, "2026-11-18 00:15:00"), ("B-1002", 8, "2026-11-17 10:00:00")]
    orders += [(number, 9, f"2026-09-01 {index // 60:02}:{index % 60:02}:00") for index, number in enumerate(CROWD)]
    for number, customer, at in orders:
        address = "Weserstraße 58, 12045, Berlin"
        row = (number, customer, at, "2026-11-25 18:00:00", "versandt", "Anke", address, 490, 0, 2489)
        database.execute("INSERT INTO bestellungen VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        database.execute("INSERT INTO positionen VALUES (?, 'BECHER', 'Becher', 1, 1999)", (number,))
    database.execute("INSERT INTO artikel VALUES ('BECHER', 'becher', 'Becher', 'home', 'Eigen', 'Ein Becher.', 1999, 4)")
    database.execute("INSERT INTO regeln VALUES ('returns', 'Rückgabe', '30 Tage.')")
    database.commit()
    database.close()
    return place


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
