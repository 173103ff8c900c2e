"""Indexes for what the desk and the turn ask, and the record of who was erased."""

from sqlalchemy import Column, DateTime, Integer, String

from warmline.agent.store.operations import Operations

revision = "0002"
down_revision: str | None = "0001"

CASE, TURN, ERASURE = "warmline_case", "warmline_turn", "warmline_erasure"


def upgrade(op: Operations) -> None:
    """The cases that wait, in their order; the messages that wait; a table of erasures."""
    unresolved, unanswered = "status != 'resolved'", "outcome IS NULL"
    op.drop_index("warmline_case_queue")
    op.create_index("warmline_case_waiting", CASE, ["rank", "opened_at"], where=unresolved)
    op.create_index("warmline_case_in_queue", CASE, ["queue", "rank", "opened_at"])
    op.create_index("warmline_case_thread", CASE, ["conversation_id", "opened_at"])
    op.create_index("warmline_turn_unanswered", TURN, ["conversation_id", "id"], where=unanswered)
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
    op.drop_index("warmline_turn_unanswered")
    op.drop_index("warmline_case_thread")
    op.drop_index("warmline_case_in_queue")
    op.drop_index("warmline_case_waiting")
    op.create_index("warmline_case_queue", CASE, ["status", "rank", "opened_at"])
