"""What Gorgias answers, as far as it is read here. Unknown fields are left alone.

Shapes from developers.gorgias.com, REST API, read in November 2026: "The Ticket object", "The TicketMessage object", "The Event object", "List
tags", "Pagination" (``data`` and ``meta.next_cursor``). Times come with an offset or, as in its examples, without one: then they are in UTC.
"""

import html
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, Field

ItemT = TypeVar("ItemT", bound=BaseModel)

Moment = Annotated[datetime, AfterValidator(lambda at: at.replace(tzinfo=at.tzinfo or UTC))]


class Meta(BaseModel):
    """Where the next page begins. It is always there: a list whose end cannot be seen is no list."""

    next_cursor: str | None


class Listed(BaseModel, Generic[ItemT]):
    """A page of a list."""

    data: list[ItemT]
    meta: Meta


class Tag(BaseModel):
    """A tag; names are case sensitive."""

    id: int
    name: str


class Numbered(BaseModel):
    """What was just made."""

    id: int


class GorgiasTicket(Numbered):
    """A ticket: of its fields those that are needed. ``snooze_datetime`` is when it opens again by itself."""

    status: Literal["open", "closed"]
    external_id: str | None
    snooze_datetime: Moment | None
    trashed_datetime: Moment | None
    priority: str | None = None
    updated_datetime: str | None = None


class Person(BaseModel):
    """Who wrote a message: a user or a customer."""

    id: int | None = None
    name: str | None = None
    email: str | None = Field(default=None, repr=False)


class Attachment(BaseModel):
    """A file beside a message."""

    name: str | None = None
    url: str = ""


class Message(BaseModel):
    """A message: a customer's, one to a customer, or an internal note, which is not ``public``."""

    id: int
    channel: str
    public: bool
    from_agent: bool
    created_datetime: Moment
    ticket_id: int
    external_id: str | None = None
    rule_id: int | None = None
    deleted_datetime: Moment | None = None
    sender: Person | None = None
    body_text: str | None = None
    body_html: str | None = None
    attachments: list[Attachment] | None = None

    @property
    def said(self) -> str:
        """The words, and which files came with them."""
        words = self.body_text or html.unescape(re.sub(r"<[^>]*>", " ", self.body_html or ""))
        return "\n".join([words.strip(), *(f"{one.name or 'file'}: {one.url}" for one in self.attachments or ())]).strip()


class Event(BaseModel):
    """Something that changed. ``object_id`` is the ticket where ``object_type`` says so; tags are named by number."""

    id: int
    type: str
    created_datetime: Moment
    object_type: str | None
    object_id: int | None
    user_id: int | None = None
    data: Any = None


class User(BaseModel):
    """A user of the account; ``role`` is that of their permissions."""

    id: int
    name: str | None = None
    role: Any = None
