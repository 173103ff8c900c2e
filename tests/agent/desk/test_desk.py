"""What people do with cases."""

from datetime import UTC, datetime, timedelta

import pytest
from support.cases import a_case, a_decision, a_turn

from warmline.agent.desk.case_file import in_one_line
from warmline.agent.desk.desk import Desk
from warmline.agent.desk.joining import joining
from warmline.agent.guard.decision import Priority
from warmline.agent.store.store import Closing, Store
from warmline.errors import DeskError, StoreError
from warmline.tools.clock import FrozenClock

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def test_cases_come_by_priority_then_by_age(store: Store) -> None:
    assert isinstance(store.clock, FrozenClock)
    expected: list[str] = []
    priorities: list[Priority] = ["normal", "urgent", "low", "normal"]
    for number, priority in enumerate(priorities):
        store.clock.moment += timedelta(minutes=1)
        expected.append(await a_case(store, f"c{number}", priority))
    first, second, third, fourth = expected
    assert [case.id for case in await Desk(store).cases()] == [second, first, fourth, third]


async def test_a_persons_reply_appears_in_the_customers_thread(store: Store) -> None:
    desk, case_id = Desk(store), await a_case(store)
    await desk.claim(case_id, by="ana")
    await desk.reply(case_id, "I am so sorry. A new one is on its way.", by="ana")
    assert [(said.author, said.text) for said in await store.thread("c1")][-1] == (
        "person",
        "I am so sorry. A new one is on its way.",
    )
    assert [event.kind for event in (await desk.case(case_id)).events] == ["opened", "claimed", "reply_sent"]


async def test_a_resolved_case_lets_the_agent_serve_again_and_its_reason_rest(store: Store) -> None:
    desk, case_id = Desk(store), await a_case(store)
    await desk.claim(case_id, by="ana")
    resolved = await desk.resolve(case_id, by="ana", note="replaced")
    assert resolved.status == "resolved"
    opened = await a_turn(store, "c1", "m2", "thank you")
    assert opened.case_id is None
    assert opened.state.settled == ["emotional"]
    assert await desk.cases() == []
    assert [case.id for case in await desk.cases(include_resolved=True)] == [case_id]


async def test_a_case_is_claimed_by_one(store: Store) -> None:
    desk, case_id = Desk(store), await a_case(store)
    await desk.claim(case_id, by="ana")
    assert (await desk.claim(case_id.lower(), by="ana")).assignee == "ana"
    with pytest.raises(DeskError, match="is claimed by ana; nothing was changed"):
        await desk.claim(case_id, by="ben")


async def test_moves_that_are_not_allowed_are_refused_in_words(store: Store) -> None:
    desk, case_id = Desk(store), await a_case(store)
    with pytest.raises(DeskError, match="not claimed; claim it first"):
        await desk.reply(case_id, "hello", by="ana")
    await desk.claim(case_id, by="ana")
    with pytest.raises(DeskError, match="is claimed by ana; nothing was changed"):
        await desk.resolve(case_id, by="ben")
    with pytest.raises(DeskError, match="the reply is empty"):
        await desk.reply(case_id, "  ", by="ana")
    await desk.resolve(case_id, by="ana")
    for move in (
        desk.reply(case_id, "late", by="ana"),
        desk.resolve(case_id, by="ana"),
        desk.claim(case_id, by="ben"),
        desk.claim(case_id, by="ana"),
    ):
        with pytest.raises(DeskError, match="is resolved"):
            await move
    with pytest.raises(DeskError, match="there is no case 'K-NOPE'"):
        await desk.case("K-NOPE")


async def test_a_conversation_has_one_open_case(store: Store) -> None:
    await a_case(store)
    with pytest.raises(StoreError):
        await a_case(store, message_id="m2")


async def test_a_graver_message_raises_the_case_and_a_lighter_one_does_not(store: Store) -> None:
    desk, case_id = Desk(store), await a_case(store, priority="high")
    graver: list[tuple[Priority, str]] = [("low", "unsure"), ("urgent", "self_harm"), ("normal", "angry")]
    for number, (priority, reason) in enumerate(graver):
        opened = await a_turn(store, "c1", f"n{number}", "more")
        within = joining(case_id, "more", a_decision(priority, reason), NOON)
        await store.close_turn(opened, Closing(messages=[], state=opened.state, outcome="{}", within=within))
    case = await desk.case(case_id)
    assert (case.priority, case.reason) == ("urgent", "self_harm")
    assert [event.note for event in case.events if event.kind == "customer_wrote"] == [
        "unsure: more",
        "self_harm: more",
        "angry: more",
    ]


async def test_what_a_case_was_opened_for_rests_too_when_it_became_something_else(store: Store) -> None:
    desk, case_id = Desk(store), await a_case(store)
    opened = await a_turn(store, "c1", "m2", "useless")
    within = joining(case_id, "useless", a_decision("urgent", "angry"), NOON)
    await store.close_turn(opened, Closing(messages=[], state=None, outcome="{}", within=within))
    await desk.claim(case_id, by="ana")
    await desk.resolve(case_id, by="ana")
    assert (await a_turn(store, "c1", "m3", "thanks")).state.settled == ["angry", "emotional"]


async def test_nothing_is_added_to_a_resolved_case(store: Store) -> None:
    desk, case_id = Desk(store), await a_case(store)
    await desk.claim(case_id, by="ana")
    await desk.resolve(case_id, by="ana")
    opened = await a_turn(store, "c1", "m2", "hello?")
    with pytest.raises(StoreError, match="was closed while a message was on its way"):
        await store.close_turn(
            opened, Closing(messages=[], state=None, outcome="{}", within=joining(case_id, "hello?", None, NOON))
        )
    assert await store.interrupted("c1") == [("m2", "hello?")]


async def test_cases_of_one_queue_can_be_listed_alone(store: Store) -> None:
    case_id = await a_case(store)
    assert [case.id for case in await Desk(store).cases(queue="care")] == [case_id]
    assert await Desk(store).cases(queue="payments") == []


def test_a_wish_is_one_line_and_not_too_long() -> None:
    assert in_one_line(["Where\nis  it?", "Hello?"]) == "Where is it? Hello?"
    assert in_one_line(["x" * 500], limit=10) == "xxxxxxxxx…"
