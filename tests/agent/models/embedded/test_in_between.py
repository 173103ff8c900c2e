"""Another question in the middle: it is answered, and what was going on goes on."""

import pytest
from support.chat import Talk

MAYA, INGRID = "C-1001", "C-1058"


@pytest.mark.parametrize("opening", ["cancel W-10460", "please change the address of W-10460", "return the boots from W-10391"])
@pytest.mark.parametrize("question", ["where is W-10432", "has W-10432 shipped yet?", "track W-10432"])
async def test_a_question_about_another_order_is_a_question(talk: Talk, opening: str, question: str) -> None:
    chat = await talk(MAYA)
    await chat.say(opening)

    reply = await chat.say(question)

    assert "25 November" in reply
    assert "no longer" not in reply


async def test_the_reason_asked_for_before_the_question_is_the_reason(talk: Talk) -> None:
    chat = await talk(MAYA)
    await chat.say("return the boots from W-10391", "where is W-10432")

    assert "$84.05" in await chat.say("too small")


async def test_a_yes_after_the_question_is_no_yes_to_what_was_proposed_before_it(talk: Talk) -> None:
    chat = await talk(MAYA)
    await chat.say("cancel W-10460", "where is W-10432")

    assert "cancelled" not in await chat.say("yes")
    assert chat.kind == "replied"


async def test_a_return_in_the_middle_of_a_cancellation_is_a_return(talk: Talk) -> None:
    chat = await talk(MAYA)
    await chat.say("cancel W-10460")

    assert "$19.05" in await chat.say("return the socks from W-10391, changed my mind")


@pytest.mark.parametrize(
    "question",
    ["before that, how long until I get the money?", "how quickly would i get the refund", "when will I see my money?"],
)
async def test_when_the_money_comes_is_told_in_between(talk: Talk, question: str) -> None:
    chat = await talk(INGRID)
    await chat.say("I'd like to send back the crewneck from W-10381")

    assert "5 working days" in await chat.say(question)
    assert "$63.05" in await chat.say("too large")


@pytest.mark.parametrize("opening", ["do you have snowboards", "how do i clean it"])
@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("where is W-10432", "25 November"),
        ("cancel W-10460", "$64.95"),
        ("has my order W-10432 been sent?", "25 November"),
        ("what does shipping to canada cost", "$19.95"),
        ("what's your return policy", "30 days"),
        ("hello?", "Hello"),
    ],
)
async def test_a_product_nobody_knows_does_not_swallow_what_comes_next(talk: Talk, opening: str, words: str, told: str) -> None:
    chat = await talk(MAYA)
    await chat.say(opening)

    assert told in await chat.say(words)


async def test_another_name_for_the_product_is_still_looked_for(talk: Talk) -> None:
    chat = await talk()
    await chat.say("do you have snowboards")

    assert "Dutch Oven" in await chat.say("then the dutch oven")
