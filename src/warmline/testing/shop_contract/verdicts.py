"""How a check says that it does not hold, or that there is nothing to check."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NoReturn

from .world import World


class Broken(AssertionError):
    """The shop does not keep the contract; the text says what was expected and what came."""


class NotOffered(Exception):
    """There is nothing to check: the shop does not offer it, or the world has no means to try it."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One promise: its name (``ownership.a_guest_needs_the_address``) and what tries it."""

    name: str
    run: Callable[[World], Awaitable[None]]


def expect(holds: object, words: str) -> None:
    """``Broken`` unless it holds."""
    if not holds:
        raise Broken(words)


def broken(words: str) -> NoReturn:
    """It does not hold."""
    raise Broken(words)


def checks_of(topic: str, *tries: Callable[[World], Awaitable[None]]) -> tuple[Check, ...]:
    """The checks of one topic, named after their functions."""
    return tuple(Check(name=f"{topic}.{one.__name__}", run=one) for one in tries)
