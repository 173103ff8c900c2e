"""What reads a store makes none, and says when there is nothing to read."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from support.shell import Shell

from warmline.cli import assembly
from warmline.settings import Settings

READERS = (["review"], ["conversations"], ["label", "--by", "ana"])


@pytest.mark.parametrize("reader", READERS)
def test_a_mistyped_store_is_an_error_and_no_new_database(shell: Shell, tmp_path: Path, reader: list[str]) -> None:
    file = tmp_path / "warmlin.db"
    ran = shell("insights", *reader, "--store", f"sqlite:///{file}")
    assert ran.code not in (0, 1)
    assert "there is no store" in ran.err
    assert "warmlin.db" in ran.err
    assert "check --store" in ran.err
    assert not file.exists()


def test_before_anybody_asked_there_is_no_store_and_none_is_made(shell: Shell, home: Path) -> None:
    ran = shell("insights", "review")
    assert "there is no store" in ran.err
    assert "--demo" in ran.err
    assert [one.name for one in home.iterdir()] == ["shop.db"]


def test_another_database_stays_as_it_is(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "books.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE book (title TEXT)")
    ran = shell("insights", "review", "--store", f"sqlite:///{file}")
    assert ran.code not in (0, 1)
    assert "holds no conversations" in ran.err
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT name FROM sqlite_schema").fetchall() == [("book",)]


def test_an_older_store_is_not_brought_up_by_who_only_reads(shell: Shell, settings: Settings) -> None:
    async def make() -> Path:
        async with assembly.open_store(settings) as store:
            return Path(str(store.engine.url.database))

    file = asyncio.run(make())
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE warmline_version SET version_num = '0004'")
    ran = shell("insights", "review")
    assert ran.code not in (0, 1)
    assert "warmline db upgrade" in ran.err
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT version_num FROM warmline_version").fetchone() == ("0004",)


def test_a_store_without_a_conversation_is_read_and_says_so(shell: Shell, settings: Settings) -> None:
    async def make() -> None:
        async with assembly.open_store(settings):
            pass

    asyncio.run(make())
    ran = shell("insights", "conversations")
    assert (ran.code, ran.err.strip()) == (0, "0 conversations")
