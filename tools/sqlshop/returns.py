"""Returns and exchanges: every rule is checked again inside the transaction that writes."""

from collections.abc import Sequence
from decimal import Decimal

from warmline.errors import ToolError
from warmline.tools.model import ExchangeReceipt, Money, ReturnItem, ReturnReason, ReturnReceipt
from warmline.tools.shoprules import SEND_WINDOW, claim, exchange_price, label_fee, paid_share

from .rows import order_from, variant_from
from .tables import OrderRow, ReservationRow, VariantRow
from .write import Write


async def send_back(write: Write, number: str, items: Sequence[ReturnItem], reason: ReturnReason) -> ReturnReceipt:
    """Create a return; its refund is what was paid for the items, less the label."""
    row = await write.order(number)
    order = order_from(row)
    claimed = claim(order, items, write.now)
    _mark_returned(row, {line.sku: units for line, units in claimed})
    paid = sum((paid_share(order, line.unit_price).amount * units for line, units in claimed), Decimal(0))
    fee = label_fee(order, reason)
    return ReturnReceipt(
        return_number=write.number("Return"),
        order_number=order.number,
        items=tuple(ReturnItem(sku=line.sku, quantity=units) for line, units in claimed),
        reason=reason,
        refund=Money(amount=max(paid - fee.amount, Decimal("0.00")), currency=fee.currency),
        label_fee=fee,
        send_by=write.now + SEND_WINDOW,
        label=await write.label("Return", order, claimed),
    )


async def swap(write: Write, number: str, item: ReturnItem, new_sku: str) -> ExchangeReceipt:
    """Create an exchange and take the new item off the shelf. The order's discount holds for the new item too."""
    row = await write.order(number)
    order = order_from(row)
    claimed = claim(order, [item], write.now)
    [(line, units)] = claimed
    new = await write.variant(new_sku)
    exchange_number, until = write.number("Exchange"), write.now + SEND_WINDOW
    kept = {"number": row.number, "sku": line.sku, "new_sku": new.sku, "shelves": _reserve(new, units), "until": until}
    write.session.add(ReservationRow(exchange_number=exchange_number, **kept))
    _mark_returned(row, {line.sku: units})
    return ExchangeReceipt(
        exchange_number=exchange_number,
        order_number=order.number,
        sku=line.sku,
        new_sku=new.sku,
        quantity=units,
        difference=exchange_price(order, line, variant_from(new).price, units),
        reserved_until=until,
        label=await write.label("Exchange", order, claimed),
    )


def _reserve(new: VariantRow, units: int) -> dict[str, int]:
    """Take units from the fullest shelves first; how many from which warehouse. ``ToolError`` if there are too few, or none may be chosen."""
    if new.final_sale:
        raise ToolError(f"{new.sku} is a final sale item; those cannot be chosen in an exchange.")
    left = sum(shelf.units for shelf in new.stock)
    if left < units:
        raise ToolError(f"Only {left} of {new.sku} are in stock, not {units}." if left else f"{new.sku} is sold out.")
    taken: dict[str, int] = {}
    for shelf in sorted(new.stock, key=lambda shelf: -shelf.units):
        number = min(units, shelf.units)
        if number:
            taken[shelf.warehouse] = number
        shelf.units, units = shelf.units - number, units - number
    return taken


def _mark_returned(row: OrderRow, going: dict[str, int]) -> None:
    for line in row.lines:
        line.returned += going.get(line.sku, 0)
