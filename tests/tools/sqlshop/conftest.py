"""A demo shop for each test: a copy of one that was filled once.

``WARMLINE_TEST_DATABASE`` names another database (such as ``postgresql://…``) to run the same tests on; its shop tables are
dropped and made anew for each test.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from warmline.tools.clock import FrozenClock
from warmline.tools.demo import open_demo_shop
from warmline.tools.sqlshop import SqlShop
from warmline.tools.sqlshop.tables import ShopTable

TODAY = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(TODAY)


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    return tmp_path / "labels"


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the demo shop as of TODAY."""
    file = tmp_path_factory.mktemp("shop") / "shop.db"

    async def fill() -> None:
        shop = await open_demo_shop(f"sqlite:///{file}", clock=FrozenClock(TODAY), labels=file.parent)
        await shop.close()

    asyncio.run(fill())
    return file


@pytest.fixture
async def url(filled: Path, tmp_path: Path) -> URL:
    """Where this test's shop is."""
    elsewhere = os.environ.get("WARMLINE_TEST_DATABASE")
    if elsewhere:
        await _empty(make_url(elsewhere))
        return make_url(elsewhere)
    shutil.copy(filled, tmp_path / "shop.db")
    return make_url(f"sqlite:///{tmp_path / 'shop.db'}")


async def _empty(url: URL) -> None:
    engine = create_async_engine(url.set(drivername="postgresql+psycopg"))
    async with engine.begin() as connection:
        await connection.run_sync(ShopTable.metadata.drop_all)
    await engine.dispose()


@pytest.fixture
async def shop(url: URL, clock: FrozenClock, labels: Path) -> AsyncGenerator[SqlShop]:
    async with await open_demo_shop(url, clock=clock, labels=labels) as opened:
        yield opened
