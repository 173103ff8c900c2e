"""Sending something back, in many voices."""

import pytest
from support.chat import NOON, Talk

from warmline.testing import a_line, a_shipment, an_order

MAYA, PRIYA, GRACE, GEORGE = "C-1001", "C-1003", "C-1006", "C-1007"


async def test_a_return_is_led_from_wish_to_label(talk: Talk) -> None:
    chat = await talk(MAYA)

    assert "Fjord Rain Boots (green, 39)" in await chat.say("hi, I want to return something")
    assert "What is the reason" in await chat.say("the boots")
    question = await chat.say("too small")
    assert "$84.05" in question
    assert chat.kind == "needs_confirmation"

    reply = await chat.say("yes")
    assert "your return is R-" in reply
    assert "$84.05" in reply
    assert "Monday, 7 December" in reply
    assert "label" in reply
    assert chat.done == ["start_return"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("RETURN THE BOOTS PLEASE, THEY ARE TOO BIG", "too_large"),
        ("i wanna send the boots back, they pinch", "too_small"),
        ("The boots arrived with a crack in the sole. I would like to return them.", "damaged"),
        ("can i return the boots? changed my mind", "changed_mind"),
        ("start a return for W-10391, boots, reason: too small", "too_small"),
        ("i want to retrun the boots, dont like them", "changed_mind"),
        ("I'd like to give the boots back, you sent me the wrong ones", "wrong_item"),
        ("return the boots, the zip is stuck and won't close", "defective"),
        ("boots look nothing like the picture, want to return them", "not_as_described"),
        ("the boots came too late for the trip, i want to return them", "arrived_late"),
    ],
)
async def test_all_in_one_message_goes_straight_to_the_question(talk: Talk, words: str, reason: str) -> None:
    chat = await talk(MAYA)

    await chat.say(words)

    assert chat.kind == "needs_confirmation"
    assert f'"reason":"{reason}"' in chat.turns[-1].tool_calls[-1].arguments.replace(" ", "")


async def test_both_items_go_together(talk: Talk) -> None:
    chat = await talk(MAYA)

    question = await chat.say("The boots I got are too small and the socks too. I want to send both back")

    assert "Fjord Rain Boots" in question
    assert "Anchor Merino Socks" in question


async def test_everything_that_may_go_goes(talk: Talk) -> None:
    chat = await talk(MAYA)

    question = await chat.say("I want to return order W-10391", "all of it", "changed my mind")

    assert "Anchor Merino Socks" in question
    assert "Headland Rugby Shirt" not in question


async def test_a_final_sale_item_is_explained_and_others_are_offered(talk: Talk) -> None:
    chat = await talk(MAYA)

    reply = await chat.say("can i get a refund for the rugby shirt")
    assert "final sale" in reply
    assert "Fjord Rain Boots" in reply
    assert "What is the reason" in await chat.say("ok, the socks then")


async def test_too_late_is_explained_with_its_day(talk: Talk) -> None:
    chat = await talk(GRACE)

    reply = await chat.say("can I still return W-10300?")
    assert "ended on Tuesday, 20 October" in reply
    await chat.say("yes, pass it on")
    assert chat.kind == "handed_off"


async def test_what_has_not_come_cannot_go_back_yet(talk: Talk) -> None:
    chat = await talk(MAYA)

    assert "Not yet" in await chat.say("I want to return W-10432")


async def test_asking_whether_it_is_possible_tells_until_when(talk: Talk) -> None:
    chat = await talk(PRIYA)

    reply = await chat.say("can I still return the vase?")
    assert "until Tuesday, 22 December" in reply
    assert "One word is enough" in await chat.say("yes")
    await chat.say("it has a chip")
    assert chat.kind == "needs_confirmation"


async def test_a_no_changes_nothing(talk: Talk) -> None:
    chat = await talk(MAYA)

    assert "no return then" in await chat.say("return the boots, too small", "no")
    assert "no return then" in await chat.say("return the boots", "actually never mind")
    assert not chat.done


async def test_another_item_is_proposed_anew(talk: Talk) -> None:
    chat = await talk(MAYA)

    reply = await chat.say("return the boots, too small", "no, I meant the socks")

    assert "Anchor Merino Socks" in reply
    assert "Fjord" not in reply
    assert chat.kind == "needs_confirmation"


async def test_another_reason_is_proposed_anew(talk: Talk) -> None:
    chat = await talk(MAYA)

    question = await chat.say("return the boots, too small", "wait, they are damaged actually, there is a hole")

    assert "the return label is free" in question


async def test_an_echoing_yes_is_a_yes(talk: Talk) -> None:
    chat = await talk(MAYA)

    await chat.say("return the boots, too small", "yes, the boots")

    assert chat.done == ["start_return"]


async def test_how_many_is_asked_when_there_are_several(talk: Talk) -> None:
    line = a_line("HP-CREW-NVY-M", quantity=3)
    parcel = a_shipment("delivered", now=NOON, contents={"HP-CREW-NVY-M": 3})
    order = an_order("W-20001", status="delivered", customer_id=GEORGE, now=NOON, lines=(line,), shipments=(parcel,))
    chat = await talk(GEORGE, orders=[order])

    assert "How many" in await chat.say("I want to return the crewnecks, too small")
    assert "2 × Harbour Crewneck" in await chat.say("two")
    assert "1 × Harbour Crewneck" in await chat.say("no, only one of them")
    other = await talk(GEORGE, orders=[order])
    assert "3 × Harbour Crewneck" in await other.say("return all of W-20001, too small")


async def test_a_guest_returns_with_number_and_address(talk: Talk) -> None:
    chat = await talk()

    asked = await chat.say("hi I want to return something")
    assert "e-mail" in asked
    await chat.say("W-10391 maya.brooks@example.com", "the boots", "too big")
    assert chat.kind == "needs_confirmation"


async def test_a_question_in_between_is_answered_and_the_return_goes_on(talk: Talk) -> None:
    chat = await talk(MAYA)

    aside = await chat.say("return the boots", "do I have to pay for the label?")
    assert "$4.95" in aside
    assert aside.endswith("would you like to go on with it?")
    await chat.say("yes, they are too small")
    assert chat.kind == "needs_confirmation"


async def test_wish_and_question_in_one_message(talk: Talk) -> None:
    chat = await talk(MAYA)

    reply = await chat.say("I want to return the boots but do I have to pay for the label?")

    assert "$4.95" in reply
    assert "What is the reason" in reply


async def test_which_order_is_asked_when_several_fit(talk: Talk) -> None:
    orders = [an_order(f"W-2000{place}", status="delivered", customer_id=GEORGE, now=NOON) for place in (1, 2)]
    chat = await talk(GEORGE, orders=orders)

    asked = await chat.say("I'd like to return an item")
    assert "W-20001" in asked
    assert "W-20002" in asked
    assert "could not tell" in await chat.say("hmm let me think about that")
    await chat.say("the second")
    assert '{"order_number": "W-20002"}' in [run.arguments for run in chat.turns[-1].tool_calls]


async def test_a_reason_nobody_foresaw_counts_as_other(talk: Talk) -> None:
    chat = await talk(MAYA)

    await chat.say("return the boots", "my dog ate one of them")

    assert '"other"' in chat.turns[-1].tool_calls[-1].arguments
