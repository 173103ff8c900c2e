"""What could not be found out about a customer is not taken for a low value: a concern of theirs goes to a person."""

import pytest

from warmline import SupportAgent
from warmline.testing import MemoryShop, ScriptedModel, a_customer, an_order, dollars, says
from warmline.tools.model import Money, Tier

CONCERN = "Where is my order W-10432? It should have been here two days ago."


async def served(tier: Tier | None, worth: Money | None, text: str = CONCERN) -> tuple[str, str]:
    shop = MemoryShop(customers=[a_customer(tier=tier, lifetime_value=worth)], orders=[an_order()])
    async with SupportAgent(shop=shop, model=ScriptedModel([says("It is on its way.")])) as agent:
        turn = await agent.reply("c-1", text, customer="C-1001")
        return turn.kind, turn.decision.reason


@pytest.mark.parametrize(("tier", "worth"), [(None, dollars("240.00")), ("standard", None), (None, None)])
async def test_a_concern_of_somebody_of_unknown_worth_goes_to_a_person(tier: Tier | None, worth: Money | None) -> None:
    assert await served(tier, worth) == ("handed_off", "high_value")


async def test_known_and_ordinary_is_served() -> None:
    assert (await served("standard", dollars("240.00")))[0] == "replied"


async def test_a_question_without_a_concern_is_served_whoever_asks() -> None:
    assert (await served(None, None, "What is your return policy?"))[1] == "return_policy"
