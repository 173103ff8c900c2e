"""Shippo as a carrier.

Sources: docs.goshippo.com, API version 2018-02-08: "Returns" (``extra.is_return``: scan-based, charged when it is used; the addresses stay
those of the way out),
"Create a shipping label", "List all shipping labels" (``rate`` filters), "List all shipments" (``object_created_gte`` filters), "Refunding labels",
"Rate limits" (500 writes and 50 lists a minute; a test token a tenth of it), "HTTP response status codes".

There are no idempotency keys and no search by metadata. A shipment carries our key in its ``metadata``; those of the last days are listed and looked
through, and its label is the transaction of one of its rates. So a second label is bought only if an answer was lost and the list does not show it.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from weakref import WeakValueDictionary

from pydantic import AwareDatetime, BaseModel, ConfigDict

from warmline.errors import OutcomeUnknown, ShopError, ShopRefused, ShopUnavailable
from warmline.tools.capabilities import Finding
from warmline.tools.clock import Clock, SystemClock
from warmline.tools.model import Label
from warmline.tools.shops.pages import Page, all_pages
from warmline.tools.shops.service import Service

from .carrier import Bought, Parcel, Rate, Terms, as_place, choose, key_of, reference, within_reach

BASE = "https://api.goshippo.com"
VERSION = "2018-02-08"
LOOK_BACK = timedelta(days=3)
"""How far back a label is looked for by its key. A write is repeated within minutes, and labels are swept within a day."""

HOLDS = "SUCCESS"
GONE = frozenset({"ERROR", "REFUNDED", "REFUNDPENDING"})
REFUNDING = frozenset({"QUEUED", "PENDING", "SUCCESS"})
UNUSED = frozenset({None, "UNKNOWN", "PRE_TRANSIT"})
"""What a transaction's ``tracking_status`` is before its parcel was seen ("Transactions", "Tracking status")."""

PAGE = 100


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Level(_Answer):
    name: str | None = None


class _Offer(_Answer):
    object_id: str
    provider: str
    amount: Decimal
    currency: str
    servicelevel: _Level = _Level()


class _Shipment(_Answer):
    object_id: str
    object_created: AwareDatetime
    metadata: str | None
    rates: tuple[_Offer, ...]


class _Transaction(_Answer):
    object_id: str
    object_created: AwareDatetime
    status: str
    metadata: str | None
    label_url: str | None
    tracking_number: str | None
    tracking_status: str | None = None


class _Refund(_Answer):
    status: str


class _Shipments(_Answer):
    next: str | None
    results: tuple[_Shipment, ...]


class _Transactions(_Answer):
    next: str | None
    results: tuple[_Transaction, ...]


class Shippo:
    """The account behind this service."""

    def __init__(self, service: Service, terms: Terms, *, clock: Clock | None = None) -> None:
        self._service, self._terms, self._clock = service, terms, clock or SystemClock()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def examine(self) -> Sequence[Finding]:
        """Whether it takes the token."""
        await self._service.ask("labels", "GET", "/transactions", effect="read", params={"results": 1})
        return [Finding(name="labels", status="ok", found="Shippo answers and takes the token")]

    async def buy(self, parcel: Parcel, *, key: str) -> Bought:
        """The label of this key, bought unless it was."""
        within_reach(parcel, self._terms)
        name = reference(key)
        lock = self._turns.setdefault(key, asyncio.Lock())
        async with lock:
            shipments = await self._shipments(self._clock.now() - LOOK_BACK, name)
            for shipment in shipments:
                if (bought := await self._label_of(shipment)) is not None:
                    return bought
            return await self._pay(shipments[0] if shipments else await self._offered(parcel, name))

    async def find(self, key: str) -> Bought | None:
        """The label of this key that holds, of the last days."""
        for shipment in await self._shipments(self._clock.now() - LOOK_BACK, reference(key)):
            if (bought := await self._label_of(shipment)) is not None:
                return bought
        return None

    async def take_back(self, bought: Bought) -> None:
        """Have a label refunded; one that was asked for already is not asked for again."""
        transaction = await self._transaction(bought.bought_id)
        if transaction.status in GONE:
            return
        body = {"transaction": bought.bought_id, "async": False}
        reply = await self._service.ask("label.refund", "POST", "/refunds", effect="write", json=body)
        if reply.read(_Refund).status not in REFUNDING:
            raise ShopError(f"Shippo: the label {bought.label.tracking_number} was not taken back. Ask for its refund there.")

    async def bought_since(self, moment: datetime) -> Sequence[Bought]:
        """Every label of ours since then."""
        found: list[Bought] = []
        for shipment in await self._shipments(moment):
            with suppress(OutcomeUnknown):  # it is being made just now
                bought = await self._label_of(shipment)
                found += [bought] if bought is not None else []
        return found

    async def _shipments(self, since: datetime, name: str | None = None) -> list[_Shipment]:
        """Shipments of ours since then, or those called so, the oldest first."""
        created = f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

        async def page(number: int | None) -> Page[_Shipment, int]:
            at = number or 1
            asked: dict[str, str | int] = {"results": PAGE, "page": at, "object_created_gte": created}
            listed = (await self._service.ask("shipments", "GET", "/shipments", effect="read", params=asked)).read(_Shipments)
            return Page(items=listed.results, next=at + 1 if listed.next else None)

        ours = [one for one in await all_pages(page) if key_of(one.metadata) and name in (None, one.metadata)]
        return sorted(ours, key=lambda one: one.object_created)

    async def _label_of(self, shipment: _Shipment) -> Bought | None:
        """The label that was bought of a shipment's offers and holds. ``OutcomeUnknown`` while it is being made."""
        for offer in shipment.rates:
            for transaction in await self._transactions(offer):
                if transaction.metadata == shipment.metadata and transaction.status not in GONE:
                    return self._bought(transaction, offer)
        return None

    async def _transactions(self, offer: _Offer) -> Sequence[_Transaction]:
        asked: dict[str, str | int] = {"rate": offer.object_id, "results": PAGE}
        reply = await self._service.ask("label.find", "GET", "/transactions", effect="read", params=asked)
        return reply.read(_Transactions).results

    async def _transaction(self, object_id: str) -> _Transaction:
        reply = await self._service.ask("label.read", "GET", f"/transactions/{object_id}", effect="read")
        return reply.read(_Transaction)

    async def _offered(self, parcel: Parcel, name: str) -> _Shipment:
        length, width, height = self._terms.centimetres
        size = {"length": str(length), "width": str(width), "height": str(height), "distance_unit": "cm"}
        shipment = {
            "address_from": {**as_place(self._terms.receiver), "phone": self._terms.phone},
            "address_to": as_place(parcel.sender),
            "parcels": [{**size, "weight": str(self._terms.grams), "mass_unit": "g"}],
            "extra": {"is_return": True, "reference_1": parcel.order_number},
            "metadata": name,
            "async": False,
        }
        try:
            return (await self._service.ask("label.offer", "POST", "/shipments", effect="write", json=shipment)).read(_Shipment)
        except OutcomeUnknown as error:
            raise ShopUnavailable("Shippo: no offer for a label came, and nothing was bought.") from error

    async def _pay(self, shipment: _Shipment) -> Bought:
        offers = {one.object_id: one for one in shipment.rates}
        rates = [
            Rate(
                rate_id=one.object_id,
                carrier=one.provider,
                service=one.servicelevel.name or "",
                amount=one.amount,
                currency=one.currency,
            )
            for one in shipment.rates
        ]
        offer = offers[choose(rates, self._terms).rate_id]
        body = {"rate": offer.object_id, "label_file_type": "PDF", "metadata": shipment.metadata, "async": False}
        try:
            reply = await self._service.ask("label.buy", "POST", "/transactions", effect="write", json=body)
        except OutcomeUnknown:
            bought = await self._label_of(shipment)
            if bought is None:
                raise
            return bought
        transaction = reply.read(_Transaction)
        if transaction.status == "ERROR":
            raise ShopRefused(
                "Shippo: the label was refused; nothing was bought. Look at the transaction there.", status=reply.status
            )
        return self._bought(transaction, offer)

    def _bought(self, transaction: _Transaction, offer: _Offer) -> Bought:
        key = key_of(transaction.metadata)
        holds = transaction.status == HOLDS or transaction.status == "REFUNDREJECTED"
        if not (holds and key and transaction.label_url and transaction.tracking_number):
            raise OutcomeUnknown(
                "Shippo: a label was ordered and is not there yet. Look at the transaction before buying another."
            )
        label = Label(carrier=offer.provider, tracking_number=transaction.tracking_number, location=transaction.label_url)
        used = transaction.tracking_status not in UNUSED
        return Bought(key=key, label=label, bought_id=transaction.object_id, bought_at=transaction.object_created, used=used)
