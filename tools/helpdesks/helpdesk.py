"""The one seam to a help desk outside: a ticket is found, made, read and added to; nothing here knows a case or a store.

Everything we write there is an internal note. What a customer is to read is written by a person there, and is sent to them from here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from warmline.tools.capabilities import Finding

Standing = Literal["open", "pending", "solved", "closed", "gone"]
"""How a ticket stands: in work (new and on hold too), waiting for the customer, solved, closed for good, or not there any more."""

Kind = Literal["reply", "customer", "standing", "hand_back", "merged", "other"]
"""What happened on a ticket: a person answered in public, the customer wrote there, its standing was changed, it carries the tag that
gives the conversation back to the agent, it became part of another ticket; ``other`` concerns nobody here."""

Priority = Literal["urgent", "high", "normal", "low"]

HAND_BACK = "warmline_hand_back"
"""The tag, set by a person or a macro, that gives the conversation back to the agent."""

INSTRUCTION = "warmline:"
"""How an internal note begins that, written together with that tag, tells the agent what to do next."""


@dataclass(frozen=True, kw_only=True)
class Requester:
    """The customer as the desk outside is to know them: only with an address that is surely theirs."""

    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class NewTicket:
    """A ticket to be made for a case; ``note`` is internal. ``said`` is the last event of the case it tells.

    ``instead_of`` is a ticket of the case that takes nothing any more; this one ``follows`` it where it is closed and not gone.
    """

    case_id: str
    subject: str
    note: str
    tags: Sequence[str]
    priority: Priority
    said: int
    requester: Requester | None = None
    instead_of: str | None = None
    follows: bool = False


@dataclass(frozen=True, kw_only=True)
class Made:
    """The ticket of a case, and the last event it surely tells: 0 if another worker made it, with words of its own."""

    ticket_id: str
    said: int


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One thing that somebody else than us did to a ticket; ``mark`` is its place in the ticket's history, for ever."""

    mark: str
    kind: Kind
    who: str = ""
    text: str = ""
    standing: Standing | None = None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """A ticket as it stands, and its whole history, oldest first.

    ``stamp`` names this very state, so that a write can be refused if somebody was faster. ``said`` is the last event of the case we
    told it. ``marks`` are all places in the history, ours too.
    """

    ticket_id: str
    standing: Standing
    stamp: str
    said: int
    priority: Priority | None = None
    marks: Sequence[str] = ()
    happenings: Sequence[Happening] = field(default=(), repr=False)


@dataclass(frozen=True, kw_only=True)
class Changed:
    """Tickets that changed since a cursor, and where to go on; ``more`` at once, or later."""

    tickets: Sequence[str]
    cursor: str
    more: bool


class HelpDesk(Protocol):
    """A help desk. Every method raises ``ShopError``: unavailable, refused, drifted, or the outcome of a write unknown."""

    @property
    def key(self) -> str:
        """What it is called in settings and in the store: ``zendesk``."""
        ...

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    async def find(self, case_id: str) -> str | None:
        """The ticket of this case that can still be written to: of several the newest, where they follow each other, and the oldest, where one
        was made twice."""
        ...

    async def make(self, ticket: NewTicket) -> Made:
        """Make a ticket; asked twice for the same case, also at once, it is the same one. Without its requester rather than not at all."""
        ...

    async def read(self, ticket_id: str, *, heard: str = "") -> Ticket:
        """A ticket with its history; one that was deleted is ``gone``, with none.

        ``heard`` is the mark up to which it was taken in: a desk whose history comes in several lists leaves out what is before it (``places.py``).
        """
        ...

    async def add(
        self, ticket: Ticket, note: str, *, said: int, standing: Standing | None = None, priority: Priority | None = None
    ) -> None:
        """Add an internal note and change what is given, all or nothing, if the ticket is still as it was read.

        ``ShopRefused`` with status 409 if it is not. An empty note adds none.
        """
        ...

    async def tag(self, ticket_id: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        """Add tags and take tags away; those of others stay."""
        ...

    async def changed(self, cursor: str | None, *, since: datetime) -> Changed:
        """A page of tickets that changed after the cursor, or without one since that time."""
        ...

    def ticket_of(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str | None:
        """The ticket that a webhook is about, ``None`` if it is about none; ``UsageError`` for one that is not genuine or is old."""
        ...

    async def examine(self) -> Sequence[Finding]:
        """Whether it is reached, the credentials are taken, and what they may do; by reads alone."""
        ...


@runtime_checkable
class MayMakeTwo(Protocol):
    """A help desk where two workers may make a ticket for the same case at once: it knows no idempotency key."""

    async def keep_only(self, case_id: str, ticket_id: str) -> int:
        """Throw away what else there is of this case, if this ticket is still there; how many.

        What somebody else wrote there in public is noted on this one before: it has reached nobody.
        """
        ...
