"""A reply on its way: what is asked before it goes, and that nothing that was typed is lost."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from support.shell import Shell

from warmline.cli.assembly import open_desk
from warmline.cli.editor import Kept, edit
from warmline.errors import StoreError
from warmline.settings import Settings


def last_event(shell: Shell, case_id: str) -> tuple[str, str]:
    event = json.loads(shell("queue", "show", case_id, "--json").out)["events"][-1]
    return event["kind"], event["note"]


def kept(shell: Shell) -> dict[str, str]:
    return {file.name: file.read_text() for file in shell.home.glob("replies/*")}


def at_terminal(monkeypatch: pytest.MonkeyPatch, *, answer: bool) -> None:
    """Somebody sits there, and answers every question so."""

    def confirm(question: str, *, err: bool) -> bool:
        assert question.endswith("?")
        return answer

    monkeypatch.setattr("warmline.cli.queue_reply.at_terminal", lambda: True)
    monkeypatch.setattr(typer, "confirm", confirm)


@pytest.fixture
def mine(shell: Shell, case_id: str) -> str:
    """The case, claimed by ana."""
    assert shell("queue", "claim", case_id, "--by", "ana").code == 0
    return case_id


def test_what_was_refused_is_kept_in_a_file_that_is_named(shell: Shell, mine: str) -> None:
    ran = shell("queue", "reply", mine, "-", "--by", "bob", stdin="I looked it up.\n")
    assert ran.code == 1
    assert f"what you wrote is kept in {shell.home}/replies/{mine}-bob.md" in ran.err
    assert kept(shell) == {f"{mine}-bob.md": "I looked it up.\n"}
    assert (shell.home / "replies" / f"{mine}-bob.md").stat().st_mode & 0o077 == 0
    shell("queue", "reply", mine, "And more.", "--by", "bob")
    shell("queue", "reply", mine, "And more.", "--by", "bob")
    assert kept(shell) == {f"{mine}-bob.md": "I looked it up.\n\nAnd more.\n"}


def test_the_next_edit_goes_on_from_what_was_kept_and_drops_it_when_it_is_sent(
    shell: Shell, mine: str, editor: Callable[[str], None]
) -> None:
    shell("queue", "reply", mine, "Dear Maya, it leaves", "--by", "bob")
    shell("queue", "reassign", mine, "--to", "bob")
    editor("path.write_text(path.read_text().replace('it leaves', 'it leaves today.'))")
    ran = shell("queue", "reply", mine, "--edit", "--by", "bob")
    assert (ran.code, ran.err) == (0, "You go on from what you wrote before.\n")
    assert last_event(shell, mine) == ("reply_sent", "Dear Maya, it leaves today.")
    assert kept(shell) == {}


def test_a_case_that_changes_hands_while_one_writes_keeps_the_text(
    shell: Shell, mine: str, editor: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.from_env()

    async def to_bob() -> None:
        async with open_desk(settings) as desk:
            await desk.reassign(mine, to="bob", by="bob")

    def meanwhile(kept: Kept, draft: str, *, notes: list[str], editor: str) -> str:
        text = edit(kept, draft, notes=notes, editor=editor)
        asyncio.run(to_bob())
        return text

    monkeypatch.setattr("warmline.cli.queue_reply.edit", meanwhile)
    editor("path.write_text('Dear Maya, by hand.')")
    ran = shell("queue", "reply", mine, "--edit", "--by", "ana")
    assert ran.code == 1
    assert f"case {mine} is claimed by bob" in ran.err
    assert kept(shell) == {f"{mine}-ana.md": "Dear Maya, by hand.\n"}


def test_a_database_that_fails_keeps_the_text(shell: Shell, mine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_: object, **__: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr("warmline.agent.desk.desk.Desk.reply", full)
    ran = shell("queue", "reply", mine, "Dear Maya", "--by", "ana")
    assert ran.code == 1
    assert "the disk is full; what you wrote is kept in " in ran.err
    assert kept(shell) == {f"{mine}-ana.md": "Dear Maya\n"}


def test_an_editor_that_ends_badly_keeps_what_was_written(shell: Shell, mine: str, editor: Callable[[str], None]) -> None:
    editor("path.write_text('half a sent'); sys.exit(3)")
    assert "ended with code 3; nothing was sent" in shell("queue", "reply", mine, "--edit", "--by", "ana").err
    assert kept(shell) == {f"{mine}-ana.md": "half a sent\n"}


def test_lines_that_begin_with_a_sign_are_sent_and_notes_for_the_writer_never(
    shell: Shell, mine: str, editor: Callable[[str], None]
) -> None:
    editor("lines = path.read_text().splitlines(); path.write_text('\\n'.join(['# 1 of our vases', *lines[3:]]))")
    assert shell("queue", "reply", mine, "--edit", "--by", "ana").code == 0
    assert last_event(shell, mine) == ("reply_sent", "# 1 of our vases")


def test_the_draft_as_it_is(shell: Shell, mine: str, editor: Callable[[str], None]) -> None:
    draft = json.loads(shell("queue", "show", mine, "--json").out)["file"]["draft_reply"]
    editor("pass")
    ran = shell("queue", "reply", mine, "--edit", "--by", "ana")
    assert "the draft was not changed; nothing was sent. --as-is sends it as it is" in ran.err
    for words in (["--edit", "--as-is"], ["--as-is"]):
        assert shell("queue", "reply", mine, *words, "--by", "ana").code == 0
        assert last_event(shell, mine) == ("reply_sent", draft)
    assert kept(shell) == {}


@pytest.mark.parametrize("answer", [True, False])
def test_at_a_terminal_one_is_asked(
    shell: Shell, mine: str, editor: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, answer: bool
) -> None:
    editor("pass")
    at_terminal(monkeypatch, answer=answer)
    ran = shell("queue", "reply", mine, "--edit", "--by", "ana")
    assert ran.code == (0 if answer else 1)
    assert last_event(shell, mine)[0] == ("reply_sent" if answer else "claimed")


@pytest.mark.parametrize("answer", [True, False])
def test_what_the_customer_wrote_meanwhile_is_read_before_the_reply_goes(
    shell: Shell, mine: str, editor: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, answer: bool, home: Path
) -> None:
    database = home / "warmline.db"
    wire = '{"role": "user", "content": "I found the receipt"}'
    sql = (
        "INSERT INTO warmline_message (conversation_id, author, wire, at)"
        " SELECT conversation_id, author, ?, at FROM warmline_message WHERE author = 'customer'"
    )
    write = f"import sqlite3\nwith sqlite3.connect({str(database)!r}) as database: database.execute({sql!r}, ({wire!r},))\n"
    editor(f"{write}path.write_text('Dear Maya')")
    at_terminal(monkeypatch, answer=answer)
    ran = shell("queue", "reply", mine, "--edit", "--by", "ana")
    assert "The customer wrote meanwhile: “I found the receipt”" in ran.err
    assert last_event(shell, mine)[0] == ("reply_sent" if answer else "claimed")
    assert kept(shell) == ({} if answer else {f"{mine}-ana.md": "Dear Maya\n"})
