"""A message as the host hands it in, or as a worker finds it: cleaned, with who wrote it looked up."""

import asyncio
import logging
from collections.abc import Sequence
from typing import cast

from warmline.errors import UsageError
from warmline.tools.model import Customer

from .guard.masking import mask
from .guard.text import clean
from .store.reading import Said
from .store.waiting import Waiting
from .work import Incoming, Parts

_log = logging.getLogger(__name__)

MOST_RESUMED = 5
"""How often a message is taken up by a worker; one that is interrupted more often may be what interrupts them."""


async def taken_in(
    parts: Parts, conversation_id: str, text: str, message_id: str, customer: Customer | str | None, *, streamed: bool = False
) -> Incoming:
    """What the host handed in; ``UsageError`` for no conversation, or a customer the shop does not know."""
    words = presentable(conversation_id, text, message_id)
    given = customer_id_of(customer)
    known, trouble = (customer, None) if not isinstance(customer, str) else await _looked_up(parts, customer)
    if known is None and trouble is None and customer is not None:
        raise UsageError(f"the shop knows no customer {customer!r}; give the shop's customer id, or None for a guest")
    return Incoming(
        conversation_id=conversation_id,
        message_id=message_id,
        text=words,
        customer=known,
        customer_id=given if known is None else known.customer_id,
        streamed=streamed,
        trouble=trouble,
    )


async def left_behind(parts: Parts, waiting: Waiting) -> Incoming:
    """A stored message that a worker takes up; whatever speaks against serving it makes it a person's."""
    known, trouble = (None, None) if waiting.customer_id is None else await _looked_up(parts, waiting.customer_id)
    if known is None and waiting.customer_id is not None:
        trouble = trouble or f"the shop knows no customer {waiting.customer_id!r}"
    if waiting.resumed > MOST_RESUMED:
        trouble = f"answering this message was begun {waiting.resumed - 1} times and never finished"
    return Incoming(
        conversation_id=waiting.conversation_id,
        message_id=waiting.message_id,
        text=waiting.text,
        customer=known,
        customer_id=waiting.customer_id,
        trouble=trouble,
    )


def _refuse_other_than_text(**given: object) -> None:
    """``UsageError`` for what is no text: a number would be stored, and not be found again by the text a channel sends."""
    for name, value in given.items():
        if not isinstance(value, str):
            raise UsageError(f"{name} is {value!r}, a {type(value).__name__}; expected text, such as {name}={str(value)!r}")


def presentable(conversation_id: str, text: str, message_id: str) -> str:
    """A message as it is stored and read: secrets masked, signs nobody sees removed. ``UsageError`` for no conversation, and for what is no text."""
    _refuse_other_than_text(conversation_id=conversation_id, text=text, message_id=message_id)
    if not conversation_id:
        raise UsageError("conversation_id is empty; give the channel's id of the thread")
    return mask(clean(text))


def customer_id_of(customer: Customer | str | None) -> str | None:
    """The id of a customer who is given as a record or as an id; ``UsageError`` for anything else."""
    if isinstance(customer, Customer):
        return customer.customer_id
    if customer is not None and not isinstance(cast("object", customer), str):
        raise UsageError(
            f"customer is {customer!r}, a {type(customer).__name__}; expected the shop's customer id as text, such as str(user.pk),"
            " a warmline.tools.model.Customer, or None for a guest"
        )
    return customer


async def thread_of(parts: Parts, conversation_id: str, customer: Customer | str | None, *, after: int) -> Sequence[Said]:
    """What may be read of a conversation by who may write in it."""
    _refuse_other_than_text(conversation_id=conversation_id)
    if not 0 <= after < 1 << 63:
        raise UsageError(f"after is {after!r}; expected the id of a message, or 0 for all of them")
    known, asking = await parts.store.find(conversation_id), customer_id_of(customer)
    if known is None:
        return ()
    if known.customer_id not in (None, asking) and isinstance(customer, str):  # the shop may write the id otherwise
        record, _ = await _looked_up(parts, customer)
        asking = asking if record is None else record.customer_id
    if known.customer_id not in (None, asking):
        raise UsageError(f"conversation {conversation_id!r} belongs to another customer than {asking or 'a guest'}")
    return await parts.store.thread(conversation_id, after)


async def _looked_up(parts: Parts, customer_id: str) -> tuple[Customer | None, str | None]:
    """The customer's record, and what went wrong if the shop could not be asked: then a person takes the message."""
    try:
        async with asyncio.timeout(parts.shop_seconds):
            return await parts.shop.get_customer(customer_id), None
    except Exception as error:  # noqa: BLE001 (whatever the shop's fault, the message must reach somebody)
        _log.exception("customer %r could not be looked up; the message goes to a person", customer_id)
        return None, f"customer {customer_id!r} could not be looked up: {type(error).__name__}: {error}"
