"""How it was: asked once when it is over, understood only where it was asked, never in the way of what the customer wants."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from support.world import World

from warmline import HandedOff, Replied
from warmline.agent.desk.chores import ask_satisfaction
from warmline.agent.desk.satisfaction import read_score
from warmline.agent.guard.language import LANGUAGES
from warmline.agent.store.rows import OUTBOX, SATISFACTION
from warmline.prompts import render
from warmline.testing import FixedGuard, says

QUESTION = render("desk", "csat_question")
THANKS = render("desk", "csat_thanks")
QUIET = timedelta(minutes=11)


@pytest.mark.parametrize(
    ("text", "score", "comment"),
    [
        ("5", 5, ""),
        (" 4. ", 4, ""),
        ("4, thanks!", 4, "thanks!"),
        ("5 thank you", 5, "thank you"),
        ("3/5", 3, ""),
        ("4 out of 5 stars, quick", 4, "quick"),
        ("2\nnobody read my message", 2, "nobody read my message"),
        ("5 ⭐", 5, ""),
        ("fünf, danke", 5, "danke"),
        ("4 von 5 Sternen", 4, ""),
        ("cinq, merci", 5, "merci"),
        ("cuatro. Gracias", 4, "Gracias"),
        ("5 su 5", 5, ""),
        ("quattro stelle", 4, ""),
        ("vier, bedankt", 4, "bedankt"),
        ("três - demorou", 3, "demorou"),
        ("5 obrigada", 5, "obrigada"),
        ("1 – too slow", 1, "too slow"),
    ],
)
def test_an_answer_is_understood(text: str, score: int, comment: str) -> None:
    said = read_score(text)
    assert said is not None
    assert (said.score, said.comment.rstrip("!")) == (score, comment.rstrip("!"))


@pytest.mark.parametrize(
    "text",
    [
        *("0", "6", "55", "5 parcels", "2 of them broke", "4.5", "5,99 was charged", "1 more question", "W-10001", "yes", "", "12:30"),
        *("five parcels", "one of them is broken", "5x"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_not_taken_for_one(text: str) -> None:
    assert read_score(text) is None


async def rows(world: World, table: Any = SATISFACTION) -> list[Any]:
    store = (await world.agents[-1].parts()).store
    async with store.engine.connect() as connection:
        return list(await connection.execute(table.select()))


async def thread(world: World) -> list[str]:
    return [said.text for said in await (await world.agents[-1].parts()).store.thread("c1")]


async def resolved(world: World, reason: str = "dispute") -> str:
    turn = await world.agent(guard=FixedGuard(reason)).reply("c1", "You charged me twice", customer="C-1")
    assert isinstance(turn, HandedOff)
    desk = await world.agents[-1].desk()
    await desk.claim(turn.case_id, by="ana")
    await desk.reply(turn.case_id, "It lapses tomorrow.", by="ana")
    await desk.resolve(turn.case_id, by="ana")
    world.clock.moment += QUIET
    return turn.case_id


async def ask(world: World) -> int:
    return await ask_satisfaction(await world.agents[-1].desk())


async def test_after_a_person_resolved_a_case_its_customer_is_asked_once(world: World) -> None:
    case_id = await resolved(world)
    assert sum(await asyncio.gather(*(ask(world) for _ in range(4)))) == 1
    assert (await thread(world)).count(QUESTION) == 1
    (row,) = await rows(world)
    assert (row.conversation_id, row.case_id, row.route, row.reason, row.queue, row.score) == (
        "c1", case_id, "human", "dispute", "payments", None,
    )  # fmt: skip
    world.clock.moment += timedelta(hours=2)
    assert await ask(world) == 0


async def test_the_answer_is_kept_told_to_the_host_and_thanked_for(world: World) -> None:
    case_id = await resolved(world)
    await ask(world)
    turn = await world.agent(guard=FixedGuard("unsure")).reply("c1", "4, took a while", customer="C-1")
    assert isinstance(turn, Replied)
    assert turn.text == THANKS
    (row,) = await rows(world)
    assert (row.score, row.comment, row.answered_at) == (4, "took a while", world.clock.now())
    told = [json.loads(one.body) for one in await rows(world, OUTBOX) if one.kind == "csat"]
    assert [(one["kind"], one["case_id"], one.get("score")) for one in told] == [
        ("asked", case_id, None),
        ("answered", case_id, 4),
    ]
    stats = await (await world.agents[-1].desk()).stats()
    assert (stats.satisfaction, stats.answers) == (4.0, 1)
    assert isinstance(await world.agent(guard=FixedGuard("unsure")).reply("c1", "5", customer="C-1"), HandedOff)
    assert (await rows(world))[0].score == 4


async def test_a_number_nobody_asked_for_is_no_answer(world: World) -> None:
    agent = world.agent(says("Which five?"))
    turn = await agent.reply("c1", "5", customer="C-1")
    assert turn.text == "Which five?"
    assert await rows(world) == []


async def test_only_the_message_after_the_question_answers_it(world: World) -> None:
    await resolved(world)
    await ask(world)
    agent = world.agent(says("It is on its way."), says("Five what?"))
    assert (await agent.reply("c1", "where is my other order?", customer="C-1")).text == "It is on its way."
    assert (await agent.reply("c1", "5", customer="C-1")).text == "Five what?"
    assert (await rows(world))[0].score is None


async def test_who_answers_with_a_new_problem_is_served_and_the_answer_counts(world: World) -> None:
    await resolved(world)
    await ask(world)
    turn = await world.agent(says("W-10001 is being prepared.")).reply("c1", "4, and where is W-10001?", customer="C-1")
    assert turn.text == "W-10001 is being prepared."
    assert (await rows(world))[0].score == 4


async def test_who_answers_with_the_wish_for_a_person_reaches_the_same_person_again(world: World) -> None:
    asked = await resolved(world, "human_request")
    await ask(world)
    turn = await world.agent(guard=FixedGuard("human_request")).reply("c1", "1 - let me speak to a real person", customer="C-1")
    assert isinstance(turn, HandedOff)
    assert turn.case_id == asked
    (row,) = await rows(world)
    assert row.score == 1


async def test_who_answers_in_anger_reaches_the_same_person_again(world: World) -> None:
    case_id = await resolved(world)
    await ask(world)
    turn = await world.agent(guard=FixedGuard("angry")).reply("c1", "1, it was charged again", customer="C-1")
    assert isinstance(turn, HandedOff)
    assert turn.case_id == case_id
    assert (await rows(world))[0].score == 1


@pytest.mark.parametrize("reason", ["self_harm", "safety", "security"])
async def test_nobody_is_asked_after_danger(world: World, reason: str) -> None:
    await resolved(world, reason)
    assert await ask(world) == 0


async def test_nobody_is_asked_after_a_case_that_spoke_of_danger_on_the_way(world: World) -> None:
    turn = await world.agent(guard=FixedGuard("dispute")).reply("c1", "You charged me twice", customer="C-1")
    assert isinstance(turn, HandedOff)
    await world.agent(guard=FixedGuard("self_harm")).reply("c1", "I do not want to go on", customer="C-1")
    desk = await world.agents[-1].desk()
    await desk.claim(turn.case_id, by="ana")
    await desk.resolve(turn.case_id, by="ana")
    world.clock.moment += QUIET
    assert await ask(world) == 0


async def test_nobody_is_asked_while_a_case_is_open_or_too_soon_or_days_later(world: World) -> None:
    turn = await world.agent(guard=FixedGuard("dispute")).reply("c1", "You charged me twice", customer="C-1")
    assert isinstance(turn, HandedOff)
    world.clock.moment += QUIET
    assert await ask(world) == 0
    desk = await world.agents[-1].desk()
    await desk.claim(turn.case_id, by="ana")
    await desk.resolve(turn.case_id, by="ana")
    assert await ask(world) == 0
    world.clock.moment += timedelta(days=2)
    assert await ask(world) == 0


async def test_whom_the_agent_served_is_asked_too_but_not_after_a_mere_hello(world: World) -> None:
    await world.agent(says("It is being prepared.")).reply("c1", "Where is W-10001?", customer="C-1")
    await world.agent(says("Hello!"), guard=FixedGuard("smalltalk")).reply("c2", "hello", customer="C-1")
    world.clock.moment += QUIET
    assert await ask(world) == 1
    (row,) = await rows(world)
    assert (row.conversation_id, row.route, row.reason, row.case_id) == ("c1", "automate", "order_status", None)
    assert await ask(world) == 0


async def test_courtesies_keep_nobody_from_being_asked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warmline.agent.desk.asking.AT_ONCE", 1)
    for number in range(3):
        await world.agent(says("Hello!"), guard=FixedGuard("smalltalk")).reply(f"h{number}", "hello", customer="C-1")
    await world.agent(says("It is being prepared.")).reply("c1", "Where is W-10001?", customer="C-1")
    world.clock.moment += QUIET
    assert await ask(world) == 1
    assert [row.conversation_id for row in await rows(world)] == ["c1"]


async def test_whom_the_agent_asked_something_is_not_asked_anything_else(world: World) -> None:
    await world.agent(says("Which order is it?")).reply("c1", "Where is it?", customer="C-1")
    world.clock.moment += QUIET
    assert await ask(world) == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_question_and_thanks_are_there_in_every_language(language: str) -> None:
    file = "desk" if language == "en" else f"desk_{language}"
    assert "1" in render(file, "csat_question")
    assert "5" in render(file, "csat_question")
    assert not render(file, "csat_thanks").endswith("?")
