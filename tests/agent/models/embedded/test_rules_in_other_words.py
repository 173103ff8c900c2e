"""The shop's rules asked for in other words: data, hours, customs, gifts, a page that does not speak of it; and what a return would bring."""

import pytest
from support.chat import Talk

MAYA = "C-1001"


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        ("is my personal data sold to anyone?", "not sold"),
        ("do you keep my card details?", "last four digits"),
        ("will my card number be stored", "last four digits"),
        ("what time does your team open on saturday", "9 am"),
        ("when do your people start in the morning", "8 am"),
        ("are there duties when you send to canada", "duties"),
        ("who has to pay import taxes", "duties"),
        ("is there free shipping for silver members", "Silver"),
        ("does a vip get free delivery", "VIP"),
        ("My aunt gave me a bowl of yours, can I exchange it?", "receives a gift"),
        ("I got a scarf as a present, can I swap it?", "receives a gift"),
        ("what happens when my parcel comes back to you?", "send it again"),
        ("generally, how can I cancel an order", "left the warehouse"),
    ],
)
async def test_the_page_that_answers_is_quoted(talk: Talk, words: str, fact: str) -> None:
    chat = await talk()
    assert fact in await chat.say(words)


@pytest.mark.parametrize("words", ["what is your policy on planting forests", "got a hidden influencer discount code?"])
async def test_no_page_is_quoted_that_does_not_speak_of_it(talk: Talk, words: str) -> None:
    chat = await talk()
    told = await chat.say(words)
    assert "nothing about that" in told or "does not say" in told


async def test_what_would_come_back_is_told_before_anything_is_begun(talk: Talk) -> None:
    chat = await talk(MAYA)
    told = await chat.say("what would I get back for the socks from W-10391")
    assert "$24.00" in told
    assert "$113.00" not in told
    assert "17 December" in told
    assert "which" in (await chat.say("yes")).casefold() or "reason" in chat.turns[-1].text
    assert chat.done == []


async def test_what_may_go_back_is_told_with_what_may_not(talk: Talk) -> None:
    chat = await talk(MAYA)
    told = await chat.say("Is my order W-10391 returnable?")
    assert "$113.00" in told
    assert "final sale" in told


@pytest.mark.parametrize(
    "words",
    [
        "could I have another return label, the first one got wet",
        "I lost the return label",
        "my return label is torn, please send it again",
    ],
)
async def test_a_label_that_was_lost_is_sent_again_by_a_person(talk: Talk, words: str) -> None:
    chat = await talk(MAYA)
    await chat.say(words)
    assert chat.kind == "handed_off"


async def test_an_objection_to_a_refusal_gets_the_rule_and_a_colleague(talk: Talk) -> None:
    chat = await talk(MAYA)
    await chat.say("I want to return the rugby shirt from order W-10391, changed my mind")
    told = await chat.say("but that's not fair, it still has its tags")
    assert "final sale" in told
    await chat.say("yes please")
    assert chat.kind == "handed_off"


async def test_a_return_beside_a_mail_address_is_a_return(talk: Talk) -> None:
    chat = await talk()
    assert "W-10384" in await chat.say("Returning the beanie of W-10384, write to me at henrik@example.com")


async def test_another_product_instead_of_one_is_an_exchange_for_it(talk: Talk) -> None:
    chat = await talk("C-1058")
    told = await chat.say("could I get the linen shirt in white M instead of the crewneck from W-10381? changed my mind")
    assert "Regatta Linen Shirt (white, M)" in told


async def test_what_a_yes_and_another_wish_agreed_to_is_asked_again(talk: Talk) -> None:
    chat = await talk(MAYA)
    await chat.say("cancel W-10460", "yes, and return the boots from W-10391 too, they are too small")
    assert chat.done == []
    assert "cancellation" in await chat.say("yes")
    assert chat.done == ["start_return"]
    await chat.say("yes please", "yes")
    assert chat.done == ["start_return", "cancel_unshipped_order"]
