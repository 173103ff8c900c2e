"""Text that arrives in pieces, written at once and broken between words."""

import re

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

WIDEST = 88
"""Cells of a line of prose: more is hard to read."""

_PARTS = re.compile(r"\n|[^\S\n]+|\S+")


class Flow:
    """Writes prose to a console, indented, words whole. A word is written when the piece after it has come."""

    def __init__(self, console: Console, *, indent: int = 2, style: str = "") -> None:
        self._console = console
        self._style = style
        self._indent = " " * indent
        self._width = max(min(console.width, WIDEST) - indent, 20)
        self._column = 0
        self._kept = ""

    def write(self, piece: str) -> None:
        """Add a piece of text."""
        parts = _PARTS.findall(self._kept + piece)
        self._kept = parts.pop() if parts else ""
        for part in parts:
            self._put(part)

    def end(self) -> None:
        """Write what is left and end the line."""
        self._put(self._kept.rstrip())
        self._kept = ""
        if self._column:
            self._line_break()

    def _put(self, part: str) -> None:
        if part == "\n":
            self._line_break()
        elif part.isspace():
            self._column += bool(self._column)
            self._print(" " if self._column else "")
        elif part:
            self._put_word(part)

    def _put_word(self, word: str) -> None:
        if self._column and self._column + cell_len(word) > self._width:
            self._line_break()
        if not self._column:
            self._print(self._indent)
        self._print(word)
        self._column += cell_len(word)

    def _line_break(self) -> None:
        self._print("\n")
        self._column = 0

    def _print(self, text: str) -> None:
        self._console.print(Text(text, style=self._style), end="", soft_wrap=True)
