"""A world for each test of a turn, and a store on each database there is."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.databases import KINDS, postgresql_url, sqlite_url, with_empty_tables
from support.world import NOON, World

from warmline.agent.store.store import Store
from warmline.tools.clock import FrozenClock


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(folder=tmp_path)
    yield world
    for agent in world.agents:
        await agent.close()


@pytest.fixture(params=KINDS)
async def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database that a store can be opened on."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    url = postgresql_url()
    await with_empty_tables(url)
    return url


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    store = await Store.open(store_url, clock=FrozenClock(NOON))
    yield store
    await store.close()
