"""Claims: nobody shares a case, the most pressing comes first, and what people leave behind comes back."""

import asyncio
from datetime import timedelta

import pytest
from support.cases import a_case, a_decision, a_message, later

from warmline.agent.desk.desk import Desk
from warmline.agent.desk.terms import Person, Terms
from warmline.agent.guard.decision import Priority
from warmline.agent.store.store import Store
from warmline.errors import DeskError
from warmline.tools.clock import FrozenClock


async def test_fifty_people_claiming_at_once_never_share_a_case(store: Store, store_url: str) -> None:
    opened = {await a_case(store, f"c{number}") for number in range(60)}
    others = [await Store.open(store_url, clock=store.clock) for _ in range(2)]
    desks = [Desk(one) for one in (store, *others)]

    async def work(number: int) -> list[str]:
        mine: list[str] = []
        while (case := await desks[number % 3].claim_next(by=f"person {number}")) is not None:
            mine.append(case.id)
        return mine

    taken = await asyncio.gather(*map(work, range(50)))
    for one in others:
        await one.close()
    claimed = [case_id for mine in taken for case_id in mine]
    assert len(claimed) == len(set(claimed))
    assert set(claimed) == opened
    for number, mine in enumerate(taken):
        for case_id in mine[:1]:
            case = await desks[0].case(case_id)
            assert case.assignee == f"person {number}"
            assert [event.kind for event in case.events].count("claimed") == 1


async def test_the_next_case_is_the_gravest_then_what_falls_due_first_then_the_oldest(store: Store) -> None:
    told: list[tuple[Priority, int | None]] = [
        ("normal", None),
        ("normal", 240),
        ("normal", 60),
        ("high", None),
        ("normal", None),
    ]
    cases: list[str] = []
    for number, (priority, minutes) in enumerate(told):
        cases.append(await a_case(store, f"c{number}", priority, minutes=minutes))
        later(store, minutes=1)
    desk = Desk(store)
    order = [case.id for _ in cases if (case := await desk.claim_next(by="ana")) is not None]
    assert order == [cases[3], cases[2], cases[1], cases[0], cases[4]]
    assert await desk.claim_next(by="ana") is None


async def test_a_person_is_given_only_what_they_serve(store: Store) -> None:
    await a_case(store, "c1", "urgent", queue="legal")
    care = await a_case(store, "c2", queue="care")
    desk = Desk(store, Terms(people={"ana": Person(frozenset({"care", "vip"}))}))
    assert (await desk.claim_next(by="ana", queue="legal")) is None
    case = await desk.claim_next(by="ana")
    assert case is not None
    assert case.id == care
    assert await desk.claim_next(by="ana") is None
    free = await desk.claim_next(by="ben")
    assert free is not None
    assert free.queue == "legal"


async def test_a_person_is_given_no_more_than_they_can_hold_also_from_two_windows(store: Store) -> None:
    for number in range(6):
        await a_case(store, f"c{number}")
    desk = Desk(store, Terms(people={"ana": Person(capacity=2)}))
    ended = await asyncio.gather(*(desk.claim_next(by="ana") for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(one, DeskError) for one in ended) == 3
    assert "ana holds 2 cases, and may hold 2; nothing was claimed" in str(ended)
    mine = await desk.cases(assignee="ana")
    await desk.wait_for_customer(mine[0].id, by="ana")
    assert await desk.claim_next(by="ana") is not None
    free = next(one for one in await desk.cases() if one.assignee is None)
    assert (await desk.claim(free.id, by="ana")).assignee == "ana"


async def test_a_claim_lapses_when_its_holder_goes_away_and_any_move_of_theirs_renews_it(store: Store) -> None:
    desk, case_id = Desk(store), await a_case(store)
    await desk.claim(case_id, by="ana")
    for act in (desk.reply, desk.note):
        later(store, minutes=29)
        await act(case_id, "still on it", by="ana")
    later(store, minutes=29)
    await desk.claim(case_id, by="ana")
    later(store, minutes=29)
    assert await desk.lapse_claims() == 0
    later(store, minutes=2)
    assert await desk.lapse_claims() == 1
    assert await desk.lapse_claims() == 0
    case = await desk.case(case_id)
    assert (case.status, case.assignee) == ("open", None)
    assert (case.events[-1].kind, case.events[-1].who) == ("lapsed", "desk")
    assert case.events[-1].note.startswith("no move by ana until ")


async def test_a_reply_after_the_claim_lapsed_is_refused_and_the_case_is_free_for_others(store: Store) -> None:
    desk, case_id = Desk(store), await a_case(store)
    await desk.claim(case_id, by="ana")
    later(store, minutes=31)
    with pytest.raises(
        DeskError, match=r"your claim lapsed at \d\d:\d\d UTC, ana; nothing was changed. If nobody else has it, claim"
    ):
        await desk.reply(case_id, "sorry for the wait", by="ana")
    assert (await desk.claim(case_id, by="ben")).assignee == "ben"
    assert [event.kind for event in (await desk.case(case_id)).events] == ["opened", "claimed", "lapsed", "claimed"]
    with pytest.raises(DeskError, match="is claimed by ben; nothing was changed"):
        await desk.reply(case_id, "sorry for the wait", by="ana")
    assert "sorry" not in str(await store.thread("c1"))


@pytest.mark.parametrize("move", ["release", "wait_for_customer", "resolve", "hand_back"])
async def test_a_claim_that_lapsed_lets_nobody_else_act_before_they_claim(store: Store, move: str) -> None:
    desk, case_id = Desk(store), await a_case(store)
    await desk.claim(case_id, by="ana")
    later(store, minutes=31)
    with pytest.raises(DeskError, match="is no longer claimed: ana's claim lapsed; claim it first"):
        await getattr(desk, move)(case_id, by="ben")
    with pytest.raises(DeskError, match="is no longer claimed: ana's claim lapsed; claim it first"):
        await desk.reply(case_id, "hello", by="ben")


async def test_whoever_was_away_a_little_too_long_claims_again_and_goes_on(store: Store) -> None:
    desk, case_id = Desk(store), await a_case(store)
    await desk.claim(case_id, by="ana")
    later(store, minutes=31)
    await desk.claim(case_id, by="ana")
    await desk.reply(case_id, "sorry for the wait", by="ana")
    assert (await store.thread("c1"))[-1].text == "sorry for the wait"


async def test_two_people_replying_at_once_are_one_reply(store: Store, store_url: str) -> None:
    case_id = await a_case(store)
    other = await Store.open(store_url, clock=store.clock)
    await Desk(store).claim(case_id, by="ana")
    ended = await asyncio.gather(
        Desk(store).reply(case_id, "from ana", by="ana"), Desk(other).reply(case_id, "from ben", by="ben"), return_exceptions=True
    )
    await other.close()
    assert [isinstance(one, DeskError) for one in ended] == [False, True]
    assert [said.text for said in await store.thread("c1") if said.author == "person"] == ["from ana"]


async def test_a_clock_that_was_ahead_holds_no_case_for_longer_and_loses_none(store: Store) -> None:
    assert isinstance(store.clock, FrozenClock)
    desk, case_id = Desk(store), await a_case(store, minutes=60)
    right = store.clock.moment
    store.clock.moment = right + timedelta(days=1)
    await desk.claim(case_id, by="ana")
    store.clock.moment = right
    assert await desk.lapse_claims() == 0
    await desk.reply(case_id, "hello", by="ana")
    later(store, minutes=31)
    assert await desk.lapse_claims() == 1
    assert (await desk.case(case_id)).status == "open"


async def test_a_clock_that_goes_back_keeps_claims_deadlines_and_the_order_of_what_happened(store: Store) -> None:
    desk, case_id = Desk(store), await a_case(store, minutes=60)
    due = (await desk.case(case_id)).due_at
    await desk.claim(case_id, by="ana")
    later(store, hours=-2)
    await a_message(store, "hello?", "m2", decision=a_decision("low", "unsure"))
    case = await desk.reply(case_id, "here I am", by="ana")
    assert [event.kind for event in case.events] == ["opened", "claimed", "customer_wrote", "reply_sent"]
    (first,) = case.deadlines
    assert (first.due_at, first.state) == (due, "met")
