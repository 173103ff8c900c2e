"""Where carriers tell of parcels: verified, and in the outbox before the carrier is answered. What comes twice is there once.

EASYPOST_SECRET=… SHIPPO_SECRET=… WARMLINE_DATABASE_URL=… uvicorn --factory parcel_webhooks:from_env
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from fastapi import FastAPI, Request, Response
from pydantic import SecretStr

from warmline.agent.outbox.news import parcel_moved
from warmline.agent.store.store import Store
from warmline.errors import ShopDrifted
from warmline.tools.carriers.updates import ParcelUpdate, Unsigned, from_easypost, from_shippo
from warmline.tools.clock import SystemClock


def parcel_webhooks(moved: Callable[[ParcelUpdate], Awaitable[object]], *, easypost: SecretStr, shippo: SecretStr) -> FastAPI:
    app = FastAPI()

    async def told(read: Callable[[], ParcelUpdate | None]) -> Response:
        try:
            update = read()
        except Unsigned:
            return Response(status_code=401)
        except ShopDrifted:
            return Response(status_code=422)
        if update is not None:
            await moved(update)  # first this: if it fails, the carrier sends it again
        return Response(status_code=204)

    @app.post("/easypost")
    async def easypost_tells(request: Request) -> Response:
        body, headers = await request.body(), request.headers
        return await told(lambda: from_easypost(body, headers, easypost))

    @app.post("/shippo")
    async def shippo_tells(request: Request) -> Response:
        body, headers = await request.body(), request.headers
        return await told(lambda: from_shippo(body, headers, shippo, datetime.now(UTC)))

    return app


def from_env() -> FastAPI:
    import os

    opened: list[Store] = []

    async def moved(update: ParcelUpdate) -> None:
        if not opened:
            opened.append(await Store.open(os.environ["WARMLINE_DATABASE_URL"], clock=SystemClock()))
        await parcel_moved(opened[0], update)

    return parcel_webhooks(
        moved, easypost=SecretStr(os.environ["EASYPOST_SECRET"]), shippo=SecretStr(os.environ["SHIPPO_SECRET"])
    )
