"""The terms a desk works on: its people, its service levels, and how long things hold. A policy file may say them; docs/desk.md."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from .service_levels import ServiceLevels

CAPACITY = 20


@dataclass(frozen=True)
class Person:
    """Which queues a person serves (``None``: all), and how many cases they hold at most before they are given no more."""

    queues: frozenset[str] | None = None
    capacity: int = CAPACITY


@dataclass(frozen=True)
class Terms:
    """``claim`` is how long a claim holds without a move by whoever has it. ``reopen`` is how long a closed case can be reached by the
    customer's answer. ``ask_after`` is how long nothing must happen until the customer is asked how it was, and ``never_ask`` are the
    reasons after which nobody is asked. ``drafts``: a language model, if there is one, writes a summary and a draft for each case."""

    levels: ServiceLevels = field(default_factory=ServiceLevels)
    people: Mapping[str, Person] = field(default_factory=dict[str, Person])
    claim: timedelta = timedelta(minutes=30)
    reopen: timedelta = timedelta(days=3)
    ask_after: timedelta = timedelta(minutes=10)
    drafts: bool = False
    never_ask: frozenset[str] = frozenset({"self_harm", "safety", "security"})

    def person(self, name: str) -> Person:
        """Somebody by name; whoever is not listed serves every queue."""
        return self.people.get(name, Person())
