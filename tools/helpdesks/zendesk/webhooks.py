"""Which ticket a webhook of Zendesk's is about: a trigger's own body, or an event Zendesk sends by itself."""

import json
from typing import Any, cast

from warmline.errors import UsageError

_EVENT = "zen:event-type:ticket."
"""How the ``type`` of an event about a ticket begins ("Webhook event types: tickets"); its ``detail.id`` is the ticket."""


def ticket_in(body: bytes) -> str | None:
    """``ticket_id`` of ``{"ticket_id": "{{ticket.id}}"}``, or ``detail.id`` of an event about a ticket; ``None`` for other events."""
    try:
        said: object = json.loads(body)
    except ValueError as error:
        raise UsageError('the webhook\'s body is no JSON; expected {"ticket_id": "{{ticket.id}}"}') from error
    told = cast("dict[str, Any]", said) if isinstance(said, dict) else {}
    if str(told.get("type", _EVENT)).startswith(_EVENT):
        detail = told.get("detail")
        number = told.get("ticket_id") or (cast("dict[str, Any]", detail).get("id") if isinstance(detail, dict) else None)
        if not str(number or "").isdigit():
            raise UsageError('the webhook names no ticket; expected {"ticket_id": "{{ticket.id}}"}')
        return str(number)
    return None
