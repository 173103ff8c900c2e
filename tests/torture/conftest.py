"""One run for all tests of this folder: workers are killed under traffic."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.databases import postgresql_url
from support.postgres import NoPostgres, Throwaway

from torture.deferred import DeferredDriver
from torture.driver import Driver, Report
from torture.ground import Ground
from torture.talks import KINDS

SEED = 5
TALKS = len(KINDS) * 3 // 2


def run(folder: Path, server: Throwaway | None = None, /, **settings: float) -> Report:
    """A whole run in this folder, or on this server."""
    usual = Ground(folder=str(folder), seed=SEED, talks=TALKS, at_once=TALKS)
    return asyncio.run(Driver(Ground.from_wire({**usual.wire(), **settings}), server).run())


@pytest.fixture(scope="session")
def tortured(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A run whose workers are killed from outside and at points of danger."""
    cruelty = {"deadly": 0.006, "freezing": 0.002, "flaky": 0.01, "faulty": 0.08, "doubled": 0.1}
    return run(tmp_path_factory.mktemp("torture"), workers=3, kills=4, lease=1.0, **cruelty)


@pytest.fixture
def both(tmp_path: Path) -> Report:
    """A run in which every message is given to two workers at once."""
    return run(tmp_path, talks=33, workers=2, at_once=8, doubled=1.0)


@pytest.fixture
def deferred(tmp_path: Path) -> Report:
    """A run in which messages are only handed in, some twice, and dbos's workers are killed."""
    ground = Ground(
        folder=str(tmp_path), seed=SEED, talks=8, at_once=8, kills=3, deadly=0.001, doubled=0.3, lease=1.0, deferred=True
    )
    return asyncio.run(DeferredDriver(ground).run())


@pytest.fixture
def server() -> Iterator[Throwaway]:
    """A PostgreSQL of our own: other tests would mind its restarts."""
    postgresql_url()  # skips where none was asked for
    try:
        server = Throwaway()
    except NoPostgres as error:
        pytest.skip(str(error))
    yield server
    server.stop()


@pytest.fixture
def tortured_on_postgresql(tmp_path: Path, server: Throwaway) -> Report:
    """The same on PostgreSQL, whose server crashes once."""
    cruelty = {"deadly": 0.006, "freezing": 0.002, "flaky": 0.01, "faulty": 0.08, "doubled": 0.1}
    return run(tmp_path, server, workers=3, kills=4, restarts=1, lease=1.0, **cruelty)
