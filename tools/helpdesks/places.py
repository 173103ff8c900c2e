"""A history that comes in several lists, words in one and changes in another: where it was left off is noted for each list by itself.

A mark is ``m12.s7``: words up to number 12 and changes up to number 7 were taken in. So what is late in one list is not passed over because
something younger of another list was taken in before.
"""

import heapq
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from .helpdesk import Happening

_PLACE = re.compile(r"([a-z])(\d+)")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Something that happened, in which list (one letter) and under which number; numbers of a list grow."""

    list: str
    number: int
    happening: Happening


def in_order(*lists: Sequence[Entry]) -> list[Entry]:
    """Several lists as one, by time, though never against the numbers of a list."""
    numbered = (sorted(one, key=lambda entry: entry.number) for one in lists)
    return list(heapq.merge(*numbered, key=lambda entry: entry.happening.at))


def unheard(heard: str, entries: Iterable[Entry], *, newest: Mapping[str, int]) -> tuple[list[str], list[Happening]]:
    """The marks from ``heard`` on, and what happened after it, in the order of ``entries``; ``newest`` are the last numbers of each list.

    The last mark covers all that was seen, also what concerns nobody here.
    """
    places = _places(heard)
    marks, found = ([heard] if heard else []), list[Happening]()
    for entry in entries:
        if entry.number > places.get(entry.list, 0):
            places[entry.list] = entry.number
            marks.append(_mark(places))
            found.append(replace(entry.happening, mark=marks[-1]))
    last = _mark({name: max(places.get(name, 0), newest.get(name, 0)) for name in places.keys() | newest.keys()})
    return (marks if marks and marks[-1] == last else [*marks, last]), found


def _places(mark: str) -> dict[str, int]:
    return {found[1]: int(found[2]) for found in _PLACE.finditer(mark)}


def _mark(places: Mapping[str, int]) -> str:
    return ".".join(f"{name}{places[name]}" for name in sorted(places))
