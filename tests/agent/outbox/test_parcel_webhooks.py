"""The example's server: signed news of a parcel is in the outbox, once, before the carrier is answered; all else is turned away."""

import hashlib
import hmac
import importlib.util
import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr
from support.events import Taker, outbox

from warmline.agent.outbox.delivery import deliver_due
from warmline.agent.outbox.news import parcel_moved
from warmline.agent.store.store import Store
from warmline.errors import StoreError
from warmline.tools.carriers.updates import ParcelUpdate

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "parcel_webhooks.py"
TRACKER = {"tracking_code": "9405", "status": "delivered", "carrier": "USPS", "updated_at": "2026-11-20T14:00:00Z"}
EVENT = json.dumps({"id": "evt_1", "description": "tracker.updated", "result": TRACKER}).encode()


def a_server(moved: Any) -> httpx2.AsyncClient:
    spec = importlib.util.spec_from_file_location("parcel_webhooks", EXAMPLE)
    assert spec
    assert spec.loader
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    app = module.parcel_webhooks(moved, easypost=SecretStr("one"), shippo=SecretStr("two"))
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="https://here.test")


def signed(body: bytes) -> dict[str, str]:
    return {"X-Hmac-Signature": f"hmac-sha256-hex={hmac.new(b'one', body, hashlib.sha256).hexdigest()}"}


async def test_news_is_in_the_outbox_once_though_another_process_hears_it_again(store: Store) -> None:
    for _ in range(2):
        async with a_server(partial(parcel_moved, store)) as client:
            assert (await client.post("/easypost", content=EVENT, headers=signed(EVENT))).status_code == 204
    sink = Taker()
    await deliver_due(store, sink)
    [event] = sink.taken
    assert event.kind == "parcel_moved"
    told = {"carrier": "USPS", "tracking_number": "9405", "status": "delivered", "since": "2026-11-20T14:00:00+00:00"}
    assert event.body == told


async def test_shippos_news_is_there_too(store: Store) -> None:
    track = {"status": "TRANSIT", "status_date": "2026-11-20T14:00:00Z"}
    data = {"carrier": "usps", "tracking_number": "9205", "tracking_status": track}
    body, stamp = json.dumps({"event": "track_updated", "data": data}).encode(), int(datetime.now(UTC).timestamp())
    digest = hmac.new(b"two", f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    async with a_server(partial(parcel_moved, store)) as client:
        answer = await client.post("/shippo", content=body, headers={"Shippo-Auth-Signature": f"t={stamp},v1={digest}"})
    [row] = (await outbox(store)).values()
    assert (answer.status_code, json.loads(row.body)["status"]) == (204, "in_transit")


async def test_news_that_cannot_be_stored_is_not_taken() -> None:
    async def moved(_: ParcelUpdate) -> None:
        raise StoreError("the database is away")

    async with a_server(moved) as client:
        with pytest.raises(StoreError):  # a server answers this with 500, and the carrier sends it again
            await client.post("/easypost", content=EVENT, headers=signed(EVENT))


async def test_what_is_not_signed_or_cannot_be_read_is_turned_away(store: Store) -> None:
    async with a_server(partial(parcel_moved, store)) as client:
        unsigned = await client.post("/easypost", content=EVENT)
        unknown = await client.post("/shippo", content=b"{}")
        odd = await client.post("/easypost", content=b"[]", headers=signed(b"[]"))
    assert ([unsigned.status_code, unknown.status_code, odd.status_code], await outbox(store)) == ([401, 401, 422], {})
