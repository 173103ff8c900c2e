"""Who was erased is not asked how it was."""

from datetime import timedelta

import pytest
from support.cases import a_case, later
from support.world import World

from warmline.agent.desk.chores import ask_satisfaction
from warmline.agent.desk.desk import Desk
from warmline.agent.desk.satisfaction import Occasion, ask
from warmline.agent.store.belongings import Whose
from warmline.agent.store.database import transaction
from warmline.agent.store.erasure import erase
from warmline.agent.store.store import Store
from warmline.testing import FixedGuard, says

QUIET = timedelta(minutes=11)


@pytest.mark.parametrize("customer", ["C-1", None], ids=["customer", "guest"])
async def test_an_erasure_that_closes_a_case_asks_nobody(store: Store, customer: str | None) -> None:
    case_id = await a_case(store, "c1", customer_id=customer)
    await erase(store, Whose(conversation_id="c1"), by="dpo")
    later(store, seconds=QUIET.total_seconds())
    assert await ask_satisfaction(Desk(store)) == 0
    assert await store.thread("c1") == []
    chosen_before = Occasion(
        key=f"case:{case_id}", conversation_id="c1", case_id=case_id, route="human", reason="emotional", queue="care"
    )
    async with transaction(store.engine) as connection:
        assert not await ask(connection, chosen_before, store.clock.now())


async def test_neither_is_asked_whom_the_agent_served(world: World) -> None:
    agent = world.agent(says("It is on its way."), says("It is on its way."), guard=FixedGuard("order_status"))
    for thread, customer in (("c1", "C-1"), ("c2", None)):
        await agent.reply(thread, "where is my parcel", "m1", customer=customer)
    store = (await agent.parts()).store
    await erase(store, Whose(conversation_id="c1"), by="dpo")
    world.clock.moment += QUIET
    assert await ask_satisfaction(await agent.desk()) == 1
    assert await store.thread("c1") == []
