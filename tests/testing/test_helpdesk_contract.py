"""A help desk that does not keep the contract fails the promise that names why."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from support.helpdesk_worlds import a_helpdesk_world

from warmline.errors import OutcomeUnknown
from warmline.testing.helpdesk_contract import CHECKS, HelpDeskContract, HelpDeskWorld, run_helpdesk_contract
from warmline.tools.helpdesks.helpdesk import Changed, HelpDesk, Made, NewTicket, Priority, Standing, Ticket


class Wrong:
    """Does what the right one does, but for what a subclass does worse."""

    def __init__(self, right: HelpDesk) -> None:
        self.right = right

    def __getattr__(self, name: str) -> Any:
        return getattr(self.right, name)


class MakesAnother(Wrong):
    async def make(self, ticket: NewTicket) -> Made:
        self.made = getattr(self, "made", 0) + 1
        return await self.right.make(replace(ticket, case_id=ticket.case_id if self.made == 1 else f"K-{self.made}"))


class FindsTheBeginning(Wrong):
    async def find(self, case_id: str) -> str | None:
        return await self.right.find(case_id) or await self.right.find("K-7F3QXM")


class TellsTwice(Wrong):
    async def add(
        self, ticket: Ticket, note: str, *, said: int, standing: Standing | None = None, priority: Priority | None = None
    ) -> None:
        for _ in range(2):
            fresh = await self.right.read(ticket.ticket_id)
            with suppress(OutcomeUnknown):
                await self.right.add(fresh, note, said=said, standing=standing, priority=priority)


class ForgetsTheMark(Wrong):
    async def read(self, ticket_id: str, *, heard: str = "") -> Ticket:
        ticket = await self.right.read(ticket_id)
        return replace(ticket, marks=[heard, *ticket.marks]) if heard else ticket


class TakesNotesForAnswers(Wrong):
    async def read(self, ticket_id: str, *, heard: str = "") -> Ticket:
        ticket = await self.right.read(ticket_id, heard=heard)
        return replace(ticket, happenings=[replace(one, kind="reply") for one in ticket.happenings])


class NeverClosed(Wrong):
    async def read(self, ticket_id: str, *, heard: str = "") -> Ticket:
        ticket = await self.right.read(ticket_id, heard=heard)
        return replace(ticket, standing="open" if ticket.standing == "solved" else ticket.standing)


class BelievesEverybody(Wrong):
    def ticket_of(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str | None:
        del headers, now
        return "".join(filter(str.isdigit, body.decode()))


class PollsFromTheBeginning(Wrong):
    async def changed(self, cursor: str | None, *, since: datetime) -> Changed:
        del cursor
        return await self.right.changed(None, since=since)


BROKEN: Sequence[tuple[Callable[[HelpDesk], Any], str]] = [
    (MakesAnother, "making.a_case_has_one_ticket"),
    (FindsTheBeginning, "making.a_case_has_one_ticket"),
    (TellsTwice, "telling.an_unanswered_note_is_told_once"),
    (TellsTwice, "telling.a_ticket_that_changed_is_not_written_to"),
    (ForgetsTheMark, "hearing.nothing_is_heard_twice"),
    (TakesNotesForAnswers, "hearing.the_customers_own_words_are_no_reply"),
    (NeverClosed, "telling.a_case_that_ends_and_begins_again_closes_and_opens_its_ticket"),
    (BelievesEverybody, "noticing.a_webhook_is_believed_only_if_it_is_genuine"),
    (PollsFromTheBeginning, "noticing.a_poll_names_what_changed_once"),
]


@pytest.mark.parametrize(("wrong", "promise"), BROKEN)
def test_what_is_wrong_is_named(wrong: Callable[[HelpDesk], Any], promise: str) -> None:
    @asynccontextmanager
    async def world() -> AsyncGenerator[HelpDeskWorld]:
        async with a_helpdesk_world("gorgias") as right:
            yield replace(right, helpdesk=wrong(right.helpdesk))

    (outcome,) = asyncio.run(run_helpdesk_contract(world, [one for one in CHECKS if one.name == promise]))
    assert (outcome.state, bool(outcome.why)) == ("broken", True)


def test_a_world_without_means_skips_what_needs_them_and_says_so() -> None:
    @asynccontextmanager
    async def world() -> AsyncGenerator[HelpDeskWorld]:
        async with a_helpdesk_world("zendesk") as whole:
            yield replace(whole, webhook=None, trouble=None)

    outcomes = asyncio.run(run_helpdesk_contract(world))
    assert {one.state for one in outcomes} == {"kept", "skipped"}
    assert {one.why for one in outcomes if one.state == "skipped"} == {
        "the world has no webhook (HelpDeskWorld.webhook)",
        "the world has no means to disturb the help desk (HelpDeskWorld.trouble)",
    }


def test_a_class_without_a_world_says_what_to_write() -> None:
    with pytest.raises(NotImplementedError, match="must write world"):
        HelpDeskContract().world()
