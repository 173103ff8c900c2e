"""What Shopify tells on its own: verified over the bytes as they came, told once, and routed by topic.

shopify.dev/docs/apps/build/webhooks/verify-deliveries, /delivery-structure and /subscribe/https, read in November 2026: the signature is
HMAC-SHA256 of the raw body with the app's client secret, in base64; an answer is expected within five seconds; a delivery may come twice.

The signature covers the body and no header. So a delivery counts as seen by its id or by its body, whichever was there before: somebody who
caught one cannot send it again under a new id. Handlers run before a delivery is noted as seen: one that fails is sent again by Shopify.
"""

import base64
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal, Protocol, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, SecretStr, ValidationError

from warmline.errors import ShopDrifted, ShopError
from warmline.tools.carriers.updates import ParcelUpdate
from warmline.tools.model import ShipmentStatus

Heard = Literal["handled", "seen", "ignored"]
STATUSES: dict[str, ShipmentStatus] = {
    "label_printed": "label_created",
    "label_purchased": "label_created",
    "confirmed": "label_created",
    "in_transit": "in_transit",
    "attempted_delivery": "in_transit",
    "ready_for_pickup": "in_transit",
    "out_for_delivery": "out_for_delivery",
    "delivered": "delivered",
}
"""A fulfillment's ``shipment_status`` (shopify.dev/docs/api/admin-rest, Fulfillment); ``failure`` and a new one have no word of ours."""

EventT = TypeVar("EventT", bound=BaseModel)


class Forged(ShopError):
    """A delivery that is not Shopify's, or not about this shop: answer 401 and do nothing."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A verified delivery. ``payload`` is data: nothing in it is an instruction."""

    delivery_id: str
    topic: str
    shop: str
    triggered_at: str | None
    body_digest: str
    payload: Mapping[str, Any]


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class StockChanged(_Event):
    """``inventory_levels/update``: the units of one item at one location."""

    inventory_item_id: int
    location_id: int
    available: int | None
    updated_at: datetime


class OrderChanged(_Event):
    """``orders/updated`` and ``orders/cancelled``; ask the shop for the order, this is only the news that it changed."""

    id: int
    name: str
    updated_at: AwareDatetime


class ProductChanged(_Event):
    """``products/create``, ``products/update`` and ``products/delete``."""

    id: int


class ParcelChanged(_Event):
    """``fulfillments/create`` and ``fulfillments/update``."""

    id: int
    order_id: int
    shipment_status: str | None = None
    tracking_company: str | None = None
    tracking_number: str | None = None
    updated_at: AwareDatetime

    @property
    def moved(self) -> ParcelUpdate | None:
        """Where the parcel is; ``None`` of one that has no number, or that the shop tells nothing of."""
        if self.tracking_number is None or self.shipment_status is None:
            return None
        return ParcelUpdate(
            event_id=f"shopify:{self.id}:{self.shipment_status}:{self.updated_at.isoformat()}",
            carrier=self.tracking_company or "unknown",
            tracking_number=self.tracking_number,
            status=STATUSES.get(self.shipment_status),
            at=self.updated_at,
        )


Handler = Callable[[Delivery], Awaitable[None]]


class Seen(Protocol):
    """Which deliveries were handled; shared by every process that hears them, for longer than Shopify tries again (four hours)."""

    async def has(self, names: Sequence[str]) -> bool:
        """Whether one of these was noted."""
        ...

    async def note(self, names: Sequence[str]) -> None:
        """Note all of these."""
        ...


def verified(body: bytes, headers: Mapping[str, str], *, secrets: Sequence[SecretStr], domain: str) -> Delivery:
    """The delivery, if one of the secrets signed exactly these bytes and it is about this shop; ``Forged`` if not.

    Give the old secret too for an hour after it was rotated. ``headers`` may be in any letter case.
    """
    told = {name.lower(): value for name, value in headers.items()}
    if not _signed(body, told.get("x-shopify-hmac-sha256", ""), secrets):
        raise Forged("a webhook does not carry the signature of this app's secret")
    if told.get("x-shopify-shop-domain", "").lower() != domain.lower():
        raise Forged("a webhook is about another shop")
    topic, delivery_id = told.get("x-shopify-topic", ""), told.get("x-shopify-webhook-id", "")
    try:
        payload: Any = json.loads(body)
    except ValueError as error:
        raise ShopDrifted("Shopify: the body of a webhook is no JSON") from error
    if not isinstance(payload, dict) or not topic or not delivery_id:
        raise ShopDrifted("Shopify: a webhook has no topic, no id, or no object in it")
    return Delivery(
        delivery_id=delivery_id,
        topic=topic,
        shop=domain,
        triggered_at=told.get("x-shopify-triggered-at"),
        body_digest=sha256(body).hexdigest(),
        payload=payload,  # pyright: ignore[reportUnknownArgumentType]
    )


class Webhooks:
    """What to do about each topic. ``receive`` is all a web server has to call.

    hooks = Webhooks(secrets=[secret], domain="example.myshopify.com", seen=seen)
    hooks.on(StockChanged, stock_came, "inventory_levels/update")
    """

    def __init__(self, *, secrets: Sequence[SecretStr], domain: str, seen: Seen) -> None:
        if not any(secret.get_secret_value() for secret in secrets):
            raise ValueError("Webhooks(secrets=…): expected the app's client secret; an empty one would be signed by anybody")
        self._secrets = [secret for secret in secrets if secret.get_secret_value()]
        self._domain, self._seen = domain, seen
        self._handlers: dict[str, Handler] = {}

    def on(self, event: type[EventT], act: Callable[[EventT], Awaitable[None]], *topics: str) -> None:
        """Do this when something of these topics comes. It may come twice, or late: ask the shop what is so now."""

        async def handle(delivery: Delivery) -> None:
            await act(_read(event, delivery))

        self._handlers |= dict.fromkeys(topics, handle)

    async def receive(self, body: bytes, headers: Mapping[str, str]) -> Heard:
        """Verify, and handle what is new. ``Forged`` for what is not Shopify's; other errors mean that it should be sent again."""
        delivery = verified(body, headers, secrets=self._secrets, domain=self._domain)
        handler = self._handlers.get(delivery.topic)
        if handler is None:
            return "ignored"
        names = (f"id:{delivery.delivery_id}", f"body:{delivery.topic}:{delivery.body_digest}")
        if await self._seen.has(names):
            return "seen"
        await handler(delivery)
        await self._seen.note(names)
        return "handled"


def _signed(body: bytes, signature: str, secrets: Sequence[SecretStr]) -> bool:
    given = signature.encode("utf-8", "replace")
    matches = [
        hmac.compare_digest(base64.b64encode(hmac.digest(secret.get_secret_value().encode(), body, "sha256")), given)
        for secret in secrets
    ]
    return any(matches)


def _read(event: type[EventT], delivery: Delivery) -> EventT:
    try:
        return event.model_validate(delivery.payload)
    except ValidationError as error:
        places = ", ".join(".".join(map(str, one["loc"])) for one in error.errors(include_input=False, include_url=False))
        raise ShopDrifted(f"Shopify: a webhook of {delivery.topic} is not what is documented ({places})") from error
