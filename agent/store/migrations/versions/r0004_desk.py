"""What the desk keeps: claims that lapse, deadlines, merged cases, questions of satisfaction.

Columns are added and dropped one by one, never by making the table anew: events refer to its cases, and SQLite counts every case of a
table that is dropped as deleted.
"""

from sqlalchemy import Column, DateTime, ForeignKey, Integer, String, Text, text

from warmline.agent.store.operations import Operations

revision = "0004"
down_revision: str | None = "0003"

CASE, EVENT, TURN, ASKED = "warmline_case", "warmline_case_event", "warmline_turn", "warmline_satisfaction"
OF_TURN = ("warmline_message", "warmline_ledger")
BEFORE = ("one_open", "waiting", "in_queue")
UNPLACED = "1970-01-01 00:00:00.000000"
"""SQLite adds no column without a default that may not be empty; every case is given its place at once."""

UNCLOSED, UNRESOLVED = "closed_at IS NULL", "status != 'resolved'"
HELD = f"{UNCLOSED} AND assignee IS NOT NULL"
ADDED = (
    ("all", ("rank", "place_at", "id"), None),
    ("closed", ("closed_at",), "closed_at IS NOT NULL"),
    ("held", ("assignee", "claimed_until"), HELD),
    ("in_queue", ("queue", "rank", "place_at", "id"), None),
    ("lapsing", ("claimed_until",), HELD),
    ("merged", ("merged_into",), "merged_into IS NOT NULL"),
    ("standing", ("queue", "status", "assignee", "due_at", "opened_at"), UNCLOSED),
    ("unclaimed", ("rank", "place_at", "id"), f"{UNCLOSED} AND assignee IS NULL"),
    ("waiting", ("rank", "place_at", "id"), UNCLOSED),
    ("watched", ("watch_at",), UNCLOSED),
)
COLUMNS = ("claimed_until", "deadlines", "due_at", "watch_at", "place_at", "merged_into")


def upgrade(op: Operations) -> None:
    """Cases from before have no deadline: they stand by age before those that have one, and a claim on them does not lapse."""
    for name in BEFORE:
        op.drop_index(f"warmline_case_{name}")
    for name in ("claimed_until", "due_at", "watch_at"):
        op.add_column(CASE, Column(name, DateTime(timezone=True), nullable=True))
    op.add_column(CASE, Column("place_at", DateTime(timezone=True), nullable=False, server_default=UNPLACED))
    op.add_column(CASE, Column("deadlines", Text, nullable=False, server_default="[]"))
    op.add_column(CASE, Column("merged_into", String, nullable=True))
    op.execute(text(f"UPDATE {CASE} SET place_at = opened_at, closed_at = {_closed()}"))  # noqa: S608 (names of our own)
    _index(op, "one_open", ("conversation_id",), UNCLOSED, unique=True)
    for name, columns, where in ADDED:
        _index(op, name, columns, where)
    op.create_index("warmline_turn_closed", TURN, ["closed_at"])
    op.create_index("warmline_case_event_kind", EVENT, ["kind", "at"])
    for table in OF_TURN:
        op.create_index(f"ix_{table}_turn_id", table, ["turn_id"])
    _satisfaction(op)


def downgrade(op: Operations) -> None:
    """Back to cases that are open, claimed or resolved: what waits for the customer is claimed, what was handed back or merged resolved."""
    op.drop_table(ASKED)
    op.drop_index("warmline_turn_closed")
    op.drop_index("warmline_case_event_kind")
    for table in OF_TURN:
        op.drop_index(f"ix_{table}_turn_id")
    for name in ("one_open", *(name for name, *_ in ADDED)):
        op.drop_index(f"warmline_case_{name}")
    for was, now in (
        ("waiting_for_customer", "claimed"),
        ("reopened", "open"),
        ("handed_back", "resolved"),
        ("merged", "resolved"),
    ):
        op.execute(text(f"UPDATE {CASE} SET status = '{now}' WHERE status = '{was}'"))  # noqa: S608 (names of our own)
    for name in COLUMNS:
        op.drop_column(CASE, name)
    _index(op, "one_open", ("conversation_id",), UNRESOLVED, unique=True)
    _index(op, "waiting", ("rank", "opened_at"), UNRESOLVED)
    _index(op, "in_queue", ("queue", "rank", "opened_at"), None)


def _closed() -> str:
    """Every resolved case has a time of its end."""
    return "CASE WHEN status = 'resolved' THEN COALESCE(closed_at, updated_at) ELSE NULL END"


def _index(op: Operations, name: str, columns: tuple[str, ...], where: str | None, *, unique: bool = False) -> None:
    op.create_index(f"warmline_case_{name}", CASE, columns, unique=unique, where=where)


def _satisfaction(op: Operations) -> None:
    op.create_table(
        ASKED,
        Column("about", String, primary_key=True),
        Column("conversation_id", String, ForeignKey("warmline_conversation.id"), nullable=False),
        Column("case_id", String, ForeignKey("warmline_case.id"), nullable=True),
        *(Column(name, String, nullable=False) for name in ("route", "reason", "queue")),
        Column("score", Integer, nullable=True),
        Column("comment", Text, nullable=False),
        Column("asked_at", DateTime(timezone=True), nullable=False),
        Column("answered_at", DateTime(timezone=True), nullable=True),
    )
    op.create_index("warmline_satisfaction_thread", ASKED, ["conversation_id", "asked_at"])
    op.create_index("warmline_satisfaction_open", ASKED, ["conversation_id"], where="answered_at IS NULL")
    op.create_index(f"ix_{ASKED}_asked_at", ASKED, ["asked_at"])
    op.create_index(f"ix_{ASKED}_case_id", ASKED, ["case_id"])
