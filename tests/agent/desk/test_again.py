"""A case that goes on after all: opened again by a person, or with another one merged into it."""

from datetime import timedelta

import pytest
from support.cases import a_case, a_file, later

from warmline.agent.desk.desk import Desk
from warmline.agent.store.belongings import Whose
from warmline.agent.store.erasure import erase
from warmline.agent.store.store import Store
from warmline.errors import DeskError


async def test_a_case_a_person_opens_again_has_as_long_for_its_first_answer_as_it_had(store: Store) -> None:
    desk = Desk(store)
    case_id = await a_case(store, minutes=60)
    await desk.claim(case_id, by="ana")
    await desk.reply(case_id, "It leaves today.", by="ana")
    await desk.resolve(case_id, by="ana")
    later(store, hours=5)
    case = await desk.reopen(case_id, by="ana")
    assert case.due_at == store.clock.now() + timedelta(minutes=60)
    assert not case.overdue


async def test_a_graver_case_that_is_merged_brings_its_queue_its_reason_and_what_it_wants(store: Store) -> None:
    desk = Desk(store)
    mild = await a_case(store, "c1", customer_id="C-1", queue="payments", file=a_file("dispute"))
    grave = await a_case(store, "c2", "urgent", customer_id="C-1", queue="legal")
    case = await desk.merge(grave, into=mild, by="ana")
    assert (case.id, case.queue, case.priority, case.reason) == (mild, "legal", "urgent", "emotional")
    assert case.file.wants == "the urn came cracked the urn came cracked"


async def test_a_milder_case_that_is_merged_changes_neither_queue_nor_reason(store: Store) -> None:
    desk = Desk(store)
    grave = await a_case(store, "c1", "urgent", customer_id="C-1", queue="legal")
    mild = await a_case(store, "c2", customer_id="C-1", queue="payments")
    case = await desk.merge(mild, into=grave, by="ana")
    assert (case.queue, case.priority) == ("legal", "urgent")


async def test_a_case_of_somebody_who_was_erased_is_not_opened_again(store: Store) -> None:
    desk = Desk(store)
    case_id = await a_case(store, "c1", customer_id="C-1")
    await erase(store, Whose(customer_id="C-1"), by="dpo")
    with pytest.raises(DeskError, match=r"was erased at .* there is nobody to write to"):
        await desk.reopen(case_id, by="ana")
