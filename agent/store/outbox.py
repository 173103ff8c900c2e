"""Events for the host, as rows: written in the transaction that causes them, each under a name of its own for ever."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any


def event_row(
    conversation_id: str, kind: str, body: Mapping[str, Any], at: datetime, *, key: str | None = None
) -> dict[str, Any]:
    """The row of one event; ``key`` names it where the cause itself could be found twice (a sweep), else it is drawn."""
    text = json.dumps(body, ensure_ascii=False)
    return {"key": key or uuid.uuid4().hex, "conversation_id": conversation_id, "kind": kind, "body": text, "at": at}


def alert_key(sign_up: str) -> str:
    """The name of the event that follows from a sign-up for what is sold out."""
    return f"back_in_stock-{hashlib.sha256(sign_up.encode()).hexdigest()}"


def alert_thread(address: str) -> str:
    """What stands for a conversation in events to an address outside of one: in order with each other, found by the address, not read from it."""
    return f"back_in_stock/{hashlib.sha256(address.strip().casefold().encode()).hexdigest()}"
