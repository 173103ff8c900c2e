"""Back in stock: everybody who waits is told once, whatever happens between the store and the shop."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from support.events import Taker, outbox, write_events
from support.world import NOON

from warmline.agent.outbox.back_in_stock import notify_back_in_stock
from warmline.agent.outbox.delivery import deliver_due
from warmline.agent.store.store import Store
from warmline.errors import ShopError
from warmline.testing import MemoryShop, a_product, a_variant
from warmline.tools.clock import FrozenClock
from warmline.tools.demo import open_demo_shop
from warmline.tools.sqlshop import SqlShop
from warmline.tools.sqlshop.tables import StockRow

SKU = "HP-LAMP-BRS"


class Counter:
    """A shop, and deliveries to it."""

    shop: MemoryShop | SqlShop

    def __init__(self, shop: MemoryShop | SqlShop) -> None:
        self.shop = shop

    async def stock(self, units: int) -> None:
        """Let there be so many units of the lamp."""
        if isinstance(self.shop, MemoryShop):
            product = await self.shop.get_product(SKU)
            variant = product and product.variant(SKU)
            self.shop.records.restock(SKU, units - ((variant and variant.units) or 0))
            return
        async with self.shop.database.transaction() as session:
            product = await self.shop.get_product(SKU)
            assert product
            variant = product.variant(SKU)
            assert variant
            shelf = await session.get_one(StockRow, (SKU, next(iter(variant.stock))))
            shelf.units = units


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo shop's file."""
    file = tmp_path_factory.mktemp("shop") / "shop.db"

    async def fill() -> None:
        await (await open_demo_shop(f"sqlite:///{file}", clock=FrozenClock(NOON), labels=file.parent)).close()

    asyncio.run(fill())
    return file


@pytest.fixture(params=["memory", "sql"])
async def counter(request: pytest.FixtureRequest, filled: Path, tmp_path: Path) -> AsyncIterator[Counter]:
    clock = FrozenClock(NOON)
    if request.param == "memory":
        yield Counter(MemoryShop(products=[a_product(variants=(a_variant(SKU, units=0),))], clock=clock))
        return
    shutil.copy(filled, tmp_path / "shop.db")
    async with SqlShop(url=f"sqlite:///{tmp_path / 'shop.db'}", clock=clock, labels=tmp_path) as shop:
        yield Counter(shop)


async def told(store: Store) -> list[str]:
    """Who was told, in order."""
    sink = Taker()
    await deliver_due(store, sink, at_once=1)
    assert {event.kind for event in sink.taken} <= {"back_in_stock"}
    return [event.body["email"] for event in sink.taken]


async def test_who_waits_is_told_once_when_stock_arrives(store: Store, counter: Counter) -> None:
    shop = counter.shop
    await shop.subscribe_back_in_stock(SKU, "ann@example.com", key="k1")
    await shop.subscribe_back_in_stock(SKU, "bob@example.com", key="k2")
    assert await notify_back_in_stock(store, shop, store.clock) == 0
    await counter.stock(1)  # one lamp, and both are told
    assert await notify_back_in_stock(store, shop, store.clock) == 2
    assert await notify_back_in_stock(store, shop, store.clock) == 0
    (event, _) = (await outbox(store)).values()
    assert (event.kind, event.at) == ("back_in_stock", NOON)
    assert sorted(await told(store)) == ["ann@example.com", "bob@example.com"]


async def test_a_process_that_dies_before_the_shop_knows_tells_nobody_twice(store: Store, counter: Counter) -> None:
    shop = counter.shop
    await shop.subscribe_back_in_stock(SKU, "ann@example.com", key="k1")
    await counter.stock(2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shop, "note_alerted", _fail)
        for _ in range(2):
            with pytest.raises(ShopError):
                await notify_back_in_stock(store, shop, store.clock)
    assert await notify_back_in_stock(store, shop, store.clock) == 0
    assert await told(store) == ["ann@example.com"]
    assert await shop.due_stock_alerts() == []


async def _fail(_key: str) -> None:
    raise ShopError("The shop is down.")


async def test_several_workers_tell_everybody_once(store: Store, counter: Counter) -> None:
    for number in range(6):
        await counter.shop.subscribe_back_in_stock(SKU, f"c{number}@example.com", key=f"k{number}")
    await counter.stock(1)
    passes = await asyncio.gather(*(notify_back_in_stock(store, counter.shop, store.clock) for _ in range(3)))
    assert sum(passes) == 6
    assert len(await told(store)) == 6


async def test_who_signs_up_again_is_told_again(store: Store, counter: Counter) -> None:
    for number in (1, 2):
        await counter.stock(0)
        await counter.shop.subscribe_back_in_stock(SKU, "ann@example.com", key=f"k{number}")
        await counter.stock(3)
        assert await notify_back_in_stock(store, counter.shop, store.clock) == 1
    assert await told(store) == ["ann@example.com", "ann@example.com"]


async def test_a_second_sign_up_before_stock_arrives_is_the_first_one(store: Store, counter: Counter) -> None:
    first = await counter.shop.subscribe_back_in_stock(SKU, "ann@example.com", key="k1")
    again = await counter.shop.subscribe_back_in_stock(SKU, " Ann@example.com ", key="k2")
    assert again.since == first.since
    await counter.stock(3)
    assert await notify_back_in_stock(store, counter.shop, store.clock) == 1


async def test_who_withdrew_is_never_told_and_may_sign_up_again(store: Store, counter: Counter) -> None:
    shop = counter.shop
    await shop.subscribe_back_in_stock(SKU, "ann@example.com", key="k1")
    assert await shop.withdraw_back_in_stock(SKU.lower(), "ANN@example.com")
    assert not await shop.withdraw_back_in_stock(SKU, "ann@example.com")
    await counter.stock(1)
    assert await notify_back_in_stock(store, shop, store.clock) == 0
    await counter.stock(0)
    await shop.subscribe_back_in_stock(SKU, "ann@example.com", key="k2")
    await counter.stock(1)
    assert await notify_back_in_stock(store, shop, store.clock) == 1


async def test_a_sweep_takes_no_more_than_it_is_told_the_longest_waiting_first(store: Store, counter: Counter) -> None:
    clock = counter.shop.clock if isinstance(counter.shop, MemoryShop) else counter.shop._clock  # pyright: ignore[reportPrivateUsage]
    assert isinstance(clock, FrozenClock)
    for number in (1, 2, 3):
        clock.moment += timedelta(hours=1)
        await counter.shop.subscribe_back_in_stock(SKU, f"c{number}@example.com", key=f"k{number}")
    await counter.stock(1)
    assert await notify_back_in_stock(store, counter.shop, store.clock, most=2) == 2
    assert await told(store) == ["c1@example.com", "c2@example.com"]


async def test_an_address_with_a_letter_that_is_stuck_holds_up_no_other(store: Store, counter: Counter) -> None:
    for number in (1, 2):
        await counter.shop.subscribe_back_in_stock(SKU, f"c{number}@example.com", key=f"k{number}")
    await counter.stock(1)
    await notify_back_in_stock(store, counter.shop, store.clock)
    await write_events(store, "c1", "a1")
    sink = Taker(lambda event: ValueError() if event.body.get("email") == "c1@example.com" else None)
    assert (await deliver_due(store, sink)).delivered == 2


async def test_a_shop_that_keeps_no_list_has_nobody_to_tell(store: Store) -> None:
    class Small:
        """The six methods and no more would do; it is not asked anything."""

    assert await notify_back_in_stock(store, Small(), store.clock) == 0  # pyright: ignore[reportArgumentType]
