"""The store's tables. SQLModel declares them; turns are written through SQLAlchemy Core (see ``store``)."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import DateTime, Dialect, Index, MetaData, String, Text, TypeDecorator, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

METADATA = MetaData()

UNCLOSED = text("closed_at IS NULL")
UNCLAIMED = text("closed_at IS NULL AND assignee IS NULL")
HELD = text("closed_at IS NULL AND assignee IS NOT NULL")
CLOSED = text("closed_at IS NOT NULL")
MERGED = text("merged_into IS NOT NULL")
UNANSWERED_QUESTION = text("answered_at IS NULL")
UNANSWERED = text("outcome IS NULL")
UNDELIVERED = text("delivered_at IS NULL AND dead_at IS NULL")
DEAD = text("dead_at IS NOT NULL")
UNSOLVED = text("standing != 'solved'")


class Moment(TypeDecorator[datetime]):
    """A time that comes back as it went in, aware and in UTC, also from SQLite, which keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database, in UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """From the database, in UTC."""
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)


class Table(SQLModel):
    """The base of our tables: their own metadata, apart from a host's."""

    metadata = METADATA
    __tablename__: ClassVar[str]  # pyright: ignore[reportIncompatibleVariableOverride]  SQLModel allows a function too


class ConversationRow(Table, table=True):
    """One customer's thread. ``lease_owner`` is the turn that runs now, until ``lease_until`` at the latest."""

    __tablename__ = "warmline_conversation"

    id: str = Field(primary_key=True)
    customer_id: str | None = Field(default=None, index=True)
    state: str = Field(default="{}", sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)
    lease_owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=Moment)


class TurnRow(Table, table=True):
    """One customer message and what came of it; ``outcome`` is empty until the turn is closed.

    ``announce``: nobody waits for the reply, so the turn's close is told to the host by an event (``turn_closed``). ``resumed`` counts how
    often a worker took the message up because nobody was at it.
    """

    __tablename__ = "warmline_turn"
    __table_args__ = (
        UniqueConstraint("conversation_id", "message_id"),
        Index("warmline_turn_unanswered", "conversation_id", "id", sqlite_where=UNANSWERED, postgresql_where=UNANSWERED),
        Index("warmline_turn_closed", "closed_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: str = Field(foreign_key="warmline_conversation.id")
    message_id: str
    text: str = Field(sa_type=Text)
    outcome: str | None = Field(default=None, sa_type=Text)
    opened_at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    announce: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    resumed: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class MessageRow(Table, table=True):
    """One message of the thread. ``wire`` is the JSON a model is sent; ``author`` decides who sees it.

    customer, agent, person and notice are shown to the customer; tool and call are the agent's own steps.
    """

    __tablename__ = "warmline_message"
    __table_args__ = (Index("warmline_message_thread", "conversation_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: str = Field(foreign_key="warmline_conversation.id")
    turn_id: int | None = Field(default=None, foreign_key="warmline_turn.id", index=True)
    author: str = Field(sa_type=String)
    wire: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)


class LedgerRow(Table, table=True):
    """One write: ``started`` before the shop is called, ``done`` or ``failed`` with its result after.

    ``told_in`` is the turn whose outcome says what came of it, noted when that turn is closed.
    """

    __tablename__ = "warmline_ledger"

    key: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="warmline_conversation.id", index=True)
    turn_id: int = Field(foreign_key="warmline_turn.id", index=True)
    tool: str
    arguments: str = Field(sa_type=Text)
    status: str
    result: str | None = Field(default=None, sa_type=Text)
    started_at: datetime = Field(sa_type=Moment)
    finished_at: datetime | None = Field(default=None, sa_type=Moment)
    told_in: int | None = None


class TallyRow(Table, table=True):
    """One thing that is limited over a day: a guest's wrong guess (``order``, ``email``) or write (``write``).

    ``subject`` is a hash: who is counted can be counted again, and not read.
    """

    __tablename__ = "warmline_tally"
    __table_args__ = (Index("warmline_tally_recent", "kind", "subject", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    subject: str
    at: datetime = Field(sa_type=Moment, index=True)


class CaseRow(Table, table=True):
    """One case for a person. A conversation has at most one that is not closed.

    ``place_at`` is where it stands among cases of its rank: at ``due_at``, the next deadline, or behind all that have one. ``deadlines`` are
    all of them as JSON, and ``watch_at`` is when the desk has to look at them next. A claim holds until ``claimed_until``.
    """

    __tablename__ = "warmline_case"
    __table_args__ = (
        Index("warmline_case_one_open", "conversation_id", unique=True, sqlite_where=UNCLOSED, postgresql_where=UNCLOSED),
        Index("warmline_case_waiting", "rank", "place_at", "id", sqlite_where=UNCLOSED, postgresql_where=UNCLOSED),
        Index("warmline_case_unclaimed", "rank", "place_at", "id", sqlite_where=UNCLAIMED, postgresql_where=UNCLAIMED),
        Index(
            "warmline_case_standing",
            "queue",
            "status",
            "assignee",
            "due_at",
            "opened_at",
            sqlite_where=UNCLOSED,
            postgresql_where=UNCLOSED,
        ),
        Index("warmline_case_held", "assignee", "claimed_until", sqlite_where=HELD, postgresql_where=HELD),
        Index("warmline_case_lapsing", "claimed_until", sqlite_where=HELD, postgresql_where=HELD),
        Index("warmline_case_watched", "watch_at", sqlite_where=UNCLOSED, postgresql_where=UNCLOSED),
        Index("warmline_case_closed", "closed_at", sqlite_where=CLOSED, postgresql_where=CLOSED),
        Index("warmline_case_merged", "merged_into", sqlite_where=MERGED, postgresql_where=MERGED),
        Index("warmline_case_thread", "conversation_id", "opened_at"),
        Index("warmline_case_all", "rank", "place_at", "id"),
        Index("warmline_case_in_queue", "queue", "rank", "place_at", "id"),
    )

    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="warmline_conversation.id")
    customer_id: str | None = Field(default=None, index=True)
    status: str = "open"
    reason: str
    queue: str
    priority: str
    rank: int
    file: str = Field(sa_type=Text)
    assignee: str | None = None
    opened_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    claimed_until: datetime | None = Field(default=None, sa_type=Moment)
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    watch_at: datetime | None = Field(default=None, sa_type=Moment)
    place_at: datetime = Field(sa_type=Moment, sa_column_kwargs={"server_default": "1970-01-01 00:00:00.000000"})
    deadlines: str = Field(default="[]", sa_type=Text, sa_column_kwargs={"server_default": "[]"})
    merged_into: str | None = None


class CaseEventRow(Table, table=True):
    """What happened to a case, who did it and why; rows are only ever added."""

    __tablename__ = "warmline_case_event"
    __table_args__ = (Index("warmline_case_event_kind", "kind", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: str = Field(foreign_key="warmline_case.id", index=True)
    kind: str
    who: str
    note: str = Field(default="", sa_type=Text)
    at: datetime = Field(sa_type=Moment)


class SatisfactionRow(Table, table=True):
    """One question how well a customer was served, and the answer if one came: 1 to 5 and a comment.

    ``case_id`` is the case it is about, ``None`` when the agent served; ``about`` names the occasion, which is asked about once.
    """

    __tablename__ = "warmline_satisfaction"
    __table_args__ = (
        Index("warmline_satisfaction_thread", "conversation_id", "asked_at"),
        Index(
            "warmline_satisfaction_open",
            "conversation_id",
            sqlite_where=UNANSWERED_QUESTION,
            postgresql_where=UNANSWERED_QUESTION,
        ),
    )

    about: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="warmline_conversation.id")
    case_id: str | None = Field(default=None, foreign_key="warmline_case.id", index=True)
    route: str
    reason: str
    queue: str
    score: int | None = None
    comment: str = Field(default="", sa_type=Text)
    asked_at: datetime = Field(sa_type=Moment, index=True)
    answered_at: datetime | None = Field(default=None, sa_type=Moment)


class OutboxRow(Table, table=True):
    """An event for the host, written in the transaction that caused it, and delivered after it.

    ``key`` is the event's name for ever: the receiver's idempotency key. ``attempts`` deliveries failed, the last one with ``error``; the next
    is not made before ``due_at``, nor while a worker has it, until ``held_until`` at the latest. ``dead_at`` is when it was given up.
    """

    __tablename__ = "warmline_outbox"
    __table_args__ = (
        Index("warmline_outbox_undelivered", "conversation_id", "id", sqlite_where=UNDELIVERED, postgresql_where=UNDELIVERED),
        Index("warmline_outbox_dead", "dead_at", "id", sqlite_where=DEAD, postgresql_where=DEAD),
    )

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: str = Field(index=True)
    kind: str
    body: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
    delivered_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    key: str | None = Field(default=None, index=True, unique=True)
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    held_until: datetime | None = Field(default=None, sa_type=Moment)
    dead_at: datetime | None = Field(default=None, sa_type=Moment)
    error: str | None = Field(default=None, sa_type=Text)


class ErasureRow(Table, table=True):
    """That a customer was erased: when, by whom, and ``reference``, which stands where their id stood. Whose it was is not kept."""

    __tablename__ = "warmline_erasure"

    reference: str = Field(primary_key=True)
    who: str
    conversations: int
    cases: int
    at: datetime = Field(sa_type=Moment)


class TicketRow(Table, table=True):
    """The ticket of a case at a help desk outside. ``said`` is the last event of the case that the ticket was told, ``heard`` marks the last
    thing there that was taken in here, ``standing`` is where the two last agreed that the case stands. A worker tells it until ``held_until``."""

    __tablename__ = "warmline_ticket"
    __table_args__ = (
        Index("warmline_ticket_there", "helpdesk", "ticket", unique=True),
        Index("warmline_ticket_unsolved", "helpdesk", "case_id", sqlite_where=UNSOLVED, postgresql_where=UNSOLVED),
    )

    case_id: str = Field(primary_key=True, foreign_key="warmline_case.id")
    helpdesk: str
    ticket: str
    said: int
    heard: str
    standing: str
    linked_at: datetime = Field(sa_type=Moment)
    held_until: datetime | None = Field(default=None, sa_type=Moment)


class CheckpointRow(Table, table=True):
    """Up to where something outside was read: its own ``cursor``, and when that was."""

    __tablename__ = "warmline_checkpoint"

    name: str = Field(primary_key=True)
    cursor: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Moment)
