"""Words without which a pattern cannot match: they let the rules skip nearly all patterns for nearly all messages.

A pattern of ``rules.yaml`` is read by ``re``'s own parser and written out: ``(?:talk|speak) to (?:a )?human`` as "talk to human", "talk to
a human" and so on, with a mark for what is open. The *triggers* are one word of each writing, or the start of one (``suicid*``): every match
holds at least one of them. Where a writing has no such word, or there are too many, there are no triggers and the pattern is always
tried; so what this module does not understand costs time and nothing else.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import Any, cast

Items = Sequence[tuple[Any, Any]]

OPEN = "\0"
"""Stands for any text."""

MOST = 100
"""Writings of one pattern beyond which a group counts as open."""

SHORTEST = 3
"""Letters of a start that is worth looking for."""

NO_CHARACTERS = frozenset({"ASSERT", "ASSERT_NOT", "AT"})
"""What takes no characters."""


def triggers_of(pattern: str) -> frozenset[str]:
    """Words or starts (with ``*``) of which every match of this pattern, between word boundaries, holds one; empty if none are found.

    ``re.error`` if it is no pattern.
    """
    return worked_out(pattern, _triggers)


def worked_out(pattern: str, read: Callable[[Items], frozenset[str]]) -> frozenset[str]:
    """What ``read`` makes of a pattern as ``re``'s own parser sees it; nothing where that cannot be had. ``re.error`` if it is no pattern."""
    try:
        from re import _parser  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType] (re's own, not promised)

        return read(list(cast("Any", _parser).parse(pattern)))
    except re.error:
        raise
    except Exception:  # noqa: BLE001 (another Python may have another parser: then every pattern is tried)
        return frozenset()


def _triggers(items: Items) -> frozenset[str]:
    words = [max(_words(writing), key=len, default="") for writing in _writings(items)]
    return frozenset(words) if all(words) else frozenset()


@lru_cache(maxsize=4)
def triggers_in(text: str) -> frozenset[str]:
    """Every trigger there could be in plain words: the words, and all their starts."""
    words = set(text.split())
    return frozenset(words).union(word[:end] + "*" for word in words for end in range(SHORTEST, len(word) + 1))


def _words(writing: str) -> Iterator[str]:
    """The words of a writing that are known, or whose start is."""
    for word in writing.split():
        start, _, rest = word.partition(OPEN)
        if start == word:
            yield word
        elif len(start) >= SHORTEST and not rest.strip(OPEN):
            yield start + "*"


def _writings(items: Items) -> list[str]:
    """What these items may match, open parts marked."""
    found = [""]
    for op, value in items:
        ways = _ways(str(op), value)
        if len(found) * len(ways) > MOST:
            ways = [OPEN]
        found = list(dict.fromkeys(left + right for left, right in product(found, ways)))
    return found


def _ways(name: str, value: Any) -> list[str]:
    if name == "LITERAL":
        return [chr(value)]
    if name in NO_CHARACTERS:
        return [""]
    if name == "SUBPATTERN":
        return _writings(list(value[-1]))
    if name == "BRANCH":
        return [writing for branch in value[1] for writing in _writings(list(branch))]
    if name == "IN" and all(str(op) == "LITERAL" for op, _ in value):
        return [chr(code) for _, code in value]
    if name == "MAX_REPEAT":
        return _repeated(value[0], value[1], _writings(list(value[2])))
    return [OPEN]


def _repeated(least: int, most: int, body: list[str]) -> list[str]:
    """Once or not at all is written out; of more, only whether it keeps the words around it apart."""
    if (least, most) == (0, 1):
        return ["", *body]
    if least == 0 and all(writing.endswith(" ") for writing in body):
        return ["", OPEN + " "]
    return [OPEN]
