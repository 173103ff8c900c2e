"""Webhooks of a vendor that signs none: they are believed for a header that only the vendor and we know, and then only the ticket's number is."""

import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from warmline.errors import UsageError

HEADER = "x-warmline-secret"
BODY = '{"ticket_id": "{{ticket.id}}"}'
"""What the webhook is to send."""


def ticket_of_unsigned(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, *, variable: str) -> str:
    """The ticket that a webhook names; ``UsageError`` unless it carries one of these secrets. ``variable`` is where they are set."""
    if not secrets:
        raise UsageError(f"{variable} is not set, so no webhook can be told from a forged one; nothing was done")
    given = {name.lower(): value for name, value in headers.items()}.get(HEADER, "")
    if not any(hmac.compare_digest(one.encode(), given.encode()) for one in secrets):
        raise UsageError(f"the webhook's {HEADER} is not {variable}; nothing was done")
    return _named(body)


def _named(body: bytes) -> str:
    try:
        said: object = json.loads(body)
    except ValueError as error:
        raise UsageError(f"the webhook's body is no JSON; expected {BODY}") from error
    number = cast("dict[str, Any]", said).get("ticket_id") if isinstance(said, dict) else None
    if not str(number or "").isdecimal():
        raise UsageError(f"the webhook names no ticket; expected {BODY}")
    return str(number)
