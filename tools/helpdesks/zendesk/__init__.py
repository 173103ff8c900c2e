"""Zendesk Support. Settings, and how it is opened."""

import base64
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import ClassVar

from pydantic import Field, SecretStr

from warmline.tools.clock import Clock
from warmline.tools.shops.pace import Bucket
from warmline.tools.shops.service import Service
from warmline.tools.shops.vendor import VendorSettings

from .desk import Zendesk

__all__ = ["Zendesk", "ZendeskSettings", "open_helpdesk"]

PER_MINUTE = 180
"""Requests; the smallest plan may make 200 a minute ("Rate limits", November 2026), and others work there too."""

BURST = 20


class ZendeskSettings(VendorSettings):
    """With an ``email`` the token is an API token of that agent's, without one an OAuth access token. ``secret`` may be two, apart by a space.

    ``polling`` is for administrators' tokens only; without it what no webhook brings is never looked for.
    """

    prefix: ClassVar[str] = "WARMLINE_ZENDESK_"
    subdomain: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$", description="the acme of https://acme.zendesk.com")
    token: SecretStr = Field(description="an API token, or an OAuth access token")
    email: str | None = Field(
        default=None, pattern=r"^[^@\s:]+@[^@\s:]+$", description="the e-mail address the API token acts for"
    )
    secret: SecretStr | None = None
    polling: bool = Field(default=True, description="yes, or no for a token that may not export")

    @property
    def authorization(self) -> SecretStr:
        """What stands in the header."""
        token = self.token.get_secret_value()
        if self.email is None:
            return SecretStr(f"Bearer {token}")
        return SecretStr("Basic " + base64.b64encode(f"{self.email}/token:{token}".encode()).decode())

    @property
    def secrets(self) -> tuple[str, ...]:
        """The webhooks' signing secrets."""
        return () if self.secret is None else tuple(self.secret.get_secret_value().split())


@asynccontextmanager
async def open_helpdesk(variables: Mapping[str, str], clock: Clock) -> AsyncGenerator[Zendesk]:
    """The account in these settings; ``SettingsError`` names what cannot be used."""
    settings = ZendeskSettings.read(variables)
    pace = Bucket(size=BURST, per_second=PER_MINUTE / 60)
    url = f"https://{settings.subdomain}.zendesk.com/api/v2"
    async with Service("Zendesk", url, headers={"Authorization": settings.authorization}, pace=pace, clock=clock) as service:
        yield Zendesk(service, secrets=settings.secrets, polling=settings.polling)
