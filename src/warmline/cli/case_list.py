"""The queue as a list."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .screen import ago, console, print_table

if TYPE_CHECKING:
    from warmline.agent.desk.desk import Case

COLUMNS = ("priority", "case", "reason", "customer", "waiting", "who", "wants")


def case_row(case: "Case") -> dict[str, str | None]:
    """A case in one line, for a machine."""
    return {
        "id": case.id,
        "status": case.status,
        "priority": case.priority,
        "queue": case.queue,
        "reason": case.reason,
        "customer": case.file.customer.name,
        "customer_id": case.customer_id,
        "assignee": case.assignee,
        "waiting_since": case.opened_at.isoformat(),
        "wants": case.file.wants,
    }


def show_cases(cases: Sequence["Case"]) -> None:
    """The cases as a table."""
    print_table(COLUMNS, [_cells(case) for case in cases], console=console())


def _cells(case: "Case") -> list[str]:
    who = f"{case.status.replace('_', ' ')} by {case.assignee}" if case.closed else case.assignee or ""
    customer = case.file.customer.name or case.file.customer.email or "a guest"
    return [case.priority, case.id, case.reason, customer, ago(case.opened_at), who, case.file.wants]
