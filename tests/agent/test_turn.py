"""The way of a message: decided first, answered or handed over, stored once."""

import asyncio
from pathlib import Path

import pytest
from support.world import World

from warmline import HandedOff, NeedsConfirmation, Replied, WithHuman
from warmline.agent.guard.guard import Guard
from warmline.agent.models.base import Message
from warmline.agent.state import VISIT
from warmline.errors import UsageError
from warmline.testing import FixedGuard, ScriptedModel, at_once, calls, says


async def test_a_question_is_looked_up_and_answered(world: World) -> None:
    agent = world.agent(calls("get_order", order_number="W-10001"), says("Order W-10001 is being prepared."))
    turn = await agent.reply("c1", "Where is W-10001?", customer="C-1")
    assert isinstance(turn, Replied)
    assert turn.text == "Order W-10001 is being prepared."
    assert [(run.name, run.status) for run in turn.tool_calls] == [("get_order", "done")]
    assert turn.decision.reason == "order_status"
    assert turn.usage.calls == 2
    assert turn.timings.total > 0


async def test_a_message_for_a_person_reaches_no_model_and_no_tool(world: World) -> None:
    agent = world.agent(guard=FixedGuard("emotional"))
    turn = await agent.reply("c1", "It came broken. We buried her today.", customer="C-1")
    assert isinstance(turn, HandedOff)
    assert turn.tool_calls == ()
    (case,) = await world.cases()
    assert (case.id, case.reason, case.queue) == (turn.case_id, "emotional", turn.queue)
    assert case.id in turn.text
    assert case.file.wants == "It came broken. We buried her today."
    assert case.file.customer.name == "Ann Lee"
    assert {order.number for order in case.file.orders} == {"W-10001", "W-10002"}
    assert case.file.transcript[-1].text == turn.text
    assert case.file.mood == ["upset"]


async def test_a_guest_who_is_handed_over_is_asked_for_a_contact(world: World) -> None:
    turn = await world.agent(guard=FixedGuard("angry")).reply("c1", "This is a disgrace")
    assert "e-mail address or phone number" in turn.text
    (case,) = await world.cases()
    assert case.file.contact is None
    assert any("How can the customer be reached" in question for question in case.file.open_questions)


async def test_a_dear_order_looked_up_on_the_way_changes_the_decision(world: World) -> None:
    agent = world.agent(calls("get_order", order_number="W-10002", email="ann@example.com"), guard=FixedGuard(concern=True))
    turn = await agent.reply("c1", "Where is W-10002? I am ann@example.com")
    assert isinstance(turn, HandedOff)
    assert (turn.reason, turn.decision.layer) == ("high_value", "policy")
    (case,) = await world.cases()
    assert [order.number for order in case.file.orders] == ["W-10002"]
    assert case.file.done[0].tool == "get_order"


async def test_a_dear_order_named_by_a_signed_in_customer_is_known_before_any_model_runs(world: World) -> None:
    turn = await world.agent(guard=FixedGuard(concern=True)).reply("c1", "Where is w-10002?", customer="C-1")
    assert isinstance(turn, HandedOff)
    assert turn.usage.calls == 0


async def test_without_a_concern_a_dear_order_is_served(world: World) -> None:
    agent = world.agent(says("What would you like to know?"), guard=FixedGuard("product_basic"))
    assert isinstance(await agent.reply("c1", "W-10002 was lovely", customer="C-1"), Replied)


async def test_a_vip_guest_is_recognised_by_the_order_they_prove(world: World) -> None:
    agent = world.agent(calls("get_order", order_number="W-10003", email="bob@example.com"), guard=FixedGuard(concern=True))
    turn = await agent.reply("c1", "W-10003, bob@example.com, where is it")
    assert isinstance(turn, HandedOff)
    assert turn.reason == "high_value"


async def test_the_same_message_id_is_one_turn(world: World) -> None:
    agent = world.agent(says("Hello!"))
    first = await agent.reply("c1", "hi", "m1")
    assert await agent.reply("c1", "hi", "m1") == first
    again = world.agent()
    assert await again.reply("c1", "hi", "m1") == first


async def test_the_same_message_at_once_is_one_turn(world: World) -> None:
    agent = world.agent(says("Hello!"))
    turns = await asyncio.gather(*(agent.reply("c1", "hi", "m1") for _ in range(20)))
    assert len({turn.text for turn in turns}) == 1
    assert len(await (await agent.parts()).store.thread("c1")) == 2


async def test_two_messages_at_once_are_two_turns_one_after_the_other(world: World) -> None:
    agent = world.agent(says("One."), says("Two."))
    await asyncio.gather(agent.reply("c1", "first", "m1"), agent.reply("c1", "second", "m2"))
    said = [line.text for line in await (await agent.parts()).store.thread("c1")]
    assert sorted(said) == ["One.", "Two.", "first", "second"]
    assert said.index("One.") < said.index("Two.")


async def test_while_a_case_is_open_the_agent_is_silent_and_nothing_is_lost(world: World) -> None:
    agent = world.agent(guard=FixedGuard("angry"))
    opened = await agent.reply("c1", "This is a disgrace", customer="C-1")
    assert isinstance(opened, HandedOff)
    served = world.agent(guard=FixedGuard())
    turn = await served.reply("c1", "by the way, do you have mugs?", customer="C-1")
    assert isinstance(turn, WithHuman)
    assert (turn.text, turn.case_id) == ("", opened.case_id)
    case = await (await served.desk()).case(opened.case_id)
    assert case.events[-1].note == "by the way, do you have mugs?"


async def test_a_graver_message_raises_the_open_case(world: World) -> None:
    await world.agent(guard=FixedGuard("unsure")).reply("c1", "hm", customer="C-1")
    await world.agent(guard=FixedGuard("self_harm")).reply("c1", "I do not want to go on", customer="C-1")
    (case,) = await world.cases()
    assert (case.reason, case.priority) == ("self_harm", "urgent")


async def test_what_a_person_wrote_may_be_repeated_and_is_theirs_in_the_next_file(world: World) -> None:
    agent = world.agent(guard=FixedGuard("dispute"))
    opened = await agent.reply("c1", "You charged me twice", customer="C-1")
    assert isinstance(opened, HandedOff)
    desk = await agent.desk()
    await desk.claim(opened.case_id, by="ana")
    await desk.reply(opened.case_id, "You get $20.00 by 30 November.", by="ana")
    await desk.resolve(opened.case_id, by="ana")
    turn = await world.agent(says("It is $20.00, by 30 November.")).reply("c1", "how much was it?", customer="C-1")
    assert isinstance(turn, Replied)
    await world.agent(guard=FixedGuard("angry")).reply("c1", "that is too little", customer="C-1")
    (case,) = await world.cases()
    assert [line.author for line in case.file.transcript] == [
        "customer", "notice", "person", "customer", "agent", "customer", "notice",
    ]  # fmt: skip


async def test_a_transcript_has_what_the_customer_read_and_nothing_else(world: World) -> None:
    aside = at_once(says("I had better check that."), calls("get_order", order_number="W-10001"))
    await world.agent(aside, says("It is being prepared.")).reply("c1", "Where is W-10001?", customer="C-1")
    await world.agent(guard=FixedGuard("angry")).reply("c1", "too slow", customer="C-1")
    (case,) = await world.cases()
    assert "I had better check that." not in [line.text for line in case.file.transcript]
    assert case.file.done[0].arguments == '{"order_number": "W-10001"}'


async def test_after_a_person_resolved_it_the_agent_serves_again_and_the_reason_rests(world: World) -> None:
    agent = world.agent(guard=FixedGuard("dispute"))
    opened = await agent.reply("c1", "You charged me twice", customer="C-1")
    assert isinstance(opened, HandedOff)
    desk = await agent.desk()
    await desk.claim(opened.case_id, by="ana")
    await desk.resolve(opened.case_id, by="ana")
    turn = await world.agent(says("You are welcome."), guard=FixedGuard("smalltalk")).reply("c1", "thanks", customer="C-1")
    assert isinstance(turn, Replied)


def test_a_turn_can_be_had_without_async(tmp_path: Path) -> None:
    agent = World(folder=tmp_path).agent(says("One."), says("Two."))
    assert agent.reply_sync("c1", "hi", "m1").text == "One."
    assert agent.reply_sync("c1", "and?", "m2").text == "Two."


@pytest.mark.parametrize("text", ["", "   \n\t ", "\u200b"])
async def test_an_empty_message_is_answered_without_a_model(world: World, text: str) -> None:
    turn = await world.agent().reply("c1", text)
    assert isinstance(turn, Replied)
    assert turn.text == "I did not receive any text. What can I do for you?"


async def test_a_card_number_is_neither_stored_nor_sent(world: World) -> None:
    model = ScriptedModel([says("Please do not send card numbers.")])
    agent = world.agent(model=model)
    await agent.reply("c1", "my card is 4111 1111 1111 1111")
    sent = b"".join(message.encoded for message in model.requests[0].messages)
    assert b"[card ending 1111]" in sent
    assert b"4111" not in sent
    assert "4111" not in (await (await agent.parts()).store.thread("c1"))[0].text


async def test_the_head_of_a_request_is_the_same_bytes_at_every_turn(world: World) -> None:
    model = ScriptedModel([says("One."), says("Two.")])
    agent = world.agent(model=model)
    await agent.reply("c1", "a", customer="C-1")
    await agent.reply("c2", "b")
    first, second = (request.prompt for request in model.requests)
    assert first is second
    assert [type(message) for message in model.requests[0].messages] == [Message, Message]


async def test_a_conversation_without_an_id_or_of_someone_else_is_refused(world: World) -> None:
    agent = world.agent(says("Hi."))
    with pytest.raises(UsageError, match="conversation_id is empty"):
        await agent.reply("", "hi")
    await agent.reply("c1", "hi", customer="C-1")
    with pytest.raises(UsageError, match="belongs to another customer"):
        await agent.reply("c1", "hi", customer="C-2")


async def test_the_third_answered_contact_about_the_same_thing_goes_to_a_person(world: World) -> None:
    agent = world.agent(says("It is on its way."), says("It is on its way."))
    for text in ("Where is my parcel", "and now, where is it"):
        assert isinstance(await agent.reply("c1", text, customer="C-1"), Replied)
        world.clock.moment += VISIT
    turn = await agent.reply("c1", "so when does it come", customer="C-1")
    assert isinstance(turn, HandedOff)
    assert turn.reason == "angry"


async def test_earlier_contacts_do_not_count_against_another_topic(world: World) -> None:
    first = world.agent(says("It is on its way."), says("It is on its way."))
    for text in ("Where is my parcel", "and now, where is it"):
        await first.reply("c1", text, customer="C-1")
        world.clock.moment += VISIT
    turn = await world.agent(says("We do."), guard=FixedGuard("product_basic")).reply("c1", "do you sell mugs", customer="C-1")
    assert isinstance(turn, Replied)


async def test_the_same_question_a_third_time_goes_to_a_person(world: World) -> None:
    agent = world.agent(says("We do."), says("We do."), guard=FixedGuard("product_basic"))
    for text in ("Do you sell mugs?", "do you sell mugs"):
        assert isinstance(await agent.reply("c1", text), Replied)
    assert isinstance(await agent.reply("c1", "DO YOU SELL MUGS??"), HandedOff)


@pytest.mark.parametrize("text", ["yes", "No, thanks"])
async def test_the_same_mere_answer_a_third_time_is_no_loop(world: World, text: str) -> None:
    agent = world.agent(*[says("All right.")] * 3, guard=FixedGuard("product_basic"))
    assert [(await agent.reply("c1", text)).kind for _ in range(3)] == ["replied"] * 3


async def test_courtesies_are_no_loop(world: World) -> None:
    agent = world.agent(*[says("You are welcome.")] * 3, guard=FixedGuard("smalltalk"))
    assert [(await agent.reply("c1", "thanks")).kind for _ in range(3)] == ["replied"] * 3


async def test_every_outcome_comes_back_from_its_record_as_it_was(world: World) -> None:
    served = world.agent(says("Hello!"), calls("cancel_unshipped_order", order_number="W-10001"))
    turns = [await served.reply("c1", "hi", "m1"), await served.reply("c2", "Cancel W-10001", "m1", customer="C-1")]
    angry = world.agent(guard=FixedGuard("angry"))
    turns += [await angry.reply("c3", "This is a disgrace", "m1"), await angry.reply("c3", "hello?", "m2")]
    assert [turn.kind for turn in turns] == ["replied", "needs_confirmation", "handed_off", "with_human"]
    for turn in turns:
        customer = "C-1" if turn.conversation_id == "c2" else None
        assert await angry.reply(turn.conversation_id, "again", turn.message_id, customer=customer) == turn


async def test_time_spent_on_the_store_is_counted(world: World) -> None:
    timings = (await world.agent(says("Hello!")).reply("c1", "hi")).timings
    assert 0 < timings.store <= timings.total


async def test_a_confirmation_that_waits_is_in_the_case_file(world: World) -> None:
    agent = world.agent(calls("cancel_unshipped_order", order_number="W-10001"))
    assert isinstance(await agent.reply("c1", "Cancel W-10001", customer="C-1"), NeedsConfirmation)
    await world.agent(guard=FixedGuard("angry")).reply("c1", "you are all useless", customer="C-1")
    (case,) = await world.cases()
    assert any("has not said yes" in question for question in case.file.open_questions)
    order = await world.shop.get_order("W-10001")
    assert order is not None
    assert order.status == "processing"


@pytest.mark.parametrize(("reason", "words"), [("self_harm", "findahelpline.com"), ("safety", "emergency number")])
async def test_danger_in_an_open_case_is_answered_once_and_stands_in_the_thread(world: World, reason: str, words: str) -> None:
    opened = await world.agent(guard=FixedGuard("angry")).reply("c1", "This is a disgrace", customer="C-1")
    agent = world.agent(guard=FixedGuard(reason))
    first = await agent.reply("c1", "and now this", customer="C-1")
    assert isinstance(opened, HandedOff)
    assert isinstance(first, WithHuman)
    assert words in first.text
    assert opened.case_id in first.text
    assert [(line.author, line.text) for line in await (await agent.parts()).store.thread("c1")][-1] == ("notice", first.text)
    again = await agent.reply("c1", "I mean it", customer="C-1")
    assert (again.kind, again.text) == ("with_human", "")


async def test_who_read_what_to_do_in_danger_does_not_read_it_twice_in_one_case(world: World) -> None:
    agent = world.agent(guard=FixedGuard("self_harm"))
    opened = await agent.reply("c1", "I do not want to go on", customer="C-1")
    assert "findahelpline.com" in opened.text
    assert (await agent.reply("c1", "I do not", customer="C-1")).text == ""
    hurt = await world.agent(guard=FixedGuard("safety")).reply("c1", "my hand is burnt", customer="C-1")
    assert "emergency number" in hurt.text


async def test_danger_in_an_open_case_is_answered_in_the_customers_language(world: World) -> None:
    await world.agent(guard=FixedGuard("angry")).reply("c1", "Das ist eine Schande", customer="C-1")
    turn = await world.agent(guard=Guard()).reply("c1", "Ich will nicht mehr leben", customer="C-1")
    assert turn.kind == "with_human"
    assert "Sie müssen damit nicht allein sein" in turn.text
