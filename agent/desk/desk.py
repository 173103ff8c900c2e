"""The desk: what people do with cases. Every move is one transaction with its event; what the life cycle does not allow is refused in words."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import select

from warmline.agent.store.database import transaction, uninterrupted
from warmline.agent.store.prepared import Connection
from warmline.agent.store.reading import Said, read_thread
from warmline.agent.store.rows import CASE, CASE_EVENT, UNCLOSED
from warmline.agent.store.store import Store
from warmline.errors import DeskError

from .case import Case, CaseEvent, case_of
from .claims import claim, claim_next, claimed, cut_back, lapsing, named
from .joining import Within
from .lifecycle import Move, Status, Verdict, after, lapsed
from .listing import Stats, page, stats
from .merging import merge, related
from .moves import deadlines_again, held, lapse, must_rest, record, row_of, running, settle, threads_of
from .replies import put_reply, threads_to_answer, unanswered
from .service_levels import answered, columns, ended, paused, read_deadlines
from .terms import Terms

__all__ = ["Case", "CaseEvent", "Desk", "Stats"]

AT_ONCE = 100
"""Claims that are let go in one sweep."""


class Desk:
    """The human queue over a store, on the terms of a policy: as they are, or how to get at them.

    ``within`` is run in the transaction of each move except claims and merges; what it raises takes the move back.
    """

    def __init__(self, store: Store, terms: Terms | Callable[[], Terms] | None = None, *, within: Within | None = None) -> None:
        self.store = store
        self._given = terms
        self._within = within

    @cached_property
    def terms(self) -> Terms:
        """What the desk works on; where a policy has to be read for it, on first use."""
        given = self._given
        return given() if callable(given) else given or Terms()

    @uninterrupted
    async def cases(
        self,
        *,
        queue: str | None = None,
        status: Status | None = None,
        assignee: str | None = None,
        overdue: bool = False,
        include_resolved: bool = False,
        limit: int = 50,
        after: str | None = None,
    ) -> Sequence[Case]:
        """A page of cases by priority, then by what falls due first, then by age; ``after`` is the last case of the page before."""
        now = self.store.clock.now()
        async with transaction(self.store.engine, read_only=True) as connection:
            rows = await page(
                connection,
                queue=queue,
                status=status,
                assignee=assignee,
                overdue_at=now if overdue else None,
                include_closed=include_resolved,
                limit=limit,
                after=after,
            )
        return [case_of(row, now) for row in rows]

    @uninterrupted
    async def case(self, case_id: str) -> Case:
        """One case with its events and threads; ``DeskError`` if there is none."""
        async with transaction(self.store.engine, read_only=True) as connection:
            return await self._case(connection, case_id)

    @uninterrupted
    async def related(self, case_id: str) -> Sequence[Case]:
        """Other open cases of the same customer about the same order: what might be merged with this one."""
        async with transaction(self.store.engine, read_only=True) as connection:
            rows = await related(connection, await row_of(connection, case_id))
        return [case_of(row, self.store.clock.now()) for row in rows]

    @uninterrupted
    async def thread(self, case_id: str) -> Sequence[Said]:
        """What the customer and whoever answered them said, in all conversations of a case, by time."""
        async with transaction(self.store.engine, read_only=True) as connection:
            threads = await threads_of(connection, (await row_of(connection, case_id)).id)
        said = [one for thread in threads for one in await read_thread(self.store.engine, thread, after=0)]
        return sorted(said, key=lambda one: one.id)

    @uninterrupted
    async def claim(self, case_id: str, *, by: str) -> Case:
        """Take a case; ``DeskError`` if somebody else has it or it is closed. Claiming what one has renews the claim."""
        async with transaction(self.store.engine) as connection:
            key = await claim(connection, case_id, named(by), self.store.clock.now(), self.terms)
            return await self._case(connection, key)

    @uninterrupted
    async def claim_next(self, *, by: str, queue: str | None = None) -> Case | None:
        """Take the case that comes first, of the queues this person serves; ``None`` if nothing waits.

        ``DeskError`` if they hold as many cases as they may.
        """
        await self.lapse_claims()
        async with transaction(self.store.engine) as connection:
            key = await claim_next(connection, named(by), self.store.clock.now(), self.terms, queue=queue)
            return None if key is None else await self._case(connection, key)

    @uninterrupted
    async def release(self, case_id: str, *, by: str, note: str = "") -> Case:
        """Put a case back into its queue."""
        async with transaction(self.store.engine) as connection:
            row, to, at = await self._begin(connection, case_id, "release", by)
            values = {"status": to, "assignee": None, "claimed_until": None, **running(row, self.terms, at)}
            await record(connection, row, "released", who=by, at=at, note=note, values=values)
            return await self._case(connection, row.id)

    @uninterrupted
    async def reassign(self, case_id: str, *, to: str, by: str, note: str = "") -> Case:
        """Give a case to somebody, whoever holds it; anybody may."""
        async with transaction(self.store.engine) as connection:
            row, status, at = await self._begin(connection, case_id, "reassign", by)
            values = {"status": status, "assignee": named(to), **claimed(row, self.terms, at)}
            words = f"to {to}{f': {note}' if note else ''}"
            await record(connection, row, "reassigned", who=by, at=at, note=words, told={"to": to}, values=values)
            return await self._case(connection, row.id)

    @uninterrupted
    async def reply(self, case_id: str, text: str, *, by: str, conversation_id: str | None = None) -> Case:
        """Answer the customer in their own thread; the case must be claimed by the one who answers.

        In a merged case the reply goes wherever the customer waits for one, unless ``conversation_id`` says where.
        """
        if not text.strip():
            raise DeskError("the reply is empty; nothing was sent")
        async with transaction(self.store.engine) as connection:
            row, to, at = await self._begin(connection, case_id, "reply", by)
            threads = await threads_to_answer(connection, await threads_of(connection, row.id), conversation_id)
            sent = [{"conversation_id": one, "message": await put_reply(connection, one, text, at)} for one in threads]
            due = columns(answered(read_deadlines(row.deadlines), at), row.opened_at)
            values = {"status": to, "claimed_until": at + self.terms.claim, **due}
            told = {"text": text, "sent": sent}
            await record(connection, row, "reply_sent", who=by, at=at, note=text, told=told, values=values)
            return await self._case(connection, row.id)

    @uninterrupted
    async def note(self, case_id: str, text: str, *, by: str) -> Case:
        """Leave a note for colleagues; the customer never sees it."""
        if not text.strip():
            raise DeskError("the note is empty; nothing was changed")
        async with transaction(self.store.engine) as connection:
            row, _, at = await self._begin(connection, case_id, "note", by)
            holds = row.assignee == by and row.status == "claimed" and not lapsed(row, at)
            renewed = {"claimed_until": at + self.terms.claim} if holds else {}
            await record(connection, row, "noted", who=by, at=at, note=text, values=renewed)
            return await self._case(connection, row.id)

    @uninterrupted
    async def judge(self, case_id: str, verdict: Verdict, *, by: str, note: str = "") -> Case:
        """Say whether the case should have come to a person (``insights review`` counts it): the newest verdict holds.

        ``missed``: it should have come sooner; ``needless``: the agent could have done what was asked; ``right``: neither.
        """
        async with transaction(self.store.engine) as connection:
            row, _, at = await self._begin(connection, case_id, "judge", by)
            await record(connection, row, f"judged_{verdict}", who=by, at=at, note=note, told={"verdict": verdict})
            return await self._case(connection, row.id)

    @uninterrupted
    async def wait_for_customer(self, case_id: str, *, by: str, note: str = "", anyway: bool = False) -> Case:
        """Set a case aside until the customer answers; no deadline runs meanwhile, and the claim does not lapse.

        ``DeskError`` if the customer has written since the last reply, which would wait unread; ``anyway`` for words that need no answer.
        """
        async with transaction(self.store.engine) as connection:
            row, to, at = await self._begin(connection, case_id, "wait_for_customer", by)
            unread = None if anyway else await unanswered(connection, await threads_of(connection, row.id))
            if unread is not None:
                raise DeskError(
                    f"the customer has written since your last reply, and is not answered: “{unread}”. Nothing was changed"
                )
            values = {"status": to, "claimed_until": None, **columns(paused(read_deadlines(row.deadlines), at), row.opened_at)}
            await record(connection, row, "waiting_for_customer", who=by, at=at, note=note, values=values)
            return await self._case(connection, row.id)

    @uninterrupted
    async def resolve(self, case_id: str, *, by: str, note: str = "") -> Case:
        """Close a case: the agent serves the conversation again, and the customer who comes back to it reaches this case."""
        return await self._close(case_id, "resolve", "resolved", by=by, note=note, instruction=None)

    @uninterrupted
    async def hand_back(self, case_id: str, *, by: str, instruction: str = "") -> Case:
        """Give the conversation back to the agent, with what it is to do next; what led to the case does not bring it back."""
        return await self._close(case_id, "hand_back", "handed_back", by=by, note=instruction, instruction=instruction)

    @uninterrupted
    async def reopen(self, case_id: str, *, by: str, note: str = "") -> Case:
        """Put a closed case back into its queue; ``DeskError`` while the agent answers, or if the conversation has another open case."""
        async with transaction(self.store.engine) as connection:
            row, to, at = await self._begin(connection, case_id, "reopen", by)
            await must_rest(connection, await threads_of(connection, row.id), at)
            await _must_not_be_erased(connection, row)
            await _must_be_alone(connection, await threads_of(connection, row.id))
            due = columns(deadlines_again(row, self.terms, at), at)
            values = {"status": to, "assignee": None, "claimed_until": None, "closed_at": None, **due}
            await record(connection, row, "reopened", who=by, at=at, note=note, values=values)
            return await self._case(connection, row.id)

    @uninterrupted
    async def merge(self, case_id: str, *, into: str, by: str) -> Case:
        """Make a case part of another one of the same customer; returns the one that goes on."""
        async with transaction(self.store.engine) as connection:
            key = await merge(connection, case_id, into, named(by), self.store.clock.now())
            return await self._case(connection, key)

    @uninterrupted
    async def stats(self, *, since: datetime | None = None) -> Stats:
        """How the desk stands now, and what happened since (by default in the last seven days)."""
        now = self.store.clock.now()
        async with transaction(self.store.engine, read_only=True) as connection:
            return await stats(connection, now, since or now - timedelta(days=7))

    @uninterrupted
    async def lapse_claims(self) -> int:
        """Put back into the queue what is claimed by people who went away; how many cases."""
        at, count = self.store.clock.now(), 0
        async with transaction(self.store.engine) as connection:
            await cut_back(connection, at, self.terms)
            over = await lapsing(connection, at, most=AT_ONCE)
        for case_id in over:
            async with transaction(self.store.engine) as connection:
                (row,) = await held(connection, case_id)
                count += (await lapse(connection, row, at)) is not row
        return count

    async def _begin(self, connection: Connection, case_id: str, move: Move, by: str) -> tuple[Any, Status, datetime]:
        """The case, held; the state the move leads to; and the time."""
        at = self.store.clock.now()
        (row,) = await held(connection, case_id)
        to = after(row, move, by=named(by), now=at)
        if self._within is not None:
            await self._within(connection)
        return row, to, at

    async def _close(self, case_id: str, move: Move, kind: str, *, by: str, note: str, instruction: str | None) -> Case:
        async with transaction(self.store.engine) as connection:
            row, to, at = await self._begin(connection, case_id, move, by)
            due = columns(ended(read_deadlines(row.deadlines), at), row.opened_at)
            values = {"status": to, "closed_at": at, "claimed_until": None, **due}
            await record(connection, row, kind, who=by, at=at, note=note, values=values)
            threads = await threads_of(connection, row.id)
            await settle(connection, row, threads, self.terms, at, instruction=instruction)
            return await self._case(connection, row.id)

    async def _case(self, connection: Connection, case_id: str) -> Case:
        row = await row_of(connection, case_id)
        query = select(CASE_EVENT).where(CASE_EVENT.c.case_id == row.id).order_by(CASE_EVENT.c.id)
        events, threads = list(await connection.execute(query)), await threads_of(connection, row.id)
        return case_of(row, self.store.clock.now(), threads=threads, events=events)


async def _must_not_be_erased(connection: Connection, row: Any) -> None:
    gone = select(CASE_EVENT.c.at).where(CASE_EVENT.c.case_id == row.id, CASE_EVENT.c.kind == "erased").limit(1)
    at = (await connection.execute(gone)).scalar_one_or_none()
    if at is not None:
        raise DeskError(
            f"the customer of case {row.id} was erased at {at:%Y-%m-%d %H:%M} UTC; there is nobody to write to any more"
        )


async def _must_be_alone(connection: Connection, threads: Sequence[str]) -> None:
    other = select(CASE.c.id).where(UNCLOSED, CASE.c.conversation_id.in_(threads))
    found = (await connection.execute(other.limit(1))).scalar_one_or_none()
    if found is not None:
        raise DeskError(f"the customer's conversation has an open case, {found}; nothing was changed. Go on there")
