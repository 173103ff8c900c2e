"""What carriers tell of a parcel is believed only with their signature."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from warmline.errors import ShopDrifted
from warmline.tools.carriers.updates import Unsigned, from_easypost, from_shippo

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
SECRET = SecretStr("sécret")
APART = "se\u0301cret"
MOVED: dict[str, Any] = {
    "id": "evt_1",
    "object": "Event",
    "mode": "production",
    "description": "tracker.updated",
    "previous_attributes": {"status": "unknown"},
    "result": {
        "id": "trk_1",
        "object": "Tracker",
        "tracking_code": "9405500208303109884199",
        "status": "delivered",
        "carrier": "USPS",
        "created_at": "2026-11-18T00:00:00Z",
        "updated_at": "2026-11-20T14:00:00Z",
        "tracking_details": [],
    },
}
TRACKED: dict[str, Any] = {
    "event": "track_updated",
    "test": False,
    "data": {
        "carrier": "usps",
        "tracking_number": "9205590164917312751089",
        "tracking_status": {"status": "TRANSIT", "status_date": "2026-11-20T14:00:00Z", "status_details": "Departed"},
        "tracking_history": [],
        "metadata": "warmline:k1",
    },
}


def as_body(message: dict[str, Any], **changed: Any) -> bytes:
    return json.dumps({**message, **changed}).encode()


def easypost(body: bytes, key: str = APART) -> dict[str, str]:
    """The secret in the form with the accent apart, as their clients sign with it."""
    return {"X-Hmac-Signature": f"hmac-sha256-hex={hmac.new(key.encode(), body, hashlib.sha256).hexdigest()}"}


def shippo(body: bytes, secret: str = SECRET.get_secret_value(), at: datetime = NOW) -> dict[str, str]:
    stamp = int(at.timestamp())
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Shippo-Auth-Signature": f"t={stamp},v1={digest}"}


def test_easyposts_news_is_read() -> None:
    body = as_body(MOVED)
    update = from_easypost(body, easypost(body), SECRET)
    assert update is not None
    assert (update.event_id, update.tracking_number, update.status) == ("evt_1", "9405500208303109884199", "delivered")
    assert update.at == datetime(2026, 11, 20, 14, tzinfo=UTC)


def test_shippos_news_is_read() -> None:
    body = as_body(TRACKED)
    update = from_shippo(body, shippo(body), SECRET, NOW)
    assert update is not None
    assert (update.carrier, update.tracking_number, update.status) == ("usps", "9205590164917312751089", "in_transit")


@pytest.mark.parametrize(
    "headers", [{}, {"X-Hmac-Signature": ""}, {"X-Hmac-Signature": "hmac-sha256-hex=00"}, easypost(b"other")]
)
def test_what_easypost_did_not_sign_is_not_read(headers: dict[str, str]) -> None:
    with pytest.raises(Unsigned):
        from_easypost(as_body(MOVED), headers, SECRET)


def test_a_changed_body_or_another_secret_is_not_read() -> None:
    body = as_body(MOVED)
    with pytest.raises(Unsigned):
        from_easypost(body + b" ", easypost(body), SECRET)
    with pytest.raises(Unsigned):
        from_easypost(body, easypost(body, "other"), SECRET)
    body = as_body(TRACKED)
    with pytest.raises(Unsigned):
        from_shippo(body + b" ", shippo(body), SECRET, NOW)
    with pytest.raises(Unsigned):
        from_shippo(body, shippo(body, "other"), SECRET, NOW)


@pytest.mark.parametrize("age", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_a_message_that_is_sent_again_later_is_not_read(age: timedelta) -> None:
    body = as_body(TRACKED)
    with pytest.raises(Unsigned, match="last minutes"):
        from_shippo(body, shippo(body, at=NOW - age), SECRET, NOW)


@pytest.mark.parametrize("header", ["", "t=,v1=", "v1=abc", "t=²,v1=abc", f"t={int(NOW.timestamp())}", "nonsense"])
def test_half_a_signature_is_none(header: str) -> None:
    with pytest.raises(Unsigned):
        from_shippo(as_body(TRACKED), {"shippo-auth-signature": header}, SECRET, NOW)


def test_an_empty_secret_verifies_nothing() -> None:
    with pytest.raises(ValueError, match="secret"):
        from_easypost(as_body(MOVED), easypost(as_body(MOVED), ""), SecretStr(""))


def test_messages_about_something_else_are_passed_over() -> None:
    body = as_body(MOVED, description="batch.updated", result={"object": "Batch"})
    assert from_easypost(body, easypost(body), SECRET) is None
    body = as_body(TRACKED, event="transaction_created", data={})
    assert from_shippo(body, shippo(body), SECRET, NOW) is None


def test_a_new_status_has_no_word_of_ours() -> None:
    body = as_body(MOVED, result={**MOVED["result"], "status": "beamed_up"})
    update = from_easypost(body, easypost(body), SECRET)
    assert update is not None
    assert update.status is None


def test_a_renamed_field_and_half_a_body_are_drift() -> None:
    renamed = {name: value for name, value in MOVED["result"].items() if name != "tracking_code"}
    body = as_body(MOVED, result={**renamed, "tracking_number": "9405"})
    with pytest.raises(ShopDrifted):
        from_easypost(body, easypost(body), SECRET)
    half = as_body(TRACKED)[:40]
    with pytest.raises(ShopDrifted):
        from_shippo(half, shippo(half), SECRET, NOW)
