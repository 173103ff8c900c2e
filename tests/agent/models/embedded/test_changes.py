"""Cancelling an order and sending it elsewhere."""

import pytest
from support.chat import Talk

MAYA, PRIYA, GRACE = "C-1001", "C-1003", "C-1006"


@pytest.mark.parametrize(
    "words", ["cancel my order", "please cancel W-10460", "can u cancl my order its 10460", "Kindly cancel the order."]
)
async def test_an_unshipped_order_is_cancelled_after_a_yes(talk: Talk, words: str) -> None:
    chat = await talk(MAYA)

    question = await chat.say(words)
    assert chat.kind == "needs_confirmation"
    assert "W-10460" in question

    reply = await chat.say("yes please")
    assert "W-10460 is cancelled" in reply
    assert "$64.95" in reply
    assert chat.done == ["cancel_unshipped_order"]


async def test_a_no_leaves_the_order(talk: Talk) -> None:
    chat = await talk(MAYA)

    reply = await chat.say("cancel W-10460", "no")

    assert "stays as it is" in reply
    assert not chat.done


async def test_what_has_left_cannot_be_cancelled(talk: Talk) -> None:
    chat = await talk(MAYA)

    assert "already left the warehouse" in await chat.say("cancel W-10432")
    assert "already been delivered" in await chat.say("cancel W-10391")
    assert "Which of these" in await chat.say("yes")
    assert not chat.done


async def test_a_cancelled_order_is_said_to_be_cancelled(talk: Talk) -> None:
    chat = await talk(MAYA)

    assert "cancelled already" in await chat.say("cancel W-10460", "yes", "cancel W-10460")


async def test_a_single_item_cannot_be_taken_out(talk: Talk) -> None:
    chat = await talk(MAYA)

    reply = await chat.say("cancel the mugs please")
    assert "only the whole order W-10460" in reply
    assert chat.kind == "replied"
    await chat.say("ok then the whole order")
    assert chat.kind == "needs_confirmation"


async def test_keeping_one_item_is_not_a_yes(talk: Talk) -> None:
    chat = await talk(MAYA)

    reply = await chat.say("cancel W-10460", "yes but keep the candle")

    assert "Single items" in reply
    assert not chat.done


async def test_a_guest_cancels_with_number_and_address(talk: Talk) -> None:
    chat = await talk()

    reply = await chat.say("i want to cancel", "W-10460", "maya.brooks@example.com", "yes")

    assert "is cancelled" in reply


@pytest.mark.parametrize(
    "words",
    [
        "please send W-10460 to my office instead: Maya Brooks, 200 Main Street Suite 5, Burlington, Vermont 05401, USA",
        "Change the delivery address of W-10460 to 200 Main Street, Suite 5, Burlington VT 05401",
        "W-10460 has the wrong address, it should be 200 Main Street, Burlington, VT 05401. Thanks!",
    ],
)
async def test_an_address_is_read_and_changed_after_a_yes(talk: Talk, words: str) -> None:
    chat = await talk(MAYA)

    question = await chat.say(words)
    assert "Maya Brooks, 200 Main Street" in question
    assert "Burlington VT 05401" in question

    assert "now goes to Maya Brooks, 200 Main Street" in await chat.say("yes")
    assert chat.done == ["change_shipping_address"]


async def test_an_address_comes_in_pieces(talk: Talk) -> None:
    chat = await talk(MAYA)

    assert "Where should it go instead" in await chat.say("i moved. can W-10460 go to my new flat?")
    assert "the street" in await chat.say("Flat 3")
    assert "the city and the postcode" in await chat.say("22 Elm Road")
    assert "the postcode" in await chat.say("Winooski")
    assert "22 Elm Road, Flat 3, Winooski" in await chat.say("05404")
    assert chat.kind == "needs_confirmation"


async def test_a_correction_is_asked_about_again(talk: Talk) -> None:
    chat = await talk(MAYA)

    reply = await chat.say("change address of W-10460 to 5 Pine St, Montpelier VT 05602", "no wait, it's 15 Pine St")

    assert "15 Pine St, Montpelier VT 05602" in reply
    assert not chat.done


async def test_another_country_is_for_a_person(talk: Talk) -> None:
    chat = await talk(MAYA)

    reply = await chat.say("send W-10460 to a new address: 14 Rue de Rivoli, 75001 Paris, France")

    assert "another country" in reply
    await chat.say("yes please")
    assert chat.kind == "handed_off"


async def test_what_has_left_cannot_be_redirected(talk: Talk) -> None:
    chat = await talk(MAYA)

    assert "can no longer be changed" in await chat.say("change the address of W-10432")
    assert "already been delivered" in await chat.say("and the address of W-10391, can you change it?")


async def test_no_address_after_three_questions_is_for_a_person(talk: Talk) -> None:
    chat = await talk(MAYA)

    await chat.say("change the address of W-10460", "to the blue house", "you know the one", "by the lake")

    assert chat.kind == "handed_off"


async def test_never_mind_leaves_the_address(talk: Talk) -> None:
    chat = await talk(MAYA)

    assert "address stays as it is" in await chat.say("change the address of W-10460", "never mind")


async def test_two_wishes_answer_the_question_first_and_change_afterwards(talk: Talk) -> None:
    chat = await talk(MAYA)

    reply = await chat.say("cancel W-10460 and tell me where W-10432 is")
    assert "Wednesday, 25 November" in reply
    assert reply.endswith("Shall I go on with the cancellation now?")
    await chat.say("yes")
    assert chat.kind == "needs_confirmation"
    assert "is cancelled" in await chat.say("yes")
