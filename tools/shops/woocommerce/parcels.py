"""The parcels of an order: of WooCommerce's own fulfillments where the shop uses them, else of the plugins that keep tracking numbers.

Sources: "Order fulfillments" (REST API v3, developer.woocommerce.com): contents in ``_items``, the number in ``_tracking_number``. The Shipment
Tracking extension, and Advanced Shipment Tracking like it, keep a list in the order's meta ``_wc_shipment_tracking_items``. Neither knows where a
parcel is: it was handed over, and more is not said. So there is no ``shipped_at``, which would be read as the carrier's last scan.
"""

from collections.abc import Sequence
from typing import Any, cast

from pydantic import ValidationError

from warmline.tools.model import Shipment, ShipmentStatus

from .answers import Answer, FulfillmentAnswer, OrderAnswer, Text
from .orders import skus
from .terms import Terms

TRACKING = "_wc_shipment_tracking_items"


class _Packed(Answer):
    item_id: int
    qty: int


class _Tracked(Answer):
    tracking_number: Text = ""
    tracking_provider: Text = ""
    custom_tracking_provider: Text = ""


def parcels_of(answer: OrderAnswer, fulfillments: Sequence[FulfillmentAnswer], terms: Terms) -> tuple[Shipment, ...]:
    """The parcels that were handed over."""
    status: ShipmentStatus = "delivered" if _arrived(answer, terms) else "in_transit"
    sent = [one for one in fulfillments if one.is_fulfilled and not one.date_deleted]
    if sent:
        return tuple(_fulfilled(answer, one, status) for one in sent)
    return _tracked(answer, status)


def _arrived(answer: OrderAnswer, terms: Terms) -> bool:
    paid, completed = answer.date_paid_gmt is not None, answer.date_completed_gmt is not None
    return terms.status(answer.status, paid=paid, completed=completed) == "delivered"


def _fulfilled(answer: OrderAnswer, one: FulfillmentAnswer, status: ShipmentStatus) -> Shipment:
    kept = {meta.key: meta.value for meta in one.meta_data}
    named = skus(answer)
    contents: dict[str, int] = {}
    for item in _list(kept.get("_items")):
        packed = _Packed.model_validate(item)
        if packed.item_id in named:
            contents[named[packed.item_id]] = contents.get(named[packed.item_id], 0) + packed.qty
    return Shipment(
        shipment_id=f"{answer.id}-{one.id}",
        carrier=str(kept.get("_shipment_provider") or kept.get("_shipping_provider") or ""),
        tracking_number=str(kept.get("_tracking_number") or ""),
        status=status,
        contents=contents,
    )


def _tracked(answer: OrderAnswer, status: ShipmentStatus) -> tuple[Shipment, ...]:
    """These plugins do not say what is in which parcel: all numbers together are the whole order."""
    found: list[_Tracked] = []
    for meta in answer.meta_data:
        if meta.key == TRACKING:
            found += [one for item in _list(meta.value) if (one := _read(item)) is not None and one.tracking_number]
    if not found:
        return ()
    named = skus(answer)
    together = Shipment(
        shipment_id=f"{answer.id}-tracked",
        carrier=", ".join(dict.fromkeys(one.custom_tracking_provider or one.tracking_provider for one in found)),
        tracking_number=", ".join(one.tracking_number for one in found),
        status=status,
        contents={named[line.id]: line.quantity for line in answer.line_items},
    )
    return (together,)


def _list(value: Any) -> list[Any]:
    """A list; PHP writes one with gaps in its keys as an object."""
    if isinstance(value, dict):
        return list(cast("dict[str, Any]", value).values())
    return cast("list[Any]", value) if isinstance(value, list) else []


def _read(item: Any) -> _Tracked | None:
    try:
        return _Tracked.model_validate(item)
    except ValidationError:
        return None
