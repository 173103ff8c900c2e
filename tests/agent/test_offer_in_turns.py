"""An offer among other turns: run again, broken off, beside a write, after a look-up, explained later."""

from typing import Any

from support.grey import verdict
from support.offering import LATE, OFFER, QUESTION, RULES, WORDS, an_agent, asked, reading
from support.policies import Reading
from support.world import World

from warmline.agent.guard.signals import Signals
from warmline.agent.outcome import HandedOff, NeedsConfirmation
from warmline.agent.store.recorded import recorded_decision
from warmline.agent.store.store import Opened
from warmline.cli.explanation import explained
from warmline.testing import ScriptedModel, calls, says


async def test_the_same_message_again_has_the_same_outcome_and_asks_nothing_twice(world: World) -> None:
    agent, _ = an_agent(world, says("It is being packed."))
    first = await asked(agent)
    assert await asked(agent) == first
    second = await agent.reply("c1", "no", "m2", customer="C-1")
    assert await agent.reply("c1", "no", "m2", customer="C-1") == second
    assert await asked(agent) == first


async def test_an_answer_whose_turn_broke_off_is_answered_when_it_comes_again(world: World) -> None:
    script: Any = (says("It is being packed."),)
    agent, _ = an_agent(world)
    await asked(agent)
    await agent.close()
    store = (await agent.parts()).store
    await store.open_turn("c1", "m2", "no", customer_id="C-1", lease="a worker that dies")
    await store.release("c1", "a worker that dies")
    turn = await world.agent(*script, guard=reading()).reply("c1", "no", "m2", customer="C-1")
    assert (turn.kind, turn.text) == ("replied", "It is being packed.")


async def test_a_yes_after_an_offer_is_no_yes_to_a_write_that_was_asked_about_before(world: World) -> None:
    agent, _ = an_agent(world, calls("cancel_unshipped_order", order_number="W-10001"))
    assert isinstance(await agent.reply("c1", "Cancel W-10001", customer="C-1"), NeedsConfirmation)
    assert (await agent.reply("c1", LATE, customer="C-1")).text == QUESTION
    assert isinstance(await agent.reply("c1", "yes", customer="C-1"), HandedOff)
    assert world.shop.receipts == {}


async def test_an_order_that_is_looked_up_may_lead_to_the_question(world: World) -> None:
    rules = "  - {id: dear, when: order.total > 0, route: offer, reason: high_value}\n"
    look = calls("get_order", order_number="W-10001", email="ann@example.com")
    agent, model = an_agent(world, look, says("It is being packed."), rules=rules)
    turn = await agent.reply("c1", "where is W-10001? ann@example.com")
    assert (turn.kind, turn.text, turn.decision.route) == ("replied", QUESTION, "offer")
    turn = await agent.reply("c1", "no")
    assert (turn.kind, turn.text) == ("replied", "It is being packed.")
    assert model.requests[1].messages[-1].role == "tool"


async def test_nothing_is_offered_in_a_turn_that_has_changed_something(world: World) -> None:
    rules = "  - {id: dear, when: order.total > 0 && facts.asked, route: offer, reason: high_value}\n"
    cancel = calls("cancel_unshipped_order", order_number="W-10001")
    look = calls("get_order", order_number="W-10001", email="ann@example.com")
    agent, _ = an_agent(world, look, cancel, says("W-10001 is cancelled."), rules=rules)
    question = await agent.reply("c1", "cancel W-10001, ann@example.com")
    assert isinstance(question, NeedsConfirmation)
    turn = await agent.reply("c1", "yes")
    assert (turn.kind, turn.text) == ("replied", "W-10001 is cancelled.")


async def test_what_fails_before_the_answer_is_read_ends_the_offer(world: World) -> None:
    agent, _ = an_agent(world, says("Hello."))
    await asked(agent)
    assert (await agent.reply("c1", " ", customer="C-1")).kind == "replied"
    opened = await (await agent.parts()).store.open_turn("c1", "m9", "yes", customer_id="C-1")
    assert isinstance(opened, Opened)
    assert (opened.state.offered, [offer.answer for offer in opened.state.offers]) == (None, ["lapsed"])


async def test_a_message_that_triage_raises_to_a_wish_for_a_person_accepts(world: World) -> None:
    says_so = verdict(needs_person=True, reason="human_request")
    perhaps = {"order_status": 0.7, "dispute": 0.2}
    guard = Reading(RULES + OFFER, {**WORDS, "perhaps": perhaps}, thresholds="{human: 0.9, grey: 0.1}")
    agent = world.agent(says_so, guard=guard)
    await asked(agent)
    turn = await agent.reply("c1", "perhaps", customer="C-1")
    assert isinstance(turn, HandedOff)
    assert (turn.reason, turn.decision.rule) == ("angry", "offer.late")


async def test_decisions_after_an_offer_are_explained_from_what_is_stored(world: World) -> None:
    agent, _ = an_agent(world, says("It is being packed."))
    for conversation, answer in (("y", "yes"), ("n", "no")):
        await agent.reply(conversation, LATE, "m1", customer="C-1")
        await agent.reply(conversation, answer, "m2", customer="C-1")
    store, policy = (await agent.parts()).store, reading().policy
    again: dict[str, tuple[bool, bool]] = {}
    for turn in ("y/m1", "y/m2", "n/m2"):
        text, recorded = await recorded_decision(store, *turn.split("/"))
        explanation = explained(policy, text, Signals.model_validate(recorded.signals), recorded=recorded)
        again[turn] = (explanation.same_decision, explanation.later)
    assert again == {"y/m1": (True, False), "y/m2": (False, True), "n/m2": (True, False)}


DEAR = """  - {id: late, when: 'signals.probability.angry >= 0.3', route: offer, reason: angry}
  - {id: chatter, when: 'signals.answer || signals.intent == "smalltalk"', route: automate, reason: from_signals}
  - {id: dear, when: 'order.total >= 1.0', route: human, reason: high_value, always: true}
"""


async def test_an_order_looked_up_after_a_no_is_judged_by_all_rules(world: World) -> None:
    """The "no" itself is chatter; what is served after it is the message before, and the rules below are asked about that."""
    guard = Reading(DEAR, {LATE: {"order_status": 0.6, "angry": 0.3}, "No, thank you": {"smalltalk": 0.9}})
    steps = [calls("get_order", order_number="W-10002"), says("It is on its way.")]
    agent = world.agent(guard=guard, model=ScriptedModel([calls("find_orders"), *steps]))
    await agent.reply("c1", LATE, "m1", customer="C-1")
    turn = await agent.reply("c1", "No, thank you", "m2", customer="C-1")
    assert isinstance(turn, HandedOff)
    assert turn.decision.rule == "dear"
