"""Our own async driver for SQLite: the loop goes on, a statement that is given up on leaves no lock, and no thread outlives its loop."""

import asyncio
import gc
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from warmline.tools.sqlite_driver import THREAD, sqlite_engine

TABLE = "CREATE TABLE word (n INTEGER PRIMARY KEY, text TEXT UNIQUE)"
# ten seconds and more
LONG = "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted LIMIT 100000000) SELECT max(n) FROM counted"
AT_ONCE = 3.0  # seconds in which what waits for nothing has happened, also on a busy machine; SQLite waits five for a lock


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """A file with one table, whose transactions begin by taking the lock for writing."""
    engine = writing(tmp_path / "w.db")
    async with engine.begin() as connection:
        await connection.exec_driver_sql(TABLE)
    yield engine
    await engine.dispose()
    assert threads() == []


def writing(file: Path) -> AsyncEngine:
    engine = sqlite_engine(f"sqlite:///{file}")

    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine.sync_engine, "connect", prepare)
    event.listen(engine.sync_engine, "begin", begin)
    return engine


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(THREAD)]


async def words(engine: AsyncEngine) -> list[str]:
    async with engine.begin() as connection:
        return list((await connection.exec_driver_sql("SELECT text FROM word ORDER BY n")).scalars())


async def write(engine: AsyncEngine, text: str, *, then: float = 0) -> None:
    async with engine.begin() as connection:
        await connection.exec_driver_sql("INSERT INTO word (text) VALUES (?)", (text,))
        await asyncio.sleep(then)


async def write_and_read(engine: AsyncEngine, written: "asyncio.Future[None]") -> None:
    """Write a word, and then read what takes long."""
    async with engine.begin() as connection:
        await connection.exec_driver_sql("INSERT INTO word (text) VALUES ('first')")
        written.set_result(None)
        await connection.exec_driver_sql(LONG)


@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+aiosqlite"])
async def test_both_ways_to_write_a_url_are_this_driver(tmp_path: Path, scheme: str) -> None:
    engine = sqlite_engine(f"{scheme}:///{tmp_path / 'w.db'}")
    async with engine.connect() as connection:
        assert isinstance((await connection.get_raw_connection()).driver_connection, sqlite3.Connection)
    await engine.dispose()


async def test_two_statements_that_take_long_run_side_by_side_and_the_loop_goes_on(tmp_path: Path) -> None:
    engine = sqlite_engine(f"sqlite:///{tmp_path / 'w.db'}")
    together = threading.Barrier(2, timeout=30)

    async def meet() -> None:
        async with engine.connect() as connection:
            raw: Any = (await connection.get_raw_connection()).dbapi_connection
            await connection.run_sync(lambda _: raw.create_function("meet", 0, together.wait))
            await connection.exec_driver_sql("SELECT meet()")

    first = asyncio.create_task(meet())
    for _ in range(20):
        await asyncio.sleep(0.005)
    assert not first.done(), "it waits in its thread, and the loop came here"
    await asyncio.wait_for(asyncio.gather(first, meet()), 30)
    await engine.dispose()


async def test_many_rows_at_once_and_what_is_told_of_them(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        many = await connection.exec_driver_sql("INSERT INTO word (text) VALUES (?)", [("one",), ("two",), ("three",)])
        one = await connection.exec_driver_sql("INSERT INTO word (text) VALUES ('four')")
        changed = await connection.exec_driver_sql("UPDATE word SET text = text || '!' WHERE n > 1 RETURNING text")
        assert (many.rowcount, one.lastrowid) == (3, 4)
        assert sorted(changed.scalars()) == ["four!", "three!", "two!"]
    async with engine.begin() as connection:
        rows = await connection.exec_driver_sql("SELECT n, text FROM word ORDER BY n")
        assert rows.fetchone() == (1, "one")
        assert rows.fetchmany(2) == [(2, "two!"), (3, "three!")]
        assert rows.fetchall() == [(4, "four!")]


async def test_a_refused_statement_is_sqlites_error_and_its_connection_goes_on(engine: AsyncEngine) -> None:
    await write(engine, "one")
    async with engine.connect() as connection:
        with pytest.raises(IntegrityError, match="UNIQUE constraint failed") as raised:
            await connection.exec_driver_sql("INSERT INTO word (text) VALUES ('one')")
        assert isinstance(raised.value.orig, sqlite3.IntegrityError)
        await connection.exec_driver_sql("INSERT INTO word (text) VALUES ('two')")
        await connection.commit()
    assert await words(engine) == ["one", "two"]


@pytest.mark.parametrize("seconds", [0, 0.0002, 0.001, 0.05])
async def test_a_statement_that_is_given_up_on_is_broken_off_and_its_transaction_undone(
    engine: AsyncEngine, seconds: float
) -> None:
    written = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(write_and_read(engine, written))
    await written
    await asyncio.sleep(seconds)
    began = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await write(engine, "mine")
    assert time.monotonic() - began < AT_ONCE, "it had to wait for a lock"
    assert await words(engine) == ["mine"]


@pytest.mark.parametrize("turns", range(12))
async def test_whenever_one_gives_up_the_next_may_write_at_once(engine: AsyncEngine, turns: int) -> None:
    task = asyncio.create_task(write(engine, "given up", then=10))
    for _ in range(turns):
        await asyncio.sleep(0.0003)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    began = time.monotonic()
    await write(engine, "mine")
    assert time.monotonic() - began < AT_ONCE
    assert await words(engine) == ["mine"]


async def test_who_is_cancelled_twice_does_not_wait_for_the_first_to_end(engine: AsyncEngine, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "w.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    task = asyncio.create_task(write(engine, "given up"))
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.sleep(0.05)
    assert not task.done()
    task.cancel()
    await asyncio.wait_for(asyncio.gather(task, return_exceptions=True), AT_ONCE)
    assert task.cancelling() == 2
    other.close()
    await until_no_thread_is_left()
    assert await words(engine) == []


async def test_a_file_that_cannot_be_opened_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OperationalError, match="unable to open database file"):
        await sqlite_engine(f"sqlite:///{tmp_path / 'none' / 'w.db'}").connect().start()
    assert threads() == []


async def test_who_gives_up_while_a_file_is_opened_leaves_nothing(tmp_path: Path) -> None:
    for _ in range(10):
        engine = sqlite_engine(f"sqlite:///{tmp_path / 'w.db'}")
        task = asyncio.create_task(engine.connect().start())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await engine.dispose()
    await until_no_thread_is_left()


async def test_a_connection_that_was_not_prepared_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "words.db").write_text("This is no database, it is a sentence. " * 40)
    engine = sqlite_engine(f"sqlite:///{tmp_path / 'words.db'}")

    def prepare(connection: Any, _: object) -> None:
        connection.cursor().execute("PRAGMA journal_mode = WAL")

    event.listen(engine.sync_engine, "connect", prepare)
    with pytest.raises(DatabaseError, match="not a database"):
        await engine.connect().start()
    await engine.dispose()
    await until_no_thread_is_left()


async def test_a_connection_may_be_closed_twice_and_nothing_it_wrote_is_left(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await connection.exec_driver_sql("INSERT INTO word (text) VALUES ('undone')")
        raw: Any = (await connection.get_raw_connection()).dbapi_connection
        kept = raw.driver_connection.execute("SELECT 1 UNION SELECT 2")  # would keep the lock of an open transaction

        def twice(_: object) -> None:
            raw.close()
            raw.close()
            raw.terminate()
            with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
                raw.cursor().execute("SELECT 1")

        await connection.run_sync(twice)
        await connection.invalidate()
    await asyncio.wait_for(write(engine, "mine"), AT_ONCE)
    assert await words(engine) == ["mine"]
    del kept


def test_no_thread_outlives_its_loop_and_a_connection_goes_on_in_the_next(tmp_path: Path) -> None:
    engine = writing(tmp_path / "w.db")

    async def once(number: int) -> list[int]:
        async with engine.begin() as connection:
            await connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS loop (n)")
            await connection.exec_driver_sql("INSERT INTO loop VALUES (?)", (number,))
            assert len(threads()) == 1
            return list((await connection.exec_driver_sql("SELECT n FROM loop")).scalars())

    assert asyncio.run(once(1)) == [1]
    assert threads() == []
    assert asyncio.run(once(2)) == [1, 2]
    assert threads() == []
    asyncio.run(engine.dispose())
    assert threads() == []


def test_what_runs_when_the_loop_ends_is_broken_off_and_undone(tmp_path: Path) -> None:
    engine, left = writing(tmp_path / "w.db"), list[asyncio.Task[None]]()

    async def main() -> None:
        async with engine.begin() as connection:
            await connection.exec_driver_sql(TABLE)
        written = asyncio.get_running_loop().create_future()
        left.append(asyncio.create_task(write_and_read(engine, written)))
        await written

    began = time.monotonic()
    asyncio.run(main())
    assert time.monotonic() - began < AT_ONCE
    assert threads() == []
    assert asyncio.run(words(engine)) == []
    asyncio.run(engine.dispose())


LEFT = """
import asyncio, gc, sys
from warmline.tools.sqlite_driver import sqlite_engine

async def main():
    engine = sqlite_engine("sqlite:///" + sys.argv[1])
    async with engine.begin() as connection:
        await connection.exec_driver_sql("SELECT 1")
    return engine

left = asyncio.run(main())
if sys.argv[2] == "forgotten":
    del left
    gc.collect()
elif sys.argv[2] == "in a loop cut off":
    loop = asyncio.new_event_loop()
    other = loop.run_until_complete(main())
    loop.close()
"""


@pytest.mark.parametrize("how", ["kept", "forgotten", "in a loop cut off"])
def test_an_engine_that_nobody_disposes_of_costs_no_warning_and_no_traceback(tmp_path: Path, how: str) -> None:
    command = [sys.executable, "-W", "error", "-c", LEFT, str(tmp_path / "w.db"), how]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


async def until_no_thread_is_left() -> None:
    """Threads end by themselves, a moment after whoever gave up was told."""
    async with asyncio.timeout(30):
        while threads():
            gc.collect()
            await asyncio.sleep(0.01)
