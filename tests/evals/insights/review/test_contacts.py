"""What is one contact, who served it, and whether the customer came back about the same thing."""

from support.cases import later
from support.talks import OFFERING, say

from warmline.agent.desk.asking import ask_satisfaction
from warmline.agent.desk.desk import Desk
from warmline.agent.store.store import Store
from warmline.evals.insights.review.contacts import Contact
from warmline.evals.insights.review.review import LOOK_BACK, read_contacts
from warmline.testing import calls, says


async def contacts(store: Store) -> list[Contact]:
    now = store.clock.now()
    return await read_contacts(store, now - 30 * LOOK_BACK, now + LOOK_BACK)


async def test_messages_are_one_contact_until_an_hour_of_silence(store: Store) -> None:
    await say(store, "c1", "where is it")
    later(store, minutes=59)
    await say(store, "c1", "and now?")
    later(store, minutes=61)
    await say(store, "c1", "how do I wash it", "product_care")
    one, two = await contacts(store)
    assert (one.messages, one.topic, one.server) == (2, "order_status", "agent")
    assert (two.messages, two.topic, two.came_back) == (1, "product_care", False)


async def test_who_writes_again_about_the_same_thing_within_three_days_came_back(store: Store) -> None:
    await say(store, "c1", "where is it")
    later(store, hours=71)
    await say(store, "another thread", "still not here")
    later(store, hours=73)
    await say(store, "c3", "and today?")
    assert [one.came_back for one in await contacts(store)] == [True, False, False]


async def test_another_order_is_another_thing_and_another_guest_another_customer(store: Store) -> None:
    for thread, number in (("c1", "W-10001"), ("c2", "W-10002")):
        await say(store, thread, f"where is {number}", script=(calls("get_order", order_number=number), says("One moment.")))
        later(store, hours=2)
    await say(store, "g1", "where is it", guest=True)
    await say(store, "g2", "where is it", guest=True)
    assert [one.came_back for one in await contacts(store)] == [False] * 4


async def test_what_is_written_to_a_case_belongs_to_the_contact_that_led_to_it(store: Store) -> None:
    await say(store, "c1", "it broke my heart", "emotional")
    later(store, hours=5)
    await say(store, "c1", "are you there?", "emotional")
    (one,) = await contacts(store)
    assert (one.messages, one.server, one.reason) == (2, "person", "emotional")


async def test_anger_after_an_answer_says_that_a_person_was_missed(store: Store) -> None:
    await say(store, "c1", "where is it")
    later(store, minutes=2)
    await say(store, "c1", "that is no answer!", "angry")
    await say(store, "c2", "I am furious", "angry")
    found = {one.conversation_id: one for one in await contacts(store)}
    assert (found["c1"].missed, found["c1"].turned, found["c2"].missed) == (("upset after an answer",), "angry", ())


async def test_a_rating_is_no_contact_and_belongs_to_the_one_before_it(store: Store) -> None:
    await say(store, "c1", "where is it")
    later(store, hours=2)
    assert await ask_satisfaction(Desk(store)) == 1
    later(store, hours=1)
    await say(store, "c1", "2")
    (one,) = await contacts(store)
    assert [(score.server, score.score) for score in one.scores] == [("agent", 2)]
    assert one.missed == ("rated 1 or 2",)


async def test_a_case_that_was_handed_back_and_then_served_was_needless(store: Store) -> None:
    turn = await say(store, "c1", "the usual", "unsure")
    assert turn.kind == "handed_off"
    desk = Desk(store)
    await desk.claim(turn.case_id, by="ana")
    await desk.hand_back(turn.case_id, by="ana", instruction="tell her where it is")
    await say(store, "c1", "where is it then?")
    (one,) = await contacts(store)
    assert one.needless == ("handed back and then served",)
    await desk.judge(turn.case_id, "right", by="ana")
    assert [one.needless for one in await contacts(store)] == [()]


async def test_a_wish_for_a_person_or_anger_that_comes_later_says_that_the_answer_did_not_last(store: Store) -> None:
    for thread, then, reason in (("c1", "a person, please", "human_request"), ("c2", "I am furious", "angry")):
        await say(store, thread, "where is it", guest=True)
        later(store, hours=2)
        await say(store, thread, then, reason, guest=True)
    await say(store, "c3", "where is it", guest=True)
    later(store, hours=73)
    await say(store, "c3", "a person, please", "human_request", guest=True)
    first = [one for one in await contacts(store) if one.server == "agent"]
    assert [(one.conversation_id, one.came_back) for one in first] == [("c1", True), ("c2", True), ("c3", False)]


async def test_an_accepted_offer_is_no_missed_hand_off(store: Store) -> None:
    await say(store, "c1", "where is it", policy=OFFERING)
    later(store, minutes=1)
    turn = await say(store, "c1", "yes", policy=OFFERING)
    assert turn.kind == "handed_off"
    (one,) = await contacts(store)
    assert (one.server, one.reason, one.agent_first, one.missed, one.answers) == ("person", "angry", False, (), 0)


async def test_an_offer_that_nobody_answered_was_served_by_nobody(store: Store) -> None:
    await say(store, "c1", "where is it", policy=OFFERING)
    (one,) = await contacts(store)
    assert (one.server, one.route, one.reason, one.topic) == ("offered", "offer", "angry", "order_status")
    assert (one.asks, one.agent_first, one.case_id) == (True, False, None)


async def test_a_declined_offer_is_served_by_the_agent(store: Store) -> None:
    await say(store, "c1", "where is it", policy=OFFERING)
    await say(store, "c1", "no thanks", policy=OFFERING)
    (one,) = await contacts(store)
    assert (one.server, one.agent_first, one.answers) == ("agent", True, 1)


async def test_a_second_case_is_a_contact_of_its_own_with_its_verdict_and_rating(store: Store) -> None:
    desk = Desk(store)
    first = await say(store, "c1", "the usual", "unsure")
    assert first.kind == "handed_off"
    await desk.claim(first.case_id, by="ana")
    await desk.hand_back(first.case_id, by="ana", instruction="tell her where it is")
    await say(store, "c1", "where is it then?")
    later(store, minutes=5)
    second = await say(store, "c1", "you charged me twice", "dispute")
    assert second.kind == "handed_off"
    assert second.case_id != first.case_id
    await desk.claim(second.case_id, by="ana")
    await desk.resolve(second.case_id, by="ana")
    await desk.judge(second.case_id, "missed", by="ana")
    later(store, hours=2)
    await ask_satisfaction(desk)
    later(store, hours=1)
    await say(store, "c1", "2")
    one, two = await contacts(store)
    assert (one.case_id, one.needless, one.scores) == (first.case_id, ("handed back and then served",), ())
    assert (two.case_id, two.agent_first, two.missed) == (second.case_id, True, ("judged", "upset after an answer"))
    assert [(score.server, score.score) for score in two.scores] == [("person", 2)]
