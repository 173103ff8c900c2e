"""A database that is locked, read-only, out of reach or no database: one clear line each, and no traceback."""

import sqlite3
import sys
from pathlib import Path

import pytest
from support.shell import Script, Shell

from warmline.agent.store import database
from warmline.testing import says


def test_a_database_that_is_locked_is_one_line_and_exit_code_1(
    shell: Shell, home: Path, scripted: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("queue", "list")
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)

    other = sqlite3.connect(home / "warmline.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    scripted(says("never said"))
    ran = shell("chat", stdin="hi\n")
    other.close()
    assert ran.code == 1
    assert ran.out == ""
    assert "locked" in ran.err
    assert "Traceback" not in ran.err


def test_a_read_only_database_is_one_line_and_exit_code_1(
    shell: Shell, home: Path, scripted: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("queue", "list")
    monkeypatch.setenv("WARMLINE_DATABASE_URL", f"sqlite:///file:{home}/warmline.db?mode=ro&uri=true")
    scripted(says("never said"))
    ran = shell("chat", stdin="hi\n")
    assert ran.code == 1
    assert "read-only" in ran.err
    assert ran.out == ""


def test_a_database_that_cannot_be_opened_is_one_line(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARMLINE_DATABASE_URL", "sqlite:////no/such/folder/x.db")
    ran = shell("queue", "list")
    assert ran.code == 1
    assert "cannot be opened" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_database_without_its_driver_names_the_extra(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARMLINE_DATABASE_URL", "postgresql://ann:hush@db.example.com/x")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    ran = shell("queue", "list")
    assert ran.code == 3
    assert "pip install 'warmline[postgres]'" in ran.err
    assert len(ran.err.splitlines()) == 1
    assert "hush" not in ran.err


def test_a_database_url_that_is_none_is_a_setting_that_cannot_be_used(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARMLINE_DATABASE_URL", "postgresql://ann:hush@db:port/x")
    ran = shell("queue", "list")
    assert ran.code == 3
    assert "WARMLINE_DATABASE_URL" in ran.err
    assert "hush" not in ran.err
    assert len(ran.err.splitlines()) == 1
