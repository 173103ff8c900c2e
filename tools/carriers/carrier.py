"""What a carrier's service has to do for us: sell a label once, find it again, take it back."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from pydantic import AwareDatetime, Field

from warmline.errors import ToolError, UsageError
from warmline.tools.capabilities import Finding
from warmline.tools.model import Address, Frozen, Label

PREFIX = "warmline:"
LONGEST_KEY = 80
"""Shippo keeps 100 characters of metadata; the prefix and a number for a second attempt have to fit."""

NO_LABEL = "No return label can be made for this address automatically. Call escalate."

CUSTOMS_UNION = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())
"""The member states of the European Union: goods go between them without a customs declaration."""


class Terms(Frozen):
    """Where returns go, what a parcel is like, and what a label may cost."""

    receiver: Address
    phone: str = ""
    grams: int = Field(gt=0)
    centimetres: tuple[int, int, int] = (30, 25, 10)
    services: tuple[str, ...] = ()
    most: Decimal


class Parcel(Frozen):
    """What goes back: from whom, and of which order."""

    sender: Address
    order_number: str


class Bought(Frozen):
    """A label that was bought with a key, and the carrier service's own name for it; ``used`` once a carrier has seen the parcel."""

    key: str
    label: Label
    bought_id: str
    bought_at: AwareDatetime
    used: bool = False


class Rate(Frozen):
    """An offer."""

    rate_id: str
    carrier: str
    service: str
    amount: Decimal
    currency: str


class Carrier(Protocol):
    """A service that sells labels. Whatever it raises is a ``ShopError``, or a ``ToolError`` where there is no label to be had."""

    async def buy(self, parcel: Parcel, *, key: str) -> Bought:
        """The label of this key, bought unless it was; one that was taken back is not given again, but bought anew."""
        ...

    async def find(self, key: str) -> Bought | None:
        """The label of this key that holds; ``None`` if none was bought, or it was taken back."""
        ...

    async def take_back(self, bought: Bought) -> None:
        """Have an unused label refunded; a second time changes nothing. ``ShopError`` if it is not taken back."""
        ...

    async def bought_since(self, moment: datetime) -> Sequence[Bought]:
        """Every label of ours bought since then that holds."""
        ...

    async def examine(self) -> Sequence[Finding]:
        """Whether it answers and takes the key; reads only."""
        ...


def reference(key: str, attempt: int = 1) -> str:
    """What a label of this key is called at the carrier; a later attempt is one after a label that was taken back."""
    if not (0 < len(key) <= LONGEST_KEY and key.replace("-", "").replace("_", "").isalnum() and key.isascii()):
        raise UsageError(f"expected a key of at most {LONGEST_KEY} letters, digits, - and _, got {len(key)} characters")
    return f"{PREFIX}{key}" if attempt == 1 else f"{PREFIX}{key}:{attempt}"


def key_of(name: str | None) -> str | None:
    """The key in a reference of ours."""
    return name.removeprefix(PREFIX).partition(":")[0] if name is not None and name.startswith(PREFIX) else None


def within_reach(parcel: Parcel, terms: Terms) -> None:
    """``ToolError`` for a parcel that would need a customs declaration, which nobody has made."""
    countries = {parcel.sender.country, terms.receiver.country}
    if len(countries) > 1 and not countries <= CUSTOMS_UNION:
        raise ToolError(f"A return from {parcel.sender.country} needs customs papers: that takes a person. Call escalate.")


def choose(rates: Sequence[Rate], terms: Terms) -> Rate:
    """The cheapest offer of an allowed service. ``ToolError`` if there is none, or it costs more than allowed."""
    allowed = [rate for rate in rates if not terms.services or f"{rate.carrier} {rate.service}".casefold() in terms.services]
    best = min(allowed, key=lambda rate: (rate.amount, rate.carrier, rate.service, rate.rate_id), default=None)
    if best is None or best.amount > terms.most:
        raise ToolError(NO_LABEL)
    return best


def as_place(address: Address) -> dict[str, str]:
    """An address in the fields that EasyPost and Shippo both have for it."""
    return {
        "name": address.name,
        "street1": address.line1,
        "street2": address.line2 or "",
        "city": address.city,
        "state": address.region or "",
        "zip": address.postcode,
        "country": address.country,
    }
