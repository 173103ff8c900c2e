"""One conversation at the command line: whose it is, its turns, and what a person has said in it."""

import secrets
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, cast

from warmline.errors import UsageError

from .assembly import Service
from .customers import find_customer

if TYPE_CHECKING:
    from warmline.agent.events import Event
    from warmline.agent.outcome import Turn
    from warmline.agent.store.reading import Said
    from warmline.tools.model import Customer

OnEvent = Callable[["Event"], None]


class Session:
    """A conversation with its customer (``None``: a guest). ``case_id`` is set while a person has it."""

    def __init__(
        self, service: Service, conversation_id: str, *, customer: "Customer | None", case_id: str | None = None
    ) -> None:
        self.service = service
        self.conversation_id = conversation_id
        self.customer = customer
        self.case_id = case_id
        self._heard = 0

    async def say(self, text: str, *, message_id: str | None = None, on_event: OnEvent | None = None) -> "Turn":
        """One turn; ``on_event`` is called with each of its events. Raises what ``SupportAgent.stream`` raises."""
        from warmline.agent.events import Done

        events = self.service.agent.stream(self.conversation_id, text, message_id, self.customer)
        turns: list[Turn] = []
        async with aclosing(cast("AsyncGenerator[Event]", events)) as stream:
            async for event in stream:
                if isinstance(event, Done):
                    turns.append(event.turn)
                if on_event is not None:
                    on_event(event)
        self.case_id = getattr(turns[-1], "case_id", None)
        return turns[-1]

    async def warm_up(self) -> None:
        """Load what the first turn needs (over a second), so that it is there when the first message comes."""
        from warmline.agent.guard.facts import Facts

        guard = (await self.service.agent.parts()).guard
        guard.decide(await guard.read("Hello", Facts()))

    async def unfinished(self) -> list[tuple[str, str]]:
        """The message whose turn was interrupted, as (message id, text); of several the newest, which answers them all."""
        return (await self.service.store.interrupted(self.conversation_id))[-1:]

    async def thread(self) -> list["Said"]:
        """Everything visible so far; counts as heard."""
        return await self._new()

    async def missed(self) -> list[str]:
        """What a person wrote after the customer's last message; counts as heard."""
        said = await self._new()
        last = max((one.id for one in said if one.author == "customer"), default=0)
        return [one.text for one in said if one.author == "person" and one.id > last]

    async def news(self) -> list[str]:
        """What a person wrote since last asked, oldest first."""
        return [said.text for said in await self._new() if said.author == "person"]

    async def handed_back(self) -> bool:
        """Whether the case was closed since; the agent serves again then, unless the case goes on in another."""
        if self.case_id is None:
            return False
        case = await self.service.desk.case(self.case_id)
        if case.status == "merged":
            self.case_id = case.merged_into
            return False
        if not case.closed:
            return False
        self.case_id = None
        return True

    async def _new(self) -> list["Said"]:
        said = await self.service.store.thread(self.conversation_id, after=self._heard)
        self._heard = said[-1].id if said else self._heard
        return said


async def new_session(service: Service, who: str | None) -> Session:
    """A new conversation, signed in as ``who`` (an id or an e-mail address) or as a guest."""
    customer = await find_customer(service.shop, who) if who else None
    return Session(service, f"chat-{secrets.token_hex(4)}", customer=customer)


async def resumed_session(service: Service, who: str | None, conversation_id: str | None) -> Session:
    """The named conversation, or the newest one (of ``who``, if given), as the customer whose it is."""
    signed_in = await find_customer(service.shop, who) if who else None
    customer_id = signed_in.customer_id if signed_in else None
    known = await service.store.find(conversation_id, customer_id=customer_id if conversation_id is None else None)
    if known is None:
        wanted = f"no conversation {conversation_id!r}" if conversation_id else "no conversation to resume"
        raise UsageError(f"there is {wanted}{f' of {who}' if who else ''}; start one with 'warmline chat'")
    if signed_in and known.customer_id not in (None, customer_id):
        raise UsageError(f"conversation {known.id!r} is not {who}'s; leave --as out to resume it as the customer whose it is")
    customer = await find_customer(service.shop, known.customer_id) if known.customer_id else signed_in
    return Session(service, known.id, customer=customer, case_id=known.case_id)
