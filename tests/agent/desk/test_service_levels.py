"""Deadlines: reckoned when a case opens and at each turn of it, told once when they come near or are missed."""

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from support.cases import a_case, a_decision, a_message, later
from support.world import NOON

from warmline.agent.desk.acknowledgement import acknowledgement, promised
from warmline.agent.desk.chores import watch_service_levels
from warmline.agent.desk.desk import Desk
from warmline.agent.desk.hours import Hours
from warmline.agent.desk.opening import deadlines_of
from warmline.agent.desk.service_levels import Level, ServiceLevels, deadline
from warmline.agent.desk.terms import Terms
from warmline.agent.guard.language import LANGUAGES
from warmline.agent.store.rows import OUTBOX
from warmline.agent.store.store import Store
from warmline.tools.clock import FrozenClock

HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
CARE = Level(first_response=HOUR, next_response=2 * HOUR, resolution=8 * HOUR)
TERMS = Terms(
    levels=ServiceLevels(levels={("care", "any"): CARE, ("care", "urgent"): Level(first_response=timedelta(minutes=10))})
)


async def told(store: Store) -> list[tuple[str, Any]]:
    async with store.engine.connect() as connection:
        rows = await connection.execute(OUTBOX.select().where(OUTBOX.c.kind.like("sla_%")).order_by(OUTBOX.c.id))
        return [(row.kind, json.loads(row.body)["deadline"]) for row in rows]


async def states(desk: Desk, case_id: str) -> dict[str, str]:
    return {one.kind: one.state for one in (await desk.case(case_id)).deadlines}


async def test_a_first_response_in_time_is_met_and_a_late_one_breached(store: Store) -> None:
    desk = Desk(store, TERMS)
    cases = [await a_case(store, name, terms=TERMS) for name in ("c1", "c2")]
    assert [one.overdue for one in await desk.cases()] == [False, False]
    for case_id, minutes in zip(cases, (59, 2), strict=True):
        later(store, minutes=minutes)
        await desk.claim(case_id, by="ana")
        await desk.reply(case_id, "hello", by="ana")
    assert await states(desk, cases[0]) == {"first_response": "met", "resolution": "pending"}
    assert await states(desk, cases[1]) == {"first_response": "breached", "resolution": "pending"}
    assert (await desk.case(cases[0])).due_at == NOON + 8 * HOUR


async def test_what_the_policy_says_of_the_reason_goes_before_its_queue(store: Store) -> None:
    case_id = await a_case(store, minutes=30, terms=TERMS)
    assert (await Desk(store).case(case_id)).due_at == NOON + HOUR / 2


async def test_a_customer_who_writes_again_is_owed_the_next_response(store: Store) -> None:
    desk, case_id = Desk(store, TERMS), await a_case(store, terms=TERMS)
    await a_message(store, "hello?", "m2", terms=TERMS)
    assert "next_response" not in await states(desk, case_id)
    await desk.claim(case_id, by="ana")
    await desk.reply(case_id, "one moment", by="ana")
    later(store, minutes=10)
    await a_message(store, "thanks, and the lid?", "m3", terms=TERMS)
    later(store, minutes=10)
    await a_message(store, "are you there?", "m4", terms=TERMS)
    case = await desk.case(case_id)
    assert case.due_at == NOON + timedelta(minutes=10) + 2 * HOUR
    await desk.reply(case_id, "the lid too", by="ana")
    assert await states(desk, case_id) == {"first_response": "met", "resolution": "pending", "next_response": "met"}


async def test_while_the_customer_has_to_answer_no_time_runs(store: Store) -> None:
    desk, case_id = Desk(store, TERMS), await a_case(store, terms=TERMS)
    await desk.claim(case_id, by="ana")
    await desk.reply(case_id, "could you send a photo?", by="ana")
    later(store, hours=1)
    await desk.claim(case_id, by="ana")
    await desk.wait_for_customer(case_id, by="ana")
    assert (await desk.case(case_id)).due_at is None
    later(store, days=5)
    assert await watch_service_levels(desk) == 0
    await a_message(store, "here it is", "m2", terms=TERMS)
    assert {one.kind: one.due_at for one in (await desk.case(case_id)).deadlines} == {
        "first_response": NOON + HOUR,
        "next_response": NOON + timedelta(days=5) + 3 * HOUR,
        "resolution": NOON + timedelta(days=5) + 8 * HOUR,
    }


async def test_a_graver_message_brings_the_deadline_forward(store: Store) -> None:
    desk, case_id = Desk(store, TERMS), await a_case(store, terms=TERMS)
    await a_message(store, "I cut my hand", "m2", decision=a_decision("urgent", "safety"), terms=TERMS)
    assert (await desk.case(case_id)).due_at == NOON + timedelta(minutes=10)


async def test_the_host_is_warned_once_and_told_of_a_breach_once_however_many_workers_watch(store: Store) -> None:
    desk, case_id = Desk(store, TERMS), await a_case(store, terms=TERMS)
    later(store, minutes=47)
    assert await watch_service_levels(desk) == 0
    later(store, minutes=2)
    assert sum(await asyncio.gather(*(watch_service_levels(desk) for _ in range(4)))) == 1
    later(store, minutes=12)
    assert sum(await asyncio.gather(*(watch_service_levels(desk) for _ in range(4)))) == 1
    assert await told(store) == [("sla_warning", "first_response"), ("sla_breached", "first_response")]
    events = [one for one in (await desk.case(case_id)).events if one.kind.startswith("sla_")]
    assert [(one.kind, one.who, one.note) for one in events] == [
        ("sla_warning", "desk", "first response due at 2026-11-23 13:00 UTC"),
        ("sla_breached", "desk", "first response due at 2026-11-23 13:00 UTC"),
    ]
    later(store, hours=8)
    assert await watch_service_levels(desk) == 1
    assert (await told(store))[-1] == ("sla_breached", "resolution")


def test_the_warning_for_a_working_day_comes_before_its_end() -> None:
    office = Hours((((9 * 60, 17 * 60),),) * 5 + ((), ()), BERLIN)
    morning = datetime(2026, 11, 27, 9, tzinfo=BERLIN)
    one = deadline("resolution", office, morning, timedelta(days=1))
    assert (one.warn_at, one.due_at) == (datetime(2026, 11, 27, 15, 24, tzinfo=BERLIN), datetime(2026, 11, 30, 9, tzinfo=BERLIN))


async def test_what_is_met_or_closed_is_not_told_and_a_clock_that_goes_back_tells_nothing_twice(store: Store) -> None:
    assert isinstance(store.clock, FrozenClock)
    desk = Desk(store, TERMS)
    met, gone = await a_case(store, "c1", terms=TERMS), await a_case(store, "c2", terms=TERMS)
    await desk.claim(met, by="ana")
    await desk.reply(met, "hello", by="ana")
    await desk.claim(gone, by="ana")
    await desk.resolve(gone, by="ana")
    later(store, hours=2)
    assert await watch_service_levels(desk) == 0
    late = await a_case(store, "c3", terms=TERMS)
    later(store, hours=2)
    assert await watch_service_levels(desk) == 1
    store.clock.moment -= 3 * HOUR
    assert await watch_service_levels(desk) == 0
    store.clock.moment += 3 * HOUR
    assert await watch_service_levels(desk) == 0
    assert (await desk.case(late)).overdue


async def test_what_is_late_can_be_listed_alone_and_is_counted(store: Store) -> None:
    desk = Desk(store, TERMS)
    late = await a_case(store, "c1", terms=TERMS)
    later(store, minutes=70)
    await watch_service_levels(desk)
    await a_case(store, "c2", terms=TERMS)
    assert [one.id for one in await desk.cases(overdue=True)] == [late]
    stats = await desk.stats()
    assert (stats.open, stats.unclaimed, stats.overdue, stats.breached) == (2, 2, 1, 1)


OFFICE = Hours((((9 * 60, 17 * 60),),) * 5 + ((), ()), BERLIN)
TOLD = Terms(levels=ServiceLevels(levels={("care", "any"): Level(first_response=HOUR)}, hours=OFFICE, told=True))


def expectation(when: str, language: str | None = "en", terms: Terms = TOLD) -> str:
    now = datetime.fromisoformat(when).replace(tzinfo=BERLIN)
    decision = a_decision(reason="unsure")
    promise = promised(deadlines_of(decision, terms, now), terms, "care", now)
    return acknowledgement(decision, case_id="K-7F3QXM", language=language, ask_contact=False, promise=promise)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("2026-11-25T09:40", "a colleague answers here by 10:40 today."),
        ("2026-11-25T18:00", "a colleague answers here by 10:00 tomorrow."),
        ("2026-11-25T16:37", "a colleague answers here by 09:40 tomorrow."),
        ("2026-11-27T20:00", "a colleague answers here by 10:00 on Monday, 30 November."),
        ("2026-11-26T00:30", "a colleague answers here by 10:00 today."),
    ],
)
def test_the_customer_is_told_by_when_in_the_shops_hours_and_zone(when: str, said: str) -> None:
    assert said in expectation(when).replace("A colleague", "a colleague")


def test_it_is_told_in_the_customers_language() -> None:
    today = {language: expectation("2026-11-25T09:40", language) for language in LANGUAGES}
    monday = {language: expectation("2026-11-27T20:00", language) for language in LANGUAGES}
    assert all("10:40" in text for text in today.values())
    assert all("30" in text and "10:00" in text for text in monday.values())
    assert len({text.partition("10:40")[0][-12:] for text in today.values()}) == len(LANGUAGES)
    assert "bis Montag, 30. November, 10:00 Uhr" in monday["de"]
    assert "avant le lundi 30 novembre à 10:00" in monday["fr"]


def test_nothing_is_promised_that_the_shop_did_not_say() -> None:
    silent = Terms(levels=ServiceLevels(levels={("care", "any"): Level(first_response=HOUR)}))
    for terms in (silent, Terms(levels=ServiceLevels(hours=OFFICE, told=True))):
        assert "as soon as one is free" in expectation("2026-11-25T09:40", terms=terms)
