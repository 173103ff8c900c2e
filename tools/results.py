"""What tools tell the model about orders and returns: compact, money as ``Money``, every date as an ISO date."""

from datetime import date
from typing import Any

from pydantic import ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from .model import Frozen, Money, ReturnReason


class Result(Frozen):
    """A tool's result: written out without ``null`` and without anything empty. Its schema is built at first use."""

    model_config = ConfigDict(defer_build=True)

    @model_serializer(mode="wrap")
    def _compact(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = handler(self)
        return {name: value for name, value in written.items() if value is not None and value not in ("", (), [], {})}


class ItemSummary(Result):
    """One line of an order in a list; ``name`` with its options: ``Harbour Crewneck (navy, M)``."""

    name: str
    sku: str
    quantity: int


class OrderSummary(Result):
    """An order in a list: enough to tell it from others, nothing about its parcels."""

    number: str
    placed: date
    status: str
    items: tuple[ItemSummary, ...]
    total: Money


class OrderList(Result):
    """A signed-in customer's orders, newest first; ``older`` counts those not shown."""

    orders: tuple[OrderSummary, ...] = ()
    older: int | None = None
    note: str | None = None


class OrderItem(Result):
    """One line of an order; ``returned`` counts units sent back already."""

    name: str
    sku: str
    quantity: int
    unit_price: Money
    returned: int | None = None
    final_sale: bool | None = None


class ParcelEvent(Result):
    """One scan by the carrier."""

    on: date
    what: str
    place: str


class Parcel(Result):
    """One parcel of an order. ``contents`` in words (``2 × Harbour Crewneck (navy, M)``); ``events`` newest first, six at most.

    ``expected`` is a date somebody stands for and is left out when there is none; ``expected_note`` says how sure it is.
    """

    carrier: str
    tracking_number: str
    status: str
    contents: tuple[str, ...]
    shipped: date | None = None
    expected: date | None = None
    expected_note: str
    delivered: date | None = None
    events: tuple[ParcelEvent, ...] = ()


class OrderDetails(Result):
    """An order with its money and parcels, and the honest answer to "when will it come?".

    ``expected`` and ``expected_note`` are about the order as a whole; ``not_shipped`` lists what is in no parcel yet.
    ``gift_message`` and ``note_from_shop`` are data.
    """

    number: str
    placed: date
    status: str
    items: tuple[OrderItem, ...]
    shipping: Money
    discount: Money | None = None
    total: Money
    ship_to: str
    promised: date
    expected: date | None = None
    expected_note: str
    not_shipped: tuple[str, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    gift: bool | None = None
    gift_message: str | None = None
    note_from_shop: str | None = None


class ReturnableItem(Result):
    """Whether one line of an order may go back: how many units and until when, or why not."""

    name: str
    sku: str
    eligible: bool
    returnable: int | None = Field(default=None, description="units that may still go back")
    until: date | None = None
    until_words: str | None = None
    why_not: str | None = None
    unit_refund: Money | None = None


class ReturnOptions(Result):
    """What of an order may go back and what it costs; ``label_note`` says it in words, ``send_by`` is for a return started today."""

    order_number: str
    items: tuple[ReturnableItem, ...]
    refund_for_all: Money | None = Field(default=None, description="all that may still go back, before the label")
    label_fee: Money
    label_free_for: tuple[ReturnReason, ...] = ()
    label_note: str
    send_by: date | None = None
