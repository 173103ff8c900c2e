"""``warmline db current|upgrade|downgrade``: the tables' revision."""

import asyncio
import io
import json
import sqlite3
import sys
from pathlib import Path

import pytest
from support.databases import postgresql_url, without_tables
from support.shell import Shell

from warmline.agent.store.revision import HEAD, REVISIONS
from warmline.cli import main

BEFORE = REVISIONS[-2]


def revision_in(file: Path) -> str | None:
    with sqlite3.connect(file) as connection:
        row = connection.execute("SELECT version_num FROM warmline_version").fetchone()
    connection.close()
    return row[0] if row else None


def test_a_database_that_is_not_there_has_no_tables_and_is_not_made(shell: Shell, home: Path) -> None:
    ran = shell("db", "current")
    assert ran.code == 1
    assert ran.out == f"sqlite:///{home / 'warmline.db'}: no tables\n"
    assert not (home / "warmline.db").exists()


def test_after_the_first_use_it_is_up_to_date(shell: Shell) -> None:
    shell("queue", "list")
    ran = shell("db", "current")
    assert (ran.code, ran.err) == (0, "")
    assert f"revision {HEAD}, up to date" in ran.out
    assert shell("db", "upgrade").out.endswith("up to date; nothing was to be done\n")


def test_upgrade_makes_a_database_and_says_from_where_to_where(shell: Shell, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    ran = shell("db", "upgrade", "--store", url)
    assert ran.code == 0
    assert f"from no tables to {HEAD}" in ran.out
    assert revision_in(tmp_path / "other.db") == HEAD


def test_down_and_up_again(shell: Shell, home: Path) -> None:
    shell("db", "upgrade")
    assert f"from {HEAD} to {BEFORE}" in shell("db", "downgrade", "--yes").out
    assert revision_in(home / "warmline.db") == BEFORE
    old = shell("db", "current")
    assert (old.code, f"revision {BEFORE}, which is old; run: warmline db upgrade" in old.out) == (1, True)
    assert f"from {BEFORE} to {HEAD}" in shell("db", "upgrade").out
    assert f"from {HEAD} to no tables" in shell("db", "downgrade", "--to", "base", "--yes").out


def test_tables_from_before_there_were_revisions_are_recognised(shell: Shell, home: Path) -> None:
    shell("db", "upgrade")
    shell("db", "downgrade", "--to", "0001", "--yes")
    with sqlite3.connect(home / "warmline.db") as connection:
        connection.execute("DROP TABLE warmline_version")
    connection.close()
    assert "tables from before there were revisions" in shell("db", "current").out
    assert "nothing" not in shell("db", "upgrade").out
    assert revision_in(home / "warmline.db") == HEAD


def test_a_newer_database_is_told_and_left_alone(shell: Shell, home: Path) -> None:
    shell("db", "upgrade")
    with sqlite3.connect(home / "warmline.db") as connection:
        connection.execute("UPDATE warmline_version SET version_num = '9999'")
    connection.close()
    ran = shell("db", "current")
    assert (ran.code, "revision 9999, made by a newer version" in ran.out) == (1, True)
    for command in (["db", "upgrade"], ["queue", "list"]):
        ran = shell(*command)
        assert ran.code == 1
        assert "newer than this version of Warmline" in ran.err


def test_json_says_the_same_to_a_machine(shell: Shell, home: Path) -> None:
    store = f"sqlite:///{home / 'warmline.db'}"
    nothing = {"store": store, "revision": None, "needed": HEAD, "standing": "empty"}
    assert json.loads(shell("db", "current", "--json").out) == nothing
    assert json.loads(shell("db", "upgrade", "--json").out) == {"store": store, "before": None, "after": HEAD}
    assert json.loads(shell("db", "downgrade", "--json", "--yes").out) == {"store": store, "before": HEAD, "after": BEFORE}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "after"), [("y\n", BEFORE), ("n\n", HEAD)])
def test_downgrade_does_what_the_person_answers(
    shell: Shell, home: Path, monkeypatch: pytest.MonkeyPatch, answer: str, after: str
) -> None:
    shell("db", "upgrade")
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    assert main(["db", "downgrade"]) == (0 if after == BEFORE else 1)
    assert "back to the revision before? This loses what only newer tables hold." in shell.capture.readouterr().out
    assert revision_in(home / "warmline.db") == after


def test_downgrade_without_a_terminal_says_how_not_to_be_asked(shell: Shell) -> None:
    shell("db", "upgrade")
    ran = shell("db", "downgrade")
    assert (ran.code, "without a terminal add --yes" in ran.err) == (2, True)


def test_what_cannot_be_gone_back_to_is_one_line_and_exit_code_2(shell: Shell) -> None:
    shell("db", "upgrade")
    ran = shell("db", "downgrade", "--to", "0009", "--yes")
    assert ran.code == 2
    assert "expected base or 0001" in ran.err


def test_a_url_that_is_none_is_refused_without_its_password(shell: Shell) -> None:
    ran = shell("db", "current", "--store", "mysql://ann:hush@db/x")
    assert (ran.code, "hush" in ran.err) == (2, False)
    ran = shell("db", "current", "--store", "postgresql://ann:hush@db:port/x")
    assert (ran.code, "hush" in ran.err) == (3, False)


def test_a_password_is_never_shown(shell: Shell) -> None:
    ran = shell("db", "current", "--store", "postgresql://ann:hush@127.0.0.1:1/x")
    assert ran.code == 1
    assert "nothing answers there" in ran.err
    assert "hush" not in ran.out + ran.err


def test_a_database_in_memory_can_be_made(shell: Shell) -> None:
    assert f"from no tables to {HEAD}" in shell("db", "upgrade", "--store", "sqlite://").out


def test_on_postgresql_the_agent_says_what_to_run_and_then_serves(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    url = postgresql_url()
    asyncio.run(without_tables(url))
    monkeypatch.setenv("WARMLINE_DATABASE_URL", url)
    ran = shell("queue", "list")
    assert ran.code == 1
    assert "has no tables yet" in ran.err
    assert "run `warmline db upgrade`" in ran.err
    assert shell("db", "upgrade").code == 0
    assert shell("queue", "list").out == "No case is waiting.\n"
    assert shell("doctor").code == 0
