"""A Klaviyo account in memory, with its register, and consents to go with sign-ups."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx2
from pydantic import SecretStr
from tests.support.fake_klaviyo import DOUBLE, KEY, SINGLE, FakeKlaviyo

from warmline.testing import NOW
from warmline.tools.clock import FrozenClock
from warmline.tools.consents import Channel, Consent, Purpose
from warmline.tools.model import EnrolmentReceipt, SubscriptionReceipt
from warmline.tools.shops.klaviyo import Klaviyo, Register
from warmline.tools.shops.klaviyo.api import KlaviyoApi
from warmline.tools.shops.klaviyo.klaviyo import Lists
from warmline.tools.shops.klaviyo.opening import klaviyo_service

ADA = "ada@example.com"


async def at_once(_: float) -> None:
    """Waits for nothing."""


@asynccontextmanager
async def an_account(
    fake: FakeKlaviyo,
    *,
    register_url: str = "sqlite://",
    single: str | None = SINGLE,
    kind: type[Klaviyo] = Klaviyo,
    texts_others: bool = False,
) -> AsyncGenerator[Klaviyo]:
    """Klaviyo over the fake; nothing waits."""
    async with (
        Register(url=register_url) as register,
        klaviyo_service(SecretStr(KEY), transport=httpx2.MockTransport(fake), sleep=at_once) as service,
    ):
        yield kind(
            KlaviyoApi(service),
            register,
            FrozenClock(NOW),
            lists=Lists(double=DOUBLE, single=single),
            single_in=("US",),
            texts=("+49", "+1"),
            texts_others=texts_others,
        )


def a_consent(
    purpose: Purpose = "back_in_stock",
    *,
    address: str = ADA,
    channel: Channel = "email",
    about: str = "BOOT-41",
    country: str | None = "US",
) -> Consent:
    """A yes."""
    wording = f"I can write to {address} about {about}. Shall I?"
    return Consent(channel=channel, address=address, purpose=purpose, about=about, wording=wording, given_at=NOW, country=country)


class Agreed(Klaviyo):
    """Whoever signs up here has said yes before: for checks that know nothing of consents."""

    async def subscribe_back_in_stock(self, sku: str, email: str, *, key: str) -> SubscriptionReceipt:
        await self.note_consent(a_consent(address=email, about=sku), key=key)
        return await super().subscribe_back_in_stock(sku, email, key=key)

    async def enrol_in_care_series(self, product_id: str, email: str, *, key: str) -> EnrolmentReceipt:
        await self.note_consent(a_consent("care_series", address=email, about=product_id), key=key)
        return await super().enrol_in_care_series(product_id, email, key=key)
