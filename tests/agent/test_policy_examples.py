"""The worked examples of docs/policy.md for ``gather`` and ``offer``, in an agent that is given nothing but the policy."""

from pathlib import Path

import pytest
from support.policies import Probabilities, gathering_for, with_example
from support.world import ANN, NOON, World

from warmline import SupportAgent
from warmline.agent.guard.classifier import Classifier
from warmline.agent.guard.policy import Policy
from warmline.agent.outcome import HandedOff, Replied, Turn
from warmline.testing import MemoryShop, a_line, an_order
from warmline.tools.clock import FrozenClock

LATE = "My order W-20001 is late and I am getting impatient. Where is it?"
ANNOYED = {LATE: 0.4}
ORDER = an_order(number="W-20001", customer_id="C-1", email="ann@example.com", lines=(a_line("CREW-1"),))


@pytest.fixture(autouse=True)
def _classifier(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Classifier, "load", lambda: Probabilities(ANNOYED))


async def turns(policy: Path | None, *texts: str, customer: str = "C-1", shop: MemoryShop | None = None) -> list[Turn]:
    """What became of these messages, with the embedded model."""
    clock = FrozenClock(NOON)
    shop = shop or MemoryShop(customers=[ANN], orders=[ORDER], clock=clock)
    async with SupportAgent(shop=shop, policy=policy, clock=clock) as agent:
        return [await agent.reply("c1", text, customer=customer) for text in texts]


async def test_the_shipped_policy_offers_and_gathers_nothing() -> None:
    assert {rule.route for rule in Policy.load().rules} == {"automate", "human"}
    (turn,) = await turns(None, LATE)
    assert (turn.kind, turn.decision.route) == ("replied", "automate")


async def test_the_mildly_annoyed_are_asked_and_served_after_a_no(tmp_path: Path) -> None:
    policy = with_example("late_and_annoyed", tmp_path, above="automate")
    asked, served = await turns(policy, LATE, "No, thanks")
    assert isinstance(asked, Replied)
    assert (asked.decision.route, asked.decision.rule, asked.decision.queue) == ("offer", "late_and_annoyed", "care")
    assert asked.tool_calls == ()
    assert isinstance(served, Replied)
    assert [run.name for run in served.tool_calls] == ["get_order"]
    assert "W-20001" in served.text


async def test_the_mildly_annoyed_reach_a_person_after_a_yes(tmp_path: Path) -> None:
    policy = with_example("late_and_annoyed", tmp_path, above="automate")
    _, turn = await turns(policy, LATE, "Yes, please")
    assert isinstance(turn, HandedOff)
    assert (turn.reason, turn.queue, turn.decision.priority) == ("angry", "care", "high")
    assert turn.decision.service_level_minutes == 120


async def test_a_high_value_case_is_filled_with_what_can_be_looked_up(tmp_path: Path) -> None:
    policy = gathering_for("high_value", tmp_path)
    clock = FrozenClock(NOON)
    vip = ANN.model_copy(update={"tier": "vip"})
    shop = MemoryShop(customers=[vip], orders=[ORDER], clock=clock)
    store = tmp_path / "warmline.db"
    async with SupportAgent(shop=shop, policy=policy, clock=clock, store=store) as agent:
        turn = await agent.reply("c1", "Where is my order W-20001?", customer="C-1")
        assert isinstance(turn, HandedOff)
        assert (turn.decision.route, turn.queue) == ("gather", "vip")
    async with SupportAgent(shop=shop, clock=clock, store=store) as later:
        case = await (await later.desk()).case(turn.case_id)
    assert [fact.tool for fact in case.file.facts] == ["get_order", "check_return", "check_stock"]


async def test_a_large_order_of_a_small_customer_is_gathered_for(tmp_path: Path, world: World) -> None:
    policy = with_example("large_for_them", tmp_path, above="automate")
    small = ANN.model_copy(update={"lifetime_value": ORDER.total})
    large = ORDER.model_copy(update={"total": ORDER.total.model_copy(update={"amount": ORDER.total.amount * 5})})
    shop = MemoryShop(customers=[small], orders=[large], clock=world.clock)
    (turn,) = await turns(policy, "Where is my order W-20001?", shop=shop)
    assert isinstance(turn, HandedOff)
    assert (turn.decision.route, turn.decision.service_level_minutes) == ("gather", 30)
