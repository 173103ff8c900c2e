"""The tables as Core sees them: what the hot path reads and writes."""

from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Table
from sqlmodel import SQLModel

from .tables import (
    CaseEventRow,
    CaseRow,
    CheckpointRow,
    ConversationRow,
    ErasureRow,
    LedgerRow,
    MessageRow,
    OutboxRow,
    SatisfactionRow,
    TallyRow,
    TicketRow,
    TurnRow,
)


def _core(row: type[SQLModel]) -> Table:
    return cast("Table", row.__dict__["__table__"])


CONVERSATION = _core(ConversationRow)
TURN = _core(TurnRow)
MESSAGE = _core(MessageRow)
LEDGER = _core(LedgerRow)
TALLY = _core(TallyRow)
CASE = _core(CaseRow)
CASE_EVENT = _core(CaseEventRow)
SATISFACTION = _core(SatisfactionRow)
OUTBOX = _core(OutboxRow)
ERASURE = _core(ErasureRow)
TICKET = _core(TicketRow)
CHECKPOINT = _core(CheckpointRow)

UNCLOSED: ColumnElement[bool] = CASE.c.closed_at.is_(None)
"""Cases that wait or are in work."""


def row_id(result: CursorResult[Any]) -> int:
    """The id the database gave to the one row just inserted."""
    key = result.inserted_primary_key
    if key is None:  # only for statements that are no single insert
        raise TypeError("not the result of a single-row insert")
    return int(key[0])
