"""Webhooks: whose they are, told once, and what becomes of each topic. Payloads as on shopify.dev/docs/api/webhooks, 2026-10."""

import base64
import hmac
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from warmline.errors import ShopDrifted, ShopUnavailable
from warmline.testing import NOW
from warmline.tools.clock import FrozenClock
from warmline.tools.shops.shopify import Forged, OrderChanged, SeenInFile, StockChanged, Webhooks, verified

SECRET = SecretStr("hush")
DOMAIN = "kai.myshopify.com"
STOCK = {
    "inventory_item_id": 271878346596884015,
    "location_id": 24826418,
    "available": 6,
    "updated_at": "2026-11-20T11:13:01-05:00",
    "admin_graphql_api_id": "gid://shopify/InventoryLevel/24826418?inventory_item_id=271878346596884015",
}


def signed(
    payload: object,
    *,
    topic: str = "inventory_levels/update",
    number: str = "b54557e4",
    secret: SecretStr = SECRET,
) -> Any:
    body = json.dumps(payload).encode()
    headers = {
        "X-Shopify-Hmac-SHA256": base64.b64encode(hmac.digest(secret.get_secret_value().encode(), body, sha256)).decode(),
        "X-Shopify-Topic": topic,
        "X-Shopify-Webhook-Id": number,
        "X-Shopify-Shop-Domain": DOMAIN,
        "X-Shopify-Triggered-At": "2026-11-20T16:13:02.123Z",
    }
    return body, headers


@pytest.fixture
def hooks(tmp_path: Path) -> Webhooks:
    return Webhooks(secrets=[SECRET], domain=DOMAIN, seen=SeenInFile(tmp_path / "seen.db", FrozenClock(NOW)))


def test_the_signature_is_over_the_bytes_as_they_came() -> None:
    body, headers = signed(STOCK)
    assert verified(body, headers, secrets=[SECRET], domain=DOMAIN).payload["available"] == 6
    assert verified(body, {name.lower(): value for name, value in headers.items()}, secrets=[SECRET], domain=DOMAIN)
    for changed in (body + b" ", json.dumps(STOCK, separators=(",", ":")).encode(), b""):
        with pytest.raises(Forged):
            verified(changed, headers, secrets=[SECRET], domain=DOMAIN)


@pytest.mark.parametrize(
    "changes",
    [
        {"X-Shopify-Hmac-SHA256": ""},
        {"X-Shopify-Hmac-SHA256": "äöü"},
        {"X-Shopify-Hmac-SHA256": "aHVzaA=="},
        {"X-Shopify-Shop-Domain": "other.myshopify.com"},
    ],
)
def test_what_is_not_shopifys_or_about_another_shop_is_refused(changes: dict[str, str]) -> None:
    body, headers = signed(STOCK)
    with pytest.raises(Forged):
        verified(body, headers | changes, secrets=[SECRET], domain=DOMAIN)


def test_another_secret_is_refused_and_a_rotated_one_is_taken_beside_the_new() -> None:
    old = signed(STOCK, secret=SecretStr("old"))
    with pytest.raises(Forged):
        verified(*old, secrets=[SECRET], domain=DOMAIN)
    assert verified(*old, secrets=[SECRET, SecretStr("old")], domain=DOMAIN)


def test_without_a_secret_there_is_no_server(tmp_path: Path) -> None:
    seen = SeenInFile(tmp_path / "seen.db", FrozenClock(NOW))
    with pytest.raises(ValueError, match="client secret"):
        Webhooks(secrets=[SecretStr("")], domain=DOMAIN, seen=seen)


async def test_a_delivery_is_handled_once_also_by_another_process_and_under_a_new_id(hooks: Webhooks, tmp_path: Path) -> None:
    told: list[StockChanged] = []

    async def note(change: StockChanged) -> None:
        told.append(change)

    other = Webhooks(secrets=[SECRET], domain=DOMAIN, seen=SeenInFile(tmp_path / "seen.db", FrozenClock(NOW)))
    for one in (hooks, other):
        one.on(StockChanged, note, "inventory_levels/update")
    assert await hooks.receive(*signed(STOCK)) == "handled"
    assert await other.receive(*signed(STOCK)) == "seen"
    assert await hooks.receive(*signed(STOCK, number="another")) == "seen"
    assert await hooks.receive(*signed(STOCK | {"available": 7}, number="third")) == "handled"
    assert [change.available for change in told] == [6, 7]


async def test_one_that_failed_is_handled_when_it_comes_again(hooks: Webhooks) -> None:
    failures = [ShopUnavailable("busy")]

    async def note(_: StockChanged) -> None:
        if failures:
            raise failures.pop()

    hooks.on(StockChanged, note, "inventory_levels/update")
    with pytest.raises(ShopUnavailable):
        await hooks.receive(*signed(STOCK))
    assert await hooks.receive(*signed(STOCK)) == "handled"


async def test_a_topic_nobody_asked_for_is_ignored_and_a_renamed_field_is_drift(hooks: Webhooks) -> None:
    async def note(_: OrderChanged) -> None:
        raise AssertionError("not told of what cannot be read")

    hooks.on(OrderChanged, note, "orders/updated")
    assert await hooks.receive(*signed(STOCK)) == "ignored"
    with pytest.raises(ShopDrifted, match="name, updated_at"):
        await hooks.receive(*signed({"id": 1, "order_name": "#1001"}, topic="orders/updated"))
    with pytest.raises(ShopDrifted):
        await hooks.receive(*signed([1], topic="orders/updated"))
