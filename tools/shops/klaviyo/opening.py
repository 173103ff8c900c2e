"""Opening Klaviyo from ``WARMLINE_KLAVIYO_…``."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, SecretStr

from warmline.errors import ShopError
from warmline.tools.capabilities import Capability
from warmline.tools.clock import Clock
from warmline.tools.shops.pace import Bucket, Sleep
from warmline.tools.shops.service import Service
from warmline.tools.shops.vendor import VendorSettings

from .api import REVISION, KlaviyoApi
from .examining import lacking, list_faults
from .klaviyo import Klaviyo, Lists
from .register import Register

if TYPE_CHECKING:
    import httpx2

_log = logging.getLogger(__name__)

BASE_URL = "https://a.klaviyo.com/api"
BURST, STEADY = 60, 11.0
"""Requests at once, and in a second: together below tier L (75 in a second, 750 in a minute), the slowest that is used in a chat.

Source: "Rate limits, status codes, and errors" and the page of "Bulk Subscribe Profiles", revision 2026-10-15. The windows belong to the
account, so others may use them up: then Klaviyo answers 429 and says how long to wait.
"""

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
CallingCode = Annotated[str, Field(pattern=r"^\+[1-9]\d{0,3}$")]


def _listed(written: object) -> object:
    return [part.strip() for part in written.split(",") if part.strip()] if isinstance(written, str) else written


class KlaviyoSettings(VendorSettings):
    """The account's key, the lists sign-ups go to, and where the register is."""

    prefix: ClassVar[str] = "WARMLINE_KLAVIYO_"
    key: SecretStr = Field(description="a private API key with the scopes of docs/marketing.md")
    double_list: str = Field(pattern=r"^\w{4,12}$", description="the id of a list with double opt-in, such as Y6nRLr")
    single_list: str | None = Field(
        default=None, pattern=r"^\w{4,12}$", description="the id of a list with single opt-in, or nothing"
    )
    single_countries: Annotated[tuple[Country, ...], BeforeValidator(_listed)] = Field(
        default=(),
        description="countries where one yes is enough for e-mail, such as US,CA, for you to know; everywhere else it is confirmed",
    )
    texts: Annotated[tuple[CallingCode, ...], BeforeValidator(_listed)] = Field(
        default=(),
        description="the calling codes texts may go to, such as +1,+44: countries the account has a number for; or nothing",
    )
    texts_to_others: bool = Field(
        default=False,
        description="true if a number that is only said may be texted, to confirm; otherwise texts go to the account's number alone",
    )
    register_url: SecretStr = Field(
        description="a database where consents are kept, such as sqlite:///consents.db or postgresql://user@host/name"
    )


def klaviyo_service(
    key: SecretStr,
    *,
    clock: Clock | None = None,
    pace: Bucket | None = None,
    transport: "httpx2.AsyncBaseTransport | None" = None,
    sleep: Sleep = asyncio.sleep,
) -> Service:
    """The service, with the key and the revision in every request. Source: "Authenticate API requests", revision 2026-10-15."""
    headers = {
        "Authorization": SecretStr(f"Klaviyo-API-Key {key.get_secret_value()}"),
        "revision": REVISION,
        "accept": "application/vnd.api+json",
    }
    pace = pace or Bucket(size=BURST, per_second=STEADY)
    return Service("Klaviyo", BASE_URL, headers=headers, pace=pace, clock=clock, transport=transport, sleep=sleep)


@asynccontextmanager
async def open_marketing(
    variables: Mapping[str, str],
    clock: Clock,
    *,
    transport: "httpx2.AsyncBaseTransport | None" = None,
    sleep: Sleep = asyncio.sleep,
) -> AsyncGenerator[Klaviyo]:
    """The account of these settings; its lists are looked at, and nobody is signed up while one is not what it was meant to be.

    While Klaviyo cannot say, it is opened all the same: it must not keep a shop from starting. Then they are looked at before the first sign-up.
    """
    settings = KlaviyoSettings.read(variables)
    lists = Lists(double=settings.double_list, single=settings.single_list)
    async with (
        Register(url=settings.register_url.get_secret_value()) as register,
        klaviyo_service(settings.key, clock=clock, transport=transport, sleep=sleep) as service,
    ):
        api = KlaviyoApi(service)
        lacks = await _lacking(api, lists)
        yield Klaviyo(
            api,
            register,
            clock,
            lists=lists,
            single_in=settings.single_countries,
            texts=settings.texts,
            texts_others=settings.texts_to_others,
            lacks=lacks,
            looked=lacks is not None,
        )


async def _lacking(api: KlaviyoApi, lists: Lists) -> dict[Capability, str] | None:
    """What the lists do not allow; ``None`` while they cannot be read."""
    try:
        return lacking(await list_faults(api, lists))
    except ShopError as error:
        _log.warning("klaviyo: its lists are looked at before the first sign-up, since they could not be at the start: %s", error)
        return None


async def kept(variables: Mapping[str, str], *, keys: Collection[str], places: Collection[str]) -> dict[str, Any]:
    """What the register of these settings keeps of writes with these keys, and of these addresses and numbers, as JSON values."""
    settings = KlaviyoSettings.read(variables)
    async with Register(url=settings.register_url.get_secret_value()) as register:
        consents = await register.consents(*places, keys=keys)
        stops = await register.stops(*places, keys=keys)
    return {
        "consents": [one.model_dump(mode="json") for one in consents],
        "stops": [one.model_dump(mode="json") for one in stops],
    }


async def forget(variables: Mapping[str, str], *, keys: Collection[str], places: Collection[str]) -> int:
    """Delete what the register of these settings keeps of writes with these keys, and of these addresses and numbers; how many consents."""
    settings = KlaviyoSettings.read(variables)
    async with Register(url=settings.register_url.get_secret_value()) as register:
        return await register.forget(*places, keys=keys)
