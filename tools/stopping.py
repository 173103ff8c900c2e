"""The tool a customer takes a consent back with: no more messages, to what is theirs for certain."""

from typing import cast

from pydantic import Field

from warmline.errors import ToolError
from warmline.prompts import render

from .access import Access
from .consents import Channel
from .model import StopReceipt
from .numbers import reachable
from .results import Result
from .shop import StopsMessages
from .stop_words import BOTH, read_stop
from .tool import Arguments, Preview, Tool, ToolContext

PROVE = (
    "Nothing was stopped: who is not signed in must first show that the address is theirs. Ask for an order number and the e-mail address of"
    " that order, look it up with get_order, then call this again. The link at the foot of each e-mail works without that."
)
NO_NUMBER = (
    "Nothing was stopped: no telephone number of this customer that texts go to is known. Tell them to answer any of the texts with STOP, which ends them"
    " at once."
)


class StopMessages(Arguments):
    """Which messages."""

    channel: Channel | None = Field(default=None, description="what the customer wants no more of; null for all of it")


class StopFacts(Result):
    """Where nothing more would go."""

    email: str | None = None
    phone: str | None = None


def theirs(access: Access, channel: Channel | None) -> StopFacts:
    """The address and the number that are this customer's for certain, as far as the wish is about them; both may be empty.

    A number without its country code is left out: no text ever went there from here.
    """
    account = access.customer
    email = access.email if channel != "sms" else None
    phone = account.phone if account is not None and channel != "email" else None
    return StopFacts(email=email, phone=phone if reachable(phone) else None)


async def preview_stop(context: ToolContext, arguments: StopMessages) -> Preview:
    """Where it would be quiet; ``ToolError`` if nothing is known to be theirs."""
    facts = _facts(context, arguments)
    where = " and ".join(place for place in (facts.email, facts.phone) if place)
    return Preview(question=render("confirm", "stop_messages", where=where), facts=facts, at_stake=None)


async def stop(context: ToolContext, arguments: StopMessages) -> StopReceipt:
    """Stop them."""
    facts = _facts(context, arguments)
    return await cast("StopsMessages", context.shop).stop_messages(email=facts.email, phone=facts.phone, key=context.key)


def _facts(context: ToolContext, arguments: StopMessages) -> StopFacts:
    facts = theirs(context.access, arguments.channel)
    if facts.email is None and facts.phone is None:
        raise ToolError(NO_NUMBER if context.access.email is not None else PROVE)
    return facts


def asked_outright(text: str, arguments: StopMessages) -> bool:
    """Whether the message itself says to stop at least these: then nobody asks whether it was meant."""
    wish = read_stop(text)
    wanted: frozenset[Channel] = BOTH if arguments.channel is None else frozenset({arguments.channel})
    return wish is not None and wanted <= wish.channels


STOP = Tool(
    name="stop_messages",
    description=render("tools", "stop_messages"),
    effect="write",
    arguments=StopMessages,
    run=stop,
    uses=("stop_messages", "find_receipt"),
    needs=StopsMessages,
    preview=preview_stop,
    outright=asked_outright,
)
