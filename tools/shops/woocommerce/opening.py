"""Opening a WooCommerce shop: its settings, what its key may do, and what it has."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, SecretStr

from warmline.errors import ShopRefused
from warmline.tools.clock import Clock
from warmline.tools.model import OrderStatus, ReturnReason
from warmline.tools.shops.pace import Bucket
from warmline.tools.shops.service import Service
from warmline.tools.shops.vendor import VendorSettings

from .answers import Currency, Index
from .api import Api, code_of
from .shop import WooShop
from .terms import Terms

NO_ORDER = "/wc/v3/orders/0"
FULFILLMENTS = "/fulfillments"


def _pairs(written: Any) -> Any:
    """``a=b, c=d`` as a mapping."""
    if not isinstance(written, str):
        return written
    parts = [part.partition("=") for part in written.split(",") if part.strip()]
    if any(not equals for _, equals, _ in parts):
        raise ValueError("is no list of pairs")
    return {name.strip(): value.strip() for name, _, value in parts}


def _listed(written: Any) -> Any:
    return [part.strip() for part in written.split(",") if part.strip()] if isinstance(written, str) else written


class WooSettings(VendorSettings):
    """Where the shop is, the key it gave us, and what WooCommerce has no field for."""

    prefix: ClassVar[str] = "WARMLINE_WOOCOMMERCE_"
    url: str = Field(pattern=r"^https://[^\s@?#]+$", description="the site's https address, such as https://shop.example.com")
    key: SecretStr = Field(description="a consumer key (ck_…) with the permission Read/Write, or Read")
    secret: SecretStr = Field(description="its consumer secret (cs_…)")
    delivery_days: int = Field(ge=0, le=365, description="within how many days your checkout promises delivery: a number")
    completed: Literal["shipped", "delivered"] = Field(
        default="shipped", description="what your shop means by a completed order: shipped or delivered"
    )
    statuses: Annotated[dict[str, OrderStatus], BeforeValidator(_pairs)] = Field(
        default={}, description="your own statuses, such as 'packed=processing,sent=shipped'"
    )
    country: str = Field(
        default="US", pattern=r"^[A-Z]{2}$", description="the country of orders without an address, such as 'DE'"
    )
    locale: str = Field(default="en-US", description="the language of your customers, such as 'de-DE'")
    numbers: Literal["id", "plugin"] = Field(
        default="id", description="id, or plugin if a plugin gives your orders numbers of their own"
    )
    policies: Annotated[dict[str, str], BeforeValidator(_pairs)] = Field(
        default={}, description="topics and the slugs of their pages, such as 'returns=refund_returns,shipping=delivery'"
    )
    return_days: int | None = Field(default=None, ge=1, le=3650, description="days after completion in which goods may go back")
    send_days: int = Field(default=14, ge=1, le=365, description="days in which a return has to be on its way")
    label_fee: Decimal = Field(
        default=Decimal(0), ge=0, decimal_places=2, description="what is deducted for a label, such as 4.95"
    )
    free_for: Annotated[tuple[ReturnReason, ...], BeforeValidator(_listed)] = Field(
        default=("damaged", "defective", "wrong_item", "not_as_described"), description="reasons for which the label is free"
    )
    final_sale_tag: str = Field(default="", description="the slug of the tag of products that never go back")

    @property
    def terms(self) -> Terms:
        """The shop's terms, as the operator states them."""
        return Terms.model_validate({name: getattr(self, name) for name in Terms.model_fields})


@asynccontextmanager
async def open_shop(variables: Mapping[str, str], clock: Clock) -> AsyncGenerator[WooShop]:
    """The shop of these settings. It is asked for its currency, its routes, and whether the key may write."""
    settings = WooSettings.read(variables)
    base = f"{settings.url.rstrip('/')}/wp-json"
    async with (
        Service("WooCommerce", base, headers={"Authorization": basic(settings)}, pace=Bucket(size=40, per_second=10)) as service,
        Service("WordPress", base, pace=Bucket(size=10, per_second=5)) as site,
    ):
        yield await a_shop(service, site, settings.terms, clock)


async def a_shop(service: Service, site: Service, terms: Terms, clock: Clock) -> WooShop:
    """The shop behind these services; ``site`` reads public pages, and carries no key: WordPress would take it for a password."""
    api = Api(service)
    currency = await api.one("currency", "/wc/v3/data/currencies/current", Currency)
    index = await api.one("routes", "/wc/v3", Index)
    if currency is None or index is None:
        raise ShopRefused("WooCommerce: no currency or no routes were found; expected version 3 of its REST API", status=404)
    return WooShop(
        api,
        Api(site),
        clock=clock,
        terms=terms,
        currency=currency.code,
        writes=await may_write(api),
        parcels=any(route.endswith(FULFILLMENTS) for route in index.routes),
    )


def basic(settings: WooSettings) -> SecretStr:
    """The header WooCommerce knows a key by, over HTTPS ("Authentication over HTTPS")."""
    from base64 import b64encode

    pair = f"{settings.key.get_secret_value()}:{settings.secret.get_secret_value()}"
    return SecretStr(f"Basic {b64encode(pair.encode()).decode()}")


async def may_write(api: Api) -> bool:
    """Whether the key may change things. No route says so: it is asked to change order 0, which there never is.

    A key that may only read is turned away before the order is looked for (401 or 403), one that may write is told there is none (404).
    """
    reply = await api.service.ask("permission", "PUT", NO_ORDER, effect="read", json={}, answers=(400, 401, 403, 404))
    return reply.status in (400, 404) and code_of(reply) != "rest_no_route"
