"""Gorgias. Settings, and how it is opened."""

import base64
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import ClassVar

from pydantic import Field, SecretStr

from warmline.tools.clock import Clock
from warmline.tools.shops.pace import Bucket
from warmline.tools.shops.service import Service
from warmline.tools.shops.vendor import VendorSettings

from .desk import Gorgias

__all__ = ["Gorgias", "GorgiasSettings", "open_helpdesk"]

BURST, PER_SECOND = 10, 1.5
"""Requests; an API key may make 40 in 20 seconds ("Rate limits", November 2026), and others work there too."""


class GorgiasSettings(VendorSettings):
    """With an ``email`` the token is the API key of that user, without one an OAuth access token. ``secret`` may be two, apart by a space."""

    prefix: ClassVar[str] = "WARMLINE_GORGIAS_"
    domain: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$", description="the acme of https://acme.gorgias.com")
    token: SecretStr = Field(description="an API key, or an OAuth access token")
    email: str | None = Field(
        default=None, pattern=r"^[^@\s:]+@[^@\s:]+$", description="the e-mail address of the API key's user"
    )
    secret: SecretStr | None = None

    @property
    def authorization(self) -> SecretStr:
        """What stands in the header."""
        token = self.token.get_secret_value()
        if self.email is None:
            return SecretStr(f"Bearer {token}")
        return SecretStr("Basic " + base64.b64encode(f"{self.email}:{token}".encode()).decode())

    @property
    def secrets(self) -> tuple[str, ...]:
        """What the HTTP integration sends."""
        return () if self.secret is None else tuple(self.secret.get_secret_value().split())


@asynccontextmanager
async def open_helpdesk(variables: Mapping[str, str], clock: Clock) -> AsyncGenerator[Gorgias]:
    """The account in these settings; ``SettingsError`` names what cannot be used."""
    settings = GorgiasSettings.read(variables)
    pace = Bucket(size=BURST, per_second=PER_SECOND)
    url = f"https://{settings.domain}.gorgias.com/api"
    async with Service("Gorgias", url, headers={"Authorization": settings.authorization}, pace=pace, clock=clock) as service:
        yield Gorgias(service, clock=clock, secrets=settings.secrets)
