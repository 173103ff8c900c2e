"""A web server that hears Shopify. What it hears is in the outbox, or done, before it answers; what comes twice changes nothing.

WARMLINE_SHOPIFY_DOMAIN=example.myshopify.com WARMLINE_SHOPIFY_CLIENT_SECRET=… uvicorn my_server:app
"""

from typing import Annotated

from fastapi import BackgroundTasks, FastAPI, Request, Response

from warmline.agent.outbox.back_in_stock import notify_back_in_stock
from warmline.agent.outbox.news import order_changed, parcel_moved
from warmline.agent.store.store import Store
from warmline.errors import WarmlineError
from warmline.tools.shop import Shop
from warmline.tools.shops.shopify import Forged, OrderChanged, ParcelChanged, ProductChanged, ShopifyShop, StockChanged, Webhooks

MOST_BYTES = 2_000_000


def webhook_server(hooks: Webhooks, *, store: Store, shopify: ShopifyShop, shop: Shop) -> FastAPI:
    """The server over the store and the shop of your agent. ``shop`` is who keeps the back-in-stock list: Shopify has none itself."""
    app = FastAPI()
    came: list[StockChanged] = []

    async def stock(change: StockChanged) -> None:
        if (change.available or 0) > 0:
            came.append(change)

    async def product(_: ProductChanged) -> None:
        shopify.products_changed()

    async def order(change: OrderChanged) -> None:
        await order_changed(store, change.name, change.updated_at)

    async def parcel(change: ParcelChanged) -> None:
        if change.moved is not None:
            await parcel_moved(store, change.moved)

    hooks.on(StockChanged, stock, "inventory_levels/update")
    hooks.on(ProductChanged, product, "products/create", "products/update", "products/delete")
    hooks.on(OrderChanged, order, "orders/updated", "orders/cancelled")
    hooks.on(ParcelChanged, parcel, "fulfillments/create", "fulfillments/update")

    async def sweep() -> None:
        came.clear()
        await notify_back_in_stock(store, shop, store.clock)  # the shop is asked what is in stock now

    @app.post("/shopify")
    async def hear(
        request: Request, later: Annotated[BackgroundTasks, "after the answer: Shopify waits five seconds"]
    ) -> Response:
        body = await request.body()  # the bytes as they came: the signature is over them
        if len(body) > MOST_BYTES:
            return Response(status_code=413)
        try:
            heard = await hooks.receive(body, request.headers)
        except Forged:
            return Response(status_code=401)
        except WarmlineError:
            return Response(status_code=503)  # Shopify sends it again
        if heard == "handled" and came:
            later.add_task(sweep)
        return Response(status_code=200)

    return app
