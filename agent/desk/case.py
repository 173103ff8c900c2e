"""A case as a person sees it, read from its row."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel

from .case_file import CaseFile
from .lifecycle import CLOSED, Status
from .service_levels import DeadlineState, Kind, read_deadlines


class CaseEvent(BaseModel):
    """One thing that happened to a case."""

    kind: str
    who: str
    note: str
    at: AwareDatetime


class Due(BaseModel):
    """One deadline as it stands."""

    kind: Kind
    due_at: AwareDatetime
    state: DeadlineState


class Case(BaseModel):
    """A case as a person sees it.

    ``due_at`` is the deadline that comes next, and ``overdue`` whether it is over. ``threads`` are the conversations whose messages come to
    this case, its own first; ``merged_into`` is the case to go on with. ``events`` and ``threads`` are only there for a single case.
    """

    id: str
    conversation_id: str
    customer_id: str | None
    status: Status
    reason: str
    queue: str
    priority: str
    assignee: str | None
    claimed_until: AwareDatetime | None = None
    opened_at: AwareDatetime
    updated_at: AwareDatetime
    closed_at: AwareDatetime | None = None
    due_at: AwareDatetime | None = None
    overdue: bool = False
    deadlines: list[Due] = []
    merged_into: str | None = None
    threads: list[str] = []
    file: CaseFile
    events: list[CaseEvent] = []

    @property
    def closed(self) -> bool:
        """Whether nobody works on it: resolved, handed back or merged."""
        return self.status in CLOSED


def case_of(row: Any, now: datetime, *, threads: Sequence[str] = (), events: Sequence[Any] = ()) -> Case:
    """The case in a row, as it stands now."""
    return Case(
        id=row.id,
        conversation_id=row.conversation_id,
        customer_id=row.customer_id,
        status=row.status,
        reason=row.reason,
        queue=row.queue,
        priority=row.priority,
        assignee=row.assignee,
        claimed_until=row.claimed_until if row.status == "claimed" else None,
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        closed_at=row.closed_at,
        due_at=row.due_at,
        overdue=row.due_at is not None and row.due_at < now,
        deadlines=[Due(kind=one.kind, due_at=one.due_at, state=one.state(now)) for one in read_deadlines(row.deadlines)],
        merged_into=row.merged_into,
        threads=list(threads),
        file=CaseFile.model_validate_json(row.file),
        events=[CaseEvent(kind=one.kind, who=one.who, note=one.note, at=one.at) for one in events],
    )
