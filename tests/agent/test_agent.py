"""The agent as a host builds it: what it is given, what it opens itself, and what it leaves open."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import create_async_engine
from support.world import NOON, World

from warmline import HandedOff, Replied, SupportAgent
from warmline.agent.guard.policy import Policy
from warmline.agent.store.store import Store
from warmline.errors import DeskError, SettingsError
from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, says
from warmline.tools.clock import FrozenClock

POLICY = """
version: 1
queues: {unsure: {queue: care}}
rules:
  - {id: nobody, when: "true", route: human, reason: unsure, always: true}
"""


async def test_with_nothing_but_a_shop_it_serves_from_memory_with_the_embedded_model() -> None:
    async with SupportAgent(shop=MemoryShop()) as agent:
        turn = await agent.reply("c1", "Hello!")
    assert isinstance(turn, Replied)
    assert turn.text


async def test_a_policy_may_be_a_file_or_a_policy(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY)
    for policy in (file, str(file), Policy.load(file)):
        async with SupportAgent(shop=MemoryShop(), policy=policy) as agent:
            assert isinstance(await agent.reply("c1", "Hello!"), HandedOff)


async def test_a_policy_that_cannot_be_used_is_said_before_anything_is_stored(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("version: 1")
    with pytest.raises(SettingsError):
        await SupportAgent(shop=MemoryShop(), policy=tmp_path / "policy.yaml").reply("c1", "Hello!")


async def test_a_hosts_engine_and_store_stay_open(world: World) -> None:
    engine = create_async_engine(f"sqlite+aiosqlite:///{world.folder / 'host.db'}")
    store = await Store.open(engine, clock=world.clock)
    for own in (engine, store):
        agent = SupportAgent(
            shop=world.shop, model=ScriptedModel([says("Hello!")]), store=own, guard=FixedGuard(), clock=world.clock
        )
        await agent.reply(f"c-{type(own).__name__}", "hi")
        await agent.close()
    assert len(await store.thread("c-Store")) == 2
    await engine.dispose()


async def test_a_case_is_claimed_by_one_with_a_hosts_plain_engine_too(world: World) -> None:
    engine = create_async_engine(f"sqlite+aiosqlite:///{world.folder / 'host.db'}")
    agent = SupportAgent(shop=world.shop, model=ScriptedModel([]), store=engine, guard=FixedGuard("angry"), clock=world.clock)
    opened = await agent.reply("c1", "This is a disgrace")
    assert isinstance(opened, HandedOff)
    desk = await agent.desk()
    claims = await asyncio.gather(
        *(desk.claim(opened.case_id, by=name) for name in ("ana", "ben", "cyd")), return_exceptions=True
    )
    assert sum(isinstance(claim, DeskError) for claim in claims) == 2
    await agent.close()
    await engine.dispose()


def test_calls_from_many_threads_take_their_turns(tmp_path: Path) -> None:
    agent = SupportAgent(
        shop=MemoryShop(),
        model=ScriptedModel([says("Hi.")] * 8),
        store=tmp_path / "w.db",
        guard=FixedGuard(),
        clock=FrozenClock(NOON),
    )
    with ThreadPoolExecutor(4) as pool:
        turns = [pool.submit(agent.reply_sync, f"c{number}", "hello") for number in range(8)]
    assert [turn.result().text for turn in turns] == ["Hi."] * 8
    asyncio.run(agent.close())
