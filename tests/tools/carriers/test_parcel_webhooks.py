"""The example's server: signed news is heard once, all else is turned away."""

import hashlib
import hmac
import importlib.util
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
from pydantic import SecretStr

from warmline.tools.carriers.updates import ParcelUpdate

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "parcel_webhooks.py"
TRACKER = {"tracking_code": "9405", "status": "delivered", "carrier": "USPS", "updated_at": "2026-11-20T14:00:00Z"}
EVENT = json.dumps({"id": "evt_1", "description": "tracker.updated", "result": TRACKER}).encode()


def a_server(heard: list[ParcelUpdate]) -> httpx2.AsyncClient:
    spec = importlib.util.spec_from_file_location("parcel_webhooks", EXAMPLE)
    assert spec
    assert spec.loader
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    async def moved(update: ParcelUpdate) -> None:
        heard.append(update)

    app = module.parcel_webhooks(moved, easypost=SecretStr("one"), shippo=SecretStr("two"))
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="https://here.test")


def signed(body: bytes) -> dict[str, str]:
    return {"X-Hmac-Signature": f"hmac-sha256-hex={hmac.new(b'one', body, hashlib.sha256).hexdigest()}"}


async def test_news_is_heard_once() -> None:
    heard: list[ParcelUpdate] = []
    async with a_server(heard) as client:
        answers = [await client.post("/easypost", content=EVENT, headers=signed(EVENT)) for _ in range(2)]
    assert ([one.status_code for one in answers], [one.tracking_number for one in heard]) == ([204, 204], ["9405"])


async def test_shippos_news_is_heard() -> None:
    track = {"status": "TRANSIT", "status_date": "2026-11-20T14:00:00Z"}
    data = {"carrier": "usps", "tracking_number": "9205", "tracking_status": track}
    body, stamp = json.dumps({"event": "track_updated", "data": data}).encode(), int(datetime.now(UTC).timestamp())
    digest = hmac.new(b"two", f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    heard: list[ParcelUpdate] = []
    async with a_server(heard) as client:
        answer = await client.post("/shippo", content=body, headers={"Shippo-Auth-Signature": f"t={stamp},v1={digest}"})
    assert (answer.status_code, [one.status for one in heard]) == (204, ["in_transit"])


async def test_what_is_not_signed_or_cannot_be_read_is_turned_away() -> None:
    heard: list[ParcelUpdate] = []
    async with a_server(heard) as client:
        unsigned = await client.post("/easypost", content=EVENT)
        unknown = await client.post("/shippo", content=b"{}")
        odd = await client.post("/easypost", content=b"[]", headers=signed(b"[]"))
    assert ([unsigned.status_code, unknown.status_code, odd.status_code], heard) == ([401, 401, 422], [])
