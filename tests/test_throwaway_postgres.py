"""The PostgreSQL of the tests goes when its tests go, and survives a crash of its own."""

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import OperationalError
from support.databases import postgresql_url
from support.postgres import SCRIPT, Throwaway


@pytest.fixture
def server() -> Iterator[Throwaway]:
    postgresql_url()  # skips where none was asked for
    server = Throwaway()
    yield server
    server.stop()


def execute(url: str, statement: str) -> None:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)
    finally:
        engine.dispose()


def test_a_restart_ends_connections_and_keeps_what_was_committed(server: Throwaway) -> None:
    engine = create_engine(make_url(server.url).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE kept (id int)")
        connection.commit()
        connection.exec_driver_sql("CREATE TABLE lost (id int)")
        server.restart()
        with pytest.raises(OperationalError):
            connection.exec_driver_sql("SELECT 1")
    engine.dispose()
    execute(server.url, "CREATE TABLE lost (id int)")
    execute(server.url, "SELECT * FROM kept")


def test_it_is_gone_when_whoever_started_it_is_killed() -> None:
    postgresql_url()
    starter = f"""
import subprocess, sys
keeper = subprocess.Popen([sys.executable, {str(SCRIPT)!r}], stdin=subprocess.PIPE)
keeper.wait()
"""
    with subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        url = killed.stdout.readline().strip()
        execute(url, "SELECT 1")
        killed.send_signal(signal.SIGKILL)
        killed.stdout.read()  # ends with the keeper, which is the last to hold it
    with pytest.raises(OperationalError, match="refused"):
        execute(url, "SELECT 1")


def test_help_says_what_it_is() -> None:
    ran = subprocess.run([sys.executable, SCRIPT, "--help"], capture_output=True, text=True, check=False)
    assert (ran.returncode, "thrown away" in ran.stdout) == (0, True)
