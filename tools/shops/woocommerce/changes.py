"""Changes to an order that has not left: cancelling it, sending it elsewhere.

Sources: "Update an order", "Create a refund", "Payment gateway properties" (WooCommerce REST API, wc/v3). An order that was not paid is set to
``cancelled`` in one request. One that was paid is refunded whole through its payment provider (``api_refund``), which sets it to ``refunded``:
WooCommerce refunds no more than is left, so a second refund is refused by itself. Where the provider cannot, nothing is done, and a person is needed.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from warmline.errors import OutcomeUnknown, ToolError
from warmline.tools.model import Address, AddressReceipt, CancellationReceipt, Money, Order
from warmline.tools.shoprules import still_here

from .answers import Gateway, Item, Line, OrderAnswer
from .api import Api
from .receipts import Ledger, Written, as_meta, meta_key

REFUSED = 400
_GATEWAY = re.compile(r"[A-Za-z0-9_-]+")


async def cancel_unpaid(api: Api, answer: OrderAnswer, order: Order, *, key: str, now: datetime) -> CancellationReceipt:
    """Cancel an order nobody paid for, or that cost nothing; WooCommerce puts its stock back."""
    nothing = Money(amount=order.total.amount * 0, currency=order.total.currency)
    receipt = CancellationReceipt(order_number=order.number, refund=nothing, cancelled_at=now)
    body = {"status": "cancelled", "meta_data": [as_meta(receipt, key)]}
    await api.write("cancel", "PUT", f"/wc/v3/orders/{answer.id}", body)
    return receipt


async def begin_refund(api: Api, answer: OrderAnswer, order: Order, *, key: str, now: datetime) -> Written:
    """Note on the order that it is about to be refunded, so that whoever comes after a crash knows what to look for."""
    await _refundable(api, answer, order)
    receipt = CancellationReceipt(order_number=order.number, refund=order.total, cancelled_at=now)
    meta = as_meta(receipt, key, begun=now)
    await api.write("begin refund", "PUT", f"/wc/v3/orders/{answer.id}", {"meta_data": [meta]})
    return Written.model_validate_json(meta["value"])


async def refund(api: Api, ledger: Ledger, answer: OrderAnswer, order: Order, written: Written) -> CancellationReceipt:
    """Pay back an order whole, unless that was done with this key."""
    receipt = written.value
    if not isinstance(receipt, CancellationReceipt):
        raise TypeError(f"expected a cancellation, got a {type(receipt).__name__}")
    if await ledger.refund(answer.id, written.key) is None:
        still_here(order)
        body = {
            "amount": str(answer.total),
            "reason": "Cancelled at the customer's request",
            "api_refund": True,
            "api_restock": True,
            "line_items": [_whole(item) for item in (*answer.line_items, *answer.shipping_lines, *answer.fee_lines)],
            "meta_data": [{"key": meta_key(written.key), "value": "1"}],
        }
        reply = await api.write("refund", "POST", f"/wc/v3/orders/{answer.id}/refunds", body, answers=(REFUSED,))
        if not reply.ok:
            raise OutcomeUnknown(
                f"WooCommerce: the refund of order {answer.number} was refused, though it was whole before. Was it refunded by somebody else?"
            )
    return receipt


async def redirect(api: Api, answer: OrderAnswer, order: Order, address: Address, *, key: str) -> AddressReceipt:
    """Send an order to another address in the same country. The company of the old address does not stay behind in the new one."""
    still_here(order)
    if address.country != order.address.country:
        raise ToolError(f"Another country changes the shipping cost of order {order.number}: that takes a person.")
    first, _, last = address.name.strip().rpartition(" ")
    place = {
        "first_name": first or last,
        "last_name": last if first else "",
        "company": "",
        "address_1": address.line1,
        "address_2": address.line2 or "",
        "city": address.city,
        "state": address.region or "",
        "postcode": address.postcode,
        "country": address.country,
    }
    receipt = AddressReceipt(order_number=order.number, address=address)
    body = {"shipping": place, "meta_data": [as_meta(receipt, key)]}
    await api.write("change address", "PUT", f"/wc/v3/orders/{answer.id}", body)
    return receipt


async def _refundable(api: Api, answer: OrderAnswer, order: Order) -> None:
    """``ToolError`` unless all of it was paid, none of it was paid back, and the provider can do that by itself."""
    if answer.date_paid_gmt is None:
        raise ToolError(f"Order {order.number} is paid on delivery or by hand: cancelling it takes a person. Call escalate.")
    if answer.refunds:
        raise ToolError(f"Part of order {order.number} was paid back already: cancelling the rest takes a person. Call escalate.")
    method = answer.payment_method
    path = f"/wc/v3/payment_gateways/{method}"
    gateway = await api.one("payment gateway", path, Gateway) if _GATEWAY.fullmatch(method) else None
    if gateway is None or "refunds" not in gateway.method_supports:
        raise ToolError(f"The payment of order {order.number} cannot be paid back automatically. Call escalate.")


def _whole(item: Item) -> dict[str, Any]:
    """All of a line, with its taxes; units only where there are some, as they go back on the shelf."""
    taxes: Sequence[dict[str, Any]] = [{"id": str(tax.id), "refund_total": _figure(tax.total)} for tax in item.taxes if tax.total]
    line: dict[str, Any] = {"id": str(item.id), "refund_total": str(item.total), "refund_tax": taxes}
    return {**line, "quantity": item.quantity} if isinstance(item, Line) else line


def _figure(amount: str) -> str:
    return str(Decimal(amount))
