"""The example's server for Shopify: what each topic changes here."""

import base64
import hmac
import importlib.util
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2
from pydantic import SecretStr
from support.events import Taker, outbox
from support.shopify_fake import FakeShopify
from support.shopify_world import a_product as a_shopify_product
from support.shopify_world import a_shop, an_open_shop
from support.shopify_world import a_variant as a_shopify_variant

from warmline.agent.outbox.delivery import deliver_due
from warmline.agent.store.store import Store
from warmline.testing import MemoryShop, a_product, a_variant
from warmline.tools.shops.shopify import SeenInFile, ShopifyShop, Webhooks

SECRET, DOMAIN = SecretStr("hush"), "kai.myshopify.com"
STOCK = {"inventory_item_id": 1, "location_id": 2, "available": 6, "updated_at": "2026-11-20T11:13:01-05:00"}
ORDER = {"id": 1, "name": "#1001", "updated_at": "2026-11-20T12:00:00Z", "total_price": "64.80"}
PARCEL = {
    "id": 5,
    "order_id": 1,
    "shipment_status": "out_for_delivery",
    "tracking_company": "DHL",
    "tracking_number": "JJD1",
    "updated_at": "2026-11-20T12:00:00Z",
}


def signed(payload: object, topic: str, number: str, secret: SecretStr = SECRET) -> Any:
    body = json.dumps(payload).encode()
    headers = {
        "X-Shopify-Hmac-SHA256": base64.b64encode(hmac.digest(secret.get_secret_value().encode(), body, sha256)).decode(),
        "X-Shopify-Topic": topic,
        "X-Shopify-Webhook-Id": number,
        "X-Shopify-Shop-Domain": DOMAIN,
    }
    return {"content": body, "headers": headers}


def a_server(store: Store, shopify: ShopifyShop, shop: MemoryShop, folder: Path) -> httpx2.AsyncClient:
    path = Path(__file__).parents[3] / "docs" / "examples" / "shopify_webhooks.py"
    spec = importlib.util.spec_from_file_location("shopify_webhooks", path)
    assert spec
    assert spec.loader
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    hooks = Webhooks(secrets=[SECRET], domain=DOMAIN, seen=SeenInFile(folder / "seen.db", store.clock))
    app = module.webhook_server(hooks, store=store, shopify=shopify, shop=shop)
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="https://me.test")


async def test_news_of_orders_and_parcels_is_in_the_outbox_once_and_forged_news_is_not(store: Store, tmp_path: Path) -> None:
    async with an_open_shop(FakeShopify(a_shop())) as shopify, a_server(store, shopify, MemoryShop(), tmp_path) as client:

        async def post(payload: object, topic: str, number: str, secret: SecretStr = SECRET) -> int:
            return (await client.post("/shopify", **signed(payload, topic, number, secret))).status_code

        assert await post(ORDER, "orders/updated", "1") == 200
        assert await post(ORDER, "orders/updated", "1") == 200
        assert await post({**ORDER, "note": "the same change"}, "orders/updated", "2") == 200
        assert await post(PARCEL, "fulfillments/update", "3") == 200
        assert await post({**PARCEL, "tracking_number": None}, "fulfillments/update", "4") == 200
        assert await post(ORDER, "orders/updated", "5", SecretStr("guess")) == 401
        assert await post({"id": 1}, "orders/updated", "6") == 503
    sink = Taker()
    await deliver_due(store, sink)
    assert [(one.kind, one.body.get("order") or one.body["status"]) for one in sink.taken] == [
        ("order_changed", "#1001"),
        ("parcel_moved", "out_for_delivery"),
    ]


async def test_stock_that_came_tells_who_waits_and_stock_that_went_nobody(store: Store, tmp_path: Path) -> None:
    shop = MemoryShop(products=[a_product(variants=(a_variant("LAMP", units=0),))], clock=store.clock)
    await shop.subscribe_back_in_stock("LAMP", "ann@example.com", key="k1")
    shop.records.restock("LAMP", 1)
    async with an_open_shop(FakeShopify(a_shop())) as shopify, a_server(store, shopify, shop, tmp_path) as client:
        await client.post("/shopify", **signed({**STOCK, "available": 0}, "inventory_levels/update", "1"))
        assert await outbox(store) == {}
        await client.post("/shopify", **signed(STOCK, "inventory_levels/update", "2"))
    [row] = (await outbox(store)).values()
    assert row.kind == "back_in_stock"


async def test_a_product_that_came_is_found_by_words_at_once(store: Store, tmp_path: Path) -> None:
    fake = FakeShopify(a_shop())
    async with an_open_shop(fake) as shopify, a_server(store, shopify, MemoryShop(), tmp_path) as client:
        assert await shopify.search_products("storm lantern") == []
        fake.data.products.append(a_shopify_product(390, "Storm Lantern", [a_shopify_variant(590, "LANTERN")]))
        assert await shopify.search_products("storm lantern") == []
        await client.post("/shopify", **signed({"id": 390, "title": "Storm Lantern"}, "products/create", "1"))
        assert [one.name for one in await shopify.search_products("storm lantern")] == ["Storm Lantern"]
