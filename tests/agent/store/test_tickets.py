"""Tickets of a help desk outside are of the case: exported with it, kept without a word when its customer is erased, gone when it is forgotten."""

from datetime import timedelta
from typing import Any

from support.cases import a_case, later
from support.events import Taker

from warmline.agent.desk.desk import Desk
from warmline.agent.desk.outside.links import Link, behind, checkpoint, link_of, set_checkpoint, tie
from warmline.agent.outbox.delivery import deliver_due
from warmline.agent.store.belongings import Whose, export
from warmline.agent.store.erasure import erase
from warmline.agent.store.retention import forget_old
from warmline.agent.store.store import Store


async def a_tied_case(store: Store) -> str:
    case_id = await a_case(store, customer_id="C-1")
    await tie(store, "zendesk", Link(case_id=case_id, ticket="35436", said=1, heard="7:0", standing="open"))
    return case_id


async def test_an_export_says_which_ticket_a_case_has(store: Store) -> None:
    await a_tied_case(store)
    told: dict[str, Any] = await export(store, Whose(customer_id="C-1"))
    ((ticket,),) = [case["tickets"] for case in told["conversations"][0]["cases"]]
    assert (ticket["helpdesk"], ticket["ticket"], ticket["heard"]) == ("zendesk", "35436", "7:0")


async def test_an_erasure_keeps_which_ticket_it_was_so_that_it_can_be_deleted_there_too(store: Store) -> None:
    case_id = await a_tied_case(store)
    await erase(store, Whose(customer_id="C-1"), by="dpo")
    link = await link_of(store, "zendesk", case_id=case_id)
    assert link is not None
    assert link.ticket == "35436"


async def test_what_is_forgotten_takes_its_ticket_along(store: Store) -> None:
    case_id = await a_tied_case(store)
    desk = Desk(store)
    await desk.claim(case_id, by="ana")
    await desk.resolve(case_id, by="ana")
    await deliver_due(store, Taker())
    later(store, days=401)
    assert await forget_old(store, older_than=timedelta(days=400)) == 1
    assert await link_of(store, "zendesk", ticket="35436") is None


async def test_a_case_that_gets_another_ticket_has_that_one(store: Store) -> None:
    case_id = await a_tied_case(store)
    await tie(store, "zendesk", Link(case_id=case_id, ticket="35437", said=1, heard="", standing="open"))
    assert await link_of(store, "zendesk", ticket="35436") is None
    found = await link_of(store, "zendesk", case_id=case_id)
    assert found is not None
    assert found.ticket == "35437"
    assert await link_of(store, "gorgias", case_id=case_id) is None


async def test_a_checkpoint_is_where_it_was_set_last(store: Store) -> None:
    assert await checkpoint(store, "helpdesk:zendesk") is None
    for cursor in ("a", "b"):
        await set_checkpoint(store, "helpdesk:zendesk", cursor)
    assert await checkpoint(store, "helpdesk:zendesk") == "b"


async def test_cases_without_a_ticket_lag_behind_and_those_of_another_desk_too(store: Store) -> None:
    case_id = await a_tied_case(store)
    later(store, minutes=2)
    now = store.clock.now()
    assert await behind(store, "gorgias", before=now, most=10) == [case_id]
