"""Which ticket of a help desk outside belongs to which case, and up to where such a desk was read."""

from sqlalchemy import Column, DateTime, ForeignKey, Integer, String, Text

from warmline.agent.store.operations import Operations

revision = "0005"
down_revision: str | None = "0004"

TICKET, CHECKPOINT = "warmline_ticket", "warmline_checkpoint"


def upgrade(op: Operations) -> None:
    """Two tables; nothing that is there changes."""
    op.create_table(
        TICKET,
        Column("case_id", String, ForeignKey("warmline_case.id"), primary_key=True),
        Column("helpdesk", String, nullable=False),
        Column("ticket", String, nullable=False),
        Column("said", Integer, nullable=False),
        Column("heard", String, nullable=False),
        Column("standing", String, nullable=False),
        Column("linked_at", DateTime(timezone=True), nullable=False),
        Column("held_until", DateTime(timezone=True), nullable=True),
    )
    op.create_index("warmline_ticket_there", TICKET, ["helpdesk", "ticket"], unique=True)
    op.create_index("warmline_ticket_unsolved", TICKET, ["helpdesk", "case_id"], where="standing != 'solved'")
    op.create_table(
        CHECKPOINT,
        Column("name", String, primary_key=True),
        Column("cursor", Text, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
    )


def downgrade(op: Operations) -> None:
    """Which ticket belongs to which case is no longer known here; the desk outside knows it by the case's number."""
    op.drop_table(CHECKPOINT)
    op.drop_table(TICKET)
