"""The keyboard of a terminal chat: a line editor with a history, and a way to print above what is being typed."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

HISTORY_LINES = 1000
PROMPT = "you › "


class Keyboard:
    """Reads lines from the terminal. ``history`` is a file that only its owner can read, or ``None`` for none."""

    def __init__(self, history: Path | None = None, *, colours: bool = True) -> None:
        self._readline = _line_editor()
        self._history = history
        self._prompt = f"\001\033[1;36m\002{PROMPT}\001\033[0m\002" if colours and self._readline else PROMPT
        self._asking = False
        _forgive(sys.stdin)
        self._remember()

    def ask(self) -> str | None:
        """One line, or ``None`` at the end of input (Ctrl-D). Ctrl-C raises ``KeyboardInterrupt``."""
        self._asking = True
        try:
            return input(self._prompt)
        except EOFError:
            return None
        finally:
            self._asking = False

    def above(self, show: Callable[[], None]) -> None:
        """Print with ``show`` above the prompt, then draw the prompt and what was typed so far again."""
        if not self._asking:
            show()
            return
        sys.stdout.write("\r\033[K")
        sys.stdout.flush()
        show()
        typed = self._readline.get_line_buffer() if self._readline else ""
        sys.stdout.write(self._prompt.replace("\001", "").replace("\002", "") + typed)
        sys.stdout.flush()

    @contextmanager
    def quiet(self) -> Generator[None]:
        """While the block runs, keys are kept for the next question and not shown in the middle of what is printed."""
        termios = _terminal_settings()
        if termios is None:
            yield
            return
        before = termios.tcgetattr(sys.stdin)
        silent = [*before]
        silent[3] &= ~termios.ECHO
        termios.tcsetattr(sys.stdin, termios.TCSANOW, silent)
        try:
            yield
        finally:
            termios.tcsetattr(sys.stdin, termios.TCSANOW, before)

    def close(self) -> None:
        """Write the history; a home that cannot be written has none."""
        if self._readline and self._history:
            with suppress(OSError):
                self._readline.write_history_file(self._history)

    def _remember(self) -> None:
        if self._readline and self._history:
            with suppress(OSError):
                self._history.touch(mode=0o600)
                self._readline.read_history_file(self._history)
            self._readline.set_history_length(HISTORY_LINES)


def _line_editor() -> Any:
    try:
        import readline
    except ImportError:  # Windows
        return None
    return readline


def _terminal_settings() -> Any:
    """The module that turns the echo off, if there is a terminal to turn it off."""
    if not sys.stdin.isatty():
        return None
    try:
        import termios
    except ImportError:  # Windows
        return None
    return termios


def _forgive(stream: object) -> None:
    """Bytes that are no UTF-8 become lone surrogates, which the guard drops, instead of an error."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="surrogateescape")
