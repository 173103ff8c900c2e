"""After a person closed a case: who serves what the customer writes then. docs/decisions/0010."""

from datetime import timedelta

import pytest
from support.world import World

from warmline import HandedOff, Replied
from warmline.agent.desk.case import Case
from warmline.agent.desk.terms import Terms
from warmline.agent.guard.facts import Facts
from warmline.agent.guard.guard import Guard
from warmline.agent.guard.signals import Signals
from warmline.testing import FixedGuard, ScriptedModel, says

WINDOW = Terms().reopen


class ClearGuard(FixedGuard):
    """Reads the reason, and a question that the agent can serve."""

    def _signals(self, facts: Facts) -> Signals:
        return Signals(facts=facts, human_probability=1.0, top_reason=self.reason, intent="order_status", intent_probability=1.0)


async def closed(world: World, reason: str = "dispute", *, how: str = "resolve", instruction: str = "") -> Case:
    """A case that a person has dealt with, and said something in."""
    opened = await world.agent(guard=FixedGuard(reason)).reply("c1", "You charged me twice", customer="C-1")
    assert isinstance(opened, HandedOff)
    desk = await world.agents[-1].desk()
    await desk.claim(opened.case_id, by="ana")
    await desk.reply(opened.case_id, "The second one lapses tomorrow.", by="ana")
    if how == "resolve":
        return await desk.resolve(opened.case_id, by="ana")
    return await desk.hand_back(opened.case_id, by="ana", instruction=instruction)


async def write(world: World, text: str, reason: str) -> Replied | HandedOff:
    turn = await world.agent(says("All right."), guard=FixedGuard(reason)).reply("c1", text, customer="C-1")
    assert isinstance(turn, Replied | HandedOff)
    return turn


@pytest.mark.parametrize("reason", ["dispute", "human_request", "angry", "unsure"])
async def test_who_is_not_content_with_what_a_person_did_reaches_the_same_case(world: World, reason: str) -> None:
    case = await closed(world)
    turn = await write(world, "That is not so, it was charged again!", reason)
    assert isinstance(turn, HandedOff)
    assert turn.case_id == case.id
    assert case.id in turn.text
    again = await (await world.agents[-1].desk()).case(case.id)
    assert (again.status, again.assignee, again.closed_at) == ("reopened", None, None)
    assert again.events[-1].note == f"{reason}: That is not so, it was charged again!"
    assert [line.author for line in again.file.transcript] == ["customer", "notice", "person", "customer", "notice"]
    assert len(again.file.promised) == 2
    assert [one.id for one in await world.cases()] == [case.id]


async def test_thanks_and_everyday_questions_are_the_agents(world: World) -> None:
    await closed(world)
    for text, reason in (("thank you so much", "smalltalk"), ("where is my other order?", "order_status")):
        assert isinstance(await write(world, text, reason), Replied)
    assert await world.cases() == []


async def test_another_matter_is_another_case(world: World) -> None:
    case = await closed(world)
    turn = await write(world, "The lamp caught fire", "safety")
    assert isinstance(turn, HandedOff)
    assert (turn.case_id != case.id, turn.queue) == (True, "safety")


async def test_what_led_to_a_case_that_was_handed_back_does_not_bring_it_back(world: World) -> None:
    await closed(world, how="hand_back")
    agent = world.agent(says("It is on its way."), guard=ClearGuard("dispute"))
    assert isinstance(await agent.reply("c1", "where is it, by the way? You charged me twice", customer="C-1"), Replied)


async def test_what_no_machine_can_serve_after_a_case_was_handed_back_is_no_second_case(world: World) -> None:
    case = await closed(world, how="hand_back")
    turn = await write(world, "but you charged me twice", "dispute")
    assert isinstance(turn, HandedOff)
    assert (turn.case_id, turn.reason) == (case.id, "unsure")


@pytest.mark.parametrize("reason", ["dispute", "human_request"])
async def test_who_asks_for_a_person_gets_one_also_after_a_case_was_handed_back(world: World, reason: str) -> None:
    case = await closed(world, reason, how="hand_back")
    turn = await write(world, "A person, please", "human_request")
    assert isinstance(turn, HandedOff)
    assert turn.case_id == case.id


@pytest.mark.parametrize("how", ["resolve", "hand_back"])
async def test_long_after_the_same_is_a_new_case_and_never_left_to_a_machine(world: World, how: str) -> None:
    case = await closed(world, how=how)
    world.clock.moment += WINDOW
    turn = await write(world, "You charged me twice again", "dispute")
    assert isinstance(turn, HandedOff)
    assert turn.case_id != case.id


async def test_the_window_is_the_policys(world: World) -> None:
    case = await closed(world)
    world.clock.moment += WINDOW - timedelta(seconds=1)
    turn = await write(world, "not settled at all", "dispute")
    assert isinstance(turn, HandedOff)
    assert turn.case_id == case.id


async def test_a_case_that_comes_back_is_resolved_again_and_the_window_begins_anew(world: World) -> None:
    case = await closed(world)
    await write(world, "no", "dispute")
    desk = await world.agents[-1].desk()
    await desk.claim(case.id, by="ben")
    await desk.resolve(case.id, by="ben")
    world.clock.moment += WINDOW - timedelta(hours=1)
    turn = await write(world, "no!", "angry")
    assert isinstance(turn, HandedOff)
    assert turn.case_id == case.id
    kinds = [event.kind for event in (await desk.case(case.id)).events]
    assert kinds.count("reopened") == 2


async def test_an_instruction_reaches_the_model_as_the_shops_words_and_not_the_customers(world: World) -> None:
    await closed(world, how="hand_back", instruction="Offer her the blue one.")
    model = ScriptedModel([says("Would you like the blue one?")])
    await world.agent(model=model).reply("c1", "so what now?", customer="C-1")
    sent = [(one.role, one.text) for one in model.requests[0].messages if "blue" in (one.text or "")]
    assert [role for role, _ in sent] == ["system"]
    assert "from the shop's staff" in (sent[0][1] or "")
    assert all("blue" not in said.text for said in (await (await world.agents[-1].parts()).store.thread("c1"))[:-1])


async def test_without_an_instruction_the_model_is_told_nothing_more(world: World) -> None:
    await closed(world, how="hand_back")
    model = ScriptedModel([says("Hello.")])
    await world.agent(model=model).reply("c1", "so what now?", customer="C-1")
    assert [one.role for one in model.requests[0].messages].count("system") == 1


async def test_a_contact_written_while_a_case_is_open_is_copied_into_its_file(world: World) -> None:
    agent = world.agent(guard=FixedGuard("angry"))
    opened = await agent.reply("c1", "This is a disgrace")
    assert isinstance(opened, HandedOff)
    desk = await agent.desk()
    assert any("How can the customer be reached" in one for one in (await desk.case(opened.case_id)).file.open_questions)
    for text, contact in (("call me: +49 30 1234567", "+49 30 1234567"), ("or ada@example.com.", "ada@example.com")):
        await agent.reply("c1", text)
        file = (await desk.case(opened.case_id)).file
        assert file.contact == contact
        assert not any("How can the customer be reached" in one for one in file.open_questions)
    await agent.reply("c1", "W-10432 was 42.50, ordered 2026-11-02")
    assert (await desk.case(opened.case_id)).file.contact == "ada@example.com"


async def test_a_customer_whose_telephone_is_known_is_not_asked_for_a_contact(world: World) -> None:
    turn = await world.agent(guard=FixedGuard("angry")).reply("c1", "This is a disgrace", customer="C-1")
    assert "e-mail address or phone number" not in turn.text


@pytest.mark.parametrize(
    ("settled", "text"),
    [
        ("human_request", "when does W-10001 come? let me speak to a human about it please"),
        ("human_request", "Wann kommt W-10001? Ich möchte mit einem Mitarbeiter sprechen."),
        ("dispute", "my card was charged twice again, and where is W-10001"),
        ("angry", "where is W-10001 you stupid clowns"),
        ("emotional", "it came broken. my mother's ashes were to go in it. I cannot stop crying"),
    ],
)
async def test_what_is_new_is_read_beside_a_question_although_its_reason_was_settled(
    world: World, settled: str, text: str
) -> None:
    case = await closed(world, settled)
    turn = await world.agent(guard=Guard()).reply("c1", text, customer="C-1")
    assert isinstance(turn, HandedOff)
    assert (turn.case_id, turn.reason) == (case.id, settled)


async def test_what_a_customer_is_worth_brings_nobody_back(world: World) -> None:
    await closed(world, "high_value")
    guard = FixedGuard(concern=True)
    turn = await world.agent(says("It is on its way."), guard=guard).reply("c1", "Where is W-10002?", customer="C-1")
    assert isinstance(turn, Replied)
