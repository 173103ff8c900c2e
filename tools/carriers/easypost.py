"""EasyPost as a carrier.

Sources: docs.easypost.com, API v2: "Shipments" (``reference`` may stand in place of the id), "Returns" (``is_return``: the addresses
stay those of the way out, EasyPost turns them round), "Shipping Refund", "Pagination", "Errors Guide", "Rate Limiting and Backoff Guide"
(five a second for lists; the rest by load).

There are no idempotency keys. A shipment is made with our key as its ``reference``, costs nothing, and is looked for by it first; it can be bought only
once (``SHIPMENT.POSTAGE.EXISTS``), so an answer that was lost is asked for again.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from weakref import WeakValueDictionary

from pydantic import AwareDatetime, BaseModel, ConfigDict

from warmline.errors import OutcomeUnknown, ShopError, ShopRefused, ShopUnavailable
from warmline.tools.capabilities import Finding
from warmline.tools.model import Label
from warmline.tools.shops.pages import Page, all_pages
from warmline.tools.shops.service import Service

from .carrier import Bought, Parcel, Rate, Terms, as_place, choose, key_of, reference, within_reach

BASE = "https://api.easypost.com/v2"
TAKEN_BACK = frozenset({"submitted", "refunded", "not_applicable"})
"""What counts as refunded. ``not_applicable``: the carrier bills when it scans, so an unused label costs nothing."""

UNUSED = frozenset({"unknown", "pre_transit"})
"""What a shipment's ``status`` is before its parcel was seen ("Trackers", "Shipments"). Whatever else it says, its label is not taken for unused."""

MOST_ATTEMPTS = 9
EXISTS = "SHIPMENT.POSTAGE.EXISTS"
_GRAMS = Decimal("28.349523125")
_CENTIMETRES = Decimal("2.54")


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Offer(_Answer):
    id: str
    carrier: str
    service: str
    rate: Decimal
    currency: str


class _Postage(_Answer):
    label_url: str


class _Shipment(_Answer):
    id: str
    reference: str | None
    created_at: AwareDatetime
    rates: tuple[_Offer, ...] = ()
    selected_rate: _Offer | None = None
    postage_label: _Postage | None
    tracking_code: str | None
    status: str
    refund_status: str | None

    @property
    def taken_back(self) -> bool:
        """Whether its label was refunded, or asked to be."""
        return self.refund_status in TAKEN_BACK

    def bought(self) -> Bought | None:
        """Its label, if it has one that holds."""
        key = key_of(self.reference)
        if key is None or self.postage_label is None or self.tracking_code is None or self.taken_back:
            return None
        carrier = self.selected_rate.carrier if self.selected_rate else "EasyPost"
        label = Label(carrier=carrier, tracking_number=self.tracking_code, location=self.postage_label.label_url)
        used = self.status not in UNUSED
        return Bought(key=key, label=label, bought_id=self.id, bought_at=self.created_at, used=used)


class _Listed(_Answer):
    shipments: tuple[_Shipment, ...]
    has_more: bool


class EasyPost:
    """The account behind this service."""

    def __init__(self, service: Service, terms: Terms) -> None:
        self._service, self._terms = service, terms
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def examine(self) -> Sequence[Finding]:
        """Whether it takes the key."""
        await self._page({"page_size": 1})
        return [Finding(name="labels", status="ok", found="EasyPost answers and takes the key")]

    async def buy(self, parcel: Parcel, *, key: str) -> Bought:
        """The label of this key, bought unless it was."""
        within_reach(parcel, self._terms)
        lock = self._turns.setdefault(key, asyncio.Lock())
        async with lock:
            for attempt in range(1, MOST_ATTEMPTS + 1):
                name = reference(key, attempt)
                shipment = await self._get(name) or await self._create(parcel, name)
                if not shipment.taken_back:
                    return shipment.bought() or await self._pay(shipment)
        raise ShopError(f"EasyPost: {MOST_ATTEMPTS} labels of one return were taken back. Look at it before buying another.")

    async def find(self, key: str) -> Bought | None:
        """The label of this key that holds."""
        for attempt in range(1, MOST_ATTEMPTS + 1):
            shipment = await self._get(reference(key, attempt))
            if shipment is None or not shipment.taken_back:
                return None if shipment is None else shipment.bought()
        return None

    async def take_back(self, bought: Bought) -> None:
        """Have a label refunded. A rejected refund may be asked for again, so the request may be repeated."""
        path = f"/shipments/{bought.bought_id}/refund"
        reply = await self._service.ask("label.refund", "POST", path, effect="write", once=True, answers=(422,))
        shipment = reply.read(_Shipment) if reply.ok else await self._get(bought.bought_id)
        if shipment is None or not shipment.taken_back:
            raise ShopError(f"EasyPost: the label {bought.label.tracking_number} was not taken back. Ask for its refund there.")

    async def bought_since(self, moment: datetime) -> Sequence[Bought]:
        """Every label of ours since then."""

        async def page(before: str | None) -> Page[_Shipment, str]:
            wanted: dict[str, str | int] = {"page_size": 100, "purchased": "true", "start_datetime": moment.isoformat()}
            listed = await self._page({**wanted, **({"before_id": before} if before else {})})
            return Page(items=listed.shipments, next=listed.shipments[-1].id if listed.has_more and listed.shipments else None)

        return [bought for one in await all_pages(page) if (bought := one.bought()) is not None]

    async def _page(self, params: dict[str, str | int]) -> _Listed:
        return (await self._service.ask("labels", "GET", "/shipments", effect="read", params=params)).read(_Listed)

    async def _get(self, name: str) -> _Shipment | None:
        """A shipment by its id or reference."""
        path = f"/shipments/{quote(name, safe='')}"
        reply = await self._service.ask("label.find", "GET", path, effect="read", answers=(404,))
        found = reply.read(_Shipment) if reply.ok else None
        return found if found is not None and name in (found.id, found.reference) else None

    async def _create(self, parcel: Parcel, name: str) -> _Shipment:
        length, width, height = (_inches(side) for side in self._terms.centimetres)
        ounces = (Decimal(self._terms.grams) / _GRAMS).quantize(Decimal("0.1"))
        shipment = {
            "reference": name,
            "is_return": True,
            "to_address": as_place(parcel.sender),
            "from_address": {**as_place(self._terms.receiver), "phone": self._terms.phone},
            "parcel": {"weight": str(ounces), "length": length, "width": width, "height": height},
            "options": {"label_format": "PDF", "print_custom_1": parcel.order_number},
        }
        try:
            reply = await self._service.ask("label.offer", "POST", "/shipments", effect="write", json={"shipment": shipment})
            return reply.read(_Shipment)
        except OutcomeUnknown as error:
            found = await self._get(name)
            if found is None:
                raise ShopUnavailable("EasyPost: no offer for a label came, and nothing was bought.") from error
            return found

    async def _pay(self, shipment: _Shipment) -> Bought:
        offers = [
            Rate(rate_id=one.id, carrier=one.carrier, service=one.service, amount=one.rate, currency=one.currency)
            for one in shipment.rates
        ]
        body = {"rate": {"id": choose(offers, self._terms).rate_id}}
        path = f"/shipments/{shipment.id}/buy"
        try:
            reply = await self._service.ask("label.buy", "POST", path, effect="write", once=True, json=body, answers=(422,))
        except OutcomeUnknown:
            return await self._after_all(shipment)
        if reply.ok:
            bought = reply.read(_Shipment).bought()
            if bought is None:
                raise reply.drifted("a shipment that was bought has no label")
            return bought
        if _code(reply.json) == EXISTS:
            return await self._after_all(shipment)
        raise ShopRefused("EasyPost: the label was refused; nothing was bought. Look at the shipment there.", status=reply.status)

    async def _after_all(self, shipment: _Shipment) -> Bought:
        """The label whose answer was lost."""
        found = await self._get(shipment.id)
        bought = None if found is None else found.bought()
        if bought is None:
            raise OutcomeUnknown("EasyPost: whether a label was bought is unknown. Look at the shipment before buying another.")
        return bought


def _code(answer: Any) -> str:
    """The code of ``{"error": {"code", "message", "errors"}}``."""
    try:
        return str(answer["error"]["code"])
    except (KeyError, TypeError):
        return ""


def _inches(centimetres: int) -> str:
    return str((Decimal(centimetres) / _CENTIMETRES).quantize(Decimal("0.1")))
