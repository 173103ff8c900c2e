"""Events for the host, as rows: written in the transaction that causes them, each under a name of its own for ever."""

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
