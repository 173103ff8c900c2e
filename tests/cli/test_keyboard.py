"""The keyboard of a terminal chat: lines, a history, and words that come while something is half typed."""

import io
import os
import sys
import termios
from collections.abc import Generator
from pathlib import Path
from typing import IO

import pytest
import typer
from support.shell import Script

from warmline.cli import main
from warmline.cli.keyboard import Keyboard
from warmline.testing import says


def test_the_history_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    keyboard = Keyboard(tmp_path / "history")
    keyboard.close()
    assert (tmp_path / "history").stat().st_mode & 0o077 == 0


def test_a_home_that_cannot_be_written_has_no_history(tmp_path: Path) -> None:
    keyboard = Keyboard(tmp_path / "none" / "history")
    keyboard.close()
    assert not (tmp_path / "none").exists()


def test_the_keyboard_hears_lines_and_the_end_of_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("hello\n"))
    keyboard = Keyboard(colours=False)
    with keyboard.quiet():
        assert keyboard.ask() == "hello"
    assert keyboard.ask() is None
    assert capsys.readouterr().out == "you › you › "


def test_without_a_question_words_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    Keyboard(colours=False).above(lambda: typer.echo("hello"))
    assert capsys.readouterr().out == "hello\n"


def test_words_that_come_while_a_question_waits_stand_above_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keyboard = Keyboard(colours=False)

    def interrupted_by_words(prompt: str) -> str:
        sys.stdout.write(prompt)
        keyboard.above(lambda: typer.echo("It leaves today."))
        return "thanks"

    monkeypatch.setattr("builtins.input", interrupted_by_words)
    assert keyboard.ask() == "thanks"
    assert capsys.readouterr().out == "you › \r\x1b[KIt leaves today.\nyou › "


def test_a_system_without_a_line_editor_still_has_a_keyboard(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "readline", None)
    monkeypatch.setattr("sys.stdin", io.StringIO("hello\n"))
    keyboard = Keyboard(tmp_path / "history")
    assert keyboard.ask() == "hello"
    keyboard.close()
    assert not (tmp_path / "history").exists()
    assert "\x1b" not in capsys.readouterr().out


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Generator[tuple[IO[bytes], IO[str]]]:
    """A pseudo-terminal: the end a person types at, and the end that is this process's standard input."""
    ours, theirs = os.openpty()
    with os.fdopen(ours, "r+b", buffering=0) as person, os.fdopen(theirs, "r", closefd=True) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield person, stdin


def echoes(stdin: IO[str]) -> bool:
    return bool(termios.tcgetattr(stdin)[3] & termios.ECHO)


def test_keys_typed_during_a_turn_are_not_shown_and_not_lost(terminal: tuple[IO[bytes], IO[str]]) -> None:
    person, stdin = terminal
    keyboard = Keyboard(colours=False)
    with keyboard.quiet():
        assert not echoes(stdin)
        person.write(b"early\n")
    assert echoes(stdin)
    assert keyboard.ask() == "early"


def test_a_system_without_terminal_settings_is_not_quiet(
    terminal: tuple[IO[bytes], IO[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "termios", None)
    with Keyboard(colours=False).quiet():
        assert echoes(terminal[1])


def test_with_a_terminal_at_both_ends_the_chat_is_drawn(
    terminal: tuple[IO[bytes], IO[str]], home: Path, scripted: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    scripted(says("Hello there."))
    terminal[0].write(b"hello\n/quit\n")
    assert main(["chat", "--as", "C-1001"]) == 0
    assert "Harbour & Pine" in screen.getvalue()
    assert "Goodbye." in screen.getvalue()
    assert (home / "history").exists()
