"""Credentials, the query budget, and everything that can be wrong with an answer: what is read, what was surely not written, what is unknown."""

import logging
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr
from support.shopify_fake import TOKEN, FakeShopify
from support.shopify_world import ADA, SETTINGS, a_shop, an_open_shop, at_once

from warmline.errors import OutcomeUnknown, SettingsError, ShopDrifted, ShopError, ShopRefused, ShopUnavailable
from warmline.testing import NOW
from warmline.tools.clock import FrozenClock
from warmline.tools.shops.pace import Bucket
from warmline.tools.shops.service import Service
from warmline.tools.shops.shopify import ShopifySettings
from warmline.tools.shops.shopify.admin import Admin
from warmline.tools.shops.shopify.documents import ORDER_CANCEL, SHOP
from warmline.tools.shops.shopify.tokens import Lasting

Answer = Callable[[httpx2.Request], httpx2.Response | None]


def of(status: int, *, body: str = "", **headers: str) -> Answer:
    return lambda _: httpx2.Response(
        status, text=body, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def told(body: Any) -> Answer:
    return lambda _: httpx2.Response(200, json=body)


def renewed() -> ShopifySettings:
    return SETTINGS.model_copy(update={"token": None, "client_id": "client-1", "client_secret": SecretStr("secret-1")})


@pytest.mark.parametrize(
    "variables",
    [
        {"DOMAIN": "shop.example.com", "TOKEN": "t", "DELIVERY_DAYS": "5"},
        {"DOMAIN": "https://kai.myshopify.com", "TOKEN": "t", "DELIVERY_DAYS": "5"},
        {"DOMAIN": "kai.myshopify.com", "TOKEN": "t"},
        {"DOMAIN": "kai.myshopify.com", "CLIENT_ID": "c", "DELIVERY_DAYS": "5"},
        {"DOMAIN": "kai.myshopify.com", "TOKEN": "t", "DELIVERY_DAYS": "5", "FREE_FOR": "damaged,boredom"},
        {"DOMAIN": "kai.myshopify.com", "TOKEN": "t", "DELIVERY_DAYS": "5", "EXCHANGE_DAYS": "7", "SEND_DAYS": "14"},
    ],
)
def test_a_setting_that_cannot_be_used_is_named(variables: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="WARMLINE_SHOPIFY_"):
        ShopifySettings.read({f"WARMLINE_SHOPIFY_{name}": value for name, value in variables.items()})


def test_settings_are_typed_and_keep_their_secrets() -> None:
    given = {
        "DOMAIN": "kai.myshopify.com",
        "TOKEN": "shpat_1",
        "DELIVERY_DAYS": "5",
        "RETURN_FEE": "4.90",
        "FREE_FOR": "damaged, defective",
    }
    settings = ShopifySettings.read({f"WARMLINE_SHOPIFY_{name}": value for name, value in given.items()})
    assert (settings.return_fee, settings.free_for) == (Decimal("4.90"), ("damaged", "defective"))
    assert "shpat_1" not in repr(settings)


async def test_a_wrong_token_is_refused() -> None:
    settings = SETTINGS.model_copy(update={"token": SecretStr("shpat_wrong")})
    with pytest.raises(ShopRefused, match="Check the credentials"):
        async with an_open_shop(FakeShopify(a_shop()), settings):
            pass


async def test_a_token_is_fetched_kept_and_renewed_before_it_ends() -> None:
    fake, clock = FakeShopify(a_shop()), FrozenClock(NOW)
    async with an_open_shop(fake, renewed(), clock) as shop:
        await shop.get_customer(ADA)
        assert len(fake.tokens) == 2
        clock.moment += timedelta(hours=23, minutes=55)
        await shop.get_customer(ADA)
        assert len(fake.tokens) == 3


async def test_a_token_that_is_refused_is_fetched_anew_once() -> None:
    fake = FakeShopify(a_shop())
    async with an_open_shop(fake, renewed()) as shop:
        fake.tokens.clear()
        assert await shop.get_customer(ADA)
        fake.client = ("client-1", "rotated")
        fake.tokens.clear()
        with pytest.raises(ShopRefused, match="WARMLINE_SHOPIFY_CLIENT_ID and _CLIENT_SECRET"):
            await shop.get_customer(ADA)


async def test_a_spent_budget_is_waited_for_as_long_as_shopify_says() -> None:
    fake, waits = FakeShopify(a_shop()), list[float]()

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    pace = Bucket(size=2000, per_second=100, sleep=sleep, seconds=lambda: sum(waits))
    service = Service("Shopify", "https://kai.myshopify.com/admin", pace=pace, transport=httpx2.MockTransport(fake), sleep=sleep)
    async with service:
        admin = Admin(service, Lasting(SecretStr(TOKEN)))
        fake.left, fake.rate, fake.costs = 0.0, 20.0, 50.0
        await admin.read("shop", SHOP)
        assert fake.operations == ["Shop"]
        assert sum(waits) >= 1.0, "30 points were lacking, at 20 a second"
        assert pace.per_second == 20.0


async def test_an_orders_page_that_costs_too_much_is_asked_for_in_smaller_ones() -> None:
    fake = FakeShopify(a_shop())
    fake.most_cost = 15.0
    async with an_open_shop(fake) as shop:
        assert len(await shop.list_orders(ADA)) == 3
        assert len(await shop.search_products("wool")) == 2


READ_TROUBLE: list[tuple[str, list[Answer], type[ShopError] | None]] = [
    ("429 with Retry-After", [of(429, Retry_After="0.05")], None),
    ("429 without", [of(429)] * 2, None),
    ("5xx once", [of(502, body="<html>")], None),
    ("5xx for good", [of(503)] * 9, ShopUnavailable),
    (
        "throttled for good",
        [told({"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]})] * 9,
        ShopUnavailable,
    ),
    ("internal error in a 200", [told({"errors": [{"message": "x", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]})], None),
    ("half a body", [of(200, body='{"data": {"customer": {"id"')] * 9, ShopDrifted),
    ("no data", [told({})], ShopDrifted),
    ("errors that are no list", [told({"errors": "Something"})], ShopRefused),
    ("a field it does not know", [told({"errors": [{"message": "x", "extensions": {"code": "undefinedField"}}]})], ShopRefused),
    ("a page instead", [of(200, body="<html>Log in</html>")] * 9, ShopDrifted),
    ("payment required", [of(402)], ShopRefused),
]


@pytest.mark.parametrize(("answers", "error"), [case[1:] for case in READ_TROUBLE], ids=[case[0] for case in READ_TROUBLE])
async def test_a_read_survives_what_passes_and_says_what_does_not(answers: list[Answer], error: type[ShopError] | None) -> None:
    fake = FakeShopify(a_shop())
    async with an_open_shop(fake) as shop:
        fake.answers = list(answers)
        if error is None:
            assert await shop.get_customer(ADA)
        else:
            with pytest.raises(error):
                await shop.get_customer(ADA)


WRITE_TROUBLE: list[tuple[str, Answer, type[ShopError]]] = [
    ("5xx", of(500), OutcomeUnknown),
    ("half a body", of(200, body='{"data": {"orderCan'), OutcomeUnknown),
    ("a result beside errors", told({"data": {"orderCancel": {"job": None}}, "errors": [{"message": "x"}]}), OutcomeUnknown),
    ("internal error", told({"errors": [{"message": "x", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}), OutcomeUnknown),
    (
        "denied",
        told({"data": {"orderCancel": None}, "errors": [{"message": "x", "extensions": {"code": "ACCESS_DENIED"}}]}),
        ShopRefused,
    ),
]


@pytest.mark.parametrize(("answer", "error"), [case[1:] for case in WRITE_TROUBLE], ids=[case[0] for case in WRITE_TROUBLE])
async def test_a_write_is_sent_once_and_its_outcome_is_unknown_unless_it_surely_was_not_made(
    answer: Answer, error: type[ShopError]
) -> None:
    fake = FakeShopify(a_shop())
    fake.answers = [answer] * 9
    async with Service(
        "Shopify", "https://kai.myshopify.com/admin", transport=httpx2.MockTransport(fake), sleep=at_once
    ) as service:
        with pytest.raises(error):
            await Admin(service, Lasting(SecretStr(TOKEN))).write(
                "order.cancel", ORDER_CANCEL, id="gid://shopify/Order/1003", note="x"
            )
    assert len(fake.answers) == 8
    assert fake.mutations == 0


Change = Callable[[Any], object]
DRIFT: list[tuple[str, Change, str]] = [
    ("a missing field", lambda order: order.pop("processedAt"), "processedAt"),
    ("a renamed field", lambda order: order.update(emailAddress=order.pop("email")), "email"),
    ("null", lambda order: order.update(name=None), "name"),
    ("an unknown enum", lambda order: order.update(displayFulfillmentStatus="TELEPORTED"), "displayFulfillmentStatus"),
    ("a missing part", lambda order: order["totalPriceSet"].pop("presentmentMoney"), "presentmentMoney"),
    ("an unknown enum of a parcel", lambda order: order["fulfillments"][0].update(displayStatus="EATEN"), "displayStatus"),
    ("a time without a zone", lambda order: order.update(processedAt="2026-11-17T23:30:00"), "processedAt"),
]


@pytest.mark.parametrize(("change", "place"), [case[1:] for case in DRIFT], ids=[case[0] for case in DRIFT])
async def test_drift_is_said_and_never_guessed(change: Change, place: str) -> None:
    fake = FakeShopify(a_shop())
    async with an_open_shop(fake) as shop:
        order = await recorded(fake)
        change(order)
        fake.answers = [told({"data": {"orders": {"nodes": [order], "pageInfo": {"hasNextPage": False, "endCursor": None}}}})]
        with pytest.raises(ShopDrifted, match=place) as drift:
            await shop.get_order("#1001")
        assert "ada@example.com" not in str(drift.value)


async def recorded(fake: FakeShopify) -> Any:
    """Order #1001 as the fake answers it."""
    from warmline.tools.shops.shopify.documents import ORDER

    body = {"query": ORDER, "variables": {"id": "gid://shopify/Order/1001"}}
    address = "https://kai.myshopify.com/admin/api/2026-10/graphql.json"
    return fake(httpx2.Request("POST", address, json=body, headers={"X-Shopify-Access-Token": TOKEN})).json()["data"]["order"]


async def test_nothing_of_a_customer_or_a_key_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    fake = FakeShopify(a_shop())
    with caplog.at_level(logging.DEBUG, logger="warmline"):
        async with an_open_shop(fake, renewed()) as shop:
            await shop.list_orders(ADA)
            await shop.cancel_order("#1003", key="key-1")
    assert "orders.list" in caplog.text
    for secret in ("ada@example.com", "shpat_", "secret-1", "1003", "key-1", "Kaistra"):
        assert secret not in caplog.text
