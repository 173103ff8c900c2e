"""Many regular expressions searched as one: those whose trigger words (triggers.py) are missing are not tried."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

from .triggers import triggers_in, triggers_of

KeptT = TypeVar("KeptT")

_BEFORE, _AFTER = r"(?<!\w)(?:", r")(?!\w)"


@dataclass(frozen=True)
class Patterns:
    """Expressions over plain words: those in ``always`` are tried on every text, those ``by_word`` only where
    their trigger occurs."""

    always: tuple[str, ...]
    by_word: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, sources: Sequence[str]) -> "Patterns":
        """Whole-word expressions from their sources; ``re.error`` if one is none. They are compiled when first tried."""
        always: list[str] = []
        by_word: dict[str, tuple[str, ...]] = {}
        for source in sources:
            triggers = triggers_of(source)
            for word in triggers:
                by_word[word] = (*by_word.get(word, ()), source)
            always += [] if triggers else [source]
        joined = "|".join(always)
        return cls((joined,) if _whole(joined) and always else (), by_word)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Every match, in order of its start, then the longest first."""
        wanted = {source: None for trigger in triggers_in(text) & self.by_word.keys() for source in self.by_word[trigger]}
        found = [match for source in (*wanted, *self.always) for match in _whole(source).finditer(text)]
        return iter(sorted(found, key=lambda match: (match.start(), -match.end(), match.re.pattern)))


class Shelf(Generic[KeptT]):
    """Several ``Patterns``, each with what it stands for: which of them may match in a text is found in one look."""

    def __init__(self, kept: Iterable[tuple[KeptT, Patterns]]) -> None:
        each = tuple(kept)
        self._kept = tuple(one for one, _ in each)
        self._always = frozenset(place for place, (_, patterns) in enumerate(each) if patterns.always)
        self._by_word: dict[str, list[int]] = {}
        for place, (_, patterns) in enumerate(each):
            for word in patterns.by_word:
                self._by_word.setdefault(word, []).append(place)

    def possible(self, text: str) -> Iterator[KeptT]:
        """Those that may match, in their order; none of the others does."""
        words = triggers_in(text) & self._by_word.keys()
        return (self._kept[place] for place in sorted(self._always.union(*map(self._by_word.__getitem__, words))))


def source_of(match: re.Match[str]) -> str:
    """The expression that matched; several joined ones if it was tried on every text."""
    return match.re.pattern.removeprefix(_BEFORE).removesuffix(_AFTER)


@cache
def _whole(source: str) -> re.Pattern[str]:
    return re.compile(_BEFORE + source + _AFTER)
