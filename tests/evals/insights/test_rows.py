"""A row of a conversation: of which contact it tells, and what is a pseudonym in it."""

from datetime import timedelta

import pytest
from support.cases import later
from support.talks import OFFERING, say

from warmline.agent.desk.desk import Desk
from warmline.agent.desk.lifecycle import Verdict
from warmline.agent.store.store import Store
from warmline.evals.insights.rows import Row, Shown, conversations


async def rows(store: Store, *, key: bytes | None = None) -> list[Row]:
    now = store.clock.now()
    return [row async for page in conversations(store, Shown(key=key), since=now - timedelta(days=30), until=now) for row in page]


async def test_a_row_tells_of_the_first_contact_that_went_to_a_person(store: Store) -> None:
    await say(store, "c1", "how do I wash it", "product_care")
    later(store, hours=2)
    turn = await say(store, "c1", "Ich bin wütend", "angry", policy=OFFERING)
    assert turn.kind == "handed_off"
    (row,) = await rows(store)
    assert (row["served_by"], row["rule"], row["contacts"]) == ("person", "human", 2)
    assert row["topic"] == "none named"
    assert row["policy"] == OFFERING.stamp
    assert (row["cases"], row["case"]) == (1, turn.case_id)


async def test_a_case_is_a_pseudonym_as_its_customer_is(store: Store) -> None:
    turn = await say(store, "c1", "I am furious", "angry")
    assert turn.kind == "handed_off"
    (row,) = await rows(store, key=b"key")
    assert turn.case_id not in map(str, row.values())
    assert row["case"] == Shown(key=b"key").id(turn.case_id)


async def test_the_verdict_on_a_second_case_is_in_the_row_and_both_are_counted(store: Store) -> None:
    desk = Desk(store)
    verdicts: tuple[tuple[str, Verdict], ...] = (("unsure", "needless"), ("dispute", "missed"))
    for reason, verdict in verdicts:
        turn = await say(store, "c1", "I was charged twice", reason)
        assert turn.kind == "handed_off"
        await desk.claim(turn.case_id, by="ana")
        await desk.hand_back(turn.case_id, by="ana", instruction="tell her where it is")
        await desk.judge(turn.case_id, verdict, by="ana")
    (row,) = await rows(store)
    assert (row["cases"], row["contacts"], row["verdict"]) == (2, 2, "needless, missed")
    assert (row["missed"], row["needless"]) == ("judged", "judged")


@pytest.mark.parametrize("answer", ["", "no thanks"])
async def test_an_offer_without_an_answer_was_served_by_nobody(store: Store, answer: str) -> None:
    for text in filter(None, ("where is it", answer)):
        await say(store, "c1", text, policy=OFFERING)
    (row,) = await rows(store)
    assert row["served_by"] == ("agent" if answer else "offered")
