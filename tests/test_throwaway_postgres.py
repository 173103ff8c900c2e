"""The PostgreSQL of the tests goes when its tests go, and survives a crash of its own."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import throwaway_postgres
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


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without PostgreSQL: the folder of its programs."""
    monkeypatch.setattr(throwaway_postgres, "WHEREVER", (f"{tmp_path}/postgresql/*/bin",))
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def an_apt_get(folder: Path, does: str) -> None:
    """Put an apt-get there that notes what it was asked, reads its input and does this when it installs."""
    script = folder / "apt-get"
    noting = f'echo "$DEBIAN_FRONTEND" "$@" "$(/bin/cat)" >> {folder / "asked"}'
    script.write_text(f'#!/bin/sh\n{noting}\ncase "$*" in *install*) {does};; esac\n')
    script.chmod(0o755)


def test_debians_package_is_installed_once_and_nothing_is_asked(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    made = bare / "postgresql" / "15" / "bin"
    an_apt_get(bare, f"/bin/mkdir -p {made}; /bin/touch {made}/initdb {made}/pg_ctl")
    assert throwaway_postgres.programs() == throwaway_postgres.programs() == made
    update, install = (bare / "asked").read_text().splitlines()
    assert (update.split()[0], update.split()[-1]) == ("noninteractive", "update")
    assert install.endswith("install -y --no-install-recommends postgresql ")


@pytest.mark.parametrize(
    ("root", "does", "said"),
    [
        (False, "true", "on Debian: apt-get install postgresql"),
        (True, "echo 'no network' >&2; exit 100", "no network"),
        (True, "true", "no initdb all the same"),
    ],
)
def test_where_there_is_none_to_be_had_it_says_why(
    bare: Path, monkeypatch: pytest.MonkeyPatch, root: bool, does: str, said: str
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0 if root else 1000)
    an_apt_get(bare, does)
    with pytest.raises(throwaway_postgres.NoServer, match=said):
        throwaway_postgres.programs()
