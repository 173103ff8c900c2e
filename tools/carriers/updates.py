"""What carriers tell of a parcel by webhook: verified over the bytes that came, then read.

Sources: docs.easypost.com, API v2, "Webhooks", "Events", "Trackers" (``X-Hmac-Signature``: ``hmac-sha256-hex=`` and the HMAC-SHA256 of the body; the secret
in Unicode's NFKD form, as others who verify it do too). docs.goshippo.com, API 2018-02-08, "tracking/webhook-security" and "Webhooks"
(``Shippo-Auth-Signature``: ``t=…,v1=…``, the HMAC-SHA256 of the time, a dot and the body; Shippo switches it on at request). Both compared in November
2026 with several public servers that verify them; never with a message of theirs.

A signature of EasyPost's holds no time, so an old message can be sent again: remember ``event_id``, or act only on what is news to you.
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, SecretStr, ValidationError

from warmline.errors import ShopDrifted, ShopError
from warmline.tools.model import Frozen, ShipmentStatus

TOLERANCE = timedelta(minutes=5)

EASYPOST: dict[str, ShipmentStatus] = {
    "pre_transit": "label_created",
    "in_transit": "in_transit",
    "out_for_delivery": "out_for_delivery",
    "available_for_pickup": "in_transit",
    "delivered": "delivered",
    "return_to_sender": "returned_to_sender",
}
SHIPPO: dict[str, ShipmentStatus] = {
    "PRE_TRANSIT": "label_created",
    "TRANSIT": "in_transit",
    "DELIVERED": "delivered",
    "RETURNED": "returned_to_sender",
}


class Unsigned(ShopError):
    """A message that the carrier did not sign, or signed too long ago. Answer it with 401 and believe nothing of it."""


class ParcelUpdate(Frozen):
    """Where a parcel is. ``status`` is ``None`` for what has no word of ours (a failure, an error, a new kind): look at the carrier."""

    event_id: str
    carrier: str
    tracking_number: str
    status: ShipmentStatus | None
    at: AwareDatetime


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Tracker(_Answer):
    tracking_code: str
    status: str
    carrier: str
    updated_at: AwareDatetime


class _Event(_Answer):
    id: str
    description: str
    result: Any = None


class _TrackStatus(_Answer):
    status: str
    status_date: AwareDatetime


class _Track(_Answer):
    carrier: str
    tracking_number: str
    tracking_status: _TrackStatus | None


class _Message(_Answer):
    event: str
    data: Any = None


def from_easypost(body: bytes, headers: Mapping[str, str], secret: SecretStr) -> ParcelUpdate | None:
    """The news of an EasyPost webhook; ``None`` for a message about something else. ``Unsigned``, ``ShopDrifted``."""
    key = unicodedata.normalize("NFKD", secret.get_secret_value()).encode()
    _same(_header(headers, "x-hmac-signature"), [f"hmac-sha256-hex={_digest(key, body)}"], "EasyPost")
    try:
        event = _Event.model_validate_json(body)
        if event.description not in ("tracker.created", "tracker.updated"):
            return None
        tracker = _Tracker.model_validate(event.result)
    except ValidationError as error:
        raise _drifted("EasyPost") from error
    return ParcelUpdate(
        event_id=event.id,
        carrier=tracker.carrier,
        tracking_number=tracker.tracking_code,
        status=EASYPOST.get(tracker.status),
        at=tracker.updated_at,
    )


def from_shippo(body: bytes, headers: Mapping[str, str], secret: SecretStr, now: datetime) -> ParcelUpdate | None:
    """The news of a Shippo webhook; ``None`` for a message about something else. ``Unsigned``, ``ShopDrifted``."""
    parts = [part.strip().partition("=") for part in _header(headers, "shippo-auth-signature").split(",")]
    stamp = next((value for name, _, value in parts if name == "t"), "")
    if not (stamp.isascii() and stamp.isdigit()) or abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        raise Unsigned("Shippo: a webhook without a signature of the last minutes; it was not read")
    expected = _digest(secret.get_secret_value().encode(), f"{stamp}.".encode() + body)
    _same(expected, [value for name, _, value in parts if name == "v1"], "Shippo")
    try:
        message = _Message.model_validate_json(body)
        track = _Track.model_validate(message.data) if message.event == "track_updated" else None
    except ValidationError as error:
        raise _drifted("Shippo") from error
    if track is None or track.tracking_status is None:
        return None
    seen = track.tracking_status
    return ParcelUpdate(
        event_id=f"{track.tracking_number}:{seen.status}:{seen.status_date.isoformat()}",
        carrier=track.carrier,
        tracking_number=track.tracking_number,
        status=SHIPPO.get(seen.status),
        at=seen.status_date,
    )


def _digest(key: bytes, message: bytes) -> str:
    if not key:
        raise ValueError("expected the secret the webhooks are signed with, got none")
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def _same(one: str, others: list[str], who: str) -> None:
    """``Unsigned`` unless one of the others is the same, compared in constant time."""
    if not any(hmac.compare_digest(one.encode(), other.encode()) for other in others):
        raise Unsigned(f"{who}: a webhook whose signature is not that of our secret; it was not read")


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")


def _drifted(who: str) -> ShopDrifted:
    return ShopDrifted(f"{who}: a webhook is not of the shape that is documented; was its version changed?")
