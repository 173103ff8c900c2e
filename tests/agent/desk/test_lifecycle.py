"""The life of a case: every move from every state, made or refused in words."""

import itertools
from typing import Any, get_args

import pytest
from support.cases import a_case, a_message, later

from warmline.agent.desk.case import Case
from warmline.agent.desk.desk import Desk
from warmline.agent.desk.lifecycle import CLOSED, LIFE_CYCLE, OWN, Move, Status
from warmline.agent.store.rows import CASE_EVENT, OUTBOX
from warmline.agent.store.store import Store
from warmline.errors import DeskError

MOVES: dict[str, dict[str, Any]] = {
    "claim": {},
    "release": {},
    "reassign": {"to": "ben"},
    "reply": {"text": "It leaves today."},
    "note": {"text": "ask the carrier"},
    "judge": {"verdict": "needless"},
    "wait_for_customer": {},
    "resolve": {},
    "hand_back": {"instruction": "offer the blue one"},
    "reopen": {},
}
WAYS: dict[Status, list[str]] = {
    "open": [],
    "claimed": ["claim"],
    "waiting_for_customer": ["claim", "wait_for_customer"],
    "resolved": ["claim", "resolve"],
    "handed_back": ["claim", "hand_back"],
    "reopened": ["claim", "resolve", "reopen"],
}


async def move(desk: Desk, case_id: str, name: str, by: str = "ana") -> Case:
    given = dict(MOVES[name])
    text = [given.pop("text")] if "text" in given else []
    return await getattr(desk, name)(case_id, *text, by=by, **given)


async def bring(store: Store, status: Status) -> str:
    case_id = await a_case(store)
    for name in WAYS[status]:
        await move(Desk(store), case_id, name)
    return case_id


def test_every_state_has_its_moves_and_every_move_leads_to_a_state() -> None:
    assert set(LIFE_CYCLE) == set(get_args(Status))
    assert {to for moves in LIFE_CYCLE.values() for to in moves.values()} == set(get_args(Status))
    assert {name for moves in LIFE_CYCLE.values() for name in moves} == set(get_args(Move))
    assert all(not LIFE_CYCLE[one].keys() & OWN for one in CLOSED)


@pytest.mark.parametrize(("status", "name"), list(itertools.product(WAYS, MOVES)))
async def test_a_move_leads_where_the_table_says_and_any_other_is_refused_in_words(
    store: Store, status: Status, name: Any
) -> None:
    case_id = await bring(store, status)
    before = await Desk(store).case(case_id)
    to = LIFE_CYCLE[status].get(name)
    if to is not None:
        assert (await move(Desk(store), case_id, name)).status == to
        return
    with pytest.raises(DeskError) as refused:
        await move(Desk(store), case_id, name)
    assert case_id in str(refused.value)
    assert status.replace("_", " ") in str(refused.value)
    assert await Desk(store).case(case_id) == before


@pytest.mark.parametrize("name", sorted(OWN - {"merge"}))
async def test_what_somebody_else_holds_is_left_to_them(store: Store, name: str) -> None:
    case_id = await bring(store, "claimed")
    with pytest.raises(DeskError, match=r"is claimed by ana; nothing was changed\. ana can release it, anybody can reassign"):
        await move(Desk(store), case_id, name, by="ben")
    assert (await Desk(store).case(case_id)).assignee == "ana"


async def test_every_move_is_an_event_with_who_and_why_and_one_for_the_host(store: Store) -> None:
    desk = Desk(store)
    case_id = await a_case(store)
    await desk.claim(case_id, by="ana")
    await desk.note(case_id, "looks like the carrier", by="ben")
    await desk.reply(case_id, "We are looking into it.", by="ana")
    await desk.wait_for_customer(case_id, by="ana", note="needs a photo")
    await desk.reassign(case_id, to="ben", by="ana", note="my shift ends")
    await desk.release(case_id, by="ben", note="not mine")
    await desk.claim(case_id, by="ana")
    await desk.hand_back(case_id, by="ana", instruction="start the exchange")
    await desk.reopen(case_id, by="cid", note="wrong size again")
    events = (await desk.case(case_id)).events
    assert [(one.kind, one.who, one.note) for one in events][1:] == [
        ("claimed", "ana", ""),
        ("noted", "ben", "looks like the carrier"),
        ("reply_sent", "ana", "We are looking into it."),
        ("waiting_for_customer", "ana", "needs a photo"),
        ("reassigned", "ana", "to ben: my shift ends"),
        ("released", "ben", "not mine"),
        ("claimed", "ana", ""),
        ("handed_back", "ana", "start the exchange"),
        ("reopened", "cid", "wrong size again"),
    ]
    async with store.engine.connect() as connection:
        told = [row.kind for row in await connection.execute(OUTBOX.select().order_by(OUTBOX.c.id))]
        rows = len(list(await connection.execute(CASE_EVENT.select())))
    assert told == [
        "case_opened", "case_claimed", "case_noted", "reply_sent", "case_waiting", "case_claimed", "case_released", "case_claimed",
        "case_handed_back", "case_reopened",
    ]  # fmt: skip
    assert rows == len(told)


async def test_a_note_is_never_shown_to_the_customer(store: Store) -> None:
    case_id = await a_case(store)
    await Desk(store).note(case_id, "she has been rude before", by="ana")
    assert "rude" not in str(await store.thread("c1"))
    async with store.engine.connect() as connection:
        told = str(list(await connection.execute(OUTBOX.select())))
    assert "rude" not in told


async def test_a_customer_who_writes_to_a_waiting_case_gives_it_back_to_who_holds_it(store: Store) -> None:
    desk, case_id = Desk(store), await bring(store, "waiting_for_customer")
    later(store, days=2)
    assert await desk.lapse_claims() == 0
    await a_message(store, "here is the photo", "m2")
    case = await desk.case(case_id)
    assert (case.status, case.assignee) == ("claimed", "ana")
    later(store, minutes=31)
    assert await desk.lapse_claims() == 1
    assert (await desk.case(case_id)).status == "open"


@pytest.mark.parametrize("move_of", ["claim", "release", "reassign", "resolve"])
async def test_nobody_moves_a_case_without_a_name(store: Store, move_of: str) -> None:
    case_id = await a_case(store)
    with pytest.raises(DeskError, match="no name was given"):
        await move(Desk(store), case_id, move_of, by=" ")


async def test_a_case_of_a_conversation_that_has_another_open_one_is_not_reopened(store: Store) -> None:
    desk, first = Desk(store), await bring(store, "resolved")
    second = await a_case(store, message_id="m2")
    with pytest.raises(DeskError, match=f"has an open case, {second}"):
        await desk.reopen(first, by="ana")


async def test_a_case_is_not_reopened_while_the_agent_answers(store: Store) -> None:
    desk, case_id = Desk(store), await bring(store, "resolved")
    await store.open_turn("c1", "m2", "thanks", customer_id=None)
    with pytest.raises(DeskError, match="the agent is answering the customer right now"):
        await desk.reopen(case_id, by="ana")
