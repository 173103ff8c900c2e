"""What a process that died left undone for a case, a worker does: once, and only where the policy wants it."""

import asyncio
from datetime import timedelta

import pytest
from support.gathering import BROKEN, MINE, Stuck, a_shop, an_agent, made
from support.world import ANN, World

from warmline import HandedOff, SupportAgent
from warmline.agent.desk.unfinished import LEFT_ALONE
from warmline.agent.enriching import enrich_cases
from warmline.testing import FixedGuard


async def left_undone(world: World) -> HandedOff:
    """A case whose process died while it looked things up."""
    agent = an_agent(world, Stuck(customers=[ANN], orders=[MINE], clock=world.clock))
    turn = await agent.reply("c1", BROKEN, "m1", customer="C-1")
    assert isinstance(turn, HandedOff)
    closing = asyncio.create_task(agent.close())
    await asyncio.sleep(0)
    closing.cancel()
    await asyncio.wait([closing])
    return turn


async def enriched(agent: SupportAgent) -> int:
    return await enrich_cases(await agent.parts())


async def test_what_was_to_be_looked_up_is_looked_up_by_a_worker_once(world: World) -> None:
    turn = await left_undone(world)
    worker = an_agent(world, a_shop(world, MINE))
    assert await enriched(worker) == 0
    world.clock.moment += LEFT_ALONE
    assert await enriched(worker) == 1
    case = await (await worker.desk()).case(turn.case_id)
    assert made(case.file.facts) == ["find_orders 1", "get_order W-20001", "check_return W-20001", "check_stock CREW-1"]
    assert [event.kind for event in case.events] == ["opened", "enriching", "gathered"]
    assert await enriched(worker) == 0


async def test_two_workers_do_it_once(world: World) -> None:
    turn = await left_undone(world)
    world.clock.moment += LEFT_ALONE
    workers = [an_agent(world, a_shop(world, MINE)) for _ in range(3)]
    assert sum(await asyncio.gather(*map(enriched, workers))) == 1
    case = await (await workers[0].desk()).case(turn.case_id)
    assert [event.kind for event in case.events] == ["opened", "enriching", "gathered"]


async def test_a_case_that_is_complete_is_left_alone(world: World) -> None:
    agent = an_agent(world, a_shop(world, MINE))
    await agent.reply("c1", BROKEN, "m1", customer="C-1")
    await (await agent.parts()).background.finished()
    world.clock.moment += LEFT_ALONE
    assert await enriched(agent) == 0


async def test_a_case_somebody_closed_is_left_alone(world: World) -> None:
    turn = await left_undone(world)
    world.clock.moment += LEFT_ALONE
    worker = an_agent(world, a_shop(world, MINE))
    desk = await worker.desk()
    await desk.claim(turn.case_id, by="ana")
    await desk.resolve(turn.case_id, by="ana")
    assert await enriched(worker) == 0


async def test_what_nobody_completed_within_a_day_stays_as_it_is(world: World) -> None:
    await left_undone(world)
    world.clock.moment += timedelta(days=1)
    assert await enriched(an_agent(world, a_shop(world, MINE))) == 0


async def test_a_policy_that_wants_nothing_has_nothing_done(world: World) -> None:
    await left_undone(world)
    world.clock.moment += LEFT_ALONE
    assert await enriched(world.agent(guard=FixedGuard("emotional"))) == 0


async def test_cases_that_lack_nothing_keep_none_from_being_completed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warmline.agent.enriching.MOST", 1)
    for number in range(3):
        await world.agent(guard=FixedGuard("emotional")).reply(f"old{number}", "It broke my heart.", customer="C-1")
    await left_undone(world)
    world.clock.moment += LEFT_ALONE
    assert await enriched(an_agent(world, a_shop(world, MINE))) == 1
