"""A ticket of the past, as far as its file tells: what is not in the file is ``None``, never 0."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Field = Literal[
    "id",
    "subject",
    "text",
    "customer",
    "created",
    "first_reply_at",
    "first_reply",
    "resolved_at",
    "resolution",
    "handle",
    "reopens",
]
"""What is read of a ticket. ``first_reply``, ``resolution`` and ``handle`` are lengths of time, ``…_at`` and ``created`` moments."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a customer wrote and what it took, and the line it begins on. Lengths of time in seconds; ``unreadable`` are cells that hold something else."""

    text: str
    line: int = 0
    id: str = ""
    customer: str = ""
    created: datetime | None = None
    first_reply: float | None = None
    resolution: float | None = None
    handle: float | None = None
    reopened: bool | None = None
    unreadable: Mapping[Field, str] = field(default_factory=dict[Field, str])


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a file: the line it begins on, and its values by column; or why it could not be read."""

    line: int
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A record that is in no figure, and why."""

    file: str
    line: int
    reason: str
