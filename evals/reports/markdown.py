"""Markdown in which words of others stay words: in code, where nothing is a link, a mention, a heading or a tag."""

import re

from .words import safe

_TICKS = re.compile("`+")
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>])")


def code(text: str) -> str:
    """A text in one line as a code span, also inside a table."""
    line = " ".join(safe(text).split()).replace("|", "\\|")
    if not line:
        return ""
    fence = "`" * (_longest(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def block(text: str) -> str:
    """Lines as a fenced block that nothing in them can end."""
    body = safe(text)
    fence = "`" * max(3, _longest(body) + 1)
    return f"{fence}text\n{body}\n{fence}"


def plain(text: str) -> str:
    """A text of ours, or of the suite's author, with every sign that means something taken literally."""
    line = " ".join(safe(text).split())
    return _SPECIAL.sub(r"\\\1", line.replace("&", "&amp;").replace("<", "&lt;")).replace("@", "@<!-- -->")


def _longest(text: str) -> int:
    return max((len(found) for found in _TICKS.findall(text)), default=0)


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table; the cells are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
