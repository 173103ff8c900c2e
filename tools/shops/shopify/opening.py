"""Opening a Shopify shop from ``WARMLINE_SHOPIFY_…``."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from warmline.tools.clock import Clock
from warmline.tools.shops.pace import Bucket, Sleep
from warmline.tools.shops.service import Service

from .admin import Admin
from .examining import ask_about
from .settings import ShopifySettings
from .shop import About, ShopifyShop
from .tokens import Lasting, Renewed

if TYPE_CHECKING:
    import httpx2

SIZE, PER_SECOND = 1000.0, 50.0
"""The query budget until Shopify has told the shop's own: the smallest that was ever given."""


@asynccontextmanager
async def open_shop(variables: Mapping[str, str], clock: Clock) -> AsyncGenerator[ShopifyShop]:
    """The shop of this domain; it is asked at once what the app may do."""
    async with opened(ShopifySettings.read(variables), clock) as shop:
        yield shop


@asynccontextmanager
async def opened(
    settings: ShopifySettings,
    clock: Clock,
    *,
    transport: "httpx2.AsyncBaseTransport | None" = None,
    sleep: Sleep = asyncio.sleep,
) -> AsyncGenerator[ShopifyShop]:
    """The same from settings; ``transport`` and ``sleep`` stand in for the network and for waiting in tests."""
    pace = Bucket(size=SIZE, per_second=PER_SECOND, sleep=sleep)
    address = f"https://{settings.domain}/admin"
    async with Service("Shopify", address, pace=pace, clock=clock, transport=transport, sleep=sleep) as service:
        if settings.token is not None:
            tokens = Lasting(settings.token)
        else:
            assert settings.client_id is not None  # noqa: S101 (the settings have one or the other)
            assert settings.client_secret is not None  # noqa: S101
            tokens = Renewed(service, settings.client_id, settings.client_secret, clock)
        admin = Admin(service, tokens)
        shop, installed = await ask_about(admin)
        about = About(name=shop.name, currency=shop.currency_code, taxes_included=shop.taxes_included, granted=installed.granted)
        yield ShopifyShop(admin, settings, about, clock, sleep=sleep)
