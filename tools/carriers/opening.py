"""Which carrier sells the labels: ``WARMLINE_CARRIER``, the shop's return address, and the carrier's own key."""

from base64 import b64encode
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from warmline.errors import SettingsError
from warmline.tools.clock import Clock
from warmline.tools.model import Address
from warmline.tools.shop import Shop
from warmline.tools.shops.pace import Bucket
from warmline.tools.shops.service import Service
from warmline.tools.shops.vendor import VendorSettings

from .carrier import Carrier, Terms
from .easypost import BASE as EASYPOST
from .easypost import EasyPost
from .labelled import with_labels
from .shippo import BASE as SHIPPO
from .shippo import VERSION, Shippo

CHOICE = "WARMLINE_CARRIER"
LIVE, TEST = "shippo_live_", "shippo_test_"
SECONDS = 15.0
"""A label takes carriers seconds; the whole of a purchase has to fit into ``BUDGET``."""

BUDGET = 20.0


def _listed(written: Any) -> Any:
    return [part.strip().casefold() for part in written.split(",") if part.strip()] if isinstance(written, str) else written


def _a_token(token: SecretStr) -> SecretStr:
    if not token.get_secret_value().startswith((LIVE, TEST)):
        raise ValueError("is no token")
    return token


class LabelSettings(VendorSettings):
    """Where returns go, and what a label may be."""

    prefix: ClassVar[str] = "WARMLINE_LABELS_"
    name: str = Field(description="whom returns are addressed to, such as 'Harbour & Pine, Returns'")
    street: str = Field(description="street and house number")
    street2: str = Field(default="", description="more of the address")
    city: str
    region: str = Field(default="", description="state or province where there is one, such as 'ME'")
    postcode: str
    country: str = Field(pattern=r"^[A-Z]{2}$", description="two letters, such as 'US'")
    phone: str = Field(default="", description="a phone number; some carriers want one")
    grams: int = Field(gt=0, le=70_000, description="what a returned parcel weighs, generously")
    services: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(
        default=(), description="allowed services, such as 'USPS GroundAdvantage,UPS Ground'; unset: the cheapest of all"
    )
    unused_days: int | None = Field(
        default=None, ge=0, le=30, description="days after which a label that was not used in time is taken back; unset: never"
    )
    most: Decimal = Field(gt=0, description="what a label may cost, in the currency of your account, such as 15")

    @property
    def terms(self) -> Terms:
        """As the carriers take it."""
        receiver = Address(
            name=self.name,
            line1=self.street,
            line2=self.street2 or None,
            city=self.city,
            region=self.region or None,
            postcode=self.postcode,
            country=self.country,
        )
        return Terms(receiver=receiver, phone=self.phone, grams=self.grams, services=self.services, most=self.most)


class EasyPostSettings(VendorSettings):
    """An account of EasyPost's."""

    prefix: ClassVar[str] = "WARMLINE_EASYPOST_"
    key: SecretStr = Field(description="an API key (EZAK… live, EZTK… test)")


class ShippoSettings(VendorSettings):
    """An account of Shippo's."""

    prefix: ClassVar[str] = "WARMLINE_SHIPPO_"
    token: Annotated[SecretStr, AfterValidator(_a_token)] = Field(description="an API token (shippo_live_… or shippo_test_…)")


@asynccontextmanager
async def open_carrier(choice: str, variables: Mapping[str, str], clock: Clock) -> AsyncGenerator[Carrier]:
    """The carrier of this name; ``SettingsError`` if there is none or something is missing."""
    terms = LabelSettings.read(variables).terms if choice in ("easypost", "shippo") else None
    if terms is None:
        raise SettingsError(f"{CHOICE}: {choice!r} sells no labels; expected easypost or shippo")
    if choice == "easypost":
        async with _easypost(EasyPostSettings.read(variables), clock) as service:
            yield EasyPost(service, terms)
    else:
        async with _shippo(ShippoSettings.read(variables), clock) as service:
            yield Shippo(service, terms, clock=clock)


@asynccontextmanager
async def labelled(shop: Shop, variables: Mapping[str, str], clock: Clock) -> AsyncGenerator[Shop]:
    """The shop, with the labels of ``WARMLINE_CARRIER`` if that is set."""
    choice = variables.get(CHOICE, "").strip()
    if not choice:
        yield shop
        return
    days = LabelSettings.read(variables).unused_days if choice in ("easypost", "shippo") else None
    async with open_carrier(choice, variables, clock) as carrier:
        yield with_labels(shop, carrier, clock=clock, unused_after=None if days is None else timedelta(days=days))


def _easypost(settings: EasyPostSettings, clock: Clock) -> Service:
    """The key is a user name without a password ("Authentication")."""
    pair = b64encode(f"{settings.key.get_secret_value()}:".encode()).decode()
    pace = Bucket(size=5, per_second=5)
    headers = {"Authorization": SecretStr(f"Basic {pair}")}
    return Service("EasyPost", EASYPOST, headers=headers, pace=pace, timeout_seconds=SECONDS, budget_seconds=BUDGET, clock=clock)


def _shippo(settings: ShippoSettings, clock: Clock) -> Service:
    token = settings.token.get_secret_value()
    headers = {"Authorization": SecretStr(f"ShippoToken {token}"), "Shippo-API-Version": VERSION}
    pace = Bucket(size=5, per_second=0.8) if token.startswith(TEST) else Bucket(size=20, per_second=4)
    return Service("Shippo", SHIPPO, headers=headers, pace=pace, timeout_seconds=SECONDS, budget_seconds=BUDGET, clock=clock)
