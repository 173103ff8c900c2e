"""What the turn, the desk and the tallies ask finds its rows by an index: no query reads a whole table that grows."""

import re
from datetime import timedelta
from typing import Any

import pytest
from support.cases import a_case, later
from support.events import Taker, write_events
from support.helpdesk import a_shop_with_zendesk
from support.plans import listening, plan, whole_tables
from support.world import ANN, OPEN

from warmline import SupportAgent
from warmline.agent.desk.chores import ask_satisfaction, lapse_claims, watch_service_levels
from warmline.agent.desk.desk import Desk
from warmline.agent.desk.outside.links import linked
from warmline.agent.desk.terms import Person, Terms
from warmline.agent.outbox.back_in_stock import notify_back_in_stock
from warmline.agent.outbox.delivery import deliver_due
from warmline.agent.outbox.letters import counts, dead_letters, drop, letter, replay, waiting_letters
from warmline.agent.store.belongings import Whose, export
from warmline.agent.store.database import apart, transaction_apart
from warmline.agent.store.erasure import erase
from warmline.agent.store.store import Store
from warmline.agent.store.tables import METADATA
from warmline.agent.store.tallies import Tallies
from warmline.agent.store.waiting import accept, take_up, waiting
from warmline.errors import DeliveryError, Undeliverable
from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, calls, says
from warmline.tools.shop import StockAlert

ASKS_US = re.compile(r"warmline_(?!version)")


@pytest.fixture
def store(store: Store) -> Store:
    """A store whose every statement SQLAlchemy runs, and tells of."""
    return Store(apart(store.engine), store.clock)


async def serve(store: Store) -> None:
    """A return that is asked for and agreed to, a guest's wrong guess, a case from its opening to its end."""
    shop = MemoryShop(customers=[ANN], orders=[OPEN], clock=store.clock)
    script = [calls("cancel_unshipped_order", order_number="W-10001"), says("It is cancelled.")]
    script += [calls("get_order", order_number="W-10001", email="x@example.com"), says("I cannot find it.")]
    agent = SupportAgent(model=ScriptedModel(script), shop=shop, store=store.engine, guard=FixedGuard(), clock=store.clock)
    await agent.reply("c1", "Please cancel W-10001", customer="C-1")
    await agent.reply("c1", "yes", customer="C-1")
    await agent.reply("c2", "Where is W-10001? x@example.com")
    await agent.close()
    agent = SupportAgent(model=ScriptedModel([]), shop=shop, store=store.engine, guard=FixedGuard("emotional"), clock=store.clock)
    await agent.reply("c3", "It broke my heart.", customer="C-1")
    await agent.reply("c3", "Are you there?", customer="C-1")
    await agent.close()


async def at_the_desk(store: Store) -> None:
    desk = Desk(store, Terms(people={"ben": Person(frozenset({"care", "vip"}))}))
    (case,) = await desk.cases()
    await desk.cases(queue=case.queue, after=case.id)
    await desk.cases(queue=case.queue, include_resolved=True)
    await desk.cases(include_resolved=True, after=case.id, limit=500)
    await desk.cases(assignee="ana", overdue=True)
    await desk.related(case.id)
    await desk.claim_next(by="ben", queue="vip")
    await desk.claim(case.id, by="ana")
    await desk.note(case.id, "at the carrier's", by="ana")
    await desk.reply(case.id, "It leaves today.", by="ana")
    await desk.wait_for_customer(case.id, by="ana")
    await desk.release(case.id, by="ana")
    await desk.claim_next(by="ben")
    await desk.reassign(case.id, to="ana", by="ben")
    await desk.resolve(case.id, by="ana")
    await desk.reopen(case.id, by="ana")
    await desk.claim(case.id, by="ana")
    await desk.stats()
    later(store, days=1)
    await lapse_claims(desk)
    await watch_service_levels(desk)
    other = await a_case(store, "c9", customer_id="C-1", message_id="m9")
    await desk.merge(other, into=case.id, by="ana")
    await desk.thread(case.id)
    await desk.claim(case.id, by="ana")
    await desk.reply(case.id, "All of it.", by="ana")
    await desk.hand_back(case.id, by="ana", instruction="go on")
    await desk.reopen(case.id, by="ana")
    await desk.claim(case.id, by="ana")
    await desk.resolve(case.id, by="ana")
    later(store, hours=1)
    assert await ask_satisfaction(desk) == 1


async def count(store: Store) -> None:
    tallies = Tallies(store.engine, store.clock, most_guesses=3)
    await tallies.note("W-1", "x@example.com")
    await tallies.exhausted("W-1", "x@example.com")
    await tallies.writes("C-1")
    await tallies.writes(None, ["x@example.com"])


async def read(store: Store) -> None:
    await store.thread("c1")
    await store.writes("c1")
    await store.interrupted("c1")
    await store.find("c1")
    await store.find(customer_id="C-1")
    await export(store, Whose(customer_id="C-1"))
    await erase(store, Whose(conversation_id="c2"), by="ana")


async def deliver(store: Store) -> None:
    """Events that are taken, come again, and are given up, replayed and dropped; somebody who waited for stock."""
    await write_events(store, "c1", "a1", "a2")
    await write_events(store, "c2", "b1")
    refused = {"a1": DeliveryError("down"), "b1": Undeliverable("gone")}
    await deliver_due(store, Taker(lambda event: refused.get(event.key)))
    await counts(store)
    await waiting_letters(store)
    await dead_letters(store)
    await letter(store, "b1")
    await replay(store, by="ana")
    await deliver_due(store, Taker(lambda _: Undeliverable("gone")), at_once=1)
    await replay(store, "b1", by="ana")
    await deliver_due(store, Taker(lambda _: Undeliverable("gone")), at_once=1)
    await drop(store, "b1", by="ana")
    shop = MemoryShop(customers=[ANN], orders=[OPEN], clock=store.clock)
    shop.records.waiting["CREW-NVY-M", "ann@example.com"] = StockAlert(
        key="k", sku="CREW-NVY-M", email="ann@example.com", since=store.clock.now()
    )
    assert await notify_back_in_stock(store, shop, store.clock) == 1


async def take_in(store: Store) -> None:
    await accept(store, "c8", "m1", "Where is it?", customer_id="C-1")
    await waiting(store, most=10)
    await take_up(store, "c8", "m1")


async def outside(store: Store) -> None:
    """A case that becomes a ticket, an answer there, what lags behind."""
    async with a_shop_with_zendesk(store) as both:
        case_id = await both.a_case()
        number, _ = both.fake.ticket(case_id)
        both.fake.writes(number, "It lapses.", status="solved")
        later(store, minutes=2)
        assert await both.outside.poll() == 2
        assert await both.outside.catch_up() == 0
        now = store.clock.now()
        await linked(store, both.outside.helpdesk.key, after=now - timedelta(hours=1), before=now, most=1)


@pytest.mark.parametrize("part", [serve, at_the_desk, count, read, deliver, take_in, outside], ids=lambda part: part.__name__)
async def test_every_query_finds_its_rows_by_an_index(store: Store, part: Any) -> None:
    if part in (at_the_desk, read):
        await serve(store)
    with listening(store) as asked:
        await part(store)
    assert asked
    async with transaction_apart(store.engine, read_only=True) as connection:
        plans = {one: await connection.run_sync(plan, one, values) for one, values in asked.items() if ASKS_US.search(one)}
    assert {one: how for one, how in plans.items() if whole_tables(how)} == {}


def test_a_whole_table_would_be_seen() -> None:
    assert whole_tables("SCAN warmline_turn") == ["warmline_turn"]
    assert whole_tables("SCAN warmline_case USING INDEX warmline_case_one_open") == ["warmline_case"]
    assert whole_tables("SCAN warmline_case USING INDEX warmline_case_waiting") == []
    assert whole_tables("SEARCH warmline_turn USING INDEX x (a=?)") == []
    assert whole_tables("  ->  Seq Scan on warmline_case  (cost=1)") == ["warmline_case"]


async def test_what_refers_to_a_row_is_found_by_an_index_when_that_row_is_deleted(store: Store) -> None:
    referring = [(key.parent.table.name, key.parent.name) for table in METADATA.tables.values() for key in table.foreign_keys]
    assert ("warmline_ledger", "turn_id") in referring
    async with transaction_apart(store.engine, read_only=True) as connection:
        for table, column in referring:
            nobody = "0" if column == "turn_id" else "'0'"
            asks = f"SELECT 1 FROM {table} WHERE {column} = {nobody}"  # noqa: S608 (what the database's own check asks is not explained)
            assert whole_tables(await connection.run_sync(plan, asks, ())) == [], (table, column)


async def test_the_waiting_cases_come_in_order_from_their_index(store: Store) -> None:
    with listening(store) as asked:
        await Desk(store).cases()
        await Desk(store).cases(queue="care")
    (first, its), (second, theirs) = asked.items()
    async with store.engine.connect() as connection:
        plans = [await connection.run_sync(plan, first, its)]
        if (
            connection.dialect.name == "postgresql"
        ):  # of so few cases it would read all that wait; taken back with the transaction
            await connection.exec_driver_sql("DROP INDEX warmline_case_waiting, warmline_case_all")
        plans.append(await connection.run_sync(plan, second, theirs))
    assert re.search("warmline_case_(waiting|all)", plans[0])
    assert "warmline_case_in_queue" in plans[1]
    assert not any("TEMP B-TREE" in how or "Sort" in how for how in plans)
