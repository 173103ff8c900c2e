"""The PostgreSQL of a test run: one server for all of it, and a database of its own for each process that runs tests.

``WARMLINE_TEST_DATABASE`` names one that is there. ``WARMLINE_TEST_POSTGRES=1`` has one started for the run and thrown away after it.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, make_url

SCRIPT = Path(__file__).parents[2] / "scripts" / "throwaway_postgres.py"
UNASKED = "no PostgreSQL was asked for: set WARMLINE_TEST_POSTGRES=1, or name one in WARMLINE_TEST_DATABASE"


class NoPostgres(Exception):
    """There is none to be had on this machine; the message says why."""


class Throwaway:
    """A server that lives no longer than this process; ``NoPostgres`` where there is none to start."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        command = [sys.executable, str(SCRIPT)]
        self._keeper = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, start_new_session=True)
        self.url = self._told()

    def restart(self) -> None:
        """As after a crash: every connection is gone, and nothing else."""
        assert self._keeper.stdin is not None
        self._keeper.stdin.write("restart\n")
        self._keeper.stdin.flush()
        self._told()

    def stop(self) -> None:
        """End it and remove all it left."""
        self._keeper.communicate()

    def _told(self) -> str:
        assert self._keeper.stdout is not None
        line = self._keeper.stdout.readline().strip()
        if not line:
            _, said = self._keeper.communicate()
            raise NoPostgres(said.strip()) if self._keeper.returncode == 3 else RuntimeError(said)
        return line


@dataclass(kw_only=True)
class Place:
    """Where this process finds its database (``url``, empty if there is none), and ``why`` there is none."""

    url: str = ""
    why: str = UNASKED
    server: Throwaway | None = None
    own: bool = False

    def enter(self, worker: str | None) -> None:
        """Find the server, or start it; a worker of many gets a database of its own there. Called once, before any test."""
        self.url = os.environ.get("WARMLINE_TEST_DATABASE", "")
        if worker is not None:
            self.why = os.environ.get("WARMLINE_TEST_NO_POSTGRES", UNASKED)
            self.own = self.url.startswith("postgres")
            self.url = a_database(self.url, worker) if self.own else self.url
        elif not self.url and os.environ.get("WARMLINE_TEST_POSTGRES", "") not in ("", "0"):
            self._start()
        if self.url and not self.url.startswith("postgres"):
            self.why = f"WARMLINE_TEST_DATABASE is no PostgreSQL: {self.url!r}"

    @property
    def where(self) -> str:
        """In words, without a password."""
        return make_url(self.url).render_as_string() if self.url.startswith("postgres") else self.why

    def leave(self) -> None:
        """Remove what was made."""
        if self.own:
            drop_database(self.url)
        if self.server is not None:
            self.server.stop()

    def _start(self) -> None:
        """Workers find it in the environment they inherit."""
        try:
            self.server = Throwaway()
        except NoPostgres as error:
            self.why = os.environ["WARMLINE_TEST_NO_POSTGRES"] = str(error)
        else:
            self.url = os.environ["WARMLINE_TEST_DATABASE"] = self.server.url


PLACE = Place()
"""Of this process; ``tests/conftest.py`` enters and leaves it."""


def a_database(url: str, name: str) -> str:
    """A new, empty database beside the one of ``url``, named after it; its URL."""
    made = make_url(url)
    made = made.set(database=f"{made.database}_{name}")
    drop_database(made.render_as_string(hide_password=False))
    _execute(url, f'CREATE DATABASE "{made.database}" TEMPLATE template0')
    return made.render_as_string(hide_password=False)


def drop_database(url: str) -> None:
    """Remove a database, whoever is connected to it."""
    neutral = make_url(url).set(database="postgres").render_as_string(hide_password=False)
    _execute(neutral, f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')


def _execute(url: str, statement: str) -> None:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
