"""A world for each test of a turn."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(folder=tmp_path)
    yield world
    for agent in world.agents:
        await agent.close()
