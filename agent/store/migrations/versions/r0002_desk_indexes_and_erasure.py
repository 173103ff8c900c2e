"""Indexes for what the desk and the turn ask, and the record of who was erased."""

from alembic.operations import Operations
from sqlalchemy import Column, DateTime, Integer, String, text

revision = "0002"
down_revision: str | None = "0001"
branch_labels = None
depends_on = None

CASE, TURN, ERASURE = "warmline_case", "warmline_turn", "warmline_erasure"


def upgrade(op: Operations) -> None:
    """The cases that wait, in their order; the messages that wait; a table of erasures."""
    unresolved, unanswered = text("status != 'resolved'"), text("outcome IS NULL")
    op.drop_index("warmline_case_queue", CASE)
    op.create_index("warmline_case_waiting", CASE, ["rank", "opened_at"], sqlite_where=unresolved, postgresql_where=unresolved)
    op.create_index("warmline_case_in_queue", CASE, ["queue", "rank", "opened_at"])
    op.create_index("warmline_case_thread", CASE, ["conversation_id", "opened_at"])
    op.create_index(
        "warmline_turn_unanswered", TURN, ["conversation_id", "id"], sqlite_where=unanswered, postgresql_where=unanswered
    )
    op.create_table(
        ERASURE,
        Column("reference", String, primary_key=True),
        Column("who", String, nullable=False),
        Column("conversations", Integer, nullable=False),
        Column("cases", Integer, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
    )


def downgrade(op: Operations) -> None:
    """Back to the first tables; who was erased when is no longer known."""
    op.drop_table(ERASURE)
    op.drop_index("warmline_turn_unanswered", TURN)
    op.drop_index("warmline_case_thread", CASE)
    op.drop_index("warmline_case_in_queue", CASE)
    op.drop_index("warmline_case_waiting", CASE)
    op.create_index("warmline_case_queue", CASE, ["status", "rank", "opened_at"])
