"""Is a webhook Zendesk's own, and new? As "Verifying" in Zendesk's webhook documentation has it (read in November 2026).

``X-Zendesk-Webhook-Signature`` is base64(HMAC-SHA256(secret, timestamp + body)), ``X-Zendesk-Webhook-Signature-Timestamp`` is in ISO 8601.
"""

import base64
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from warmline.errors import UsageError

SIGNATURE = "x-zendesk-webhook-signature"
TIMESTAMP = "x-zendesk-webhook-signature-timestamp"

WINDOW = timedelta(minutes=5)
"""How far a webhook's time may be from ours; Zendesk itself tries again for longer, with a new time."""


def verify(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, *, now: datetime) -> None:
    """``UsageError`` unless one of these secrets signed this body within the last minutes."""
    given = {name.lower(): value for name, value in headers.items()}
    signature, timestamp = given.get(SIGNATURE, ""), given.get(TIMESTAMP, "")
    signed = timestamp.encode() + body
    expected = [base64.b64encode(hmac.digest(secret.encode(), signed, "sha256")) for secret in secrets]
    if not any(hmac.compare_digest(one, signature.encode()) for one in expected):
        raise UsageError("the webhook's signature is not that of WARMLINE_ZENDESK_SECRET; nothing was done")
    if abs(now - _moment(timestamp)) > WINDOW:
        raise UsageError(f"the webhook is not of the last {WINDOW.seconds // 60} minutes; nothing was done")


def _moment(timestamp: str) -> datetime:
    try:
        moment = datetime.fromisoformat(timestamp)
    except ValueError as error:
        raise UsageError("the webhook's time is no time in ISO 8601; nothing was done") from error
    return moment.replace(tzinfo=moment.tzinfo or UTC)
