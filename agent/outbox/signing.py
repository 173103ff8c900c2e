"""Signing a webhook as Standard Webhooks 1.0 has it, symmetric (``v1``, HMAC-SHA256): https://www.standardwebhooks.com.

Ten lines of the standard library, tested against the vector its libraries publish; see docs/decisions for why not the package.
"""

import base64
import binascii
import hmac
from collections.abc import Sequence

from warmline.errors import SettingsError

PREFIX = "whsec_"
LEAST_BYTES = 24
"""Of a secret: 192 bits, the specification's minimum."""


def key_in(secret: str) -> bytes:
    """The key in a secret such as ``whsec_MfKQ…``; ``SettingsError`` if it is none."""
    try:
        key = base64.b64decode(secret.strip().removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.strip().startswith(PREFIX) or len(key) < LEAST_BYTES:  # the secret itself is not shown
        raise SettingsError(
            f"a webhook's secret is {PREFIX} and at least {LEAST_BYTES} random bytes in base64; make one with: echo {PREFIX}$(openssl rand -base64 32)"
        )
    return key


def signature(keys: Sequence[bytes], *, identifier: str, timestamp: int, body: bytes) -> str:
    """The header ``webhook-signature``: one signature for each key, the newest first."""
    signed = f"{identifier}.{timestamp}.".encode() + body
    return " ".join("v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode() for key in keys)
