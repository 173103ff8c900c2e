"""What a host's own agent is given: its rows are compared from the start, its tools and tables may be named, a slow shop is waited for as it says."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import BaseModel
from support.eval_suites import a_case, a_suite, check

from warmline import SupportAgent
from warmline.errors import UsageError
from warmline.evals.errors import SuiteError
from warmline.evals.running.trial import Troupe, run_trial
from warmline.evals.worlds.world import World, usual_agent
from warmline.testing import MemoryShop
from warmline.tools.memoryshop import MemoryShop as BareShop
from warmline.tools.tool import Arguments, Tool, ToolContext

HEAD = "suite: tried\nschema: 1\ntools: {look: read}\ntables: [cards]"
CASE = """
- id: a
  script: [{call: {name: look, args: {card: A}}}, {say: There it is.}]
  say: What is left on my gift card?
  expect: {route: {to: bot}, tools: {calls: [{name: look, args: {card: A}}]}, state: STATE}
"""


class Cards(BareShop):
    """A shop with something of its own, which looking changes."""

    left = 1

    async def spend(self) -> int:
        self.left -= 1
        return self.left


class Look(Arguments):
    card: str


class Left(BaseModel):
    left: int


async def look(context: ToolContext, arguments: Look) -> Left:
    assert arguments.card == "A"
    return Left(left=await context.shop.spend())  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]


LOOK = Tool(name="look", description="Look.", effect="read", arguments=Look, run=look)


def make_agent(world: World) -> SupportAgent:
    shop = Cards(customers=[], products=[], orders=[], policies=[], clock=world.clock)

    async def rows() -> dict[str, dict[str, dict[str, int]]]:
        return {"cards": {"A": {"left": shop.left}}}

    world.watch(rows)
    return SupportAgent(
        shop=shop, tools=[LOOK], model=world.model, store=world.store, guard=world.guard, clock=world.clock, limits=world.limits
    )


async def test_the_hosts_rows_are_compared_with_how_they_stood_before_the_conversation(tmp_path: Path, troupe: Troupe) -> None:
    mine = replace(troupe, make=make_agent)
    result = await run_trial(a_case(tmp_path, CASE.replace("STATE", "{update: {cards: {A: {left: 0}}}}"), head=HEAD), 1, mine)
    assert result.state == "PASS", result.why
    result = await run_trial(a_case(tmp_path, CASE.replace("STATE", "unchanged"), head=HEAD), 1, mine)
    assert "cards A: left 1 → 0" in check(result, "state").reason


def test_a_tool_or_table_that_nobody_has_is_still_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=r"unknown tool 'look'.*name your own under 'tools' of the suite"):
        a_suite(tmp_path, CASE.replace("STATE", "unchanged"))
    with pytest.raises(SuiteError, match="unknown table 'card': did you mean 'cards'"):
        a_suite(tmp_path, CASE.replace("STATE", "{update: {card: {A: {left: 0}}}}"), head=HEAD)


async def test_a_tool_of_the_hosts_may_not_take_the_place_of_another() -> None:
    clash = Tool(name="get_order", description="Look.", effect="read", arguments=Look, run=look)
    with pytest.raises(UsageError, match="there is a tool 'get_order' already"):
        await SupportAgent(shop=MemoryShop(), tools=[clash]).parts()


async def test_a_slow_shop_is_waited_for_no_longer_than_the_agent_waits(tmp_path: Path, troupe: Troupe) -> None:
    case = """
    - id: a
      world: {as: C-1001, faults: {shop: {get_order: slow}}}
      say: Where is W-10432?
      expect: {route: {to: human, reason: system_failure}, budgets: {latency_s: {turn_max: 10}}}
    """
    waits: list[float] = []

    def noting(world: World) -> SupportAgent:
        waits.append(world.shop_seconds)
        return usual_agent(world)

    result = await run_trial(a_case(tmp_path, case), 1, replace(troupe, make=noting))
    assert result.state == "PASS", result.why
    assert result.turns[0].ms >= 500
    await run_trial(a_case(tmp_path, case.replace("slow", "down")), 1, replace(troupe, make=noting))
    assert waits == [0.5, 20.0]


def test_seconds_that_are_none_are_refused() -> None:
    with pytest.raises(UsageError, match="shop_seconds is 0; expected seconds above 0"):
        SupportAgent(shop=MemoryShop(), shop_seconds=0)
