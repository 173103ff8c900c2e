"""Telling those who asked that something is back: an event for the host, once for each sign-up."""

from warmline.agent.store.outbox import alert_key, alert_thread, event_row
from warmline.agent.store.store import Store
from warmline.tools.capabilities import lacks
from warmline.tools.clock import Clock
from warmline.tools.shop import Shop, StockAlert, StockAlerts

from .entering import enter_once

KIND = "back_in_stock"


async def notify_back_in_stock(store: Store, shop: Shop | StockAlerts, clock: Clock, *, most: int = 500) -> int:
    """Enter an event for up to ``most`` sign-ups whose variant is in stock again; how many are told by this call.

    The event is stored under a key that follows from the sign-up, then the shop notes it: a process that dies between the two finds the sign-up
    again and its event there. Everybody who waits is told, however few units came. A shop without ``StockAlerts`` has nobody to tell.
    """
    if not isinstance(shop, StockAlerts) or "due_stock_alerts" in lacks(shop):
        return 0
    told = 0
    for alert in await shop.due_stock_alerts(most=most):
        told += await _enter(store, alert, clock)
        await shop.note_alerted(alert.key)
    return told


async def _enter(store: Store, alert: StockAlert, clock: Clock) -> bool:
    """Store the event, unless it is there; whether it was not."""
    body = {**alert.model_dump(exclude={"key"}, exclude_none=True), "since": alert.since.isoformat()}
    return await enter_once(store, event_row(alert_thread(alert.place), KIND, body, clock.now(), key=alert_key(alert.key)))
