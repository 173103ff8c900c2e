"""A web server that hears Shopify: stock that came goes to the back-in-stock sweep, news of orders and parcels to functions of yours.

WARMLINE_SHOPIFY_DOMAIN=example.myshopify.com WARMLINE_SHOPIFY_CLIENT_SECRET=… uvicorn my_server:app
"""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import BackgroundTasks, FastAPI, Request, Response

from warmline.errors import ShopError
from warmline.tools.shops.shopify import Forged, OrderChanged, ParcelChanged, StockChanged, Webhooks

MOST_BYTES = 2_000_000


def webhook_server(
    hooks: Webhooks,
    *,
    sweep: Callable[[], Awaitable[object]],
    order_changed: Callable[[OrderChanged], Awaitable[None]],
    parcel_changed: Callable[[ParcelChanged], Awaitable[None]],
) -> FastAPI:
    """The server. ``sweep`` is ``notify_back_in_stock(store, shop, clock)``: it asks the shop what is in stock and tells each sign-up once."""
    app = FastAPI()
    came: list[StockChanged] = []

    async def stock_changed(change: StockChanged) -> None:
        if (change.available or 0) > 0:
            came.append(change)

    hooks.on(StockChanged, stock_changed, "inventory_levels/update")
    hooks.on(OrderChanged, order_changed, "orders/updated", "orders/cancelled")
    hooks.on(ParcelChanged, parcel_changed, "fulfillments/create", "fulfillments/update")

    async def swept() -> None:
        came.clear()
        await sweep()

    @app.post("/shopify")
    async def shopify(
        request: Request, later: Annotated[BackgroundTasks, "after the answer: Shopify waits five seconds"]
    ) -> Response:
        body = await request.body()  # the bytes as they came: the signature is over them
        if len(body) > MOST_BYTES:
            return Response(status_code=413)
        try:
            heard = await hooks.receive(body, request.headers)
        except Forged:
            return Response(status_code=401)
        except ShopError:
            return Response(status_code=503)  # Shopify sends it again
        if heard == "handled" and came:
            later.add_task(swept)
        return Response(status_code=200)

    return app
