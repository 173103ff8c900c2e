"""Opening a shop behind HTTP from ``WARMLINE_HTTP_URL`` and ``WARMLINE_HTTP_TOKEN``."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import ClassVar

from pydantic import Field, SecretStr

from warmline.tools.clock import Clock
from warmline.tools.shops.service import Service
from warmline.tools.shops.vendor import VendorSettings

from .shop import HttpShop


class HttpSettings(VendorSettings):
    """Where the shop is, and what it knows us by."""

    prefix: ClassVar[str] = "WARMLINE_HTTP_"
    url: str = Field(pattern=r"^https?://[^\s@]+$", description="a URL such as https://shop.example.com/warmline")
    token: SecretStr = Field(description="what the shop's server was told to expect as a bearer token")


@asynccontextmanager
async def open_shop(variables: Mapping[str, str], clock: Clock) -> AsyncGenerator[HttpShop]:
    """The shop at this URL; it is asked at once what it lacks."""
    settings = HttpSettings.read(variables)
    headers = {"Authorization": SecretStr(f"Bearer {settings.token.get_secret_value()}")}
    async with Service("the shop", settings.url, headers=headers, clock=clock) as service:
        yield await HttpShop.open(service)
