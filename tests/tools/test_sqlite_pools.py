"""A pool of our driver's connections in one event loop after the other."""

import asyncio
from pathlib import Path

import pytest

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
