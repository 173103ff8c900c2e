"""What we write there: one ticket for a case, internal notes alone, each once, and nothing over what somebody else just did."""

import asyncio
from contextlib import suppress

from warmline.errors import ShopError, ShopRefused
from warmline.testing.shop_contract.verdicts import broken, expect
from warmline.tools.helpdesks.helpdesk import Standing

from .promises import CASE, a_ticket, made, meet, promises, read
from .world import HelpDeskWorld, Trouble

CONFLICT = 409


async def a_case_has_one_ticket(world: HelpDeskWorld) -> None:
    """Asked twice it is the same one, and it is found by the case's whole number."""
    first, second = await world.helpdesk.make(a_ticket()), await world.helpdesk.make(a_ticket())
    expect(first.ticket_id == second.ticket_id, f"asked twice, two tickets were made: {first.ticket_id}, {second.ticket_id}")
    found = await world.helpdesk.find(CASE)
    expect(found == first.ticket_id, f"find({CASE!r}) is {found!r}; expected {first.ticket_id!r}")
    expect(await world.helpdesk.find(CASE[:-1]) is None, "the beginning of a case's number finds its ticket")


async def two_workers_at_once_make_one(world: HelpDeskWorld) -> None:
    """Both have the same ticket, and people see no second one."""
    both = await asyncio.gather(*(world.helpdesk.make(a_ticket()) for _ in range(2)))
    there = await world.colleague.tickets(CASE)
    expect(len({one.ticket_id for one in both}) == 1, f"two workers have two tickets: {both}")
    expect(there == [both[0].ticket_id], f"the tickets there are {there}; expected {both[0].ticket_id} alone")


async def an_unanswered_making_makes_no_second_one(world: HelpDeskWorld) -> None:
    """It was made and nobody heard of it: asked again, it is found."""
    meet(world, Trouble(lost=True))
    with suppress(ShopError):
        await world.helpdesk.make(a_ticket())
    again = await world.helpdesk.make(a_ticket())
    there = await world.colleague.tickets(CASE)
    expect(there == [again.ticket_id], f"the tickets there are {there}; expected {again.ticket_id} alone")


async def the_case_file_is_internal(world: HelpDeskWorld) -> None:
    """A customer who looks at the ticket there reads nothing of it; colleagues do, with the tags."""
    seen = await world.colleague.sees(await made(world))
    expect(not seen.public, f"customers can read {seen.public}")
    expect([one for one in seen.notes if "CASE FILE" in one], f"no note has the case file: {seen.notes}")
    expect({"warmline", "warmline_dispute"} <= seen.tags, f"the tags are {sorted(seen.tags)}")


async def a_note_is_internal_and_remembered(world: HelpDeskWorld) -> None:
    """The ticket knows itself up to which event it was told."""
    number = await made(world)
    await world.helpdesk.add(await read(world, number), "The customer wrote:\nHello?", said=7, priority="urgent")
    seen, told = await world.colleague.sees(number), (await read(world, number)).said
    expect(not seen.public, f"customers can read {seen.public}")
    expect([one for one in seen.notes if "Hello?" in one], f"the note is not there: {seen.notes}")
    expect(told == 7, f"it was told up to event 7, and reads {told}")


async def a_ticket_that_changed_is_not_written_to(world: HelpDeskWorld) -> None:
    """Who read it before somebody else did something is refused, and nothing is written."""
    number = await made(world)
    before = await read(world, number)
    await world.pause()
    await world.colleague.note(number, "wait, I am on it")
    try:
        await world.helpdesk.add(before, "late", said=7)
    except ShopRefused as error:
        expect(error.status == CONFLICT, f"it is refused with {error.status}; expected {CONFLICT}")
    else:
        broken("a note was written over what a colleague had just done")
    expect("late" not in (await world.colleague.sees(number)).notes, "the note that was refused is there all the same")


async def an_unanswered_note_is_told_once(world: HelpDeskWorld) -> None:
    """It is not repeated by the adapter, and can be seen to be there."""
    number = await made(world)
    ticket = await read(world, number)
    meet(world, Trouble(lost=True))
    with suppress(ShopError):
        await world.helpdesk.add(ticket, "Hello?", said=7)
    told = [one for one in (await world.colleague.sees(number)).notes if "Hello?" in one]
    expect(len(told) == 1, f"the note is there {len(told)} times")
    expect((await read(world, number)).said == 7, "the note is there, and the ticket does not know that it was told")


async def a_case_that_ends_and_begins_again_closes_and_opens_its_ticket(world: HelpDeskWorld) -> None:
    """And none of it is taken for a colleague's doing."""
    number = await made(world)
    steps: list[tuple[int, Standing]] = [(7, "solved"), (8, "open"), (9, "solved")]
    for said, standing in steps:
        await world.helpdesk.add(await read(world, number), f"now {standing}", said=said, standing=standing)
        await world.pause()
        ticket = await read(world, number)
        expect(ticket.standing == standing, f"told to be {standing}, it is {ticket.standing}")
        expect((await world.colleague.sees(number)).closed == (standing == "solved"), f"people do not see that it is {standing}")
        foreign = [one for one in ticket.happenings if one.kind != "other"]
        expect(not foreign, f"what we did is taken for somebody else's: {foreign}")


async def tags_of_others_stay(world: HelpDeskWorld) -> None:
    """A tag is added and taken away, twice without harm."""
    number = await made(world)
    for _ in range(2):
        await world.helpdesk.tag(number, add=["warmline_x"])
    expect({"warmline", "warmline_x"} <= (await world.colleague.sees(number)).tags, "a tag is missing")
    for _ in range(2):
        await world.helpdesk.tag(number, remove=["warmline_x"])
    tags = (await world.colleague.sees(number)).tags
    expect("warmline_x" not in tags and "warmline" in tags, f"the tags are {sorted(tags)}")


MAKING = promises(
    "making",
    a_case_has_one_ticket,
    two_workers_at_once_make_one,
    an_unanswered_making_makes_no_second_one,
    the_case_file_is_internal,
)
TELLING = promises(
    "telling",
    a_note_is_internal_and_remembered,
    a_ticket_that_changed_is_not_written_to,
    an_unanswered_note_is_told_once,
    a_case_that_ends_and_begins_again_closes_and_opens_its_ticket,
    tags_of_others_stay,
)
