"""A demo shop for each test, in a SQLite file and in the PostgreSQL of the run: a copy of one that was filled once."""

import asyncio
import shutil
from collections.abc import AsyncGenerator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, MetaData, create_engine, delete, func, insert, make_url, select
from sqlalchemy.schema import CreateSchema, DropSchema
from support.databases import KINDS, postgresql_url

from warmline.tools.clock import FrozenClock
from warmline.tools.demo import open_demo_shop
from warmline.tools.sqlshop import SqlShop
from warmline.tools.sqlshop.tables import ShopTable

FILLED = MetaData()
TABLES = {table: table.to_metadata(FILLED, schema="filled") for table in ShopTable.metadata.sorted_tables}
"""Each table of a shop, and the one that keeps what was filled into it."""
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

    asyncio.run(fill(f"sqlite:///{file}", file.parent))
    return file


async def fill(url: str, folder: Path) -> None:
    await (await open_demo_shop(url, clock=FrozenClock(TODAY), labels=folder)).close()


@pytest.fixture(scope="session")
def filled_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The PostgreSQL with the same in a schema of its own, ``filled``, where no test writes."""
    engine = create_engine(postgresql_url(), pool_pre_ping=True)  # other tests of this worker end all connections
    with engine.begin() as connection:
        ShopTable.metadata.drop_all(connection)
        connection.execute(DropSchema("filled", cascade=True, if_exists=True))
        connection.execute(CreateSchema("filled"))
        FILLED.create_all(connection)
    asyncio.run(fill(postgresql_url(), tmp_path_factory.mktemp("shop")))
    with engine.begin() as connection:
        for table, kept in TABLES.items():
            connection.execute(insert(kept).from_select(table.columns.keys(), select(table)))
    yield engine
    with engine.begin() as connection:
        ShopTable.metadata.drop_all(connection)
        connection.execute(DropSchema("filled", cascade=True))
    engine.dispose()


def fill_again(engine: Engine) -> None:
    """Make the shop what it was when it was filled. The tables whose ids are counted were empty then."""
    with engine.begin() as connection:
        for table in reversed(TABLES):
            connection.execute(delete(table))
        for table, kept in TABLES.items():
            connection.execute(insert(table).from_select(kept.columns.keys(), select(kept)))
        for name in ("shop_receipt", "shop_signup"):
            connection.execute(select(func.setval(func.pg_get_serial_sequence(name, "id"), 1, False)))


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, filled: Path, tmp_path: Path) -> URL:
    """Where this test's shop is."""
    if request.param == "sqlite":
        shutil.copy(filled, tmp_path / "shop.db")
        return make_url(f"sqlite:///{tmp_path / 'shop.db'}")
    url = postgresql_url()
    fill_again(request.getfixturevalue("filled_postgresql"))
    return make_url(url)


@pytest.fixture
async def shop(url: URL, clock: FrozenClock, labels: Path) -> AsyncGenerator[SqlShop]:
    async with await open_demo_shop(url, clock=clock, labels=labels) as opened:
        yield opened
