"""Taking in what people did to a ticket: their public words reach the customer, what became of the ticket becomes of the case.

Each thing is taken in within the transaction of the move it leads to, so a webhook that comes five times, a poll beside it and a worker that
dies change nothing. Moves are those of the desk: who wrote there has the case here, and events, deadlines and the thread are as ever.
"""

from dataclasses import dataclass, replace

from warmline.agent.desk.case import Case
from warmline.agent.desk.desk import Desk
from warmline.agent.desk.moves import AtWork
from warmline.agent.store.database import Overtaken
from warmline.errors import DeskError, ShopDrifted
from warmline.tools.helpdesks.helpdesk import HAND_BACK, Happening, HelpDesk, Standing, Ticket

from .links import BEGINNING, Link, Untold, link_of, passed_over, taking_in
from .words import from_there


async def hear(desk: Desk, helpdesk: HelpDesk, ticket_id: str) -> int:
    """Take in what is new on a ticket; how many things led to a move. A ticket of no case is nobody's business here.

    ``ShopError`` if the help desk fails, ``DeskError`` for what cannot be done yet: a later call goes on there.
    """
    link = await link_of(desk.store, helpdesk.key, ticket=ticket_id)
    if link is None:
        return 0
    ticket = await helpdesk.read(ticket_id, heard=link.heard)
    hearer = _Hearer(desk=desk, helpdesk=helpdesk, ticket=ticket)
    try:
        return await hearer.hear(link)
    except Overtaken:  # another worker is at it
        return 0


@dataclass(frozen=True, kw_only=True)
class _Hearer:
    """Takes in one ticket, as it was read."""

    desk: Desk
    helpdesk: HelpDesk
    ticket: Ticket

    async def hear(self, link: Link) -> int:
        link = replace(link, said=max(link.said, self.ticket.said))
        if self.ticket.standing == "gone":
            return await self._gone(link)
        marks = list(self.ticket.marks)
        if link.heard != BEGINNING and link.heard not in marks:
            raise ShopDrifted(
                f"{self.helpdesk.name}: ticket {link.ticket} no longer shows what was read of it; nothing is read twice"
            )
        new = marks if link.heard == BEGINNING else marks[marks.index(link.heard) + 1 :]
        moved = 0
        for one in self.ticket.happenings:
            if one.mark in new and one.kind != "other":
                await self._take_in(link, one)
                link, moved = replace(link, heard=one.mark), moved + 1
        if new and new[-1] != link.heard:
            await passed_over(self.desk.store, link, marks[-1])
        return moved

    async def _take_in(self, link: Link, one: Happening) -> None:
        """What the life of a case refuses is tried once more: another worker may have been at it. Who wrote what cannot be is told."""
        try:
            await self._do(link, one)
        except AtWork:
            raise
        except DeskError:
            await self._once_more(link, one)

    async def _once_more(self, link: Link, one: Happening) -> None:
        try:
            await self._do(link, one)
        except AtWork:
            raise
        except DeskError as error:
            await self._refused(link, one, error)

    async def _do(self, link: Link, one: Happening) -> None:
        case, by = await self._case(link), from_there(one.who, self.helpdesk.name)
        try:
            match one.kind:
                case "reply":
                    await self._reply(link, one, case, by)
                case "standing" if one.standing is not None:
                    await self._follow(link, one.mark, one.standing, case, by)
                case "hand_back":
                    await self._hand_back(link, one, case, by)
                case "customer":
                    await self._note(
                        link, one.mark, case, f"The customer wrote at {self.helpdesk.name}, not here: {one.text}", by
                    )
                case "merged":
                    await self._note(link, one.mark, case, self._elsewhere("was merged into another one"), by)
                case _:
                    await passed_over(self.desk.store, link, one.mark)
        except Untold:
            await passed_over(self.desk.store, link, one.mark, standing=one.standing)

    async def _case(self, link: Link) -> Case:
        """The case of the ticket, or the one it was merged into."""
        case = await self.desk.case(link.case_id)
        return case if case.merged_into is None else await self.desk.case(case.merged_into)

    async def _reply(self, link: Link, one: Happening, case: Case, by: str) -> None:
        """To the customer. A word after the end opens the case for as long as it takes to say it, if the ticket stays solved."""
        if case.closed:
            await self.desk.reopen(case.id, by=by, note=f"answered at {self.helpdesk.name}")
        await self._hold(case, by)
        await self._moving(link, one.mark).reply(case.id, one.text, by=by)
        if case.closed and self.ticket.standing in ("solved", "closed"):
            await self.desk.resolve(case.id, by=by)

    async def _follow(self, link: Link, mark: str, standing: Standing, case: Case, by: str) -> None:
        """What the ticket's new standing makes of the case; of one that was merged, nothing."""
        moving = self._moving(link, mark, standing="solved" if standing == "closed" else standing, told_all=standing != "open")
        match standing:
            case _ if case.id != link.case_id:
                await passed_over(self.desk.store, link, mark)
            case "solved" | "closed" if not case.closed:
                await self._hold(case, by)
                await moving.resolve(case.id, by=by)
            case "pending" if not case.closed and case.status != "waiting_for_customer":
                await self._hold(case, by)
                await moving.wait_for_customer(case.id, by=by, anyway=True)
            case "open" if case.closed:
                await moving.reopen(case.id, by=by)
            case "open" if case.status == "waiting_for_customer":
                await self._hold(case, by)
                await passed_over(self.desk.store, link, mark, standing="open")
            case _:
                await passed_over(self.desk.store, link, mark, standing=None if standing == "gone" else standing)

    async def _hand_back(self, link: Link, one: Happening, case: Case, by: str) -> None:
        """The tag goes first: set again it is a new wish, and what stands in the history is not forgotten by that."""
        await self.helpdesk.tag(self.ticket.ticket_id, remove=[HAND_BACK])
        if case.closed:
            await passed_over(self.desk.store, link, one.mark)
            return
        await self._hold(case, by)
        await self._moving(link, one.mark, told_all=True).hand_back(case.id, by=by, instruction=one.text)

    async def _note(self, link: Link, mark: str, case: Case, text: str, by: str) -> None:
        await self._moving(link, mark).note(case.id, text, by=by)

    async def _hold(self, case: Case, by: str) -> None:
        """Whoever acts there has the case here, also if somebody else had it."""
        now = await self.desk.case(case.id)
        if now.assignee in (None, by) or (now.claimed_until is not None and now.claimed_until < self.desk.store.clock.now()):
            await self.desk.claim(case.id, by=by)
        else:
            await self.desk.reassign(case.id, to=by, by=by, note=f"acts at {self.helpdesk.name}")

    async def _refused(self, link: Link, one: Happening, error: DeskError) -> None:
        """An answer that will not reach the customer is said to whoever wrote it; first it is noted, so that it is not given after all."""
        await passed_over(self.desk.store, link, one.mark)
        if one.kind in ("reply", "hand_back"):
            what = "This answer did not reach the customer" if one.kind == "reply" else "The conversation was not handed back"
            now = await self.helpdesk.read(self.ticket.ticket_id)
            await self.helpdesk.add(now, f"{what}: {error}", said=now.said)

    async def _gone(self, link: Link) -> int:
        """A ticket that was deleted there ends nothing here."""
        if link.standing == "gone":
            return 0
        case = await self._case(link)
        who = from_there("the help desk", self.helpdesk.name)
        await self._moving(link, link.heard, standing="gone").note(case.id, self._elsewhere("was deleted"), by=who)
        return 1

    def _moving(self, link: Link, mark: str, *, standing: Standing | None = None, told_all: bool = False) -> Desk:
        """The desk, whose next move takes this in."""
        within = taking_in(link, mark, standing=standing, told_all=told_all)
        return Desk(self.desk.store, self.desk.terms, within=within)

    def _elsewhere(self, what: str) -> str:
        return f"Ticket {self.ticket.ticket_id} {what} at {self.helpdesk.name}. Nothing written there reaches the customer: go on here"
