"""Whose orders a conversation may see: decided here and nowhere else, from what the host says and what a guest can prove."""

from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Protocol

from warmline.errors import ToolError

from .model import Customer, Order
from .shop import Shop

MAX_ATTEMPTS = 5
"""Failed number-and-e-mail pairs a conversation may try unless told otherwise; guessing an order is hopeless below this."""

NOT_FOUND = (
    "No order matches. Either the number does not exist or it belongs to someone else; you cannot know which. Ask the customer to"
    " check the order number and the e-mail address used for the order."
)
NO_MORE_ATTEMPTS = "Too many order numbers were tried that did not match. Hand over to a person; do not try again."
ASK_EMAIL = "The customer is not signed in. Ask for the order number and the e-mail address used for the order."


class Guesses(Protocol):
    """What is remembered of guests' wrong guesses beyond one conversation."""

    def exhausted(self, number: str, email: str) -> Awaitable[bool]:
        """Whether this order number, or this address, was guessed with as often as it may be."""
        ...

    def note(self, number: str, email: str) -> Awaitable[None]:
        """Remember a pair that did not match."""
        ...


@dataclass(kw_only=True)
class Access:
    """What one conversation may see.

    ``customer`` is set by the host for a signed-in customer. A guest proves an order by naming its number together with its
    e-mail address; ``proven`` maps such order numbers to the address. There is one answer for "no such order" and "not yours".
    ``failed`` pairs are limited to ``max_failed`` in a conversation, and by ``guesses`` across conversations.
    """

    customer: Customer | None = None
    proven: dict[str, str] = field(default_factory=dict[str, str])
    failed: int = 0
    max_failed: int = MAX_ATTEMPTS
    guesses: Guesses | None = None
    seen: dict[str, Order] = field(default_factory=dict[str, Order])
    """Orders shown in this turn: what is at stake may change the guard's decision."""

    @property
    def email(self) -> str | None:
        """An address known to be the customer's: of the account, or the one that proved an order."""
        if self.customer is not None:
            return self.customer.email
        return next(iter(self.proven.values()), None)

    @property
    def verification(self) -> str:
        """How sure we are who this is: ``signed_in``, ``order_and_email`` or ``none``."""
        if self.customer is not None:
            return "signed_in"
        return "order_and_email" if self.proven else "none"

    async def order(self, shop: Shop, number: str, *, email: str | None = None) -> Order:
        """The order with this number if this conversation may see it; ``ToolError`` otherwise, the same for every cause."""
        order = await shop.get_order(number)
        if order is not None and self._may_see(order):
            return self._show(order)
        if self.failed >= self.max_failed:
            raise ToolError(NO_MORE_ATTEMPTS)
        if self.customer is None:
            return self._show(await self._prove(number, email, order))
        self.failed += 1
        raise ToolError(NOT_FOUND)

    async def _prove(self, number: str, email: str | None, order: Order | None) -> Order:
        """The order a guest named together with its address; the right pair is refused too once the guesses are used up."""
        if email is None:
            raise ToolError(ASK_EMAIL)
        if self.guesses is not None and await self.guesses.exhausted(number, email):
            raise ToolError(NO_MORE_ATTEMPTS)
        if order is not None and _same_email(email, order.email):
            self.proven[order.number] = order.email
            return order
        self.failed += 1
        if self.guesses is not None:
            await self.guesses.note(number, email)
        raise ToolError(NOT_FOUND)

    def _show(self, order: Order) -> Order:
        self.seen[order.number] = order
        return order

    def _may_see(self, order: Order) -> bool:
        if self.customer is not None:
            return order.customer_id == self.customer.customer_id
        return order.number in self.proven


def _same_email(given: str | None, stored: str) -> bool:
    """An order without an address is nobody's to prove: nothing is not the same as nothing."""
    return given is not None and stored.strip() != "" and given.strip().casefold() == stored.strip().casefold()
