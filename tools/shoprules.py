"""The demo shop's rules, as pure functions: what may go back, until when, and for how much.

The same figures stand in ``fixtures/shop/policies``; a test compares them.
"""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from warmline.errors import ToolError

from .model import (
    ItemEligibility,
    Money,
    Order,
    OrderLine,
    ReturnCheck,
    ReturnItem,
    ReturnReason,
    in_words,
)

RETURN_WINDOW = timedelta(days=30)
SEND_WINDOW = timedelta(days=14)
LABEL_FEE = Decimal("4.95")
FREE_LABEL: tuple[ReturnReason, ...] = ("damaged", "defective", "wrong_item", "not_as_described")

_NUMBER = re.compile(r"[\W_]*(?:w[\W_]*)?(\d+)[\W_]*", re.IGNORECASE)
_CENT = Decimal("0.01")


def order_number(written: str) -> str:
    """An order number as the shop writes it, from what a customer writes: ``w-10432``, ``#10432``, ``10432``, ``W 10432``."""
    match = _NUMBER.fullmatch(written)
    return f"W-{match[1]}" if match else written


def check_order(order: Order, now: datetime) -> ReturnCheck:
    """What of this order may go back at the moment ``now``."""
    currency = order.total.currency
    return ReturnCheck(
        order_number=order.number,
        items=tuple(_judge(line, order, now) for line in order.lines),
        label_fee=Money(amount=LABEL_FEE, currency=currency),
        free_for=FREE_LABEL,
        send_by=now + SEND_WINDOW,
    )


def claim(order: Order, items: Iterable[ReturnItem], now: datetime) -> list[tuple[OrderLine, int]]:
    """Each line that goes back with its units, every rule checked. ``ToolError`` says which rule is in the way."""
    units: Counter[str] = Counter()
    for item in items:
        units[_line(order, item.sku).sku] += item.quantity
    if not units:
        raise ToolError("A return needs at least one item: ask the customer which.")
    for judged in check_order(order, now).items:
        _allow(judged, units[judged.sku])
    return [(_line(order, sku), quantity) for sku, quantity in units.items()]


def paid_share(order: Order, price: Money) -> Money:
    """What was paid for goods of this price in this order: the discount is shared out in proportion.

    Fractions of a cent are dropped, so that all units together never come to more than was paid.
    """
    goods = sum((line.unit_price.times(line.quantity).amount for line in order.lines), Decimal(0))
    share = price.amount if not goods else price.amount * (goods - order.discount.amount) / goods
    return Money(amount=share.quantize(_CENT, rounding=ROUND_DOWN), currency=price.currency)


def exchange_price(order: Order, line: OrderLine, new: Money, units: int) -> Money:
    """What the customer pays for an exchange: the order's discount holds for the new item too."""
    return (paid_share(order, new) - paid_share(order, line.unit_price)).times(units)


def label_fee(order: Order, reason: ReturnReason) -> Money:
    """What the label costs: nothing when the shop is at fault."""
    return Money(amount=Decimal("0.00") if reason in FREE_LABEL else LABEL_FEE, currency=order.total.currency)


def still_here(order: Order) -> None:
    """``ToolError`` unless the whole order can still be changed: not cancelled, and nothing of it has left."""
    if order.status == "cancelled":
        raise ToolError(f"Order {order.number} is cancelled already.")
    left = [parcel for parcel in order.shipments if parcel.shipped_at]
    if left or order.status not in {"awaiting_payment", "processing"}:
        raise ToolError(
            f"Order {order.number} has left the warehouse, so it cannot be changed. It can be returned after delivery."
        )


def _line(order: Order, sku: str) -> OrderLine:
    line = order.line(sku)
    if line is None:
        known = ", ".join(f"{line.sku} ({line.name})" for line in order.lines)
        raise ToolError(f"Order {order.number} has no item {sku!r}. Its items are {known}.")
    return line


def _allow(item: ItemEligibility, quantity: int) -> None:
    if quantity and item.why_not:
        raise ToolError(f"{item.name} ({item.sku}) cannot go back. {item.why_not}")
    if quantity > item.returnable:
        raise ToolError(f"Only {item.returnable} of {item.name} ({item.sku}) can still go back, not {quantity}.")


def _judge(line: OrderLine, order: Order, now: datetime) -> ItemEligibility:
    windows = _windows(order, line.sku)
    until = max((end for end, _ in windows), default=None)
    open_units = sum(units for end, units in windows if end >= now)
    why_not = _why_not(line, order, until, open_units)
    return ItemEligibility(
        sku=line.sku,
        name=line.label,
        returnable=0 if why_not else min(open_units, line.quantity - line.returned),
        until=until,
        why_not=why_not,
        unit_refund=paid_share(order, line.unit_price),
    )


def _windows(order: Order, sku: str) -> list[tuple[datetime, int]]:
    """Until when how many units may go back, for each parcel that was delivered."""
    delivered = [(parcel.delivered_at, parcel.contents.get(sku, 0)) for parcel in order.shipments]
    return [(moment + RETURN_WINDOW, units) for moment, units in delivered if moment and units]


def _why_not(line: OrderLine, order: Order, until: datetime | None, open_units: int) -> str | None:
    if order.status == "cancelled":
        return "The order was cancelled."
    if line.final_sale:
        return "It was bought in a final sale, and those items are neither returned nor exchanged."
    if until is None:
        return f"It has not been delivered yet; it can go back within {RETURN_WINDOW.days} days of delivery."
    if line.returned >= line.quantity:
        return "It has been returned already."
    if not open_units:
        return f"The {RETURN_WINDOW.days} days for returns ended on {in_words(until)}."
    return None
