"""What a carrier or a shop told by webhook, as events for the host: stored before the webhook is answered, and once, however often it comes."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from warmline.agent.store.outbox import event_row
from warmline.agent.store.store import Store
from warmline.tools.carriers.updates import ParcelUpdate

from .entering import enter_once


async def parcel_moved(store: Store, update: ParcelUpdate) -> bool:
    """Enter that a parcel is somewhere else; whether it was news. ``StoreError`` if it could not be stored: let it be sent again."""
    body = {
        "carrier": update.carrier,
        "tracking_number": update.tracking_number,
        "status": update.status,
        "since": update.at.isoformat(),
    }
    return await _enter(store, "parcel_moved", f"parcel/{_hidden(update.tracking_number)}", body, update.event_id)


async def order_changed(store: Store, number: str, changed_at: datetime) -> bool:
    """Enter that the shop changed an order; whether it was news. What is so now stands in the shop: ask it."""
    body = {"order": number, "since": changed_at.isoformat()}
    return await _enter(store, "order_changed", f"order/{_hidden(number)}", body, f"{number}:{changed_at.isoformat()}")


async def _enter(store: Store, kind: str, thread: str, body: Mapping[str, Any], name: str) -> bool:
    return await enter_once(store, event_row(thread, kind, body, store.clock.now(), key=f"{kind}-{_hidden(name)}"))


def _hidden(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
