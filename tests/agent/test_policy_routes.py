"""What the policy's routes and words do in a turn."""

import pytest
from support.world import World

from warmline.agent.guard.facts import Facts
from warmline.agent.guard.guard import Guard
from warmline.agent.guard.language import detect
from warmline.agent.guard.policy_file import read_policy
from warmline.agent.guard.signals import Signals
from warmline.agent.outcome import HandedOff, Replied, WithHuman
from warmline.testing import calls, says

LAST = "  - {id: last, when: 'true', route: automate, reason: from_signals}\n"
QUEUES = "queues: {unsure: {queue: care, service_level: 20m}, human_request: {queue: talk, priority: high, service_level: 1h}}\n"


class Reading(Guard):
    """Reads only the language; ``rule`` is the policy's one rule besides the last."""

    def __init__(self, rule: str) -> None:
        super().__init__(policy=read_policy("shop.yaml", f"version: 1\n{QUEUES}rules:\n  - {{id: r, {rule}}}\n{LAST}"))

    async def read(self, text: str, facts: Facts) -> Signals:
        return Signals(facts=facts, intent="order_status", intent_probability=1.0, language=detect(text), concern=True)


def a_guard(when: str = "signals.concern", route: str = "human") -> Reading:
    return Reading(f"when: '{when}', route: {route}, reason: unsure")


@pytest.mark.parametrize("route", ["human", "gather"])
async def test_gather_hands_over_as_human_does(world: World, route: str) -> None:
    turn = await world.agent(guard=a_guard(route=route)).reply("c1", "hello", customer="C-1")
    assert isinstance(turn, HandedOff)
    assert (turn.decision.route, turn.queue, turn.decision.service_level_minutes) == (route, "care", 20)
    (case,) = await world.cases()
    assert (case.reason, case.queue) == ("unsure", "care")


@pytest.mark.parametrize("route", ["human", "gather"])
async def test_an_order_that_is_looked_up_may_still_hand_over(world: World, route: str) -> None:
    script = (calls("get_order", order_number="W-10001", email="ann@example.com"), says("It is on its way."))
    guard = a_guard("order.total > 0", route)
    turn = await world.agent(*script, guard=guard).reply("c1", "where is W-10001? ann@example.com")
    assert isinstance(turn, HandedOff)
    assert turn.decision.route == route


async def test_a_customer_is_answered_in_the_language_they_write(world: World) -> None:
    turn = await world.agent(guard=a_guard()).reply("c1", "Ich möchte bitte wissen, wo meine Bestellung ist", customer="C-1")
    assert "sobald jemand frei ist" in turn.text


async def test_a_message_without_a_language_is_answered_in_the_one_before(world: World) -> None:
    agent = world.agent(says("Bonjour !"), guard=a_guard('facts.asked == false && signals.language == "unknown"'))
    assert isinstance(await agent.reply("c1", "Bonjour, je voudrais savoir où est ma commande", customer="C-1"), Replied)
    assert "dès que quelqu'un sera disponible" in (await agent.reply("c1", "W-1!", customer="C-1")).text


async def test_a_message_while_a_case_is_open_raises_it_only_if_it_is_for_a_person(world: World) -> None:
    guard = Reading("when: '!facts.asked', route: gather, reason: human_request")
    agent = world.agent(guard=guard)
    await agent.reply("c1", "hello", customer="C-1")
    assert isinstance(await agent.reply("c1", "hello?", customer="C-1"), WithHuman)
    (case,) = await world.cases()
    assert (case.priority, case.queue) == ("high", "talk")


async def test_a_case_the_agent_opens_itself_has_the_desk_of_its_reason(world: World) -> None:
    guard = a_guard("signals.loop")
    turn = await world.agent(calls("escalate", reason="human_request", summary="wants a person"), guard=guard).reply(
        "c1", "hello"
    )
    assert isinstance(turn, HandedOff)
    decision = turn.decision
    assert (decision.queue, decision.priority, decision.service_level_minutes) == ("talk", "high", 60)
