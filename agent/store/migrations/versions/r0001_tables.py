"""The first tables. What is there already is left: a database from before there were revisions gets what it lacks."""

from sqlalchemy import Column, DateTime, ForeignKey, Integer, String, Text, UniqueConstraint

from warmline.agent.store.operations import Operations

revision = "0001"
down_revision: str | None = None

CONVERSATION, TURN, MESSAGE, LEDGER = "warmline_conversation", "warmline_turn", "warmline_message", "warmline_ledger"
TALLY, CASE, CASE_EVENT, OUTBOX = "warmline_tally", "warmline_case", "warmline_case_event", "warmline_outbox"


def upgrade(op: Operations) -> None:
    """Create what is missing."""
    _conversation(op)
    _turn(op)
    _message(op)
    _ledger(op)
    _tally(op)
    _case(op)
    _case_event(op)
    _outbox(op)
    _indexes(op)


def downgrade(op: Operations) -> None:
    """Remove every table, and what is in it."""
    for table in (OUTBOX, CASE_EVENT, CASE, TALLY, LEDGER, MESSAGE, TURN, CONVERSATION):
        op.drop_table(table)


def _key() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _words(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, String, nullable=null)


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _moment(name: str, *, null: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=null)


def _of(name: str, table: str, kind: type[Integer | String], *, null: bool = False) -> Column[object]:
    return Column(name, kind, ForeignKey(f"{table}.id"), nullable=null)


def _conversation(op: Operations) -> None:
    op.create_table(
        CONVERSATION,
        Column("id", String, primary_key=True),
        _words("customer_id", null=True),
        _text("state"),
        _moment("created_at"),
        _moment("updated_at"),
        _words("lease_owner", null=True),
        _moment("lease_until", null=True),
        if_not_exists=True,
    )


def _turn(op: Operations) -> None:
    op.create_table(
        TURN,
        _key(),
        _of("conversation_id", CONVERSATION, String),
        _words("message_id"),
        _text("text"),
        _text("outcome", null=True),
        _moment("opened_at"),
        _moment("closed_at", null=True),
        UniqueConstraint("conversation_id", "message_id"),
        if_not_exists=True,
    )


def _message(op: Operations) -> None:
    op.create_table(
        MESSAGE,
        _key(),
        _of("conversation_id", CONVERSATION, String),
        _of("turn_id", TURN, Integer, null=True),
        _words("author"),
        _text("wire"),
        _moment("at"),
        if_not_exists=True,
    )


def _ledger(op: Operations) -> None:
    op.create_table(
        LEDGER,
        Column("key", String, primary_key=True),
        _of("conversation_id", CONVERSATION, String),
        _of("turn_id", TURN, Integer),
        _words("tool"),
        _text("arguments"),
        _words("status"),
        _text("result", null=True),
        _moment("started_at"),
        _moment("finished_at", null=True),
        if_not_exists=True,
    )


def _tally(op: Operations) -> None:
    op.create_table(TALLY, _key(), _words("kind"), _words("subject"), _moment("at"), if_not_exists=True)


def _case(op: Operations) -> None:
    op.create_table(
        CASE,
        Column("id", String, primary_key=True),
        _of("conversation_id", CONVERSATION, String),
        _words("customer_id", null=True),
        *(_words(name) for name in ("status", "reason", "queue", "priority")),
        Column("rank", Integer, nullable=False),
        _text("file"),
        _words("assignee", null=True),
        _moment("opened_at"),
        _moment("updated_at"),
        _moment("closed_at", null=True),
        if_not_exists=True,
    )


def _case_event(op: Operations) -> None:
    case = _of("case_id", CASE, String)
    op.create_table(CASE_EVENT, _key(), case, _words("kind"), _words("who"), _text("note"), _moment("at"), if_not_exists=True)


def _outbox(op: Operations) -> None:
    thread, sent = _words("conversation_id"), _moment("delivered_at", null=True)
    op.create_table(OUTBOX, _key(), thread, _words("kind"), _text("body"), _moment("at"), sent, if_not_exists=True)


def _indexes(op: Operations) -> None:
    for table, column in (
        (CONVERSATION, "customer_id"),
        (LEDGER, "conversation_id"),
        (TALLY, "at"),
        (CASE, "customer_id"),
        (CASE_EVENT, "case_id"),
        (OUTBOX, "conversation_id"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column], if_not_exists=True)
    op.create_index("warmline_message_thread", MESSAGE, ["conversation_id", "id"], if_not_exists=True)
    op.create_index("warmline_tally_recent", TALLY, ["kind", "subject", "at"], if_not_exists=True)
    op.create_index("warmline_case_queue", CASE, ["status", "rank", "opened_at"], if_not_exists=True)
    unresolved = "status != 'resolved'"
    op.create_index("warmline_case_one_open", CASE, ["conversation_id"], unique=True, where=unresolved, if_not_exists=True)
