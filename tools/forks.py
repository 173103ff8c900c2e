"""After a fork the child has copies of what its parent's threads and event loops were at, and none of those: locks that nobody gives back,
connections that two processes would speak through. Who has such things begins anew in the child.
"""

import os
from collections.abc import Callable
from typing import Protocol
from weakref import WeakSet


class Anew(Protocol):
    """Has things that a child cannot go on with."""

    @property
    def begin_anew(self) -> Callable[[], None]:
        """Put new ones in their place; there is one thread, and nothing may be waited for."""
        ...


_here: WeakSet[Anew] = WeakSet()
_left: list[object] = []
"""What was the parent's: kept, for to collect it would close connections that are still the parent's."""


def anew_in_children(one: Anew) -> None:
    """Have it begin anew in every child, for as long as it is there."""
    _here.add(one)


def _in_the_child() -> None:
    for one in tuple(_here):
        _left.append(dict(vars(one)))
        one.begin_anew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_the_child)
