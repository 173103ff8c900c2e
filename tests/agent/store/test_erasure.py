"""A person is erased: nothing they said or are called is left in any table, and the audit trail still stands."""

import json
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import pytest
from sqlalchemy import select, update
from support.grey import GreyGuard, verdict
from support.world import ANN, BOB, NOON, OPEN

from warmline import SupportAgent
from warmline.agent.desk.desk import Desk
from warmline.agent.outcome import Turn
from warmline.agent.store.belongings import Whose, holding
from warmline.agent.store.database import transaction
from warmline.agent.store.erasure import Erased, erase
from warmline.agent.store.recorded import recorded_decision
from warmline.agent.store.rows import CASE, CASE_EVENT, CONVERSATION, ERASURE, LEDGER, MESSAGE, OUTBOX, TALLY, TURN
from warmline.agent.store.store import Opened, Store
from warmline.errors import StoreError, UsageError
from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, calls, says

TABLES = (CONVERSATION, TURN, MESSAGE, LEDGER, TALLY, CASE, CASE_EVENT, OUTBOX, ERASURE)
CLOSED = {"c1", "c2", "c3"}
HERS = ("C-1", "Ann", "Lee", "ann@example.com", "heirloom", "grandmother", "W-10001", "parcel shop", "phoned", "purple")
"""What only Ann said, is called, or was told."""


@pytest.fixture
async def lived(store: Store) -> Store:
    """Ann agreed to a write, was handed over, answered and written to again, and left a message unanswered; Bob said something too."""
    shop = MemoryShop(customers=[ANN, BOB], orders=[OPEN], clock=store.clock)
    cancel = calls("cancel_unshipped_order", order_number="W-10001")
    script = [cancel, says("Your heirloom order W-10001 is cancelled."), says("Hello Bob.")]
    await say(store, shop, script, "c1", ["Cancel W-10001, the heirloom one", "yes"], "C-1")
    await say(store, shop, [], "c2", ["My grandmother wept", "It was at the parcel shop"], "C-1", reason="emotional")
    desk = Desk(store)
    (case,) = await desk.cases()
    await desk.claim(case.id, by="rosa")
    await desk.reply(case.id, "Dear Ann, I phoned them.", by="rosa")
    await store.open_turn("c3", "m9", "are the purple ones back", customer_id="C-1", lease="crashed")
    await store.release("c3", "crashed")
    await say(store, shop, script[2:], "bobs", ["hi, Bob here"], "C-2")
    return store


async def say(
    store: Store,
    shop: MemoryShop,
    script: Sequence[Any],
    thread: str,
    messages: list[str],
    customer: str | None,
    reason: str = "",
) -> list[Turn]:
    guard = FixedGuard(reason) if reason else FixedGuard()
    agent = SupportAgent(model=ScriptedModel(script), shop=shop, store=store.engine, guard=guard, clock=store.clock)
    turns = [
        await agent.reply(thread, text, message_id=f"m{number}", customer=customer) for number, text in enumerate(messages, 1)
    ]
    await agent.close()
    return turns


async def everything(store: Store) -> dict[str, list[dict[str, Any]]]:
    async with transaction(store.engine, read_only=True) as connection:
        return {table.name: [dict(row) for row in (await connection.execute(select(table))).mappings()] for table in TABLES}


async def erase_ann(store: Store) -> Erased:
    return await erase(store, Whose(customer_id="C-1"), by="dpo")


def found(words: Sequence[str], stored: dict[str, list[dict[str, Any]]]) -> set[tuple[str, str]]:
    return {
        (name, word)
        for name, rows in stored.items()
        for row in rows
        for value in row.values()
        for word in words
        if word in str(value)
    }


def columns(rows: list[dict[str, Any]], names: tuple[str, ...]) -> list[list[Any]]:
    return sorted([row[name] for name in names] for row in rows)


async def test_the_words_are_there_before(lived: Store) -> None:
    stored = await everything(lived)
    assert {word for _, word in found(HERS, stored)} == set(HERS)
    assert {"warmline_conversation", "warmline_turn", "warmline_message", "warmline_ledger", "warmline_case"} <= {
        name for name, _ in found(HERS, stored)
    }


async def test_nothing_of_hers_is_left_in_any_table(lived: Store) -> None:
    await erase_ann(lived)
    assert found(HERS, await everything(lived)) == set()


async def test_what_is_anothers_stays(lived: Store) -> None:
    before = await everything(lived)
    await erase_ann(lived)
    after = await everything(lived)
    for name in ("warmline_turn", "warmline_message"):
        mine = [row for row in before[name] if row["conversation_id"] == "bobs"]
        assert mine
        assert [row for row in after[name] if row["conversation_id"] == "bobs"] == mine


async def test_ids_times_reasons_and_outcomes_stay(lived: Store) -> None:
    before = await everything(lived)
    await erase_ann(lived)
    after = await everything(lived)
    for name, kept in {
        "warmline_conversation": ("id", "created_at", "updated_at"),
        "warmline_turn": ("id", "conversation_id", "message_id", "opened_at"),
        "warmline_message": ("id", "conversation_id", "turn_id", "author", "at"),
        "warmline_ledger": ("key", "conversation_id", "turn_id", "tool", "status", "started_at", "finished_at", "told_in"),
        "warmline_case": ("id", "conversation_id", "reason", "queue", "priority", "assignee", "opened_at"),
    }.items():
        assert columns(after[name], kept) == columns(before[name], kept)
    for then, now in zip(*(sorted(stored["warmline_turn"], key=itemgetter("id")) for stored in (before, after)), strict=True):
        if then["outcome"] is not None:
            was, left = json.loads(then["outcome"]), json.loads(now["outcome"])
            assert left["kind"] == was["kind"]
            assert left["decision"]["reason"] == was["decision"]["reason"]
            assert [run["name"] for run in left["tool_calls"]] == [run["name"] for run in was["tool_calls"]]


async def test_the_case_is_closed_and_says_when_and_by_whom_it_was_erased(lived: Store) -> None:
    done = await erase_ann(lived)
    (case,) = await Desk(lived).cases(include_resolved=True)
    case = await Desk(lived).case(case.id)
    assert (case.status, case.customer_id, case.file.reason, case.file.transcript) == (
        "resolved",
        done.reference,
        "emotional",
        [],
    )
    assert [event.kind for event in case.events] == ["opened", "customer_wrote", "claimed", "reply_sent", "erased"]
    last = case.events[-1]
    assert (last.who, last.note, last.at) == ("dpo", done.reference, NOON)
    assert await Desk(lived).cases() == []


async def test_the_erasure_is_on_record_and_the_host_is_told_once_per_conversation(lived: Store) -> None:
    done = await erase_ann(lived)
    stored = await everything(lived)
    (record,) = stored["warmline_erasure"]
    assert record == {"reference": done.reference, "who": "dpo", "conversations": 3, "cases": 1, "at": NOON}
    told = [row for row in stored["warmline_outbox"] if row["kind"] == "conversation_erased"]
    assert [row["conversation_id"] for row in told] == sorted(CLOSED)
    assert json.loads(told[0]["body"]) == {"reference": done.reference, "who": "dpo"}


async def test_an_erased_conversation_belongs_to_nobody_and_nothing_in_it_waits(lived: Store) -> None:
    await erase_ann(lived)
    for customer in ("C-1", None):
        with pytest.raises(UsageError, match="belongs to another customer"):
            await lived.open_turn("c3", "m9", "are they back", customer_id=customer)
    assert await lived.interrupted("c3") == []
    assert await lived.thread("c1") == []
    assert isinstance(await lived.open_turn("new", "m1", "hello again", customer_id="C-1"), Opened)


async def test_an_erased_turn_is_not_explained(lived: Store) -> None:
    done = await erase_ann(lived)
    with pytest.raises(UsageError, match=rf"erased by dpo at 2026-11-23 12:00 UTC \({done.reference}\)"):
        await recorded_decision(lived, "c1", "m1")


async def test_what_is_erased_once_is_not_there_to_erase_again(lived: Store) -> None:
    assert (await holding(lived, Whose(customer_id="C-1"))).open_cases == 1
    await erase_ann(lived)
    for attempt in (erase_ann(lived), holding(lived, Whose(customer_id="C-1"))):
        with pytest.raises(UsageError, match="nothing is stored of customer 'C-1'"):
            await attempt


async def test_while_a_message_is_being_answered_nothing_is_erased(lived: Store) -> None:
    await lived.open_turn("c3", "m9", "are the purple ones back", customer_id="C-1", lease="at work")
    before = await everything(lived)
    with pytest.raises(StoreError, match="'c3' is being answered; nothing was erased"):
        await erase_ann(lived)
    assert await everything(lived) == before


async def test_a_write_that_ends_after_the_erasure_brings_nothing_back(store: Store) -> None:
    turn = await store.open_turn("c1", "m1", "yes", customer_id="C-1")
    assert isinstance(turn, Opened)
    await store.start_write(turn, key="k", tool="start_return", arguments='{"email":"ann@example.com"}')
    await store.release("c1", turn.lease)
    await erase_ann(store)
    await store.finish_write("k", status="done", result="R-1 for ann@example.com")
    (entry,) = await store.writes("c1")
    assert (entry.status, entry.result) == ("started", None)


async def test_a_guest_is_erased_by_a_conversation_and_no_longer_counted(store: Store) -> None:
    shop = MemoryShop(customers=[ANN], orders=[OPEN], clock=store.clock)
    guess = calls("get_order", order_number="W-10001", email="wrong@example.com")
    await say(store, shop, [guess, says("I cannot find it.")], "guests", ["Where is W-10001? wrong@example.com"], None)
    assert (await everything(store))["warmline_tally"]
    await erase(store, Whose(conversation_id="guests"), by="dpo")
    stored = await everything(store)
    assert stored["warmline_tally"] == []
    assert found(("W-10001", "wrong@example.com"), stored) == set()


async def test_a_failures_own_words_go_too(store: Store) -> None:
    shop = MemoryShop(customers=[ANN], orders=[OPEN], clock=store.clock)
    (turn,) = await say(store, shop, [RuntimeError("ann@example.com broke it")], "c1", ["hello"], "C-1")
    assert turn.decision.reason == "system_failure"
    assert found(("broke it",), await everything(store))
    await erase_ann(store)
    assert found(("broke it", "ann@example.com"), await everything(store)) == set()


async def test_records_that_cannot_be_read_are_erased_all_the_same(lived: Store) -> None:
    async with transaction(lived.engine) as connection:
        await connection.execute(update(CASE).values(file="heirloom, and no JSON"))
        await connection.execute(update(TURN).where(TURN.c.conversation_id == "c1").values(outcome='["heirloom"]'))
        await connection.execute(update(OUTBOX).values(body="heirloom"))
    await erase_ann(lived)
    assert found(HERS, await everything(lived)) == set()
    (case,) = await Desk(lived).cases(include_resolved=True)
    assert case.file.reason == "emotional"


async def test_what_a_language_model_said_of_them_goes_and_how_it_decided_stays(store: Store) -> None:
    shop = MemoryShop(customers=[ANN], orders=[OPEN], clock=store.clock)
    raised = verdict(needs_person=True, reason="emotional", why="The purple heirloom was for her grandmother.")
    agent = SupportAgent(model=ScriptedModel([raised]), shop=shop, store=store.engine, guard=GreyGuard(), clock=store.clock)
    await agent.reply("c1", "My parcel is late", message_id="m1", customer="C-1")
    await agent.close()
    assert found(("purple",), await everything(store))
    await erase_ann(store)
    assert found(("purple", "late"), await everything(store)) == set()
    (case,) = await Desk(store).cases(include_resolved=True)
    assert case.file.triage is not None
    assert (case.file.triage.outcome, case.file.triage.reason, case.file.triage.why) == ("raised", "emotional", "")


@pytest.mark.parametrize("whose", [{}, {"customer_id": "C-1", "conversation_id": "c1"}])
def test_somebody_is_a_customer_or_a_conversation(whose: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="give one of them"):
        Whose(**whose)


async def test_who_erases_has_a_name(store: Store) -> None:
    with pytest.raises(UsageError, match="the audit trail needs a name"):
        await erase(store, Whose(customer_id="C-1"), by=" ")
