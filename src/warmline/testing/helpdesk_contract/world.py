"""What the checks are given: the adapter, somebody who works at the help desk itself, and means to disturb it."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from warmline.tools.helpdesks.helpdesk import HelpDesk


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A ticket as people see it there: what a customer could read, what only colleagues can, tags, whether it is done."""

    public: tuple[str, ...]
    notes: tuple[str, ...]
    tags: frozenset[str]
    closed: bool


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What the next request meets: this answer in place of one. ``lost``: the next write is made, and its answer never comes."""

    status: int = 200
    headers: Mapping[str, str] | None = None
    body: bytes = b""
    lost: bool = False


class Colleague(Protocol):
    """Somebody who works at the help desk with its own means, not with the adapter; and the customer who writes there."""

    async def answer(self, ticket: str, text: str) -> None:
        """In public."""
        ...

    async def note(self, ticket: str, text: str) -> None:
        """Internally."""
        ...

    async def customer_writes(self, ticket: str, text: str) -> None:
        """The customer answers there, by e-mail say."""
        ...

    async def close(self, ticket: str) -> None:
        """Solve it."""
        ...

    async def reopen(self, ticket: str) -> None:
        """Open it again."""
        ...

    async def hand_back(self, ticket: str, instruction: str) -> None:
        """Tell the agent what to do and set the tag, as the manual has it."""
        ...

    async def delete(self, ticket: str) -> None:
        """Throw it away."""
        ...

    async def sees(self, ticket: str) -> Seen:
        """The ticket as it is shown there."""
        ...

    async def tickets(self, case_id: str) -> list[str]:
        """The tickets of a case that are not thrown away."""
        ...


@dataclass(frozen=True, kw_only=True)
class HelpDeskWorld:
    """An account nobody else uses. ``pause`` lets time pass until a poll shows what happened (two minutes will do).

    ``webhook`` is what the desk sends about a ticket, and when; ``trouble`` makes its next answer a bad one. Without them their checks are skipped.
    """

    helpdesk: HelpDesk
    colleague: Colleague
    pause: Callable[[], Awaitable[None]]
    now: Callable[[], datetime]
    webhook: Callable[[str], tuple[Mapping[str, str], bytes]] | None = None
    trouble: Callable[[Trouble], None] | None = None


OpenHelpDeskWorld = Callable[[], AbstractAsyncContextManager[HelpDeskWorld]]
