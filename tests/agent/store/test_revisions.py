"""A database has a revision: what is new is made, what is old is brought up, what cannot be used says so."""

import asyncio
import sqlite3
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, update
from support.databases import KINDS, postgresql_url, sqlite_url, without_tables
from support.world import NOON

from warmline.agent.store import database
from warmline.agent.store.database import open_engine, transaction_apart
from warmline.agent.store.migrating import downgrade, downgrade_to, revisions, upgrade, upgrade_to
from warmline.agent.store.revision import HEAD, REVISIONS, VERSION, create_all, current, prepare
from warmline.agent.store.store import Opened, Store
from warmline.agent.store.tables import METADATA
from warmline.errors import StoreError, UsageError
from warmline.tools.clock import FrozenClock

EARLIER = f"expected {' or '.join(('base', *REVISIONS[:-1]))}"


@pytest.fixture(params=KINDS)
async def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without our tables."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    url = postgresql_url()
    await without_tables(url)
    return url


async def do(url: str, *steps: Callable[[Connection], object]) -> list[Any]:
    """Run these in one transaction."""
    engine, _ = open_engine(url)
    async with transaction_apart(engine) as connection:
        results = [await connection.run_sync(step) for step in steps]
    await engine.dispose()
    return results


def sql(statement: str) -> Callable[[Connection], object]:
    return lambda connection: connection.exec_driver_sql(statement)


def shape(connection: Connection) -> dict[str, object]:
    """Columns, keys and indexes of every table of ours."""
    found = inspect(connection)
    return {
        name: (
            [{**column, "type": str(column["type"])} for column in found.get_columns(name)],
            found.get_pk_constraint(name),
            found.get_foreign_keys(name),
            found.get_unique_constraints(name),
            sorted(map(_index, found.get_indexes(name))),
        )
        for name in METADATA.tables
    }


def _index(found: Any) -> str:
    only_where = {option: str(condition) for option, condition in found.get("dialect_options", {}).items()}
    return str({**found, "dialect_options": only_where})


async def run(url: str, change: Callable[..., Awaitable[Any]], *args: object) -> Any:
    """Call something with an engine of its own."""
    engine, _ = open_engine(url)
    try:
        return await change(engine, *args)
    finally:
        await engine.dispose()


async def a_store(url: str) -> Store:
    return await Store.open(url, clock=FrozenClock(NOON))


def test_every_revision_has_a_file_and_comes_after_the_one_before() -> None:
    files = revisions()
    assert sorted(files) == list(REVISIONS)
    assert [files[name].down_revision for name in REVISIONS] == [None, *REVISIONS[:-1]]
    assert REVISIONS[-1] == HEAD


async def test_the_revisions_amount_to_the_tables_that_are_declared(bare_url: str) -> None:
    _, declared = await do(bare_url, create_all, shape)
    await without_tables(bare_url)
    _, migrated = await do(bare_url, lambda connection: upgrade_to(connection, HEAD), shape)
    assert migrated == declared


async def test_each_revision_can_be_taken_back_and_made_again(bare_url: str) -> None:
    for revision in REVISIONS:
        _, there = await do(bare_url, lambda connection, to=revision: upgrade_to(connection, to), tables)
        before = REVISIONS[REVISIONS.index(revision) - 1] if revision != REVISIONS[0] else "base"
        await do(bare_url, lambda connection, to=before: downgrade_to(connection, to))
        _, again = await do(bare_url, lambda connection, to=revision: upgrade_to(connection, to), tables)
        assert again == there


def tables(connection: Connection) -> list[tuple[str, list[str]]]:
    found = inspect(connection)
    return [(name, sorted(str(one["name"]) for one in found.get_indexes(name))) for name in sorted(found.get_table_names())]


async def test_what_is_stored_survives_going_back_and_forth(store: Store, store_url: str) -> None:
    assert isinstance(await store.open_turn("c1", "m1", "hello", customer_id="C-1"), Opened)
    await store.rest()
    before, after = await run(store_url, downgrade, "0001")
    assert (before.revision, after.revision) == (HEAD, "0001")
    _, after = await run(store_url, upgrade)
    assert after.standing == "current"
    assert [said.text for said in await store.thread("c1")] == ["hello"]


async def test_an_old_sqlite_file_is_brought_up_when_it_is_opened(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    await do(url, lambda connection: upgrade_to(connection, "0001"))
    await (await a_store(url)).close()
    assert (await run(url, current)).standing == "current"


async def test_a_sqlite_file_from_before_there_were_revisions_is_recognised_and_completed(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    old = "DROP TABLE warmline_version", "DROP TABLE warmline_tally"
    await do(url, lambda connection: upgrade_to(connection, "0001"), *map(sql, old))
    assert (await run(url, current)).standing == "unversioned"
    store = await a_store(url)
    assert isinstance(await store.open_turn("c1", "m1", "hello", customer_id=None), Opened)
    await store.close()
    (completed,) = await do(url, shape)
    await without_tables(url)
    assert (await do(url, create_all, shape))[1] == completed


@pytest.mark.parametrize("standing", ["empty", "unversioned", "behind"])
async def test_postgresql_is_not_changed_by_itself_and_says_what_to_run(standing: str) -> None:
    url = postgresql_url()
    await without_tables(url)
    if standing != "empty":
        await do(url, lambda connection: upgrade_to(connection, "0001"))
    if standing == "unversioned":
        await do(url, sql("DROP TABLE warmline_version"))
    with pytest.raises(StoreError, match="run `warmline db upgrade` before the agent"):
        await a_store(url)
    before, after = await run(url, upgrade)
    assert (before.standing, after.standing) == (standing, "current")
    await (await a_store(url)).close()


async def test_a_database_of_a_newer_version_is_left_alone(store: Store, store_url: str) -> None:
    await do(store_url, sql("UPDATE warmline_version SET version_num = '9999'"))
    for attempt in (a_store(store_url), run(store_url, upgrade)):
        with pytest.raises(StoreError, match="newer than this version of Warmline"):
            await attempt
    with pytest.raises(UsageError, match="nothing to take back"):
        await run(store_url, downgrade)
    await do(store_url, lambda connection: connection.execute(update(VERSION).values(version_num=HEAD)))


async def test_an_upgrade_that_fails_leaves_everything_as_it_was(bare_url: str) -> None:
    await do(bare_url, lambda connection: upgrade_to(connection, "0001"), sql("CREATE TABLE warmline_erasure (a INTEGER)"))
    (before,) = await do(bare_url, tables)
    with pytest.raises(StoreError, match="already exists"):
        await run(bare_url, upgrade)
    (after,) = await do(bare_url, tables)
    assert after == before
    await without_tables(bare_url)


async def test_many_may_upgrade_at_once(bare_url: str) -> None:
    found = await asyncio.gather(*(run(bare_url, upgrade) for _ in range(6)))
    assert [after.standing for _, after in found] == ["current"] * 6
    assert sum(before.standing == "empty" for before, _ in found) == 1


@pytest.mark.parametrize("change", [upgrade, prepare])
async def test_who_would_migrate_a_sqlite_file_waits_for_another_that_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[..., Awaitable[Any]]
) -> None:
    """Six that opened a new file at once on a disk that stalled: the last waited five seconds, and said that the file is locked."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.0)
    with closing(sqlite3.connect(tmp_path / "w.db", isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("BEGIN IMMEDIATE")
        asyncio.get_running_loop().call_later(0.3, other.execute, "COMMIT")
        await run(sqlite_url(tmp_path), change)
    assert (await run(sqlite_url(tmp_path), current)).standing == "current"


async def test_a_new_file_is_written_ahead_also_when_another_writes_to_it_just_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite refuses to change its mode at once, without any wait."""
    with closing(sqlite3.connect(tmp_path / "w.db", isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")

        def lets_go(_: float) -> None:
            other.execute("COMMIT")

        monkeypatch.setattr("warmline.agent.store.database.time.sleep", lets_go)
        await run(sqlite_url(tmp_path), upgrade)
    with closing(sqlite3.connect(tmp_path / "w.db")) as after:
        assert after.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize("refused", [False, True])
async def test_what_comes_after_a_migration_waits_no_longer_than_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: bool
) -> None:
    monkeypatch.setattr(database, "MIGRATION_SECONDS", 0.01)
    engine, _ = open_engine(sqlite_url(tmp_path))
    await upgrade(engine)
    if refused:
        with closing(sqlite3.connect(tmp_path / "w.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="locked"):
                await upgrade(engine)
    async with engine.connect() as connection:
        assert (await connection.exec_driver_sql("PRAGMA busy_timeout")).scalar_one() == database.BUSY_SECONDS * 1000
    await engine.dispose()


async def test_who_opens_a_locked_file_waits_and_the_event_loop_goes_on(tmp_path: Path) -> None:
    """And has its connection as it is to be: commits on the loop do not wait for the disk (synchronous=NORMAL is 1)."""
    store = await a_store(sqlite_url(tmp_path))
    await store.rest()
    other = sqlite3.connect(tmp_path / "w.db", isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    asyncio.get_running_loop().call_later(0.05, other.close)
    began = time.monotonic()
    async with database.transaction(store.engine) as connection:
        assert (await connection.exec_driver_sql("PRAGMA synchronous")).scalar_one() == 1
    assert time.monotonic() - began < database.BUSY_SECONDS / 2
    await store.close()


async def test_many_may_open_an_old_sqlite_file_at_once(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    await do(url, lambda connection: upgrade_to(connection, "0001"))
    for store in await asyncio.gather(*(a_store(url) for _ in range(6))):
        await store.close()
    assert (await run(url, current)).standing == "current"


@pytest.mark.parametrize(("to", "expected"), [(HEAD, EARLIER), ("nowhere", EARLIER)])
async def test_only_an_older_revision_can_be_gone_back_to(store_url: str, to: str, expected: str) -> None:
    await run(store_url, upgrade)
    with pytest.raises(UsageError, match=expected):
        await run(store_url, downgrade, to)


async def test_back_to_the_base_there_is_nothing_left(store_url: str) -> None:
    await run(store_url, upgrade)
    _, after = await run(store_url, downgrade, "base")
    assert after.standing == "empty"
    with pytest.raises(UsageError, match="nothing to take back"):
        await run(store_url, downgrade)


def test_opening_a_new_or_a_current_sqlite_file_runs_no_revision(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys\n"
        "from warmline.agent.store.store import Store\n"
        "from warmline.tools.clock import SystemClock\n"
        "async def twice():\n"
        "    for _ in range(2):\n"
        f"        await (await Store.open({sqlite_url(tmp_path)!r}, clock=SystemClock())).close()\n"
        "asyncio.run(twice())\n"
        "print('warmline.agent.store.migrating' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
