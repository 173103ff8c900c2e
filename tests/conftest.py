"""What every test shares: asyncio for coroutine tests, no network, and one PostgreSQL for all that want one."""

import os
import signal
import socket

import pytest
from hypothesis import HealthCheck, settings
from support.postgres import PLACE

settings.register_profile("side by side", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("side by side")  # how long an example takes says how busy the machine is

os.environ.setdefault(
    "OPENBLAS_NUM_THREADS", "1"
)  # before numpy loads: threads that wait for each other take a core from a worker


def pytest_configure(config: pytest.Config) -> None:
    """Before any test, in the process that is asked for them and in each of its workers."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in what a shell starts in the background; tests press Ctrl-C
        signal.signal(signal.SIGINT, signal.default_int_handler)
    PLACE.enter(getattr(config, "workerinput", {}).get("workerid"))


def pytest_unconfigure() -> None:
    """After the last test, whatever became of them."""
    PLACE.leave()


def pytest_report_header() -> str:
    """Which PostgreSQL this run has."""
    return f"postgresql: {PLACE.where}"


FIRST = ("torture/test_torture", "torture/test_auditor", "guard/test_training", "test_package")
"""Files that take long: a worker that began one of them last would leave the other without work."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first; else as they stand in the folders."""
    items.sort(key=lambda item: next((place for place, name in enumerate(FIRST) if f"tests/{name}" in item.nodeid), len(FIRST)))


@pytest.fixture
def anyio_backend() -> str:
    """The one event loop we promise to run on."""
    return "asyncio"


class NetworkForbidden(RuntimeError):
    """A test tried to reach another machine."""


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections leave only for this machine: a test that reaches further fails."""
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: object) -> None:
        host = str(address[0]) if isinstance(address, tuple) else "unix"  # pyright: ignore[reportUnknownArgumentType]
        if host not in ("unix", "127.0.0.1", "::1", "localhost"):
            raise NetworkForbidden(f"a test connects to {address!r}; use the mock transport")
        connect(self, address)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(socket.socket, "connect", only_here)
