"""What is old enough is deleted whole; what somebody may still need stays whole."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from support.world import ANN, NOON, OPEN

from warmline import HandedOff, SupportAgent
from warmline.agent.desk.desk import Desk
from warmline.agent.store.database import transaction
from warmline.agent.store.outbox import event_row
from warmline.agent.store.retention import LEAST, forget_old, old
from warmline.agent.store.rows import OUTBOX
from warmline.agent.store.store import Opened, Store
from warmline.agent.store.tables import METADATA
from warmline.errors import UsageError
from warmline.testing import Entry, FixedGuard, MemoryShop, ScriptedModel, calls, says
from warmline.tools.clock import FrozenClock

YEAR = timedelta(days=365)
LATER = YEAR + timedelta(days=1)


async def rows(store: Store) -> dict[str, int]:
    """How many rows each table has, those that are empty left out."""
    async with transaction(store.engine, read_only=True) as connection:
        counted = {
            name: (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            for name, table in METADATA.tables.items()
        }
    return {name: number for name, number in counted.items() if number}


async def talk(store: Store, name: str, *lines: str, script: tuple[Entry, ...] = (), reason: str = "order_status") -> object:
    shop = MemoryShop(customers=[ANN], orders=[OPEN], clock=store.clock)
    agent = SupportAgent(model=ScriptedModel(script), shop=shop, store=store.engine, guard=FixedGuard(reason), clock=store.clock)
    turn: object = None
    for line in lines:
        turn = await agent.reply(name, line, customer="C-1")
    await agent.close()
    return turn


def pass_time(store: Store, time: timedelta) -> None:
    assert isinstance(store.clock, FrozenClock)
    store.clock.moment += time


async def delivered(store: Store) -> None:
    async with transaction(store.engine) as connection:
        await connection.execute(OUTBOX.update().values(delivered_at=store.clock.now()))


async def resolved_case(store: Store) -> None:
    turn = await talk(store, "c1", "It broke my heart.", reason="emotional")
    assert isinstance(turn, HandedOff)
    desk = Desk(store)
    await desk.claim(turn.case_id, by="anna")
    await desk.reply(turn.case_id, "I am sorry.", by="anna")
    await desk.resolve(turn.case_id, by="anna")
    await delivered(store)


async def test_what_nobody_touched_for_so_long_goes_with_all_that_is_in_it(store: Store) -> None:
    script = (calls("cancel_unshipped_order", order_number="W-10001"), says("It is cancelled."))
    await talk(store, "c0", "Please cancel W-10001", "yes", script=script)
    await resolved_case(store)
    assert await forget_old(store, older_than=YEAR) == 0
    pass_time(store, LATER)
    assert await old(store, older_than=YEAR) == 2
    assert await forget_old(store, older_than=YEAR) == 2
    assert await rows(store) == {}


async def open_case(store: Store) -> None:
    await talk(store, "c1", "It broke my heart.", reason="emotional")
    await delivered(store)


async def unanswered(store: Store) -> None:
    assert isinstance(await store.open_turn("c1", "m1", "hello", customer_id=None, lease="dead"), Opened)


async def undelivered(store: Store) -> None:
    await resolved_case(store)
    async with transaction(store.engine) as connection:
        await connection.execute(OUTBOX.update().values(delivered_at=None))


@pytest.mark.parametrize("left", [open_case, unanswered, undelivered])
async def test_what_waits_for_somebody_stays_whole(store: Store, left: Callable[[Store], Awaitable[None]]) -> None:
    await left(store)
    before = await rows(store)
    pass_time(store, LATER)
    assert await forget_old(store, older_than=YEAR) == 0
    assert await rows(store) == before


async def test_a_conversation_that_went_on_stays(store: Store) -> None:
    await talk(store, "c1", "Where is it?", script=(says("It leaves today."),))
    pass_time(store, LATER)
    await talk(store, "c1", "And now?", script=(says("It left."),))
    assert await forget_old(store, older_than=YEAR) == 0
    assert [said.text for said in await store.thread("c1")] == ["Where is it?", "It leaves today.", "And now?", "It left."]


async def test_delivered_events_of_no_conversation_go_by_their_own_age(store: Store) -> None:
    async with transaction(store.engine) as connection:
        for name in ("old", "new", "waiting"):
            await connection.execute(OUTBOX.insert().values(event_row(name, "back_in_stock", {}, NOON, key=name)))
        await connection.execute(OUTBOX.update().where(OUTBOX.c.key == "old").values(delivered_at=NOON))
    pass_time(store, LATER)
    async with transaction(store.engine) as connection:
        await connection.execute(OUTBOX.update().where(OUTBOX.c.key == "new").values(delivered_at=store.clock.now()))
    await forget_old(store, older_than=YEAR)
    async with transaction(store.engine, read_only=True) as connection:
        left = (await connection.execute(select(OUTBOX.c.key).order_by(OUTBOX.c.key))).scalars().all()
    assert left == ["new", "waiting"]


async def test_many_go_in_batches(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warmline.agent.store.retention.BATCH", 2)
    for number in range(5):
        await talk(store, f"c{number}", "Where is it?", script=(says("It leaves today."),))
    pass_time(store, LATER)
    assert await forget_old(store, older_than=YEAR) == 5


async def test_less_than_a_month_is_refused(store: Store) -> None:
    with pytest.raises(UsageError, match="are kept 30 days at least, got 29"):
        await forget_old(store, older_than=LEAST - timedelta(seconds=1))
