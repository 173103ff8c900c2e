"""What the delivery of events needs, and turns whose close is told by an event."""

from alembic.operations import Operations
from sqlalchemy import Boolean, Column, DateTime, Integer, String, Text, false, text

revision = "0003"
down_revision: str | None = "0002"
branch_labels = None
depends_on = None

OUTBOX, TURN = "warmline_outbox", "warmline_turn"
MOMENTS = ("due_at", "held_until", "dead_at")


def upgrade(op: Operations) -> None:
    """Columns for attempts, holds and dead letters; events from before keep no key and get their id for one."""
    with op.batch_alter_table(OUTBOX) as table:
        table.add_column(Column("key", String, nullable=True))
        table.add_column(Column("attempts", Integer, nullable=False, server_default="0"))
        for name in MOMENTS:
            table.add_column(Column(name, DateTime(timezone=True), nullable=True))
        table.add_column(Column("error", Text, nullable=True))
    op.create_index(f"ix_{OUTBOX}_key", OUTBOX, ["key"], unique=True)
    op.create_index(f"ix_{OUTBOX}_delivered_at", OUTBOX, ["delivered_at"])
    undelivered, dead = text("delivered_at IS NULL AND dead_at IS NULL"), text("dead_at IS NOT NULL")
    op.create_index(
        "warmline_outbox_undelivered", OUTBOX, ["conversation_id", "id"], sqlite_where=undelivered, postgresql_where=undelivered
    )
    op.create_index("warmline_outbox_dead", OUTBOX, ["dead_at", "id"], sqlite_where=dead, postgresql_where=dead)
    op.add_column(TURN, Column("announce", Boolean, nullable=False, server_default=false()))
    op.add_column(TURN, Column("resumed", Integer, nullable=False, server_default="0"))


def downgrade(op: Operations) -> None:
    """Back to events that nothing delivers; which were given up, and why, is no longer known."""
    for name in ("announce", "resumed"):
        op.drop_column(TURN, name)
    for name in ("warmline_outbox_dead", "warmline_outbox_undelivered", f"ix_{OUTBOX}_delivered_at", f"ix_{OUTBOX}_key"):
        op.drop_index(name, OUTBOX)
    with op.batch_alter_table(OUTBOX) as table:
        for name in ("key", "attempts", *MOMENTS, "error"):
            table.drop_column(name)
