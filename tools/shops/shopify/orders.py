"""Shopify's orders as ours: what was shipped where, and in words that are no more certain than what Shopify knows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

from warmline.errors import ShopError
from warmline.tools.model import (
    Address,
    CarrierEvent,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Shipment,
    ShipmentStatus,
)

from .documents import PARCELS
from .nodes import Line, OrderNode, Parcel, Place, Shown

NOWHERE = "ZZ"
"""The country of an address that has none: ISO 3166-1 leaves it to users."""

_STATUS: dict[Shown, ShipmentStatus | None] = {
    "SUBMITTED": "label_created",
    "CONFIRMED": "label_created",
    "LABEL_PRINTED": "label_created",
    "LABEL_PURCHASED": "label_created",
    "FULFILLED": "in_transit",
    "MARKED_AS_FULFILLED": "in_transit",
    "CARRIER_PICKED_UP": "in_transit",
    "IN_TRANSIT": "in_transit",
    "READY_FOR_PICKUP": "in_transit",
    "OUT_FOR_DELIVERY": "out_for_delivery",
    "DELIVERED": "delivered",
    "PICKED_UP": "delivered",
    "DELAYED": "delayed",
    "ATTEMPTED_DELIVERY": "delayed",
    "NOT_DELIVERED": "lost",
    "FAILURE": "lost",
    "CANCELED": None,
    "LABEL_VOIDED": None,
}
"""FulfillmentDisplayStatus; ``None`` is no parcel any more. A parcel that could not be delivered is told as lost: a person takes over."""

_UNPAID = {"PENDING", "PARTIALLY_PAID", "EXPIRED", "VOIDED"}


def an_order(node: OrderNode, lines: Sequence[Line], *, delivery_days: int, final_sale_tag: str) -> Order:
    """The order with all its lines. ``ShopError`` for more parcels than were read: half of them would be taken for all."""
    count = node.fulfillments_count.count if node.fulfillments_count else len(node.fulfillments)
    if count > len(node.fulfillments) or (node.fulfillments_count is None and count == PARCELS):
        raise ShopError(f"an order has {count} parcels, more than are read at once; a person has to look")
    total = node.total_price_set.money
    skus = {line.id: sku_of(line) for line in lines}
    shipments = tuple(_shipment(parcel, skus) for parcel in node.fulfillments if _is_parcel(parcel))
    return Order(
        number=node.name,
        customer_id=node.customer.legacy_resource_id if node.customer else "",
        email=node.email or "",
        placed_at=node.processed_at,
        status=_status(node, shipments, lines),
        lines=tuple(_line(line, final_sale_tag) for line in _one_for_each_sku(lines)),
        shipments=shipments,
        address=an_address(node.shipping_address or node.billing_address),
        promised=node.processed_at + timedelta(days=delivery_days),
        shipping=node.total_shipping_price_set.money,
        discount=node.total_discounts_set.money if node.total_discounts_set else total - total,
        total=total,
    )


def sku_of(line: Line) -> str:
    """The line's SKU, or a name that stands for its variant or the line: many shops give no SKUs."""
    return line.sku or (f"variant-{number_of(line.variant.id)}" if line.variant else f"line-{number_of(line.id)}")


def number_of(gid: str) -> str:
    """The number at the end of a global id: ``gid://shopify/Order/17`` gives ``17``."""
    return gid.rsplit("/", 1)[-1].partition("?")[0]


def an_address(place: Place | None) -> Address:
    """A mailing address; an order of nothing that is sent has none."""
    if place is None:
        return Address(name="", line1="no address", city="", postcode="", country=NOWHERE)
    return Address(
        name=place.name or "",
        line1=place.address1 or "",
        line2=place.address2 or None,
        city=place.city or "",
        region=place.province_code or place.province or None,
        postcode=place.zip or "",
        country=place.country_code_v2 or NOWHERE,
    )


def _one_for_each_sku(lines: Sequence[Line]) -> Iterable[Line]:
    """Lines of one SKU at one price are one line; at two prices they stay two."""
    seen: dict[tuple[str, Money], Line] = {}
    for line in lines:
        place = (sku_of(line), line.original_unit_price_set.money)
        if place in seen:
            first = seen[place]
            more = {
                "quantity": first.quantity + line.quantity,
                "current_quantity": first.current_quantity + line.current_quantity,
            }
            seen[place] = first.model_copy(update=more)
        else:
            seen[place] = line
    return seen.values()


def _line(line: Line, final_sale_tag: str) -> OrderLine:
    tags = {tag.casefold() for tag in line.product.tags} if line.product else set[str]()
    options = {option.name.casefold(): option.value for option in line.variant.selected_options} if line.variant else {}
    return OrderLine(
        sku=sku_of(line),
        name=line.title,
        options={} if options == {"title": "Default Title"} else options,
        quantity=line.quantity,
        unit_price=line.original_unit_price_set.money,
        final_sale=final_sale_tag.casefold() in tags,
        returned=max(line.quantity - line.current_quantity, 0),
    )


def _is_parcel(parcel: Parcel) -> bool:
    gone = parcel.status in {"CANCELLED", "ERROR", "FAILURE"}
    return not gone and _STATUS[parcel.display_status or "FULFILLED"] is not None


def _shipment(parcel: Parcel, skus: dict[str, str]) -> Shipment:
    if parcel.fulfillment_line_items.page_info.has_next_page:
        raise ShopError("a parcel holds more kinds of items than are read at once; a person has to look")
    contents: Counter[str] = Counter()
    for packed in parcel.fulfillment_line_items.nodes:
        contents[skus.get(packed.line_item.id, f"line-{number_of(packed.line_item.id)}")] += packed.quantity or 0
    status = _STATUS[parcel.display_status or "FULFILLED"] or "label_created"
    delivered = status == "delivered"
    return Shipment(
        shipment_id=number_of(parcel.id),
        carrier=next((one.company for one in parcel.tracking_info if one.company), "a carrier the shop does not name"),
        tracking_number=", ".join(one.number for one in parcel.tracking_info if one.number) or "none",
        status=status,
        contents=dict(contents),
        shipped_at=None if status == "label_created" else parcel.created_at,
        expected=None if delivered else parcel.estimated_delivery_at,
        delivered_at=parcel.delivered_at if delivered else None,
        events=tuple(
            CarrierEvent(
                at=scan.happened_at,
                place=", ".join(part for part in (scan.city, scan.province, scan.country) if part),
                what=scan.message or scan.status.replace("_", " ").lower(),
            )
            for scan in parcel.events.nodes
        ),
    )


def _status(node: OrderNode, shipments: Sequence[Shipment], lines: Sequence[Line]) -> OrderStatus:
    if node.cancelled_at is not None or node.display_fulfillment_status == "RESTOCKED":
        return "cancelled"
    if node.display_fulfillment_status == "FULFILLMENT_NOT_REQUIRED":
        return "delivered"
    if node.display_fulfillment_status == "FULFILLED":
        return "delivered" if shipments and all(parcel.status == "delivered" for parcel in shipments) else "shipped"
    if shipments:
        return "partly_shipped" if _is_partial(shipments, lines) else "shipped"
    return "awaiting_payment" if node.display_financial_status in _UNPAID else "processing"


def _is_partial(shipments: Sequence[Shipment], lines: Sequence[Line]) -> bool:
    sent = sum(units for parcel in shipments for units in parcel.contents.values())
    return sent < sum(line.quantity for line in lines)
