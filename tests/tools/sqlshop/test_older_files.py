"""A demo shop's file from an older version is completed when it is opened, and loses nothing."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import URL

from warmline.tools.clock import FrozenClock
from warmline.tools.demo import open_demo_shop
from warmline.tools.model import ReturnItem
from warmline.tools.sqlshop import SqlShop

MAIL = "maya.brooks@example.com"


async def make_older(shop: SqlShop) -> None:
    """As the first version made it."""
    async with shop.database.transaction() as session:
        connection = await session.connection()
        for change in (
            "ALTER TABLE shop_signup DROP COLUMN key",
            "ALTER TABLE shop_signup DROP COLUMN notified_at",
            "DROP TABLE shop_reservation",
        ):
            await connection.exec_driver_sql(change)


async def test_sign_ups_of_an_older_file_are_kept_and_told(shop: SqlShop, url: URL, clock: FrozenClock, labels: Path) -> None:
    await shop.subscribe_back_in_stock("HP-LAMP-BRS", MAIL, key="k1")
    await make_older(shop)
    clock.moment += timedelta(days=2)
    for _ in range(2):
        async with await open_demo_shop(url, clock=clock, labels=labels) as again:
            async with again.database.transaction() as session:
                await (await session.connection()).exec_driver_sql("UPDATE shop_stock SET units = 1 WHERE sku = 'HP-LAMP-BRS'")
            (due,) = await again.due_stock_alerts()
            assert (due.key, due.sku, due.email) == ("signup-1", "HP-LAMP-BRS", MAIL)
            receipt = await again.create_exchange(
                "W-10391", ReturnItem(sku="HP-BOOT-GRN-39"), new_sku="HP-BOOT-GRN-40", reason="other", key="k2"
            )
            assert receipt.exchange_number == "X-50002"
    async with await open_demo_shop(url, clock=clock, labels=labels) as again:
        await again.note_alerted("signup-1")
        assert await again.due_stock_alerts() == []
