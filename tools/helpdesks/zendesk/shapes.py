"""What Zendesk answers, as far as it is read here. Unknown fields are left alone; unknown kinds of audit events are ``Other``.

Shapes from developer.zendesk.com, API v2, read in November 2026: "Tickets" (JSON format), "Ticket Audits" and the reference "Ticket Audit
events", "Incremental Exports" (cursor-based), "Users" (show many).
"""

from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, Field

Status = Literal["new", "open", "pending", "hold", "solved", "closed", "deleted"]


class ZendeskTicket(BaseModel):
    """A ticket: of its fields those that are needed."""

    id: int
    status: Status
    updated_at: str
    external_id: str | None
    priority: Literal["urgent", "high", "normal", "low"] | None = None


class OneTicket(BaseModel):
    """``{"ticket": …}``."""

    ticket: ZendeskTicket


class Meta(BaseModel):
    """Cursor pagination: where the next page begins. It is always there: a list whose end cannot be seen is no list."""

    has_more: bool
    after_cursor: str | None = None


class TicketPage(BaseModel):
    """A page of a list of tickets."""

    tickets: list[ZendeskTicket]
    meta: Meta


class Attachment(BaseModel):
    """A file beside a comment."""

    file_name: str = ""
    content_url: str = ""


class AuditEvent(BaseModel):
    """One event of an audit: ``Comment`` has a body, ``Change`` and ``Create`` a field and its values, others neither."""

    type: str
    author_id: int | None = None
    public: bool = False
    body: str | None = None
    plain_body: str | None = None
    attachments: list[Attachment] = []
    field_name: str | None = None
    value: Any = None
    previous_value: Any = None

    @property
    def said(self) -> str:
        """The words of a comment, and which files came with it."""
        files = [f"{one.file_name}: {one.content_url}" for one in self.attachments]
        return "\n".join([(self.plain_body or self.body or "").strip(), *files]).strip()


class Metadata(BaseModel):
    """Of an audit; ``custom`` is what its writer put there."""

    custom: dict[str, Any] = {}


class Audit(BaseModel):
    """One update of a ticket."""

    id: int
    author_id: int
    created_at: AwareDatetime
    metadata: Metadata = Metadata()
    events: list[AuditEvent]


class AuditPage(BaseModel):
    """A page of a ticket's audits, oldest first."""

    audits: list[Audit]
    meta: Meta


class ZendeskUser(BaseModel):
    """Somebody: ``role`` is ``end-user``, ``agent`` or ``admin``."""

    id: int
    name: str = ""
    role: str | None = None
    email: str | None = Field(default=None, repr=False)


class Users(BaseModel):
    """``{"users": […]}``."""

    users: list[ZendeskUser]


class Me(BaseModel):
    """``{"user": …}``; without credentials that are taken the user has no id."""

    user: dict[str, Any]


class Export(BaseModel):
    """A page of the incremental export by cursor."""

    tickets: list[ZendeskTicket]
    after_cursor: str | None = None
    end_of_stream: bool
