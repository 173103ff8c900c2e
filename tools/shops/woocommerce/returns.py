"""Returns, which WooCommerce does not have: kept in the order's meta data, by the terms the operator states.

Nothing of it moves money. A person refunds in WooCommerce once the goods are there. Units that were refunded and units that go back may be the same
ones or not: where that cannot be told, a person has to.
"""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from warmline.errors import ToolError
from warmline.tools.model import (
    ItemEligibility,
    Label,
    Money,
    Order,
    OrderLine,
    ReturnCheck,
    ReturnItem,
    ReturnReason,
    ReturnReceipt,
    in_words,
)

from .answers import Line, OrderAnswer, RefundAnswer
from .orders import refunded, skus
from .receipts import returns_in
from .terms import Terms


def going_back(answer: OrderAnswer) -> Counter[str]:
    """Units that go back already, by SKU."""
    units: Counter[str] = Counter()
    for receipt in returns_in(answer.meta_data):
        for item in receipt.items:
            units[item.sku] += item.quantity
    return units


def check(
    answer: OrderAnswer, order: Order, refunds: Sequence[RefundAnswer], terms: Terms, final: Set[int], now: datetime
) -> ReturnCheck:
    """What of this order may go back at this moment."""
    returned, paid_back, named = going_back(answer), refunded(refunds), skus(answer)
    items: list[ItemEligibility] = []
    for line in answer.line_items:
        sku = named[line.id]
        known = order.line(sku)
        if known is not None:
            why_not = _not_now(answer, order, terms, now) or _not_this(line, known, returned[sku], paid_back[line.id], final)
            left = line.quantity - max(returned[sku], paid_back[line.id])
            items.append(_judged(answer, line, known, terms, why_not, 0 if why_not else left))
    fee = Money(amount=terms.label_fee, currency=order.total.currency)
    send_by = now + timedelta(days=terms.send_days)
    return ReturnCheck(order_number=order.number, items=tuple(items), label_fee=fee, free_for=terms.free_for, send_by=send_by)


def receipt_for(
    checked: ReturnCheck,
    answer: OrderAnswer,
    items: Sequence[ReturnItem],
    reason: ReturnReason,
    label: Label,
    now: datetime,
    terms: Terms,
) -> ReturnReceipt:
    """The return of these items. ``ToolError`` says which rule is in the way."""
    going = allowed(checked, items)
    currency = checked.label_fee.currency
    fee = Money(amount=Decimal("0.00"), currency=currency) if reason in terms.free_for else checked.label_fee
    worth = sum((item.unit_refund.times(units).amount for item, units in going), Decimal(0))
    return ReturnReceipt(
        return_number=f"R-{answer.number}-{len(returns_in(answer.meta_data)) + 1}",
        order_number=checked.order_number,
        items=tuple(ReturnItem(sku=item.sku, quantity=units) for item, units in going),
        reason=reason,
        refund=Money(amount=max(worth - fee.amount, Decimal("0.00")), currency=currency),
        label_fee=fee,
        send_by=now + timedelta(days=terms.send_days),
        label=label,
    )


def allowed(checked: ReturnCheck, items: Sequence[ReturnItem]) -> list[tuple[ItemEligibility, int]]:
    """Each item that goes back with its units. ``ToolError`` for one that may not."""
    known: Mapping[str, ItemEligibility] = {item.sku.casefold(): item for item in checked.items}
    wanted: Counter[str] = Counter()
    for item in items:
        if item.sku.casefold() not in known:
            raise ToolError(f"Order {checked.order_number} has no item {item.sku!r}.")
        wanted[item.sku.casefold()] += item.quantity
    if not wanted:
        raise ToolError("A return needs at least one item: ask the customer which.")
    for sku, units in wanted.items():
        item = known[sku]
        if item.why_not:
            raise ToolError(f"{item.name} ({item.sku}) cannot go back. {item.why_not}")
        if units > item.returnable:
            raise ToolError(f"Only {item.returnable} of {item.name} ({item.sku}) can still go back, not {units}.")
    return [(known[sku], units) for sku, units in wanted.items()]


def _judged(answer: OrderAnswer, line: Line, known: OrderLine, terms: Terms, why_not: str | None, left: int) -> ItemEligibility:
    """One line; a unit is worth what was paid for it with tax and after the discount, fractions of the smallest coin dropped."""
    paid = (line.total + line.total_tax) / line.quantity
    worth = Money(amount=paid.quantize(Decimal(1).scaleb(-answer.places), rounding=ROUND_DOWN), currency=answer.currency)
    return ItemEligibility(
        sku=known.sku, name=known.label, returnable=left, until=_until(answer, terms), why_not=why_not, unit_refund=worth
    )


def _until(answer: OrderAnswer, terms: Terms) -> datetime | None:
    if answer.date_completed_gmt is None or terms.return_days is None:
        return None
    return answer.date_completed_gmt + timedelta(days=terms.return_days)


def _not_now(answer: OrderAnswer, order: Order, terms: Terms, now: datetime) -> str | None:
    """What is in the way of the whole order."""
    until = _until(answer, terms)
    if order.status == "cancelled":
        return "The order was cancelled."
    if order.status not in ("shipped", "delivered") or until is None:
        return "The order is not completed yet."
    if now > until:
        return f"The {terms.return_days} days for returns ended on {in_words(until)}."
    return None


def _not_this(line: Line, known: OrderLine, returned: int, paid_back: int, final: Set[int]) -> str | None:
    """What is in the way of one line."""
    if line.product_id in final or known.final_sale:
        return "It was bought in a final sale, and those items are neither returned nor exchanged."
    if max(returned, paid_back) >= line.quantity:
        return "It has been returned or paid back already."
    if returned and paid_back:
        return "Some units were returned and some paid back; how many may still go back takes a person. Call escalate."
    return None
