"""More than one thing at once, and what comes after."""

import pytest
from support.chat import Talk

MAYA, TOM = "C-1001", "C-1004"


async def test_a_return_and_an_exchange_are_served_one_after_the_other(talk: Talk) -> None:
    chat = await talk(MAYA)

    asked = await chat.say("i'd like to return the boots and exchange the socks for L/XL")
    assert "What is the reason" in asked
    assert "exchange" not in asked

    done = await chat.say("too small", "yes")
    assert "your return is R-" in done
    assert done.endswith("Shall I prepare the exchange now?")

    assert "(charcoal, L/XL)" in await chat.say("yes")
    assert "your exchange is X-" in await chat.say("yes")
    assert chat.done == ["start_return", "start_exchange"]


async def test_a_return_and_a_cancellation_are_both_made(talk: Talk) -> None:
    chat = await talk(MAYA)

    await chat.say("I want to return the boots, too small, and cancel W-10460", "yes", "yes", "yes")

    assert sorted(chat.done) == ["cancel_unshipped_order", "start_return"]


async def test_two_numbers_are_both_looked_up(talk: Talk) -> None:
    chat = await talk(MAYA)

    reply = await chat.say("where are W-10432 and W-10460?")

    assert "W-10432" in reply
    assert "W-10460" in reply


@pytest.mark.parametrize("words", ["what happens next?", "and now?", "what do i do now"])
async def test_after_a_return_the_next_step_is_told(talk: Talk, words: str) -> None:
    chat = await talk(MAYA)

    await chat.say("return the boots, too small", "yes")

    assert "14 days" in await chat.say(words)


async def test_an_answer_and_a_question_in_one_message(talk: Talk) -> None:
    chat = await talk(MAYA)

    reply = await chat.say("return the boots", "too small. how long does a refund take?")

    assert "5 working days" in reply
    assert reply.endswith("Shall I prepare the return now?")
    await chat.say("no")
    assert not chat.done


async def test_another_wish_takes_over(talk: Talk) -> None:
    chat = await talk(MAYA)

    await chat.say("return the boots", "actually, cancel W-10460 instead")
    assert chat.turns[-1].tool_calls[-1].name == "cancel_unshipped_order"

    assert "Wednesday, 25 November" in await chat.say("no", "where is W-10432?")


async def test_a_question_while_a_write_is_proposed_changes_nothing(talk: Talk) -> None:
    chat = await talk(MAYA)

    reply = await chat.say("return the boots, too small", "do you ship to canada?")

    assert "$19.95" in reply
    assert "about your return" in reply
    await chat.say("yes please")
    assert chat.kind == "needs_confirmation"
    await chat.say("yes")
    assert chat.done == ["start_return"]


async def test_neither_yes_nor_no_asks_the_same_again(talk: Talk) -> None:
    chat = await talk(MAYA)

    first = await chat.say("return the boots, too small")

    assert await chat.say("hmm, I wonder about that") == first


async def test_sold_out_if_not_tell_me_is_one_wish(talk: Talk) -> None:
    chat = await talk(MAYA)

    question = await chat.say("do you have the crewneck in red M and if not tell me when it's back")

    assert "maya.brooks@example.com" in question


async def test_it_is_what_was_talked_about_last(talk: Talk) -> None:
    chat = await talk(TOM)

    await chat.say("where is W-10402?")
    assert "already left" in await chat.say("ok, can you cancel it?")
    await chat.say("do you have the squall blender?")
    assert "$" in await chat.say("how much is it?")


async def test_what_comes_before_a_wish_belongs_to_it(talk: Talk) -> None:
    chat = await talk()

    reply = await chat.say("ok so what about the pier tee? do you have that in white L and how much is it")

    assert "Pier Pocket Tee (white, L) in stock" in reply
    assert "$28.00" in reply
