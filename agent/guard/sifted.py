"""Many expressions searched in a text as if they were one, ``a|b|c``, of which nearly all are never tried.

``pieces_of`` works out of an expression, as ``re``'s own parser reads it, pieces of plain text of which every match holds one. A text is
cut into its groups of three letters once; an expression is tried only where the rarest group of one of its pieces occurs, and the piece
itself. An expression of which nothing is known is always tried; so what this module does not understand costs time and nothing else.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property, lru_cache
from typing import Any, Generic, TypeVar

from .triggers import NO_CHARACTERS, Items, worked_out

KeptT = TypeVar("KeptT")

SHORTEST = 3
"""Letters of a piece that is worth looking for."""

_LONG = 6
"""Letters beyond which a piece gets no rarer."""


class Sifted:
    """Expressions without regard to case, in the order in which the first that matches at a place is taken."""

    def __init__(self, sources: Sequence[str]) -> None:
        self.sources = tuple(sources)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Every match of ``a|b|c``, as ``re`` finds them: the leftmost, of those the first expression's, none over another."""
        tried = [_compiled(self.sources[place]) for place in self._candidates(text)]
        ahead = [match for pattern in tried if (match := pattern.search(text)) is not None]
        while ahead:
            match = min(ahead, key=re.Match.start)  # of several the first: they stand in the order of the expressions
            yield match
            after = max(match.end(), match.start() + 1)
            ahead = [one for seen in ahead if (one := seen if seen.start() >= after else seen.re.search(text, after))]

    def _candidates(self, text: str) -> Sequence[int]:
        """The places of the expressions that may match, in order."""
        folded, groups = _sieve(text)
        found = set(self.always)
        for group in groups & self._by_group.keys():
            found.update(place for piece, place in self._by_group[group] if piece in folded)
        return sorted(found)

    @cached_property
    def pieces(self) -> tuple[frozenset[str], ...]:
        """Of each expression, what a match of it holds a piece of."""
        return tuple(map(pieces_of, self.sources))

    @cached_property
    def always(self) -> frozenset[int]:
        """The places of the expressions of which nothing is known."""
        return frozenset(place for place, pieces in enumerate(self.pieces) if not pieces)

    @cached_property
    def _by_group(self) -> dict[str, list[tuple[str, int]]]:
        return _indexed((piece, place) for place, pieces in enumerate(self.pieces) for piece in pieces)


class Shelf(Generic[KeptT]):
    """Several ``Sifted``, each with what it stands for: which of them may be in a text is found in one look."""

    def __init__(self, kept: Iterable[tuple[KeptT, Sifted]]) -> None:
        self.kept = tuple(kept)

    def possible(self, text: str) -> Iterator[tuple[KeptT, Sifted]]:
        """Those that may match somewhere in a text, in their order."""
        folded, groups = _sieve(text)
        found = {place for group in groups & self._by_group.keys() for piece, place in self._by_group[group] if piece in folded}
        return (self.kept[place] for place in sorted(found | self._always))

    @cached_property
    def _always(self) -> frozenset[int]:
        return frozenset(place for place, (_, sifted) in enumerate(self.kept) if sifted.always)

    @cached_property
    def _by_group(self) -> dict[str, list[tuple[str, int]]]:
        return _indexed((piece, place) for place, (_, sifted) in enumerate(self.kept) for each in sifted.pieces for piece in each)


def pieces_of(source: str) -> frozenset[str]:
    """Pieces of text, without case, of which every match of an expression holds one; empty if none are found."""
    return worked_out(source, _needed)


def _needed(items: Items) -> frozenset[str]:
    """The best of what each part of a sequence needs: all parts are in a match, so any one will do."""
    found: list[frozenset[str]] = [frozenset()]
    run = ""
    for op, value in items:
        name = str(op)
        if name == "LITERAL":
            run += chr(value).casefold()
        elif name not in NO_CHARACTERS:
            found += [frozenset({run}), _part(name, value)]
            run = ""
    return max((*found, frozenset({run})), key=_worth)


def _part(name: str, value: Any) -> frozenset[str]:
    if name == "SUBPATTERN":
        return _needed(list(value[-1]))
    if name == "MAX_REPEAT" and value[0] > 0:
        return _needed(list(value[2]))
    if name == "BRANCH":
        return _one_of(_needed(list(branch)) for branch in value[1])
    return frozenset()


def _one_of(branches: Iterable[frozenset[str]]) -> frozenset[str]:
    """What one of several needs: all they need between them, if each needs something."""
    each = list(branches)
    return frozenset().union(*each) if all(map(_worth, each)) else frozenset()


def _worth(pieces: frozenset[str]) -> float:
    """How much is let pass by: long pieces are rare, and few are found less often than many. 0 for what is no use."""
    shortest = min(map(len, pieces), default=0)
    return 0.0 if shortest < SHORTEST else min(shortest, _LONG) - len(pieces) / 100


@lru_cache(maxsize=8)
def _sieve(text: str) -> tuple[str, frozenset[str]]:
    folded = text.casefold()
    return folded, frozenset(map("".join, zip(folded, folded[1:], folded[2:], strict=False)))


def _indexed(pieces: Iterable[tuple[str, int]]) -> dict[str, list[tuple[str, int]]]:
    """By their rarest group of letters the pieces, each with the place it stands for."""
    by_group: dict[str, list[tuple[str, int]]] = {}
    for piece, place in pieces:
        by_group.setdefault(_rarest(piece), []).append((piece, place))
    return by_group


def _rarest(piece: str) -> str:
    """The group of a piece with the letters that are rarest in the seven languages: it lets the most texts pass by."""
    groups = (piece[start : start + SHORTEST] for start in range(len(piece) - SHORTEST + 1))
    return min(groups, key=lambda group: sum(map(_COMMON.find, group)))


_COMMON = "\0qxyjkwzvbpgfhmcdulosrtina e"
"""Letters from rare to common; one that is not here is rarer still."""


@cache
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE)
