"""A store on PostgreSQL in several event loops at once, with more turns than its pool has connections."""

import asyncio
from collections.abc import Callable
from functools import partial

import pytest
from support.databases import postgresql_url, with_empty_tables
from support.loops import in_threads, looped

from warmline import Replied, SupportAgent
from warmline.agent.models.base import ModelAnswer, ModelRequest
from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, says

MANY = 30


class Slow(ScriptedModel):
    async def answer(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelAnswer:
        await asyncio.sleep(0.01)
        return await super().answer(request, on_text=on_text)


@pytest.fixture
def agent() -> SupportAgent:
    url = postgresql_url()
    asyncio.run(with_empty_tables(url))
    model = Slow([says("Hi.")] * 4 * MANY)
    return SupportAgent(shop=MemoryShop(), model=model, store=url, guard=FixedGuard())


def test_an_agent_serves_a_loop_and_many_threads_at_the_same_time(agent: SupportAgent) -> None:
    turns: list[object] = []

    async def awaited() -> None:
        turns.extend(await asyncio.gather(*(agent.reply(f"a{number}", "hello", "m") for number in range(2 * MANY))))

    def called(number: int) -> None:
        turns.extend(agent.reply_sync(f"b{number}-{turn}", "hello", "m") for turn in range(2))

    in_threads(looped(awaited), *(partial(called, number) for number in range(MANY)))
    assert [type(turn) for turn in turns] == [Replied] * 4 * MANY
    agent.sync(agent.close)


def test_one_loop_after_the_other_though_in_each_some_waited_for_a_connection(agent: SupportAgent) -> None:
    async def many(loop: str) -> None:
        turns = await asyncio.gather(*(agent.reply(f"{loop}{number}", "hello", "m") for number in range(MANY)))
        assert [type(turn) for turn in turns] == [Replied] * MANY

    for loop in "ab":
        asyncio.run(many(loop))
    asyncio.run(agent.close())
