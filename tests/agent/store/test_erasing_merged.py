"""A guest whose case was merged with another of theirs is erased with both: nothing of one is left in the other."""

import pytest
from sqlalchemy import select
from support.cases import a_case, a_file, a_message, later

from warmline.agent.desk.chores import ask_satisfaction
from warmline.agent.desk.desk import Desk
from warmline.agent.store.belongings import Whose, export, holding
from warmline.agent.store.database import transaction
from warmline.agent.store.erasure import erase
from warmline.agent.store.leases import LEASE
from warmline.agent.store.store import Store
from warmline.agent.store.tables import METADATA
from warmline.errors import DeskError, StoreError, UsageError

SECRET = "I am pregnant, call +44 20 7946 0958"


async def everything(store: Store) -> str:
    async with transaction(store.engine, read_only=True) as connection:
        return "\n".join([str(tuple(row)) for table in METADATA.sorted_tables for row in await connection.execute(select(table))])


async def merged(store: Store) -> tuple[str, str]:
    """The cases of g1 and g2, in one, with words of g1 that came after; another guest has one too."""
    desk, proved = Desk(store), a_file(orders=["W-1"], email="g@example.com")
    first, second = [await a_case(store, thread, file=proved) for thread in ("g1", "g2")]
    await a_case(store, "other", file=a_file(orders=["W-2"], email="o@example.com"))
    await desk.merge(first, into=second, by="ana")
    await a_message(store, SECRET, "m2", conversation_id="g1")
    return first, second


@pytest.mark.parametrize("named", ["g1", "g2"])
async def test_no_word_of_either_conversation_is_left(store: Store, named: str) -> None:
    first, second = await merged(store)
    assert "pregnant" in await everything(store)
    assert (await holding(store, Whose(conversation_id=named))).conversations == 2
    assert len((await export(store, Whose(conversation_id=named)))["conversations"]) == 2
    done = await erase(store, Whose(conversation_id=named), by="dpo")
    left = await everything(store)
    assert [word for word in ("pregnant", "7946", "g@example.com") if word in left] == []
    assert "o@example.com" in left
    assert (done.conversations, done.cases) == (2, 2)
    cases = [await Desk(store).case(one) for one in (first, second)]
    assert [(case.status, case.merged_into) for case in cases] == [("merged", second), ("resolved", None)]
    assert {case.events[-1].kind for case in cases} == {"erased"}


async def test_nobody_writes_into_the_erased_conversation_or_asks_there(store: Store) -> None:
    _, second = await merged(store)
    desk = Desk(store)
    await desk.claim(second, by="ana")
    await erase(store, Whose(conversation_id="g1"), by="dpo")
    with pytest.raises(DeskError, match="nothing was changed"):
        await desk.reply(second, "About your pregnancy", by="ana")
    with pytest.raises(UsageError, match="belongs to another customer"):
        await store.open_turn("g1", "m3", "hello?", customer_id=None)
    found = await store.find("g1")
    assert found is not None
    assert found.case_id is None
    later(store, minutes=11)
    assert await ask_satisfaction(desk) == 0
    assert await store.thread("g1") == await store.thread("g2") == []


async def test_nothing_is_erased_while_the_other_conversation_is_being_answered(store: Store) -> None:
    await merged(store)
    await store.open_turn("g2", "m5", "and the lid?", customer_id=None)
    with pytest.raises(StoreError, match="'g2' is being answered; nothing was erased"):
        await erase(store, Whose(conversation_id="g1"), by="dpo")
    assert "pregnant" in await everything(store)
    later(store, seconds=LEASE.total_seconds() + 1)
    assert (await erase(store, Whose(conversation_id="g1"), by="dpo")).conversations == 2
