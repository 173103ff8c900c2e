"""What a shop's backend implements.

``Shop`` is enough to answer questions: six read methods. The other protocols are optional; a shop that has one of them gets
the tools that need it, and a tool whose protocol the shop lacks is never offered to a model.

Every write takes ``key``, an idempotency key: a second call with the same key must return the first call's receipt and change
nothing. ``find_receipt`` tells, after a crash, whether a write with that key was made.

Reads answer ``None`` or an empty sequence for what does not exist. Anything else that goes wrong is a ``ShopError``; a write the
shop's rules do not allow is a ``ToolError`` whose text the model may explain to the customer.
"""

from collections.abc import Collection, Sequence
from typing import Protocol, runtime_checkable

from pydantic import AwareDatetime

from .consents import Consent
from .model import (
    Address,
    AddressReceipt,
    CancellationReceipt,
    Customer,
    EnrolmentReceipt,
    ExchangeReceipt,
    Frozen,
    Money,
    Order,
    PolicyDocument,
    Product,
    Receipt,
    ReturnCheck,
    ReturnItem,
    ReturnReason,
    ReturnReceipt,
    StopReceipt,
    SubscriptionReceipt,
)


@runtime_checkable
class Customers(Protocol):
    """Who the shop's customers are."""

    async def get_customer(self, customer_id: str) -> Customer | None:
        """The customer with this id."""
        ...


@runtime_checkable
class Orders(Protocol):
    """The shop's orders. Who may see which is not decided here but by the caller."""

    async def get_order(self, number: str) -> Order | None:
        """The order with this number, as a customer would write it (``w-10432``, ``#10432``)."""
        ...

    async def list_orders(self, customer_id: str) -> Sequence[Order]:
        """All orders of a customer, newest first."""
        ...


@runtime_checkable
class Catalog(Protocol):
    """What the shop sells."""

    async def get_product(self, reference: str) -> Product | None:
        """The product with this product id or with a variant of this SKU."""
        ...

    async def search_products(self, query: str, *, limit: int = 5) -> Sequence[Product]:
        """Products that fit the words, best first; tolerant of typing errors; empty when nothing fits."""
        ...


@runtime_checkable
class Policies(Protocol):
    """The shop's rules in its own words."""

    async def list_policies(self) -> Sequence[PolicyDocument]:
        """All policy documents."""
        ...


@runtime_checkable
class Shop(Customers, Orders, Catalog, Policies, Protocol):
    """The six methods a shop must have."""


@runtime_checkable
class Receipts(Protocol):
    """A shop that writes: after a crash it can tell what was written."""

    async def find_receipt(self, key: str) -> Receipt | None:
        """The receipt of the write made with this idempotency key, or ``None`` if none was made."""
        ...


@runtime_checkable
class OrderChanges(Receipts, Protocol):
    """Changes to orders that have not left yet."""

    async def cancel_order(self, number: str, *, key: str) -> CancellationReceipt:
        """Cancel an order of which nothing was shipped; ``ToolError`` if something was."""
        ...

    async def change_address(self, number: str, address: Address, *, key: str) -> AddressReceipt:
        """Send an order elsewhere before dispatch; ``ToolError`` if it has left."""
        ...


@runtime_checkable
class Returns(Receipts, Protocol):
    """Returns and exchanges."""

    async def check_return(self, number: str) -> ReturnCheck | None:
        """What of this order may go back, per line; ``None`` if there is no such order."""
        ...

    async def create_return(self, number: str, items: Sequence[ReturnItem], *, reason: ReturnReason, key: str) -> ReturnReceipt:
        """Create a return with its label; ``ToolError`` if an item may not go back."""
        ...

    async def create_exchange(
        self, number: str, item: ReturnItem, *, new_sku: str, reason: ReturnReason, key: str
    ) -> ExchangeReceipt:
        """Create an exchange and reserve the new item; ``ToolError`` if it is sold out or may not go back."""
        ...


@runtime_checkable
class PricesExchanges(Returns, Protocol):
    """A shop that tells beforehand what an exchange costs, by its own rules. Without it no exchange is offered: its price could not be promised."""

    async def price_exchange(self, number: str, item: ReturnItem, *, new_sku: str) -> Money | None:
        """What the customer will pay (below zero: get back), as ``create_exchange`` will charge it; ``None`` where that cannot be told."""
        ...


@runtime_checkable
class Marketing(Receipts, Protocol):
    """What a customer may ask to be told."""

    async def subscribe_back_in_stock(self, sku: str, email: str, *, key: str) -> SubscriptionReceipt:
        """Put an address on the list of a sold-out variant."""
        ...

    async def enrol_in_care_series(self, product_id: str, email: str, *, key: str) -> EnrolmentReceipt:
        """Send an address the care letters of a product."""
        ...


@runtime_checkable
class Texts(Receipts, Protocol):
    """A shop that sends texts to those who asked for one. A consent of its own: an e-mail that was agreed to is no text, and the other way round."""

    async def texts_reach(self, phone: str) -> bool:
        """Whether texts may be sent to this number at all: the shop sends some to its country, and keeps that country's rules."""
        ...

    async def text_when_back_in_stock(self, sku: str, phone: str, *, key: str) -> SubscriptionReceipt:
        """Put a number (``+4915112345678``) on the list of a sold-out variant, for one text. A shop with ``Consents`` has the number confirm first."""
        ...


@runtime_checkable
class TextsOthers(Protocol):
    """A shop with ``Texts`` and ``Consents`` whose host decides whether a number that is only said may be texted too."""

    async def texts_others(self) -> bool:
        """Whether it may. Anybody in the chat can then have any number asked to confirm, so it is for the host to want."""
        ...


@runtime_checkable
class Consents(Protocol):
    """A shop that keeps what a customer said yes to: when, and to which words. It is told before the sign-up that the yes is for."""

    async def asks_to_confirm(self, country: str | None) -> bool:
        """Whether an address in this country (``None``: nobody knows where) is asked to confirm before anything is sent to it. A number always is."""
        ...

    async def note_consent(self, consent: Consent, *, key: str) -> None:
        """Keep a consent under the key of the write it is for; a second time changes nothing."""
        ...


@runtime_checkable
class StopsMessages(Receipts, Protocol):
    """A shop where a customer can take a consent back."""

    async def stop_messages(self, *, email: str | None, phone: str | None, key: str) -> StopReceipt:
        """Send nothing more that was signed up for to this address, and to this number; messages about orders go on. Twice is no harm."""
        ...


class StockAlert(Frozen):
    """Somebody who signed up for a variant that can be bought again, to be told by e-mail or by text: one of the two is there.

    ``key`` names the sign-up: that of the write that made it, where one did. Who signs up anew, once told, gets another one.
    """

    key: str
    sku: str
    email: str | None = None
    phone: str | None = None
    since: AwareDatetime

    @property
    def place(self) -> str:
        """Where the message goes."""
        return self.email or self.phone or ""


@runtime_checkable
class StockAlerts(Protocol):
    """Who is to be told that something is back. The customer's yes to the sign-up is their consent, and ends with one message, or when it is withdrawn."""

    async def due_stock_alerts(self, *, most: int = 100) -> Sequence[StockAlert]:
        """Sign-ups whose variant is in stock again and who were not told yet, the longest waiting first; withdrawn ones never."""
        ...

    async def note_alerted(self, key: str) -> None:
        """Note that who signed up under this key was told; a second time changes nothing, nor does a key that is gone."""
        ...

    async def withdraw_back_in_stock(self, sku: str, email: str) -> bool:
        """Take an address, or a number, off the list of a variant, and forget it; whether it was on it. No tool: the way out of a message that was sent."""
        ...


@runtime_checkable
class Reservations(Protocol):
    """Goods that are kept for exchanges."""

    async def release_lapsed_reservations(self) -> int:
        """Put back what was kept for exchanges whose goods did not come in time; how many exchanges that ended."""
        ...


@runtime_checkable
class Labels(Protocol):
    """Return labels that are made outside the shop's transactions."""

    async def void_orphan_labels(self) -> int:
        """Void labels of returns and exchanges that were never made, because the process died between the two; how many."""
        ...


@runtime_checkable
class KeepsNotes(Protocol):
    """A shop in whose own system notes of ours are kept: what was written with which key."""

    async def erase_notes(self, keys: Collection[str]) -> int:
        """Take out what the notes of these keys hold of a person, and never write with these keys again; how many there were."""
        ...

    async def forget_notes(self, before: AwareDatetime) -> int:
        """Delete notes that nobody touched since then; how many."""
        ...


METHODS = sorted(
    {
        name
        for protocol in tuple(globals().values())
        if isinstance(protocol, type) and protocol.__module__ == __name__
        for name in vars(protocol)
        if not name.startswith("_")
    }
)
"""Whatever a shop can be asked: the methods of all the protocols above."""
