"""What may go back, and returns and exchanges (shopify.dev/docs/apps/build/orders-fulfillment/returns-apps, 2026-10).

Shopify says what was fulfilled and not returned yet. For how long, and at what cost, is the shop's own rule: the API does not tell it, so it
comes from the settings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from pydantic import AwareDatetime

from warmline.errors import ShopError, ShopRefused, ShopUnavailable, ToolError
from warmline.tools.model import ItemEligibility, Label, Money, Order, ReturnCheck, ReturnItem, ReturnReason, in_words

from .nodes import Connection, Line, Listed, Node, PageInfo
from .orders import sku_of
from .settings import ShopifySettings

_CENT = Decimal("0.01")

REASONS: dict[ReturnReason, str] = {
    "too_small": "SIZE_TOO_SMALL",
    "too_large": "SIZE_TOO_LARGE",
    "changed_mind": "UNWANTED",
    "damaged": "DEFECTIVE",
    "defective": "DEFECTIVE",
    "wrong_item": "WRONG_ITEM",
    "not_as_described": "NOT_AS_DESCRIBED",
    "arrived_late": "OTHER",
    "other": "OTHER",
}
"""To the enum ReturnReason. 2026-10 calls it deprecated for returnReasonDefinitionId, whose handles are each shop's own."""


class _Ref(Node):
    id: str


class _PackedRef(Node):
    id: str
    line_item: _Ref


class _Unit(Node):
    quantity: int
    fulfillment_line_item: _PackedRef


class _Sent(Node):
    id: str
    delivered_at: AwareDatetime | None
    created_at: AwareDatetime


class Returnable(Node):
    """ReturnableFulfillment."""

    fulfillment: _Sent
    returnable_fulfillment_line_items: Connection[_Unit]


class _File(Node):
    public_file_url: str | None


class _Track(Node):
    carrier_name: str | None
    number: str | None


class _Deliverable(Node):
    label: _File | None = None
    tracking: _Track | None = None


class _Delivery(Node):
    id: str
    deliverable: _Deliverable | None


class _Reverse(Node):
    id: str
    reverse_deliveries: Listed[_Delivery]


class _Back(Node):
    id: str
    return_reason_note: str
    quantity: int


class ReturnNode(Node):
    """Return."""

    id: str
    name: str
    status: str
    return_line_items: Listed[_Back]
    reverse_fulfillment_orders: Listed[_Reverse]

    def carries(self, mark: str) -> bool:
        """Whether this return was made with the key of this mark."""
        return any(mark in line.return_reason_note for line in self.return_line_items.nodes)

    @property
    def tracking_numbers(self) -> set[str]:
        """Of its reverse deliveries, also of one whose label Shopify has not fetched yet."""
        made = [
            delivery.deliverable
            for reverse in self.reverse_fulfillment_orders.nodes
            for delivery in reverse.reverse_deliveries.nodes
        ]
        return {one.tracking.number for one in made if one and one.tracking and one.tracking.number}

    @property
    def label(self) -> Label | None:
        """The label of its reverse delivery, if there is one."""
        for reverse in self.reverse_fulfillment_orders.nodes:
            for delivery in reverse.reverse_deliveries.nodes:
                made = delivery.deliverable
                if made and made.label and made.label.public_file_url:
                    track = made.tracking
                    carrier, number = (track.carrier_name, track.number) if track else (None, None)
                    return Label(
                        carrier=carrier or "unknown", tracking_number=number or "none", location=made.label.public_file_url
                    )
        return None


class _Error(Node):
    code: str | None


class Created(Node):
    """ReturnCreatePayload."""

    return_: ReturnNode | None
    user_errors: Sequence[_Error]

    model_config = Node.model_config | {"alias_generator": lambda name: {"return_": "return", "user_errors": "userErrors"}[name]}


class ReturnablePage(Node):
    """ReturnableFulfillmentConnection."""

    nodes: Sequence[Returnable]
    page_info: PageInfo


@dataclass(frozen=True)
class Piece:
    """Units of one line in one parcel that may go back until then."""

    fulfillment_line_id: str
    line: Line
    units: int
    until: datetime


def pieces(page: ReturnablePage, lines: Sequence[Line], settings: ShopifySettings) -> list[Piece]:
    """Everything Shopify would take back, with the end of the shop's own time for it.

    A parcel whose delivery Shopify was not told is taken to have arrived as late as the checkout says.
    """
    if page.page_info.has_next_page or any(one.returnable_fulfillment_line_items.page_info.has_next_page for one in page.nodes):
        raise ShopError("an order has more to return than is read at once; a person has to look")
    known = {line.id: line for line in lines}
    found: list[Piece] = []
    for one in page.nodes:
        arrived = one.fulfillment.delivered_at or one.fulfillment.created_at + timedelta(days=settings.delivery_days)
        until = arrived + timedelta(days=settings.return_days or 0)
        for unit in one.returnable_fulfillment_line_items.nodes:
            line = known.get(unit.fulfillment_line_item.line_item.id)
            if line is not None and unit.quantity > 0:
                found.append(Piece(unit.fulfillment_line_item.id, line, unit.quantity, until))
    return found


def unit_refund(line: Line, *, taxes_included: bool) -> Money:
    """What was paid for one unit, discounts and, where they were added on top, taxes counted; fractions of a cent dropped."""
    paid = line.discounted_unit_price_after_all_discounts_set.money
    tax = sum((one.price_set.money.amount for one in line.tax_lines), Decimal(0)) / max(line.quantity, 1)
    amount = paid.amount if taxes_included else paid.amount + tax
    return Money(amount=amount.quantize(_CENT, rounding=ROUND_DOWN), currency=paid.currency)


def check(
    order: Order, lines: Sequence[Line], found: Sequence[Piece], settings: ShopifySettings, now: datetime, *, taxes_included: bool
) -> ReturnCheck:
    """What of an order may go back, one entry for each SKU."""
    items = [_judge(sku, order, lines, found, now, taxes_included=taxes_included) for sku in dict.fromkeys(map(sku_of, lines))]
    return ReturnCheck(
        order_number=order.number,
        items=tuple(items),
        label_fee=Money(amount=settings.return_fee or Decimal("0.00"), currency=order.total.currency),
        free_for=settings.free_for,
        send_by=now + timedelta(days=settings.send_days),
    )


def _judge(
    sku: str, order: Order, lines: Sequence[Line], found: Sequence[Piece], now: datetime, *, taxes_included: bool
) -> ItemEligibility:
    mine = [line for line in lines if sku_of(line) == sku]
    parts = [piece for piece in found if sku_of(piece.line) == sku]
    until = max((piece.until for piece in parts), default=None)
    units = sum(piece.units for piece in parts if piece.until >= now)
    why = _why_not(order, sku, until, units)
    refunds = (unit_refund(line, taxes_included=taxes_included) for line in mine)
    own = order.line(sku)
    return ItemEligibility(
        sku=sku,
        name=own.label if own else mine[0].title,
        returnable=0 if why else units,
        until=until,
        why_not=why,
        unit_refund=min(refunds, key=lambda money: money.amount),
    )


def _why_not(order: Order, sku: str, until: datetime | None, units: int) -> str | None:
    line = order.line(sku)
    if order.status == "cancelled":
        return "The order was cancelled."
    if line is not None and line.final_sale:
        return "It is a final sale item, and those are neither returned nor exchanged."
    if until is None:
        return "Nothing of it can go back now: it was not sent yet, or it is on its way back or refunded already."
    if not units:
        return f"The time for returning it ended on {in_words(until)}."
    return None


def chosen(check_: ReturnCheck, found: Sequence[Piece], items: Sequence[ReturnItem], now: datetime) -> list[tuple[Piece, int]]:
    """Which units go back, parcel by parcel. ``ToolError`` says what is in the way."""
    taken: list[tuple[Piece, int]] = []
    if not items:
        raise ToolError("A return needs at least one item: ask the customer which.")
    if len({item.sku.casefold() for item in items}) < len(items):
        raise ToolError("Name each item once, with all its units.")
    for item in items:
        judged = next((one for one in check_.items if one.sku.casefold() == item.sku.casefold()), None)
        if judged is None:
            raise ToolError(f"Order {check_.order_number} has no item {item.sku!r}.")
        if judged.why_not or not judged.returnable:
            raise ToolError(f"{judged.name} ({judged.sku}) cannot go back. {judged.why_not or ''}".strip())
        if item.quantity > judged.returnable:
            raise ToolError(f"Only {judged.returnable} of {judged.name} ({judged.sku}) can still go back, not {item.quantity}.")
        left = item.quantity
        for piece in (one for one in found if sku_of(one.line) == judged.sku and one.until >= now):
            units = min(left, piece.units)
            taken += [(piece, units)] if units else []
            left -= units
    return taken


def return_input(
    order_id: str, taken: Sequence[tuple[Piece, int]], reason: ReturnReason, fee: Money, mark: str
) -> dict[str, Any]:
    """ReturnInput; the mark stands in the note of each line."""
    note = f"{reason.replace('_', ' ')} (Warmline {mark})"
    lines = [
        {
            "fulfillmentLineItemId": piece.fulfillment_line_id,
            "quantity": units,
            "returnReason": REASONS[reason],
            "returnReasonNote": note,
        }
        for piece, units in taken
    ]
    given: dict[str, Any] = {"orderId": order_id, "returnLineItems": lines}
    if fee.amount:
        given["returnShippingFee"] = {"amount": {"amount": str(fee.amount), "currencyCode": fee.currency}}
    return given


def refusal(errors: Sequence[_Error]) -> Exception:
    """The error for a return that was not made."""
    codes = {error.code or "" for error in errors}
    if codes & {"MISSING_PERMISSION", "FEATURE_NOT_ENABLED"}:
        return ShopRefused("Shopify: the app may not make returns, or the shop's plan has none.", status=403)
    if codes & {"INTERNAL_ERROR", "CREATION_FAILED"}:
        return ShopUnavailable("Shopify: returnCreate failed inside Shopify. Nothing was done.")
    return ToolError("The shop does not allow this to go back. Call escalate if the customer disputes that.")
