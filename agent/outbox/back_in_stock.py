"""Telling those who asked that something is back: an event for the host, once for each sign-up."""

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from warmline.agent.store.database import transaction, uninterrupted
from warmline.agent.store.outbox import alert_key, alert_thread, event_row
from warmline.agent.store.rows import OUTBOX
from warmline.agent.store.store import Store
from warmline.tools.capabilities import lacks
from warmline.tools.clock import Clock
from warmline.tools.shop import Shop, StockAlert, StockAlerts

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


@uninterrupted
async def _enter(store: Store, alert: StockAlert, clock: Clock) -> bool:
    """Store the event, unless it is there; whether it was not."""
    body = {**alert.model_dump(exclude={"key"}, exclude_none=True), "since": alert.since.isoformat()}
    row = event_row(alert_thread(alert.place), KIND, body, clock.now(), key=alert_key(alert.key))
    upsert = sqlite_insert if store.engine.dialect.name == "sqlite" else postgresql_insert
    new = upsert(OUTBOX).values(row).on_conflict_do_nothing(index_elements=[OUTBOX.c.key]).returning(OUTBOX.c.id)
    async with transaction(store.engine) as connection:
        return (await connection.execute(new)).first() is not None
