"""Two cases of one customer that are about the same thing: shown as related, and made one."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from warmline.agent.store.prepared import Connection
from warmline.agent.store.rows import CASE, CASE_EVENT, UNCLOSED
from warmline.errors import DeskError

from .case_file import CaseFile, in_one_line
from .lifecycle import CLOSED, after, standing
from .moves import held, record
from .service_levels import columns, read_deadlines, sooner

MOST_RELATED = 20
NOTHING_DUE = {"due_at": None, "watch_at": None}


async def related(connection: Connection, row: Any) -> list[Any]:
    """The other open cases of the same signed-in customer about one of the orders of this one, or all of them if it names no order."""
    if row.customer_id is None:
        return []
    theirs = UNCLOSED & (CASE.c.customer_id == row.customer_id) & (CASE.c.id != row.id)
    rows = await connection.execute(select(CASE).where(theirs).order_by(CASE.c.opened_at.desc()).limit(MOST_RELATED))
    mine = _orders(row)
    return [one for one in rows if not mine or mine & _orders(one)]


async def merge(connection: Connection, case_id: str, into: str, by: str, at: datetime) -> str:
    """Close a case by making it part of another: messages of its conversation go there from now on."""
    case, target = await held(connection, case_id, into)
    _must_fit(case, target)
    values = {"status": after(case, "merge", by=by, now=at), "merged_into": target.id, "closed_at": at, "claimed_until": None}
    told = {"into": target.id}
    await record(connection, case, "merged", who=by, at=at, note=f"into {target.id}", told=told, values={**values, **NOTHING_DUE})
    await connection.execute(update(CASE).where(CASE.c.merged_into == case.id).values(merged_into=target.id))
    joined = {"case_id": target.id, "kind": "joined_by", "who": by, "note": case.id, "at": at}
    await connection.execute(insert(CASE_EVENT).values(joined))
    await connection.execute(update(CASE).where(CASE.c.id == target.id).values({**_graver(case, target), "updated_at": at}))
    return target.id


def _must_fit(case: Any, target: Any) -> None:
    if case.id == target.id:
        raise DeskError(f"case {case.id} cannot be merged into itself; nothing was changed")
    if target.merged_into == case.id:
        raise DeskError(f"case {target.id} was merged into {case.id}: merging back would be a circle; go on in {case.id}")
    if target.status in CLOSED:
        raise DeskError(f"case {target.id} is {standing(target)}; a case is merged into one that is open. Nothing was changed")
    if not _same_customer(case, target):
        raise DeskError(f"cases {case.id} and {target.id} are not of the same customer; nothing was changed")


def _same_customer(case: Any, target: Any) -> bool:
    """Signed in as the same, or guests who proved an order by the same address."""
    if case.customer_id is not None or target.customer_id is not None:
        return case.customer_id == target.customer_id
    one, other = (CaseFile.model_validate_json(row.file).customer for row in (case, target))
    proved = "none" not in (one.verification, other.verification)
    return proved and one.email is not None and other.email is not None and one.email.casefold() == other.email.casefold()


def _graver(case: Any, target: Any) -> dict[str, Any]:
    """The surviving case is as pressing as the more pressing of the two, for that one's reason; it knows what both want, their orders and contact."""
    values: dict[str, Any] = {}
    if case.rank < target.rank:
        values = {"rank": case.rank, "priority": case.priority, "queue": case.queue, "reason": case.reason}
    one, other = (CaseFile.model_validate_json(row.file) for row in (target, case))
    known = {order.number for order in one.orders}
    file = one.model_copy(
        update={
            "orders": [*one.orders, *(order for order in other.orders if order.number not in known)],
            "wants": in_one_line([one.wants, other.wants], limit=320),
            "contact": one.contact or other.contact,
            "promised": [*one.promised, *other.promised],
        }
    )
    due = columns(sooner(read_deadlines(target.deadlines), read_deadlines(case.deadlines)), target.opened_at)
    return {**values, **due, "file": file.model_dump_json()}


def _orders(row: Any) -> set[str]:
    return {order.number for order in CaseFile.model_validate_json(row.file).orders}
