"""One run for all tests of this folder: workers are killed under traffic."""

import asyncio
from pathlib import Path

import pytest

from torture.driver import Driver, Report
from torture.ground import Ground
from torture.talks import KINDS

SEED = 5
TALKS = len(KINDS) * 3 // 2


def run(folder: Path, **settings: float) -> Report:
    """A whole run in this folder."""
    usual = Ground(folder=str(folder), seed=SEED, talks=TALKS, at_once=TALKS)
    return asyncio.run(Driver(Ground.from_wire({**usual.wire(), **settings})).run())


@pytest.fixture(scope="session")
def tortured(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A run whose workers are killed from outside and at points of danger."""
    cruelty = {"deadly": 0.006, "freezing": 0.002, "flaky": 0.01, "faulty": 0.08, "doubled": 0.1}
    return run(tmp_path_factory.mktemp("torture"), workers=3, kills=4, lease=1.0, **cruelty)


@pytest.fixture
def both(tmp_path: Path) -> Report:
    """A run in which every message is given to two workers at once."""
    return run(tmp_path, talks=33, workers=2, at_once=8, doubled=1.0)
