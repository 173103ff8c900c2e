"""Small makers of a shop's things, each valid as it is and changed by naming what differs.

    an_order(status="delivered", gift=True)
    a_product(name="Fjord Rain Boots", kind="shoes", variants=(a_variant("BOOT-41", size="41", units=0),))

Every date is relative to ``now``, by default ``NOW``, which is also the time of a ``MemoryShop`` that is given no clock.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from warmline.tools.model import (
    Address,
    CarrierEvent,
    Customer,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    PolicyDocument,
    Product,
    Shipment,
    ShipmentStatus,
    Variant,
)

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
"""A Friday."""


def dollars(amount: str) -> Money:
    """An amount in US dollars: ``dollars("12.50")``."""
    return Money(amount=Decimal(amount))


def an_address(**changes: Any) -> Address:
    """An address in Portland, Maine."""
    usual = {
        "name": "Ada Moore",
        "line1": "12 Cedar Street",
        "city": "Portland",
        "region": "ME",
        "postcode": "04101",
        "country": "US",
    }
    return Address.model_validate({**usual, **changes})


def a_customer(customer_id: str = "C-1001", **changes: Any) -> Customer:
    """Ada Moore, a standard customer since 2023."""
    usual = {"name": "Ada Moore", "email": "ada@example.com", "lifetime_value": dollars("240.00"), "since": date(2023, 4, 2)}
    return Customer.model_validate({"customer_id": customer_id, **usual, **changes})


def a_variant(sku: str = "CREW-NVY-M", /, *, price: str = "68.00", units: int = 12, rest: Any = None, **options: str) -> Variant:
    """A variant with ``units`` in one warehouse; ``rest`` is a mapping of other fields, such as ``{"final_sale": True}``."""
    return Variant.model_validate(
        {"sku": sku, "options": options, "price": dollars(price), "stock": {"east": units}, **(rest or {})}
    )


def a_product(product_id: str = "harbour-crewneck", **changes: Any) -> Product:
    """The Harbour Crewneck in navy M and L and grey M, with care instructions."""
    usual: dict[str, Any] = {
        "name": "Harbour Crewneck",
        "kind": "clothing",
        "brand": "Harbour & Pine",
        "description": "A midweight lambswool crewneck.",
        "specs": {"material": "80% lambswool, 20% nylon"},
        "care": "Hand wash cold, dry flat.",
        "keywords": ("sweater", "jumper", "wool"),
        "variants": (
            a_variant("CREW-NVY-M", colour="navy", size="M"),
            a_variant("CREW-NVY-L", colour="navy", size="L", units=2),
            a_variant("CREW-GRY-M", colour="grey", size="M", price="73.00"),
        ),
    }
    return Product.model_validate({"product_id": product_id, **usual, **changes})


def a_line(sku: str = "CREW-NVY-M", **changes: Any) -> OrderLine:
    """One Harbour Crewneck in navy M for $68.00."""
    usual = {
        "name": "Harbour Crewneck",
        "options": {"colour": "navy", "size": "M"},
        "quantity": 1,
        "unit_price": dollars("68.00"),
    }
    return OrderLine.model_validate({"sku": sku, **usual, **changes})


def a_shipment(status: ShipmentStatus = "in_transit", *, now: datetime = NOW, **changes: Any) -> Shipment:
    """A parcel with one crewneck: sent three days ago and due in two, or in the state asked for."""
    collected, delivered = status != "label_created", status == "delivered"
    sent, seen = now - timedelta(days=3), now - timedelta(days=1)
    events = (
        CarrierEvent(at=sent, place="Portland, ME", what="Collected"),
        CarrierEvent(at=seen, place="Boston, MA", what="In transit"),
    )
    usual: dict[str, Any] = {
        "shipment_id": "S-1",
        "carrier": "Coastal Post",
        "tracking_number": "CP42700000019US",
        "status": status,
        "contents": {"CREW-NVY-M": 1},
        "shipped_at": sent if collected else None,
        "expected": None if delivered or status in ("lost", "returned_to_sender") else now + timedelta(days=2),
        "delivered_at": seen if delivered else None,
        "events": events if collected else (),
    }
    return Shipment.model_validate({**usual, **changes})


def an_order(number: str = "W-10432", *, status: OrderStatus = "shipped", now: datetime = NOW, **changes: Any) -> Order:
    """Ada's order of one crewneck, placed five days ago and promised in two, with the parcel its status calls for.

    ``partly_shipped`` has a second crewneck, in L, that is in no parcel yet. The total follows from lines, shipping and discount.
    """
    lines: Sequence[OrderLine] = (a_line(),)
    if status == "partly_shipped":
        lines = (a_line(), a_line("CREW-NVY-L", options={"colour": "navy", "size": "L"}))
    usual: dict[str, Any] = {
        "customer_id": "C-1001",
        "email": "ada@example.com",
        "placed_at": now - timedelta(days=5),
        "lines": lines,
        "shipments": _parcels(status, now),
        "address": an_address(),
        "promised": now + timedelta(days=2),
        "shipping": dollars("5.00"),
        "discount": dollars("0.00"),
    }
    fields = {**usual, **changes}
    return Order.model_validate({"number": number, "status": status, "total": _total(fields), **fields})


def a_policy(topic: str = "returns", **changes: Any) -> PolicyDocument:
    """The policy on returns."""
    usual = {"title": "Returns and exchanges", "text": "You can return most items within 30 days of delivery."}
    return PolicyDocument.model_validate({"topic": topic, **usual, **changes})


def _parcels(status: OrderStatus, now: datetime) -> tuple[Shipment, ...]:
    if status in ("shipped", "partly_shipped"):
        return (a_shipment(now=now),)
    return (a_shipment("delivered", now=now),) if status == "delivered" else ()


def _total(fields: dict[str, Any]) -> Money:
    lines: Sequence[OrderLine] = fields["lines"]
    goods = sum((line.unit_price.times(line.quantity).amount for line in lines), Decimal("0.00"))
    return Money(amount=goods + fields["shipping"].amount - fields["discount"].amount)
