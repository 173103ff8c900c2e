"""The database under the SQL shop: which URLs it takes, and its errors in the shop's words."""

import sqlite3
import sys
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import create_async_engine

from warmline.errors import SettingsError, ShopError, UsageError
from warmline.tools.clock import FrozenClock
from warmline.tools.demo import open_demo_shop
from warmline.tools.sqlshop import SqlShop
from warmline.tools.sqlshop.database import Database
from warmline.tools.sqlshop.tables import OrderRow, UtcTime


def with_a_lock_on(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    return connection


async def test_a_locked_database_is_said_to_be_locked(filled: Path, tmp_path: Path, clock: FrozenClock) -> None:
    file = a_copy(filled, tmp_path)
    other = with_a_lock_on(file)
    async with SqlShop(url=f"sqlite:///{file}?timeout=0.1", clock=clock, labels=tmp_path) as shop:
        with pytest.raises(
            ShopError, match=r"^The shop's database is locked by another process; try again \(database is locked\)\.$"
        ):
            await shop.cancel_order("W-10460", key="k1")
        other.close()
        await shop.cancel_order("W-10460", key="k1")


async def test_reading_goes_on_while_someone_writes(filled: Path, tmp_path: Path, clock: FrozenClock) -> None:
    file = a_copy(filled, tmp_path)
    other = with_a_lock_on(file)
    async with SqlShop(url=f"sqlite:///{file}?timeout=0.1", clock=clock, labels=tmp_path) as shop:
        assert await shop.get_order("W-10460")
    other.close()


async def test_a_transaction_sees_one_state_of_the_shop(filled: Path, tmp_path: Path, clock: FrozenClock) -> None:
    file = a_copy(filled, tmp_path)
    async with SqlShop(url=f"sqlite:///{file}", clock=clock, labels=tmp_path) as shop:
        async with shop.database.transaction() as session:
            before = await session.get(OrderRow, "W-10460")
            changed_by_another(file)
            after = await session.get(OrderRow, "W-10460", populate_existing=True)
            assert before
            assert after
            assert after.status == "processing"
        order = await shop.get_order("W-10460")
        assert order
        assert order.status == "cancelled"


def changed_by_another(file: Path) -> None:
    connection = sqlite3.connect(file, timeout=0.1)
    connection.execute("UPDATE shop_order SET status = 'cancelled' WHERE number = 'W-10460'")
    connection.commit()
    connection.close()


async def test_a_read_only_database_is_said_to_be_read_only(filled: Path, tmp_path: Path, clock: FrozenClock) -> None:
    file = a_copy(filled, tmp_path)
    async with SqlShop(url=f"sqlite:///file:{file}?mode=ro&uri=true", clock=clock, labels=tmp_path) as shop:
        assert await shop.get_order("W-10460")
        with pytest.raises(ShopError, match="is read-only; give this process the right to write to it"):
            await shop.cancel_order("W-10460", key="k1")


async def test_a_database_without_a_shop_is_said_to_have_none(tmp_path: Path, clock: FrozenClock) -> None:
    async with SqlShop(url=f"sqlite:///{tmp_path / 'new.db'}", clock=clock, labels=tmp_path) as shop:
        with pytest.raises(ShopError, match="has no shop in it; make one with open_demo_shop"):
            await shop.get_customer("C-1001")


async def test_a_folder_that_does_not_exist_is_said_to_be_missing(tmp_path: Path, clock: FrozenClock) -> None:
    with pytest.raises(ShopError, match="is missing or out of reach; check the url"):
        await open_demo_shop(f"sqlite:///{tmp_path / 'none' / 'shop.db'}", clock=clock, labels=tmp_path)


async def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path: Path, clock: FrozenClock) -> None:
    file = a_file_of_words(tmp_path)
    async with SqlShop(url=f"sqlite:///{file}", clock=clock, labels=tmp_path) as shop:
        with pytest.raises(ShopError, match="is damaged or no database; restore it or choose another file"):
            await shop.list_policies()


async def test_a_rule_of_the_database_that_is_broken_otherwise_is_told_as_it_is(
    filled: Path, tmp_path: Path, clock: FrozenClock
) -> None:
    file = a_copy(filled, tmp_path)
    connection = sqlite3.connect(file)
    connection.execute("CREATE TRIGGER refuse BEFORE UPDATE ON shop_order BEGIN SELECT RAISE(ABORT, 'orders are frozen'); END")
    connection.close()
    async with SqlShop(url=f"sqlite:///{file}", clock=clock, labels=tmp_path) as shop:
        with pytest.raises(ShopError, match=r"^The shop's database failed \(orders are frozen\)\.$"):
            await shop.cancel_order("W-10460", key="k1")
        assert await shop.find_receipt("k1") is None


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=9))])
def test_times_go_in_and_come_out_in_utc_whatever_the_servers_zone(zone: tzinfo) -> None:
    moment = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    for stored in (moment.astimezone(zone), moment.replace(tzinfo=None)):
        assert UtcTime().process_result_value(stored, sqlite.dialect()) == moment
    written = UtcTime().process_bind_param(moment.astimezone(zone), sqlite.dialect())
    assert written
    assert (written, written.tzinfo) == (moment, UTC)


@pytest.mark.parametrize("url", ["nonsense", "", "mysterious://user:secret@host/db"])
def test_a_url_that_is_none_is_a_setting_to_mend(tmp_path: Path, clock: FrozenClock, url: str) -> None:
    with pytest.raises(SettingsError, match="expected a database url such as") as caught:
        SqlShop(url=url, clock=clock, labels=tmp_path)
    assert "secret" not in str(caught.value)


def test_either_an_engine_or_a_url(tmp_path: Path, clock: FrozenClock) -> None:
    with pytest.raises(UsageError, match="give exactly one of them"):
        SqlShop(clock=clock, labels=tmp_path)


async def test_an_in_memory_engine_is_refused(tmp_path: Path, clock: FrozenClock) -> None:
    engine = create_async_engine("sqlite+aiosqlite://")
    with pytest.raises(UsageError, match="give url='sqlite://' instead"):
        SqlShop(engine=engine, clock=clock, labels=tmp_path)
    await engine.dispose()


async def test_a_server_that_does_not_answer_is_said_to_be_out_of_reach(tmp_path: Path, clock: FrozenClock) -> None:
    async with SqlShop(url="postgresql://shop@127.0.0.1:1/none", clock=clock, labels=tmp_path) as shop:
        with pytest.raises(ShopError, match="is missing or out of reach"):
            await shop.get_customer("C-1001")


def a_copy(file: Path, folder: Path) -> Path:
    copy = folder / "copy.db"
    copy.write_bytes(file.read_bytes())
    return copy


def a_file_of_words(folder: Path) -> Path:
    file = folder / "words.db"
    file.write_text("This is no database, it is a sentence. " * 40)
    return file


async def test_a_postgresql_that_was_restarted_costs_nobody_an_answer(
    filled_postgresql: Engine, clock: FrozenClock, labels: Path
) -> None:
    async with SqlShop(clock=clock, labels=labels, url=filled_postgresql.url) as shop:
        before = await shop.get_order("W-10432")
        with filled_postgresql.begin() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        assert await shop.get_order("W-10432") == before


def test_a_shop_on_postgresql_without_its_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(SettingsError, match=r"pip install 'warmline\[postgres\]'") as raised:
        Database(url="postgresql://ann:hush@db.example.com/x")
    assert "hush" not in str(raised.value)
