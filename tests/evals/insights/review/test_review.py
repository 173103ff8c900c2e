"""The figures of a period, what changed, and that a review reads by index and never guesses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from support.cases import later
from support.plans import listening, plan, whole_tables
from support.talks import say

from warmline.agent.desk.asking import ask_satisfaction
from warmline.agent.desk.desk import Desk
from warmline.agent.store.belongings import Whose
from warmline.agent.store.database import transaction_apart
from warmline.agent.store.erasure import erase
from warmline.agent.store.store import Store
from warmline.evals.insights.review.changes import changes
from warmline.evals.insights.review.contacts import Contact, Score
from warmline.evals.insights.review.figures import Figure, Prices, Values
from warmline.evals.insights.review.review import Period, period, review
from warmline.evals.insights.rows import Shown, conversations
from warmline.evals.stats.rates import Counted
from warmline.testing import says

WEEK = timedelta(days=7)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def figures(store: Store, **options: Any) -> dict[str, Figure]:
    found = await review(store, span=WEEK, **options)
    return {one.key: one for one in found.this.figures}


async def test_the_figures_of_a_week(store: Store) -> None:
    await say(store, "c1", "where is it")
    turn = await say(store, "c2", "I am furious", "angry", guest=True)
    await say(store, "c3", "hello", "smalltalk", guest=True)
    assert turn.kind == "handed_off"
    later(store, minutes=30)
    desk = Desk(store)
    await desk.claim(turn.case_id, by="ana")
    await desk.reply(turn.case_id, "I am sorry.", by="ana")
    await desk.resolve(turn.case_id, by="ana")
    await desk.judge(turn.case_id, "needless", by="ana")
    later(store, hours=73)
    found = await figures(store)
    said = {key: (one.sample.count, one.sample.of) for key, one in found.items() if isinstance(one.sample, Counted)}
    assert said["automation"] == (1, 2)
    assert said["lasting"] == (1, 1)
    assert said["needless"] == (1, 1)
    assert said["missed"] == (0, 1)
    assert found["first_reply"].value == 30


async def test_what_ended_today_has_not_lasted_yet_and_is_not_called_a_failure_either(store: Store) -> None:
    await say(store, "c1", "where is it")
    later(store, hours=1)
    found = await figures(store)
    assert (found["lasting"].value, found["lasting"].of) == (None, 0)
    assert "1 ended less than 72 h ago" in found["lasting"].note


async def test_what_cannot_be_known_is_not_nought(store: Store) -> None:
    await say(store, "c1", "where is it")
    later(store, hours=73)
    found = await figures(store)
    assert found["csat_agent"].value is None
    assert found["needless"].value is None
    assert found["cost"].value is None
    assert "reports no tokens" in found["cost"].note


async def test_a_draft_that_was_refused_is_counted(store: Store) -> None:
    lies = says("I have refunded you $100.00.")
    await say(store, "c1", "where is it", script=(lies, says("Which order is it about?")))
    await say(store, "c2", "where is it", script=(lies, lies), guest=True)
    await say(store, "c3", "where is it", guest=True)
    later(store, hours=1)
    found = await figures(store)
    assert found["redrafts"].sample == Counted(2, 3)
    assert found["blocked"].sample == Counted(1, 3)


async def test_the_erased_are_counted_and_say_nothing(store: Store) -> None:
    await say(store, "c1", "where is it")
    later(store, hours=1)
    before = (await figures(store))["automation"].sample
    await erase(store, Whose(conversation_id="c1"), by="dpo")
    assert (await figures(store))["automation"].sample == before


async def test_a_period_is_set_beside_the_one_before_it(store: Store) -> None:
    for number in range(3):
        await say(store, f"old-{number}", "where is it", guest=True)
    later(store, days=7)
    await say(store, "new", "I am furious", "angry", guest=True)
    later(store, days=1)
    found = await review(store, span=WEEK, prices=Prices(input=1.0, output=2.0))
    assert [sum(one.asks for one in part.contacts) for part in (found.before, found.this)] == [3, 1]
    assert found.changed == []


async def test_the_period_before_is_read_as_it_stood_one_period_ago(store: Store) -> None:
    desk = Desk(store)
    cases: dict[str, str] = {}
    for thread in ("late", "soon"):
        turn = await say(store, thread, "I am furious", "angry", guest=True)
        assert turn.kind == "handed_off"
        cases[thread] = turn.case_id
    for thread, wait in (("soon", 0.5), ("late", 3)):
        later(store, days=wait)
        await desk.claim(cases[thread], by="ana")
        await desk.reply(cases[thread], "I am sorry.", by="ana")
        await desk.resolve(cases[thread], by="ana")
        await desk.judge(cases[thread], "needless", by="ana")
        later(store, hours=2)
        await ask_satisfaction(desk)
        later(store, minutes=5)
        await say(store, thread, "2", guest=True)
    later(store, days=4)
    found = await review(store, span=WEEK)
    assert [sum(one.asks for one in part.contacts) for part in (found.before, found.this)] == [2, 0]
    before = {one.key: one for one in found.before.figures}
    assert before["needless"].sample == Counted(1, 1)
    assert (before["first_reply"].of, before["csat_person"].of, before["level.first_response"].sample) == (1, 1, Counted(0, 2))
    assert before["missed"].sample == Counted(0, 0)


async def test_what_is_written_to_a_case_of_long_ago_is_no_new_contact_in_either_period(store: Store) -> None:
    for days in (4, 5, 5):
        await say(store, "c1", "it broke my heart", "emotional")
        later(store, days=days)
    found = await review(store, span=timedelta(days=5))
    assert [sum(one.asks for one in part.contacts) for part in (found.before, found.this)] == [0, 0]


def rate(key: str, count: int, of: int) -> tuple[str, Figure]:
    return key, Figure(key=key, name=key, sample=Counted(count, of))


def test_only_what_holds_among_all_that_was_tested_is_said_to_have_changed() -> None:
    quiet = [rate(f"quiet {number}", 50 + number % 3, 100) for number in range(38)]
    lucky_before, lucky_now = rate("lucky", 50, 100), rate("lucky", 64, 100)
    real_before, real_now = rate("real", 20, 100), rate("real", 60, 100)
    found = changes([*quiet, lucky_before, real_before], [*quiet, lucky_now, real_now])
    lucky = next(one for one in found if one.key == "lucky")
    assert lucky.p is not None
    assert lucky.p < 0.07
    assert [one.key for one in found if one.holds] == ["real"]


def contact(number: int, handed: str | None, /, **options: Any) -> Contact:
    """A contact that went to a person for this reason, or was served by the agent."""
    made = Contact(
        conversation_id=f"c{number}",
        customer=f"C-{number}",
        began=NOON,
        ended=NOON,
        messages=1,
        topic="order_status",
        topics=frozenset({"order_status"}),
        orders=frozenset(),
        server="person" if handed else "agent",
        route="human" if handed else "automate",
        reason=handed or "order_status",
        rule="words" if handed else "automate",
        layer="policy",
    )
    return replace(made, **options)


def a_period(contacts: list[Contact]) -> Period:
    return period(contacts, NOON - WEEK, NOON, now=NOON + WEEK)


def test_a_reason_that_is_new_or_gone_has_changed_and_so_has_its_rule() -> None:
    calm = [contact(number, None) for number in range(40)]
    quiet, loud = a_period(calm), a_period(calm[:20] + [contact(100 + number, "dispute") for number in range(20)])
    for before, after in ((quiet, loud), (loud, quiet)):
        held = {one.name: one for one in changes(before.named(after), after.named(before)) if one.holds}
        assert {"served by the agent alone", "to a person: dispute", "to a person by rule words"} <= set(held)
        counts = {one.sample for one in (held["to a person: dispute"].before, held["to a person: dispute"].after)}
        assert counts == {Counted(0, 40), Counted(20, 40)}


def test_satisfaction_by_route_tells_a_gathered_case_and_an_accepted_offer_from_a_hand_over() -> None:
    rated = {"scores": (Score("person", "dispute", 4),)}
    found = a_period(
        [
            contact(1, None, scores=(Score("agent", "order_status", 5),)),
            contact(2, "dispute", **rated),
            contact(3, "dispute", route="gather", **rated),
            contact(4, "dispute", rule="offer.late", **rated),
        ]
    )
    assert {name: one.value for name, one in found.csat["route"]} == {"automate": 5, "human": 4, "gather": 4, "offer": 4}


def test_an_offer_without_an_answer_is_neither_served_by_the_agent_nor_by_a_person() -> None:
    offered = [contact(100 + number, None, server="offered", route="offer", reason="angry", rule="late") for number in range(10)]
    found = {one.key: one for one in a_period([contact(number, None) for number in range(30)] + offered).figures}
    assert (found["automation"].sample, found["offered"].sample) == (Counted(30, 40), Counted(10, 40))
    assert found["lasting"].of == 30
    assert "offered" not in {one.key for one in a_period([contact(1, None)]).figures}


def test_a_handful_on_a_side_is_not_tested() -> None:
    few = Figure(key="csat", name="csat", unit="of 5", sample=Values((1.0,) * 5, tuple("abcde")))
    many = Figure(key="csat", name="csat", unit="of 5", sample=Values((5.0,) * 50, tuple(map(str, range(50)))))
    (found,) = changes([("csat", few)], [("csat", many)])
    assert (found.p, found.holds) == (None, False)


async def test_a_review_and_an_export_find_their_rows_by_an_index(store: Store) -> None:
    turn = await say(store, "c1", "I am furious", "angry")
    assert turn.kind == "handed_off"
    await Desk(store).judge(turn.case_id, "missed", by="ana")
    later(store, hours=1)
    with listening(store) as asked:
        await review(store, span=WEEK)
        now = store.clock.now()
        assert [len(page) async for page in conversations(store, Shown(key=None), since=now - WEEK, until=now)] == [1]
    async with transaction_apart(store.engine, read_only=True) as connection:
        plans = {one: await connection.run_sync(plan, one, values) for one, values in asked.items() if "warmline_" in one}
    assert len(plans) >= 5
    assert {one: how for one, how in plans.items() if whole_tables(how)} == {}
