"""Erasing a person: the shop's notes of their writes first, then the store; all of it or nothing."""

from collections.abc import Collection
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from support.world import ANN, OPEN

from warmline import SupportAgent
from warmline.agent.erasing import erase_everywhere
from warmline.agent.store.belongings import Whose
from warmline.agent.store.database import transaction
from warmline.agent.store.elsewhere import Elsewhere, elsewhere
from warmline.agent.store.rows import CONVERSATION
from warmline.agent.store.store import Store
from warmline.errors import ShopError, ShopUnavailable, StoreError, UsageError
from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, calls, says

ANNS = Whose(customer_id="C-1")


class Noting(MemoryShop):
    """Keeps notes of writes in its own system."""

    erased: frozenset[str] | set[str] = frozenset()
    down = False

    async def erase_notes(self, keys: Collection[str]) -> int:
        if self.down:
            raise ShopUnavailable("Shopify: down")
        self.erased = set(keys)
        return len(keys)

    async def forget_notes(self, before: datetime) -> int:
        return 0


async def a_shop_with_a_write(store: Store) -> Noting:
    shop = Noting(customers=[ANN], orders=[OPEN], clock=store.clock)
    script = [calls("get_order", order_number="W-10001"), calls("cancel_unshipped_order", order_number="W-10001"), says("Done.")]
    agent = SupportAgent(model=ScriptedModel(script), shop=shop, store=store.engine, guard=FixedGuard(), clock=store.clock)
    await agent.reply("c1", "Please cancel W-10001", customer="C-1")
    await agent.reply("c1", "yes", customer="C-1")
    await agent.close()
    return shop


async def test_the_shop_is_told_the_keys_of_all_their_writes_and_then_nothing_is_left(store: Store) -> None:
    shop = await a_shop_with_a_write(store)
    keys = (await elsewhere(store, ANNS)).keys
    assert keys == set(shop.receipts)
    await erase_everywhere(store, shop, ANNS, by="dpo")
    assert shop.erased == keys
    with pytest.raises(UsageError, match="nothing is stored"):
        await elsewhere(store, ANNS)


async def test_nothing_is_erased_while_the_shop_keeps_what_it_has(store: Store) -> None:
    shop = await a_shop_with_a_write(store)
    shop.down = True
    with pytest.raises(ShopError, match="nothing was erased here"):
        await erase_everywhere(store, shop, ANNS, by="dpo")
    assert (await elsewhere(store, ANNS)).keys


async def test_nothing_is_erased_anywhere_while_a_message_of_theirs_is_answered(store: Store) -> None:
    shop = await a_shop_with_a_write(store)
    forgot: list[Elsewhere] = []

    async def forget(known: Elsewhere) -> None:
        forgot.append(known)

    held = {"lease_owner": "w2", "lease_until": store.clock.now() + timedelta(seconds=60)}
    async with transaction(store.engine) as connection:
        await connection.execute(update(CONVERSATION).values(held))
    with pytest.raises(StoreError, match="is being answered; nothing was erased"):
        await erase_everywhere(store, shop, ANNS, by="dpo", forget=forget)
    assert (shop.erased, forgot) == (set(), [])
    async with transaction(store.engine) as connection:
        await connection.execute(update(CONVERSATION).values(lease_owner=None, lease_until=None))
    keys = (await elsewhere(store, ANNS)).keys
    await erase_everywhere(store, shop, ANNS, by="dpo", forget=forget)
    assert (shop.erased, [one.keys for one in forgot]) == (keys, [keys])


async def test_what_adapters_keep_stays_while_the_shop_fails_and_the_store_while_they_do(store: Store) -> None:
    shop = await a_shop_with_a_write(store)
    keys = (await elsewhere(store, ANNS)).keys
    asked: list[Elsewhere] = []

    async def forget(known: Elsewhere) -> None:
        asked.append(known)
        raise ShopUnavailable("the register is down")

    shop.down = True
    with pytest.raises(ShopError, match="nothing was erased here"):
        await erase_everywhere(store, shop, ANNS, by="dpo", forget=forget)
    assert asked == []
    shop.down = False
    with pytest.raises(ShopUnavailable, match="register"):
        await erase_everywhere(store, shop, ANNS, by="dpo", forget=forget)
    assert (shop.erased, (await elsewhere(store, ANNS)).keys) == (keys, keys)


async def test_a_shop_without_notes_is_not_asked(store: Store) -> None:
    await a_shop_with_a_write(store)
    done = await erase_everywhere(store, MemoryShop(), ANNS, by="dpo")
    assert done.conversations == 1
