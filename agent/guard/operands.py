"""The operands of a condition: what stands between ``&&``, ``||`` and ``!``, and where."""

import re
from collections.abc import Iterator
from itertools import pairwise

_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')


def blanked(source: str) -> str:
    """The condition with the insides of its texts blanked, character for character, so that signs in them mean nothing."""
    return _TEXT.sub(lambda match: '"' + " " * (len(match.group()) - 2) + '"', source)


def operands(blank: str) -> Iterator[tuple[int, str]]:
    """The innermost operands of a blanked condition, with their offsets."""
    start = len(blank) - len(blank.lstrip(" !\n"))
    body = blank[start:].rstrip()
    for sign in ("||", "&&"):
        if pieces := split(body, sign):
            for begin, piece in pieces:
                yield from ((start + begin + at, part) for at, part in operands(piece))
            return
    if in_parentheses(body):
        yield from ((start + 1 + at, part) for at, part in operands(body[1:-1]))
    else:
        yield start, body


def split(text: str, sign: str) -> list[tuple[int, str]]:
    """The pieces between a sign that stands outside all brackets, with their offsets; none where it does not stand."""
    depth, cuts = 0, list[int]()
    for at, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if depth == 0 and text.startswith(sign, at):
            cuts.append(at)
    edges = [-len(sign), *cuts, len(text)]
    return [(left + len(sign), text[left + len(sign) : right]) for left, right in pairwise(edges)] if cuts else []


def in_parentheses(text: str) -> bool:
    """Whether one pair of parentheses holds the whole text."""
    depth = 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return at > 0 and at == len(text) - 1
    return False
