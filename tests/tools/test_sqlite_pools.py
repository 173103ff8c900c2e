"""A pool of our driver's connections in many event loops, one after the other and at the same time."""

import asyncio
import time
from pathlib import Path

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeout
from support.loops import SECONDS, in_threads, looped

from warmline.tools.sqlite_driver import sqlite_engine


@pytest.mark.parametrize("connections", [1, 3])
def test_connections_for_which_one_waited_go_on_in_the_next_loop(tmp_path: Path, connections: int) -> None:
    engine = sqlite_engine(f"sqlite:///{tmp_path / 'w.db'}", pool_size=connections, max_overflow=0)
    used: list[object] = []

    async def one() -> None:
        async with engine.connect() as connection:
            used.append((await connection.get_raw_connection()).driver_connection)
            await connection.exec_driver_sql("SELECT 1")
            await asyncio.sleep(0.01)

    async def many() -> None:
        await asyncio.gather(*(one() for _ in range(4 * connections)))

    for _ in range(3):
        asyncio.run(many())
    assert len(used) == 12 * connections
    assert len(set(map(id, used))) == connections
    asyncio.run(engine.dispose())


@pytest.mark.parametrize("connections", [1, 3])
def test_who_waits_in_one_loop_is_woken_by_who_gives_back_in_another(tmp_path: Path, connections: int) -> None:
    engine = sqlite_engine(f"sqlite:///{tmp_path / 'w.db'}", pool_size=connections, max_overflow=0)
    done: list[float] = []

    async def one() -> None:
        began = time.monotonic()
        async with engine.connect() as connection:
            await connection.exec_driver_sql("SELECT 1")
            await asyncio.sleep(0.002)
        done.append(time.monotonic() - began)

    async def many() -> None:
        async with asyncio.timeout(SECONDS):
            for _ in range(5):
                await asyncio.gather(*(one() for _ in range(10)))

    asyncio.run(one())  # an engine's very first connection is one loop's: SQLAlchemy's lock around it is
    in_threads(*[looped(many)] * 3)
    assert len(done) == 151
    asyncio.run(engine.dispose())


async def test_who_waits_too_long_is_told_and_holds_nothing_up(tmp_path: Path) -> None:
    engine = sqlite_engine(f"sqlite:///{tmp_path / 'w.db'}", pool_size=1, max_overflow=0, pool_timeout=0.05)
    async with engine.connect():
        with pytest.raises(PoolTimeout):
            await engine.connect()
    async with engine.connect() as connection:
        await connection.exec_driver_sql("SELECT 1")
    await engine.dispose()
