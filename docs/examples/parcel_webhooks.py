"""Where carriers tell of parcels: verified, each piece of news once, handed to a function of yours.

EASYPOST_SECRET=… SHIPPO_SECRET=… uvicorn --factory parcel_webhooks:from_env
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from fastapi import FastAPI, Request, Response
from pydantic import SecretStr

from warmline.errors import ShopDrifted
from warmline.tools.carriers.updates import ParcelUpdate, Unsigned, from_easypost, from_shippo

REMEMBERED = 10_000  # keep event ids in your database if several processes listen, or a restart must not hear old news


def parcel_webhooks(moved: Callable[[ParcelUpdate], Awaitable[None]], *, easypost: SecretStr, shippo: SecretStr) -> FastAPI:
    app, seen = FastAPI(), OrderedDict[str, None]()

    async def told(read: Callable[[], ParcelUpdate | None]) -> Response:
        try:
            update = read()
        except Unsigned:
            return Response(status_code=401)
        except ShopDrifted:
            return Response(status_code=422)
        if update is not None and update.event_id not in seen:
            await moved(update)  # first this: if it fails, the carrier sends it again
            seen[update.event_id] = None
            while len(seen) > REMEMBERED:
                seen.popitem(last=False)
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
    import logging
    import os

    async def moved(update: ParcelUpdate) -> None:
        logging.getLogger("parcels").warning("%s %s", update.tracking_number, update.status)

    return parcel_webhooks(
        moved, easypost=SecretStr(os.environ["EASYPOST_SECRET"]), shippo=SecretStr(os.environ["SHIPPO_SECRET"])
    )
