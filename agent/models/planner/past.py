"""What was open after earlier turns, kept so that a long conversation is not gone through again at every answer.

A cache and nothing more: without it the same steps come out, only slower.
"""

from collections import OrderedDict
from collections.abc import Hashable

from .memory import Memory
from .message import State

KEPT = 128
"""Conversations' states that are kept."""


class Past:
    """States and memories by the turns that led to them."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[State, Memory]] = OrderedDict()

    def find(self, key: Hashable) -> tuple[State, Memory] | None:
        """What was open after these turns, if it is known."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        state, memory = self._kept[key]
        return state, memory.copy()

    def keep(self, key: Hashable, state: State, memory: Memory) -> None:
        """Remember what was open after these turns; the oldest is forgotten."""
        self._kept[key] = (state, memory.copy())
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
