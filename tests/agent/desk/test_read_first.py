"""Nothing a customer wrote is set aside unread, and nobody talks over a person, whatever happens at the same moment."""

import pytest
from support.cases import a_case, a_message, later

from warmline.agent.desk.desk import Desk
from warmline.agent.models.base import Message
from warmline.agent.store.database import Overtaken
from warmline.agent.store.leases import LEASE
from warmline.agent.store.store import Closing, Opened, Store
from warmline.errors import DeskError


async def test_a_case_is_not_set_aside_while_the_customers_last_words_wait(store: Store) -> None:
    desk = Desk(store)
    case_id = await a_case(store)
    await desk.claim(case_id, by="ana")
    await desk.reply(case_id, "Which one is it?", by="ana")
    await a_message(store, "my child is cut", "m2")
    with pytest.raises(DeskError, match="has written since your last reply, and is not answered: “my child is cut”"):
        await desk.wait_for_customer(case_id, by="ana")
    assert (await desk.case(case_id)).status == "claimed"
    assert (await desk.wait_for_customer(case_id, by="ana", anyway=True)).status == "waiting_for_customer"


async def answering(store: Store, conversation_id: str, message_id: str) -> Opened:
    opened = await store.open_turn(conversation_id, message_id, "thanks", customer_id="C-1", lease="agent")
    assert isinstance(opened, Opened)
    return opened


def said(text: str) -> Closing:
    return Closing(messages=[("agent", Message(role="assistant", text=text))], state=None, outcome="{}")


async def test_an_answer_is_not_stored_when_a_person_took_the_merged_case_up_meanwhile(store: Store) -> None:
    desk = Desk(store)
    first, second = await a_case(store, "c1", customer_id="C-1"), await a_case(store, "c2", customer_id="C-1")
    await desk.merge(first, into=second, by="ana")
    await desk.claim(second, by="ana")
    await desk.resolve(second, by="ana")
    turn = await answering(store, "c1", "m9")
    later(store, seconds=LEASE.total_seconds() + 1)  # the worker stands still
    await desk.reopen(second, by="ana")
    with pytest.raises(Overtaken, match=f"the open case of 'c1' is {second} now, not None"):
        await store.close_turn(turn, said("You are welcome!"))
    assert "You are welcome!" not in [one.text for one in await store.thread("c1")]


async def test_a_case_is_not_reopened_where_another_conversation_of_it_has_one(store: Store) -> None:
    desk = Desk(store)
    first, second = await a_case(store, "c1", customer_id="C-1"), await a_case(store, "c2", customer_id="C-1")
    await desk.merge(first, into=second, by="ana")
    await desk.claim(second, by="ana")
    await desk.resolve(second, by="ana")
    third = await a_case(store, "c1", message_id="m3", customer_id="C-1")
    with pytest.raises(DeskError, match=f"has an open case, {third}"):
        await desk.reopen(second, by="ana")
