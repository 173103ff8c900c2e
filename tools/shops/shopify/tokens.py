"""Access tokens: one that lasts, or one that is fetched with the app's own credentials and renewed before it expires.

Apps made since 2026 have no lasting token. They ask for one by the client credentials grant, and it lasts a day
(shopify.dev/docs/apps/build/authentication-authorization/access-tokens/client-credentials-grant).
"""

import asyncio
from datetime import datetime, timedelta
from typing import Protocol

from pydantic import BaseModel, SecretStr

from warmline.errors import ShopRefused
from warmline.tools.clock import Clock
from warmline.tools.shops.service import Service

EARLY = timedelta(minutes=10)
"""How long before its end a token is renewed."""


class Tokens(Protocol):
    """Where the access token comes from."""

    async def current(self) -> SecretStr:
        """A token that may be used now."""
        ...

    def drop(self) -> bool:
        """The token was refused; whether asking again may give another one."""
        ...


class Lasting:
    """The token of an app that was made in the shop's admin."""

    def __init__(self, token: SecretStr) -> None:
        self._token = token

    async def current(self) -> SecretStr:
        """The token."""
        return self._token

    def drop(self) -> bool:
        """There is no other."""
        return False


class _Granted(BaseModel):
    access_token: SecretStr
    expires_in: int


class Renewed:
    """Tokens from the app's client id and secret, each kept until shortly before its end."""

    def __init__(self, service: Service, client_id: str, client_secret: SecretStr, clock: Clock) -> None:
        self._service, self._clock = service, clock
        self._client_id, self._client_secret = client_id, client_secret
        self._token: SecretStr | None = None
        self._until: datetime | None = None
        self._turn = asyncio.Lock()

    async def current(self) -> SecretStr:
        """The token, fetched if there is none or if it ends soon."""
        async with self._turn:
            if self._token is None or self._until is None or self._clock.now() >= self._until:
                self._token, self._until = await self._fetch()
            return self._token

    def drop(self) -> bool:
        """Forget a token that was refused: the secret was rotated, or the app installed anew."""
        self._token = None
        return True

    async def _fetch(self) -> tuple[SecretStr, datetime]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_secret": self._client_secret.get_secret_value(),
        }
        asked = self._clock.now()
        try:
            reply = await self._service.ask("token", "POST", "/oauth/access_token", effect="read", form=form)
        except ShopRefused as refused:
            raise ShopRefused(
                f"Shopify gives this app no token (HTTP {refused.status}). Check WARMLINE_SHOPIFY_CLIENT_ID and _CLIENT_SECRET, that the app is "
                "installed in this shop, and that app and shop belong to one organization.",
                status=refused.status,
            ) from refused
        granted = reply.read(_Granted)
        return granted.access_token, asked + timedelta(seconds=granted.expires_in) - EARLY
