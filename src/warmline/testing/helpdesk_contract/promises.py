"""A promise with its name, and what checks have in common."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from warmline.testing.shop_contract.verdicts import NotOffered
from warmline.tools.helpdesks.helpdesk import Happening, NewTicket, Requester, Ticket

from .world import HelpDeskWorld, Trouble

CASE = "K-7F3QXM"


@dataclass(frozen=True, kw_only=True)
class Promise:
    """One promise: its name (``making.a_case_has_one_ticket``) and what tries it."""

    name: str
    run: Callable[[HelpDeskWorld], Awaitable[None]]


def promises(topic: str, *tries: Callable[[HelpDeskWorld], Awaitable[None]]) -> tuple[Promise, ...]:
    """Those of one topic, named after their functions."""
    return tuple(Promise(name=f"{topic}.{one.__name__}", run=one) for one in tries)


def a_ticket(case_id: str = CASE) -> NewTicket:
    """A ticket to be made."""
    return NewTicket(
        case_id=case_id,
        subject=f"[{case_id}] charged twice",
        note="CASE FILE\ncharged twice for W-10001",
        tags=["warmline", "warmline_dispute"],
        priority="urgent",
        said=3,
        requester=Requester(name="Ann Lee", email="ann@example.com"),
    )


async def made(world: HelpDeskWorld) -> str:
    """A ticket that is there."""
    ticket = (await world.helpdesk.make(a_ticket())).ticket_id
    await world.pause()
    return ticket


async def unheard(world: HelpDeskWorld, ticket_id: str, heard: str = "") -> tuple[Sequence[Happening], str]:
    """What is new on a ticket after a mark and concerns anybody, and the mark after it; as ``agent/desk/outside/hearing.py`` finds it."""
    ticket = await world.helpdesk.read(ticket_id, heard=heard)
    marks = list(ticket.marks)
    new = marks[marks.index(heard) + 1 :] if heard else marks
    return [one for one in ticket.happenings if one.mark in new and one.kind != "other"], (marks[-1] if marks else heard)


async def kinds(world: HelpDeskWorld, ticket_id: str) -> list[tuple[str, str]]:
    """What happened, in short: its kind, with the words or the new standing."""
    happened, _ = await unheard(world, ticket_id)
    return [(one.kind, one.standing or one.text) for one in happened]


def meet(world: HelpDeskWorld, trouble: Trouble) -> None:
    """The next request meets this."""
    if world.trouble is None:
        raise NotOffered("the world has no means to disturb the help desk (HelpDeskWorld.trouble)")
    world.trouble(trouble)


async def read(world: HelpDeskWorld, ticket_id: str) -> Ticket:
    """The ticket, with all its history."""
    return await world.helpdesk.read(ticket_id)
