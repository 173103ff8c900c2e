"""A store on each database there is, and talks in it that were answered for real by an agent with a guard that reads one thing."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.databases import KINDS, postgresql_url, sqlite_url, with_empty_tables
from support.world import NOON

from warmline.agent.store.store import Store
from warmline.tools.clock import FrozenClock


@pytest.fixture(params=KINDS)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    url = sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url()
    if request.param != "sqlite":
        await with_empty_tables(url)
    opened = await Store.open(url, clock=FrozenClock(NOON))
    yield opened
    await opened.close()
