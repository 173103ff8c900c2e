"""Two cases of one customer about the same order: related, and merged without a word lost or put in the wrong place."""

import asyncio

import pytest
from support.cases import a_case, a_file, a_message, a_turn, later

from warmline.agent.desk.desk import Desk
from warmline.agent.store.store import Store
from warmline.errors import DeskError


async def two(store: Store, *, urgent: str = "c1") -> tuple[str, str]:
    """Two cases of C-1 about W-1, in the conversations c1 and c2."""
    first, second = [
        await a_case(store, name, "urgent" if name == urgent else "normal", customer_id="C-1", file=a_file(orders=["W-1"]))
        for name in ("c1", "c2")
    ]
    return first, second


async def persons_words(store: Store, conversation_id: str) -> list[str]:
    return [said.text for said in await store.thread(conversation_id) if said.author == "person"]


async def test_open_cases_of_a_customer_about_the_same_order_are_related(store: Store) -> None:
    first, second = await two(store)
    await a_case(store, "c3", customer_id="C-1", file=a_file(orders=["W-2"]))
    await a_case(store, "c4", customer_id="C-2", file=a_file(orders=["W-1"]))
    desk = Desk(store)
    assert [case.id for case in await desk.related(first)] == [second]
    await desk.claim(second, by="ana")
    await desk.resolve(second, by="ana")
    assert await desk.related(first) == []


async def test_messages_of_a_merged_conversation_go_to_the_surviving_case(store: Store) -> None:
    first, second = await two(store)
    desk = Desk(store)
    case = await desk.merge(first, into=second, by="ana")
    assert (case.id, case.priority, case.threads) == (second, "urgent", ["c2", "c1"])
    gone = await desk.case(first)
    assert (gone.status, gone.merged_into, gone.closed) == ("merged", second, True)
    opened = await a_message(store, "and the lid?", "m2", conversation_id="c1", customer_id="C-1")
    assert opened.case_id == second
    assert (await desk.case(second)).events[-1].note == "and the lid?"
    assert [case.id for case in await desk.cases()] == [second]
    assert "and the lid?" in [said.text for said in await desk.thread(second)]
    found = await store.find("c1")
    assert found is not None
    assert found.case_id == second


async def test_a_reply_appears_where_the_customer_waits_for_one(store: Store) -> None:
    first, second = await two(store)
    desk = Desk(store)
    await desk.merge(first, into=second, by="ana")
    await desk.claim(second, by="ana")
    await desk.reply(second, "to both", by="ana")
    await a_message(store, "thanks, and the lid?", "m2", conversation_id="c1", customer_id="C-1")
    await desk.reply(second, "the lid too", by="ana")
    await desk.reply(second, "good night", by="ana")
    await desk.reply(second, "on purpose", by="ana", conversation_id="c2")
    assert await persons_words(store, "c1") == ["to both", "the lid too", "good night"]
    assert await persons_words(store, "c2") == ["to both", "on purpose"]
    with pytest.raises(DeskError, match=r"'c9' is none of this case's conversations; nothing was sent\. It has c2, c1"):
        await desk.reply(second, "where?", by="ana", conversation_id="c9")


async def test_resolving_the_surviving_case_frees_both_conversations(store: Store) -> None:
    first, second = await two(store)
    desk = Desk(store)
    await desk.merge(first, into=second, by="ana")
    await desk.claim(second, by="ana")
    await desk.resolve(second, by="ana")
    for name in ("c1", "c2"):
        opened = await a_turn(store, name, "m5", "thanks", customer_id="C-1")
        assert (opened.case_id, opened.state.settled) == (None, ["emotional"])
        assert opened.state.last_case is not None
        assert opened.state.last_case.case_id == second


async def test_merging_in_a_circle_into_itself_or_into_what_is_closed_is_refused(store: Store) -> None:
    first, second = await two(store)
    desk = Desk(store)
    with pytest.raises(DeskError, match="cannot be merged into itself"):
        await desk.merge(first, into=first, by="ana")
    await desk.merge(first, into=second, by="ana")
    with pytest.raises(DeskError, match=f"{first} was merged into {second}: merging back would be a circle; go on in"):
        await desk.merge(second, into=first, by="ana")
    with pytest.raises(DeskError, match=f"is merged into {second}; nothing was changed. Go on in {second}"):
        await desk.merge(first, into=second, by="ana")
    third = await a_case(store, "c3", customer_id="C-1")
    await desk.claim(third, by="ana")
    await desk.resolve(third, by="ana")
    with pytest.raises(DeskError, match="is resolved by ana; a case is merged into one that is open"):
        await desk.merge(second, into=third, by="ana")


async def test_a_chain_of_merges_ends_in_one_case(store: Store) -> None:
    first, second = await two(store)
    third = await a_case(store, "c3", customer_id="C-1")
    desk = Desk(store)
    await desk.merge(first, into=second, by="ana")
    case = await desk.merge(second, into=third, by="ana")
    assert sorted(case.threads) == ["c1", "c2", "c3"]
    assert (await a_message(store, "hello?", "m2", conversation_id="c1", customer_id="C-1")).case_id == third


async def test_only_cases_of_the_same_customer_are_merged(store: Store) -> None:
    desk = Desk(store)
    mine, theirs = await a_case(store, "c1", customer_id="C-1"), await a_case(store, "c2", customer_id="C-2")
    ada, ada_too = [
        await a_case(store, name, file=a_file(email=email)) for name, email in (("g1", "ada@x.de"), ("g2", "Ada@x.de"))
    ]
    nobody, eve = await a_case(store, "g3"), await a_case(store, "g4", file=a_file(email="eve@x.de"))
    for one, other in ((mine, theirs), (mine, ada), (ada, mine), (ada, eve), (nobody, ada), (ada, nobody)):
        with pytest.raises(DeskError, match="are not of the same customer; nothing was changed"):
            await desk.merge(one, into=other, by="ana")
    assert (await desk.merge(ada, into=ada_too, by="ana")).threads == ["g2", "g1"]


async def test_a_case_somebody_else_holds_is_not_merged_away(store: Store) -> None:
    first, second = await two(store)
    await Desk(store).claim(first, by="ben")
    with pytest.raises(DeskError, match="is claimed by ben"):
        await Desk(store).merge(first, into=second, by="ana")
    assert (await Desk(store).merge(first, into=second, by="ben")).id == second


async def test_two_cases_merged_into_each_other_at_once_end_as_one(store: Store, store_url: str) -> None:
    first, second = await two(store)
    other = await Store.open(store_url, clock=store.clock)
    ended = await asyncio.gather(
        Desk(store).merge(first, into=second, by="ana"), Desk(other).merge(second, into=first, by="ben"), return_exceptions=True
    )
    await other.close()
    assert sorted(isinstance(one, DeskError) for one in ended) == [False, True]
    assert len(await Desk(store).cases()) == 1


async def test_the_survivor_takes_over_the_contact_and_the_earlier_deadline(store: Store) -> None:
    desk = Desk(store)
    late = await a_case(store, "c1", customer_id="C-1", minutes=240)
    soon = await a_case(store, "c2", customer_id="C-1", minutes=60, file=a_file().model_copy(update={"contact": "ada@x.de"}))
    due = (await desk.case(soon)).due_at
    later(store, minutes=5)
    case = await desk.merge(soon, into=late, by="ana")
    assert (case.due_at, case.file.contact) == (due, "ada@x.de")
