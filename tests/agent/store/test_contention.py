"""Several workers and several people at once: one turn, one write, one holder; on every database there is."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from support.databases import postgresql_url, with_empty_tables
from support.world import ANN, NOON, OPEN

from warmline import SupportAgent
from warmline.agent.desk.desk import Case, Desk
from warmline.agent.desk.joining import joining
from warmline.agent.store.database import open_engine, transaction
from warmline.agent.store.leases import LEASE
from warmline.agent.store.prepared import Connection
from warmline.agent.store.rows import CASE, LEDGER, MESSAGE, OUTBOX, TURN
from warmline.agent.store.store import Busy, Closing, Opened, Store
from warmline.errors import DeskError, StoreError
from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, says
from warmline.tools.clock import FrozenClock


@pytest.fixture
async def other(store: Store, store_url: str) -> AsyncIterator[Store]:
    """Another worker's store on the same database."""
    other = await Store.open(store_url, clock=store.clock)
    yield other
    await other.close()


async def count(store: Store, table: object) -> int:
    async with transaction(store.engine, read_only=True) as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()  # pyright: ignore[reportArgumentType]


async def test_a_message_sent_to_two_workers_at_once_is_one_turn(store: Store, other: Store) -> None:
    for number in range(20):
        opened = await asyncio.gather(
            *(
                one.open_turn(f"c{number}", "m1", "hello", customer_id="C-1", lease=name)
                for one, name in ((store, "a"), (other, "b"))
            )
        )
        assert sorted(type(turn).__name__ for turn in opened) == ["Busy", "Opened"]
    assert (await count(store, TURN), await count(store, MESSAGE)) == (20, 20)


async def test_a_lapsed_lease_is_taken_by_one_of_those_who_ask(store: Store, other: Store) -> None:
    first = await store.open_turn("c1", "m1", "hello", customer_id=None, lease="dead")
    assert isinstance(first, Opened)
    assert isinstance(store.clock, FrozenClock)
    store.clock.moment = NOON + LEASE + timedelta(seconds=1)
    workers = [(store, "a"), (other, "b"), (store, "c"), (other, "d")]
    turns = await asyncio.gather(*(one.open_turn("c1", "m1", "hello", customer_id=None, lease=name) for one, name in workers))
    assert sum(isinstance(turn, Opened) for turn in turns) == 1
    assert sum(isinstance(turn, Busy) for turn in turns) == 3
    with pytest.raises(StoreError, match="taken over"):
        await store.close_turn(first, Closing(messages=[], state=None, outcome="{}"))


async def test_a_write_is_entered_by_one_of_those_who_try(store: Store, other: Store) -> None:
    turn = await store.open_turn("c1", "m1", "yes", customer_id=None)
    assert isinstance(turn, Opened)
    tries = [one.start_write(turn, key="k", tool="start_return", arguments="{}") for one in (store, other) for _ in range(5)]
    assert sum(entry.fresh for entry in await asyncio.gather(*tries)) == 1
    assert await count(store, LEDGER) == 1


async def test_the_same_message_to_two_agents_at_once_is_answered_once(store: Store, other: Store) -> None:
    shop = MemoryShop(customers=[ANN], orders=[OPEN], clock=store.clock)
    made = [
        SupportAgent(model=ScriptedModel([says("Hello.")]), shop=shop, store=one.engine, guard=FixedGuard(), clock=store.clock)
        for one in (store, other)
    ]
    turns = await asyncio.gather(*(agent.reply("c1", "hi", message_id="m1", customer="C-1") for agent in made))
    assert [turn.text for turn in turns] == ["Hello.", "Hello."]
    assert [said.text for said in await store.thread("c1")] == ["hi", "Hello."]
    for agent in made:
        await agent.close()


async def a_case(store: Store) -> str:
    shop = MemoryShop(customers=[ANN], orders=[OPEN], clock=store.clock)
    agent = SupportAgent(model=ScriptedModel([]), shop=shop, store=store.engine, guard=FixedGuard("emotional"), clock=store.clock)
    await agent.reply("c1", "It broke my heart.", message_id="m1", customer="C-1")
    await agent.close()
    (case,) = await Desk(store).cases()
    return case.id


async def test_a_case_is_claimed_by_one_of_the_people_who_try(store: Store, other: Store) -> None:
    case_id = await a_case(store)
    people = [f"person {number}" for number in range(8)]
    tries = [Desk((store, other)[number % 2]).claim(case_id, by=name) for number, name in enumerate(people)]
    ended = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, DeskError) for one in ended) == 7
    case = await Desk(other).case(case_id)
    assert [event.kind for event in case.events].count("claimed") == 1
    assert case.assignee in people


async def test_a_message_on_its_way_into_a_case_and_its_resolution_do_not_block_each_other(store: Store, other: Store) -> None:
    case_id = await a_case(store)
    await Desk(other).claim(case_id, by="ana")
    turn = await store.open_turn("c1", "m2", "are you there?", customer_id="C-1")
    assert isinstance(turn, Opened)
    resolving: list[asyncio.Task[Case]] = []

    async def join_while_it_is_resolved(connection: Connection) -> None:
        resolving.append(asyncio.create_task(Desk(other).resolve(case_id, by="ana")))
        await asyncio.sleep(0.2)
        await joining(case_id, "are you there?", None, NOON)(connection)

    await store.close_turn(turn, Closing(messages=[], state=None, outcome="{}", within=join_while_it_is_resolved))
    assert (await resolving[0]).status == "resolved"
    assert [event.kind for event in (await Desk(store).case(case_id)).events][-2:] == ["customer_wrote", "resolved"]


async def test_a_hand_off_sent_twice_at_once_is_one_case_with_one_event(store: Store, other: Store) -> None:
    shop = MemoryShop(customers=[ANN], orders=[OPEN], clock=store.clock)
    made = [
        SupportAgent(model=ScriptedModel([]), shop=shop, store=one.engine, guard=FixedGuard("emotional"), clock=store.clock)
        for one in (store, other)
    ]
    await asyncio.gather(*(agent.reply("c1", "It broke my heart.", message_id="m1", customer="C-1") for agent in made))
    assert (await count(store, CASE), await count(store, OUTBOX)) == (1, 1)
    for agent in made:
        await agent.close()


async def test_a_postgresql_that_dropped_its_connections_costs_nobody_a_turn() -> None:
    url = postgresql_url()
    await with_empty_tables(url)
    store = await Store.open(url, clock=FrozenClock(NOON))
    engine, _ = open_engine(url)
    async with transaction(engine) as connection:
        await connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    assert isinstance(await store.open_turn("c1", "m1", "hello", customer_id=None), Opened)
    await engine.dispose()
    await store.close()


async def test_a_worker_that_stands_still_in_a_transaction_holds_nobody_up_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warmline.agent.store.database.STALLED_SECONDS", 0.2)
    url = postgresql_url()
    await with_empty_tables(url)
    suspended, other = [await Store.open(url, clock=FrozenClock(NOON)) for _ in range(2)]
    turn = await suspended.open_turn("c1", "m1", "hello", customer_id=None)
    assert isinstance(turn, Opened)

    async def stands_still(connection: Connection) -> None:
        async with asyncio.timeout(20):
            assert isinstance(await other.open_turn("c1", "m2", "still there?", customer_id=None), Busy)
        await connection.execute(select(TURN))

    with pytest.raises(StoreError, match="nothing was stored"):
        await suspended.close_turn(turn, Closing(messages=[], state=None, outcome="{}", within=stands_still))
    assert [message for message, _ in await other.interrupted("c1")] == ["m1", "m2"]
    for store in (suspended, other):
        await store.close()


async def test_a_postgresql_that_does_not_answer_says_what_to_do(unused_tcp_port: int) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError, match="nothing answers there; start PostgreSQL"):
        await Store.open(f"postgresql+psycopg://warm@127.0.0.1:{unused_tcp_port}/x", clock=FrozenClock(NOON))


@pytest.fixture
def unused_tcp_port() -> int:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
