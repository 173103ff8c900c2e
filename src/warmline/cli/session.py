"""One conversation at the command line: whose it is, its turns, and what a person has said in it."""

import secrets
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from warmline.errors import UsageError

from .assembly import Service
from .customers import find_customer

if TYPE_CHECKING:
    from warmline.agent.events import Event
    from warmline.agent.outcome import Turn
    from warmline.agent.store.reading import Said
    from warmline.tools.model import Customer

OnEvent = Callable[["Event"], None]
Change = Literal["", "with_person", "handed_back"]

UNASKED = ("person", "notice")
"""Who writes without being asked: a person at the desk, and the shop (how was it?)."""


@dataclass(frozen=True, kw_only=True)
class News:
    """What came unasked: words of a person or of the shop, and whether a person took the conversation or gave it back since."""

    said: "Sequence[Said]"
    change: Change


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
        self._answer = ""

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
        self.case_id, self._answer = getattr(turns[-1], "case_id", None), turns[-1].text
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

    async def missed(self) -> list["Said"]:
        """What a person or the shop wrote after the customer's last message was answered; counts as heard."""
        said = await self._new()
        last = max((place for place, one in enumerate(said) if one.author == "customer"), default=-1)
        after = said[last + 1 :]
        answered = after[:1] if after and after[0].author != "person" else []
        return [one for one in after[len(answered) :] if one.author in UNASKED]

    async def news(self) -> News:
        """What came unasked since last asked. Nothing is lost when it fails: it comes the next time."""
        change, case_id = await self._change()
        said = [one for one in await self._new() if one.author in UNASKED and one.text != self._answer]
        self.case_id = case_id
        return News(said=said, change=change)

    async def _change(self) -> "tuple[Change, str | None]":
        """What became of the case, and the case the customer's messages go to from now on."""
        known = await self.service.store.find(self.conversation_id)
        open_case = known.case_id if known else None
        if open_case is None:
            return ("handed_back" if self.case_id else ""), None
        return ("" if self.case_id else "with_person"), open_case

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
