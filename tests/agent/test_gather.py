"""A case by the route ``gather`` is stored first; then read-only tools fill its file, within bounds, and nobody waits."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import select
from support.gathering import BROKEN, MINE, RULE, SIZES, Stuck, a_shop, an_agent, made, reading, the_case
from support.policies import Reading
from support.world import ANN, World

from warmline import EmbeddedModel
from warmline.agent import gather, look_ups
from warmline.agent.desk.desk import Case
from warmline.agent.outcome import HandedOff
from warmline.agent.store.rows import OUTBOX
from warmline.testing import MemoryShop, ScriptedModel, a_line, a_product, an_order, calls
from warmline.tools.model import Customer, Order, PolicyDocument, Product, ReturnCheck


async def test_the_latest_order_its_return_and_its_stock_are_looked_up(world: World) -> None:
    case = await the_case(an_agent(world, a_shop(world, MINE)))
    assert made(case.file.facts) == ["find_orders 1", "get_order W-20001", "check_return W-20001", "check_stock CREW-1"]
    assert {fact.status for fact in case.file.facts} == {"found"}
    assert {fact.at for fact in case.file.facts} == {world.clock.now()}
    assert json.loads(case.file.facts[1].result)["parcels"][0]["tracking_number"]
    assert json.loads(case.file.facts[2].result)["items"][0]["sku"] == "CREW-1"
    (opened, gathered) = case.events
    assert (opened.kind, gathered.kind, gathered.who, gathered.note) == ("opened", "gathered", "agent", "4 look-ups")


async def test_the_order_named_in_the_message_comes_before_the_latest(world: World) -> None:
    older = an_order(number="W-20000", customer_id="C-1", email="ann@example.com", lines=(a_line("CREW-2"),))
    text = "W-20000 came broken"
    agent = world.agent(
        model=EmbeddedModel(), guard=Reading(RULE, {text: {"return_start": 0.9}}), shop=a_shop(world, MINE, older)
    )
    case = await the_case(agent, text)
    assert made(case.file.facts) == ["get_order W-20000", "check_return W-20000", "check_stock CREW-2"]


async def test_the_customer_sees_nothing_of_it_and_the_host_is_told(world: World) -> None:
    agent = an_agent(world, a_shop(world, MINE))
    case = await the_case(agent)
    store = (await agent.parts()).store
    assert [one.author for one in await store.thread("c1")] == ["customer", "notice"]
    assert [line.author for line in case.file.transcript] == ["customer", "notice"]
    async with store.engine.connect() as connection:
        events = [(row.kind, json.loads(row.body)) for row in await connection.execute(select(OUTBOX).order_by(OUTBOX.c.id))]
    assert events[1:] == [("case_gathered", {"case_id": case.id, "facts": 4, "input_tokens": 0, "output_tokens": 0})]


async def test_the_acknowledgement_and_the_case_do_not_wait(world: World) -> None:
    shop = Stuck(customers=[ANN], orders=[MINE], clock=world.clock)
    agent = an_agent(world, shop)
    turn = await agent.reply("c1", BROKEN, customer="C-1")
    assert isinstance(turn, HandedOff)
    (case,) = await world.cases()
    assert case.file.facts == []
    shop.go.set()
    await agent.close()
    (case,) = await world.cases()
    assert made(case.file.facts)[:3] == ["find_orders 1", "get_order W-20001", "check_return W-20001"]


async def test_a_cancelled_gathering_leaves_the_case_without_facts(world: World) -> None:
    shop = Stuck(customers=[ANN], orders=[MINE], clock=world.clock)
    agent = an_agent(world, shop)
    await agent.reply("c1", BROKEN, customer="C-1")
    closing = asyncio.create_task(agent.close())
    await asyncio.sleep(0)
    closing.cancel()
    await asyncio.wait([closing])
    assert closing.cancelled()
    (case,) = await world.cases()
    assert (case.file.facts, case.reason) == ([], "high_value")


async def test_what_was_found_when_the_time_is_up_is_kept_and_noted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "SECONDS", 0.05)
    case = await the_case(an_agent(world, Stuck(customers=[ANN], orders=[MINE], clock=world.clock)))
    *found, last = case.file.facts
    assert [fact.status for fact in found] == ["found", "found"]
    assert (last.tool, last.status, last.result) == ("check_return", "failed", "broken off: the time was up")
    assert case.events[-1].note == "3 look-ups, 1 of them failed; stopped after 0.05 seconds"


async def test_one_look_up_that_hangs_does_not_stop_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look_ups, "LOOK_UP_SECONDS", 0.05)
    shop = Stuck(customers=[ANN], orders=[MINE], products=[a_product(variants=SIZES)], clock=world.clock)
    case = await the_case(an_agent(world, shop))
    assert [(fact.tool, fact.status) for fact in case.file.facts][2:] == [("check_return", "failed"), ("check_stock", "found")]


async def test_what_the_shop_cannot_answer_is_only_noted(world: World) -> None:
    case = await the_case(an_agent(world, Broken(customers=[ANN], orders=[MINE], clock=world.clock)))
    failed = [(fact.tool, fact.result) for fact in case.file.facts if fact.status == "failed"]
    assert failed[0] == ("check_return", "OSError: no route")
    assert failed[1][0] == "check_stock"
    assert case.status == "open"


class Broken(MemoryShop):
    """Cannot say what may go back."""

    async def check_return(self, number: str) -> ReturnCheck | None:
        raise OSError("no route")


async def test_there_are_six_look_ups_at_most(world: World) -> None:
    many = MINE.model_copy(update={"lines": tuple(a_line(f"CREW-{size}") for size in range(9))})
    case = await the_case(an_agent(world, a_shop(world, many)))
    assert len(case.file.facts) == look_ups.MOST == 6


async def test_a_customer_without_orders_gets_that_noted(world: World) -> None:
    case = await the_case(an_agent(world, a_shop(world)))
    assert made(case.file.facts) == ["find_orders 1"]


async def test_a_shop_without_returns_is_not_asked_about_them(world: World) -> None:
    agent = world.agent(model=EmbeddedModel(), guard=reading(), shop=Plain(a_shop(world, MINE)))
    case = await the_case(agent)
    assert made(case.file.facts) == ["find_orders 1", "get_order W-20001", "check_stock CREW-1"]


class Plain:
    """A shop with the six methods it must have."""

    def __init__(self, shop: MemoryShop) -> None:
        self.shop = shop

    async def get_customer(self, customer_id: str) -> Customer | None:
        return await self.shop.get_customer(customer_id)

    async def get_order(self, number: str) -> Order | None:
        return await self.shop.get_order(number)

    async def list_orders(self, customer_id: str) -> Sequence[Order]:
        return await self.shop.list_orders(customer_id)

    async def get_product(self, reference: str) -> Product | None:
        return await self.shop.get_product(reference)

    async def search_products(self, query: str, *, limit: int = 5) -> Sequence[Product]:
        return await self.shop.search_products(query, limit=limit)

    async def list_policies(self) -> Sequence[PolicyDocument]:
        return await self.shop.list_policies()


async def test_a_guest_who_proved_nothing_gets_nothing_looked_up(world: World) -> None:
    model = ScriptedModel([calls("check_stock", sku="CREW-1")])
    agent = world.agent(model=model, guard=reading(), shop=a_shop(world, MINE))
    case = await the_case(agent, customer=None)
    assert case.file.facts == []
    assert [event.kind for event in case.events] == ["opened"]
    assert model.requests == []


async def test_the_same_message_again_gathers_nothing_again(world: World) -> None:
    agent = an_agent(world, a_shop(world, MINE))
    first = await the_case(agent)
    assert (await the_case(agent)).file.facts == first.file.facts
    assert (await the_case(agent)).events == first.events


async def test_a_case_that_was_resolved_meanwhile_is_left_as_it_is(world: World) -> None:
    shop = Stuck(customers=[ANN], orders=[MINE], clock=world.clock)
    agent = an_agent(world, shop)
    turn = await agent.reply("c1", BROKEN, customer="C-1")
    assert isinstance(turn, HandedOff)
    desk = await agent.desk()
    await desk.claim(turn.case_id, by="mia")
    await desk.resolve(turn.case_id, by="mia")
    shop.go.set()
    await (await agent.parts()).background.finished()
    case = await desk.case(turn.case_id)
    assert [event.kind for event in case.events] == ["opened", "claimed", "resolved"]
    assert case.file.facts == []


async def test_a_store_that_fails_then_troubles_nobody(world: World, caplog: pytest.LogCaptureFixture) -> None:
    shop = Stuck(customers=[ANN], orders=[MINE], clock=world.clock)
    agent = an_agent(world, shop)
    await agent.reply("c1", BROKEN, customer="C-1")
    parts = await agent.parts()
    (world.folder / "warmline.db").rename(world.folder / "moved.db")
    (world.folder / "warmline.db").mkdir()
    await parts.store.rest()
    shop.go.set()
    await parts.background.finished()
    assert "what was to be done after a turn failed" in caplog.text


def test_after_a_sync_call_it_goes_on_and_is_finished_when_the_agent_is_closed(tmp_path: Path) -> None:
    world = World(folder=tmp_path)
    agent = an_agent(world, a_shop(world, MINE))
    turn = agent.reply_sync("c1", BROKEN, customer="C-1")
    assert isinstance(turn, HandedOff)
    agent.sync(agent.close)

    async def read() -> Case:
        async with an_agent(world, a_shop(world, MINE)) as other:
            return await (await other.desk()).case(turn.case_id)

    assert made(asyncio.run(read()).file.facts)[0] == "find_orders 1"
