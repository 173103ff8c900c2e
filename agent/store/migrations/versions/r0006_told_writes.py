"""Which turn told what came of a write: noted with the turn's close, where moments were compared before."""

from sqlalchemy import Column, Integer, text

from warmline.agent.store.operations import Operations

revision = "0006"
down_revision: str | None = "0005"

LEDGER = "warmline_ledger"


def upgrade(op: Operations) -> None:
    """What is finished was told by the turn that wrote it, if that was closed later: as it was told apart until now."""
    op.add_column(LEDGER, Column("told_in", Integer, nullable=True))
    closed = "SELECT 1 FROM warmline_turn t WHERE t.id = turn_id AND t.outcome IS NOT NULL AND finished_at <= t.closed_at"
    op.execute(text(f"UPDATE {LEDGER} SET told_in = turn_id WHERE status <> 'started' AND EXISTS ({closed})"))  # noqa: S608 (names of our own)


def downgrade(op: Operations) -> None:
    """Back to moments, of the turn that told."""
    op.execute(text(f"UPDATE {LEDGER} SET turn_id = told_in WHERE told_in IS NOT NULL"))  # noqa: S608 (names of our own)
    op.drop_column(LEDGER, "told_in")
