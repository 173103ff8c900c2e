"""Cases by the route ``gather``: a rule that leads to it, a shop to look things up in, and what was looked up."""

import asyncio
import json
from collections.abc import Sequence

from support.policies import Reading
from support.world import ANN, BOBS, World
from warmline import EmbeddedModel, SupportAgent
from warmline.agent.desk.case_file import Fact
from warmline.agent.desk.desk import Case
from warmline.agent.outcome import HandedOff
from warmline.testing import MemoryShop, a_line, a_product, a_variant, an_order
from warmline.tools.model import Order, ReturnCheck

RULE = "  - {id: dear, when: signals.concern, route: gather, reason: high_value}\n"
BROKEN = "My order came broken, what now?"


def reading() -> Reading:
    """Gathers for each problem that is stated."""
    return Reading(RULE, {BROKEN: {"return_start": 0.9}})


def an_agent(world: World, shop: MemoryShop | None = None) -> SupportAgent:
    """One without a language model."""
    return world.agent(model=EmbeddedModel(), guard=reading(), shop=shop)


def a_shop(world: World, *orders: Order) -> MemoryShop:
    """Ann's shop with nine sizes of one jumper, these orders and one of Bob's."""
    return MemoryShop(
        customers=[ANN], orders=[*orders, BOBS], products=[a_product(variants=SIZES)], policies=(), clock=world.clock
    )


SIZES = tuple(a_variant(f"CREW-{size}", colour="navy", size=str(size)) for size in range(9))
MINE = an_order(number="W-20001", customer_id="C-1", email="ann@example.com", lines=(a_line("CREW-1"),), status="delivered")


async def the_case(agent: SupportAgent, text: str = BROKEN, customer: str | None = "C-1") -> Case:
    """The case of one message, once everything for it was gathered."""
    turn = await agent.reply("c1", text, "m1", customer=customer)
    assert isinstance(turn, HandedOff)
    await (await agent.parts()).background.finished()
    return await (await agent.desk()).case(turn.case_id)


def made(facts: Sequence[Fact]) -> list[str]:
    """Each look-up in short: ``get_order W-20001``."""
    return [" ".join([fact.tool, *map(str, json.loads(fact.arguments).values())]) for fact in facts]


class Stuck(MemoryShop):
    """Does not say what may go back until it is told to."""

    @property
    def go(self) -> asyncio.Event:
        """What it waits for."""
        return self.__dict__.setdefault("_go", asyncio.Event())

    async def check_return(self, number: str) -> ReturnCheck | None:
        """The shop's answer, late."""
        await self.go.wait()
        return await super().check_return(number)
