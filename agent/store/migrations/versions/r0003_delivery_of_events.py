"""What the delivery of events needs, and turns whose close is told by an event."""

from sqlalchemy import Boolean, Column, DateTime, Integer, String, Text, false

from warmline.agent.store.operations import Operations

revision = "0003"
down_revision: str | None = "0002"

OUTBOX, TURN = "warmline_outbox", "warmline_turn"
MOMENTS = ("due_at", "held_until", "dead_at")


def upgrade(op: Operations) -> None:
    """Columns for attempts, holds and dead letters; events from before keep no key and get their id for one."""
    op.add_column(OUTBOX, Column("key", String, nullable=True))
    op.add_column(OUTBOX, Column("attempts", Integer, nullable=False, server_default="0"))
    for name in MOMENTS:
        op.add_column(OUTBOX, Column(name, DateTime(timezone=True), nullable=True))
    op.add_column(OUTBOX, Column("error", Text, nullable=True))
    op.create_index(f"ix_{OUTBOX}_key", OUTBOX, ["key"], unique=True)
    op.create_index(f"ix_{OUTBOX}_delivered_at", OUTBOX, ["delivered_at"])
    undelivered, dead = "delivered_at IS NULL AND dead_at IS NULL", "dead_at IS NOT NULL"
    op.create_index("warmline_outbox_undelivered", OUTBOX, ["conversation_id", "id"], where=undelivered)
    op.create_index("warmline_outbox_dead", OUTBOX, ["dead_at", "id"], where=dead)
    op.add_column(TURN, Column("announce", Boolean, nullable=False, server_default=false()))
    op.add_column(TURN, Column("resumed", Integer, nullable=False, server_default="0"))


def downgrade(op: Operations) -> None:
    """Back to events that nothing delivers; which were given up, and why, is no longer known."""
    for name in ("announce", "resumed"):
        op.drop_column(TURN, name)
    for name in ("warmline_outbox_dead", "warmline_outbox_undelivered", f"ix_{OUTBOX}_delivered_at", f"ix_{OUTBOX}_key"):
        op.drop_index(name)
    for name in ("key", "attempts", *MOMENTS, "error"):
        op.drop_column(OUTBOX, name)
