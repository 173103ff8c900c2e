"""An order as WooCommerce answers it, in our words.

``unit_price`` is with tax and before the discount, as the customer saw it; ``discount`` and ``shipping`` are with their taxes; ``total`` is
WooCommerce's own. A fee is in the total and is no line, unless an order has nothing else.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from warmline.tools.model import Address, Money, Order, OrderLine, OrderStatus, Shipment

from .answers import Line, NoteAnswer, OrderAnswer, Place, RefundAnswer
from .html import words
from .terms import NO_ORDERS, Terms

GUEST = "guest"
"""The customer id of an order without an account: WooCommerce writes 0, and nobody is signed in as that."""


@dataclass(frozen=True, kw_only=True)
class Details:
    """What stands beside an order: its parcels, its refunds with their lines, what of it goes back, what the shop wrote to the customer."""

    parcels: tuple[Shipment, ...] = ()
    refunds: Sequence[RefundAnswer] = ()
    returned: Mapping[str, int] | None = None
    notes: Sequence[NoteAnswer] = ()


def is_order(answer: OrderAnswer) -> bool:
    """Whether it is one: not in the trash, not a checkout that was never finished, and something was bought."""
    return answer.status not in NO_ORDERS and bool(answer.line_items or answer.fee_lines)


def order_from(answer: OrderAnswer, details: Details, terms: Terms) -> Order:
    """The order."""
    place = answer.shipping if answer.shipping.address_1 else answer.billing
    return Order(
        number=answer.number,
        customer_id=str(answer.customer_id) if answer.customer_id else GUEST,
        email=answer.billing.email.strip(),
        placed_at=answer.date_created_gmt,
        status=_status(answer, details.parcels, terms),
        lines=_lines(answer, details),
        shipments=details.parcels,
        address=address_from(place, answer.billing.country or terms.country),
        promised=answer.date_created_gmt + timedelta(days=terms.delivery_days),
        shipping=money(answer, answer.shipping_total + answer.shipping_tax),
        discount=money(answer, answer.discount_total + answer.discount_tax),
        total=money(answer, answer.total),
        note=_note(details.notes),
    )


def address_from(place: Place, country: str) -> Address:
    """An address; ``country`` where it names none."""
    return Address(
        name=person(place) or place.company,
        line1=place.address_1,
        line2=place.address_2 or None,
        city=place.city,
        region=place.state or None,
        postcode=place.postcode,
        country=place.country or country,
    )


def person(place: Place) -> str:
    """A name in one."""
    return f"{place.first_name} {place.last_name}".strip()


def money(answer: OrderAnswer, amount: Decimal) -> Money:
    """An amount of this order, in its currency and with its places."""
    return Money(amount=amount.quantize(Decimal(1).scaleb(-answer.places), rounding=ROUND_HALF_UP), currency=answer.currency)


def skus(answer: OrderAnswer) -> dict[int, str]:
    """For each line the SKU it is known by: its own, or one from its product's id; a second line of one SKU gets the line's id too."""
    named: dict[int, str] = {}
    for line in answer.line_items:
        sku = line.sku or f"ID-{line.variation_id or line.product_id}"
        named[line.id] = sku if sku.casefold() not in {one.casefold() for one in named.values()} else f"{sku}/{line.id}"
    return named


def refunded(refunds: Sequence[RefundAnswer]) -> Counter[int]:
    """Units that were refunded, by the id of their line."""
    units: Counter[int] = Counter()
    for line in (line for refund in refunds for line in refund.line_items):
        for meta in line.meta_data:
            if meta.key == "_refunded_item_id" and str(meta.value).isdigit():
                units[int(str(meta.value))] += abs(line.quantity)
    return units


def _lines(answer: OrderAnswer, details: Details) -> tuple[OrderLine, ...]:
    if not answer.line_items:
        return tuple(
            OrderLine(sku=f"FEE-{fee.id}", name=fee.name, quantity=1, unit_price=money(answer, fee.total + fee.total_tax))
            for fee in answer.fee_lines
        )
    named, refunds, returned = skus(answer), refunded(details.refunds), details.returned or {}
    return tuple(
        OrderLine(
            sku=named[line.id],
            name=line.name,
            options=_options(line),
            quantity=line.quantity,
            unit_price=money(answer, (line.subtotal + line.subtotal_tax) / line.quantity),
            returned=min(line.quantity, max(refunds[line.id], returned.get(named[line.id], 0))),
        )
        for line in answer.line_items
    )


def _options(line: Line) -> dict[str, str]:
    """What was chosen, as the shop shows it; what begins with ``_`` is a plugin's own."""
    shown = [meta for meta in line.meta_data if not meta.key.startswith("_") and isinstance(meta.display_value, str)]
    return {words(str(meta.display_key or meta.key)): words(str(meta.display_value)) for meta in shown}


def _note(notes: Sequence[NoteAnswer]) -> str | None:
    """The newest note to the customer."""
    written = [note for note in notes if note.customer_note]
    return words(max(written, key=lambda note: note.date_created_gmt).note) if written else None


def _status(answer: OrderAnswer, parcels: Sequence[Shipment], terms: Terms) -> OrderStatus:
    paid, completed = answer.date_paid_gmt is not None, answer.date_completed_gmt is not None
    status = terms.status(answer.status, paid=paid, completed=completed or bool(parcels))
    if status != "processing" or not parcels:
        return status
    packed: Counter[str] = Counter()
    for parcel in parcels:
        packed.update(parcel.contents)
    named = skus(answer)
    return "shipped" if all(packed[named[line.id]] >= line.quantity for line in answer.line_items) else "partly_shipped"
