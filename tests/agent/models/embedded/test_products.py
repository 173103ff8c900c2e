"""What products are: details, comparisons, finding, care."""

import pytest
from support.chat import Talk

MAYA = "C-1001"


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        ("how much is the drift headphones?", "$179.00"),
        ("what sizes does the crewneck come in?", "S, M, L and XL"),
        ("which colours are there of the longshore throw", "mist, rust and pine"),
        ("what is the harbour crewneck made of", "80% lambswool"),
        ("how tall is the beacon floor lamp", "148 cm high"),
        ("how heavy is the dutch oven", "5.4 kg"),
        ("what's in the box of the drift headphones?", "USB-C cable"),
        ("are the wren earbuds waterproof", "IPX5"),
        ("ingredients of the face serum pls", "panthenol"),
        ("Is there a spare jar for the squall blender?", "Squall Replacement Jar"),
        ("tell me about the sunrise alarm clock", "lights up over 30 minutes"),
        ("how much are the lighthouse puzzles", "$26.00"),
        ("what firmness options does the eider pillow have", "soft, medium and firm"),
    ],
)
async def test_a_detail_is_answered_from_the_record(talk: Talk, words: str, fact: str) -> None:
    chat = await talk()

    assert fact in await chat.say(words)


async def test_questions_go_on_about_the_same_product(talk: Talk) -> None:
    chat = await talk()

    await chat.say("how much is the drift headphones?")

    assert "black and sand" in await chat.say("and what colours?")
    assert "38 h" in await chat.say("how long does the battery last")
    assert "Sunday, 29 November" in await chat.say("is it in stock in sand")


async def test_the_same_question_about_another_product(talk: Talk) -> None:
    chat = await talk()

    assert "$66.00" in await chat.say("price of the parka?", "and the fleece vest?")


async def test_what_is_not_stated_is_not_guessed(talk: Talk) -> None:
    chat = await talk()

    reply = await chat.say("is the tide table lamp made in italy? where is it made")

    assert "don't want to guess" in reply
    await chat.say("yes, ask please")
    assert chat.kind == "handed_off"


async def test_two_products_are_put_side_by_side(talk: Talk) -> None:
    chat = await talk()

    reply = await chat.say("what's the difference between the wren earbuds and the drift headphones")
    assert "Wren Earbuds ($89.00) and Drift Wireless Headphones ($179.00)" in reply
    assert "- weight: 4.6 g each / 254 g" in reply
    assert "254 g" in await chat.say("which is heavier")


async def test_a_comparison_needs_two(talk: Talk) -> None:
    chat = await talk()

    assert "Which two products" in await chat.say("can you compare them?")
    assert "side by side" in await chat.say("the parka and the fleece vest")


async def test_a_comparison_with_something_unknown_says_what(talk: Talk) -> None:
    chat = await talk()

    assert "zeppelin" in await chat.say("compare the crewneck and the zeppelin")


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        ("do you sell toys?", "Lighthouse Puzzle"),
        ("looking for a gift under $30", "up to $30"),
        ("show me shoes under 80", "Tideline Canvas Sneakers"),
        ("I need a candle", "Pine & Smoke Candle"),
        ("can you recommend something for a coffee lover", "Millstone Coffee Grinder"),
        ("what's your best pillow", "Eider Pillow"),
        ("anything similar to the harbour crewneck but cheaper", "Pier Pocket Tee"),
    ],
)
async def test_something_that_fits_is_found(talk: Talk, words: str, fact: str) -> None:
    chat = await talk()

    assert fact in await chat.say(words)


async def test_one_of_a_list_is_chosen_by_its_place_or_name(talk: Talk) -> None:
    chat = await talk()

    listed = await chat.say("I'm looking for a lamp")
    second = listed.split("\n- ")[2].split(",")[0]
    assert second in await chat.say("the second one")
    assert "Firefly" in await chat.say("looking for a lamp", "the cordless one")


async def test_nothing_that_fits_is_said(talk: Talk) -> None:
    chat = await talk()

    assert "can't find anything" in await chat.say("looking for a submarine")
    assert "up to $2" in await chat.say("looking for a lamp under $2")


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        ("how do i wash the harbour crewneck", "Hand wash cold"),
        ("can the linen duvet cover be tumble dried?", "Tumble dry low"),
        ("how do I descale the kettle", "Descale every"),
        ("my chelsea boots got wet, how should i treat them", "Let wet boots dry slowly"),
        ("are the orchard mugs dishwasher safe?", "Dishwasher"),
    ],
)
async def test_care_is_told_and_letters_are_offered(talk: Talk, words: str, fact: str) -> None:
    chat = await talk()

    reply = await chat.say(words)

    assert fact in reply
    assert reply.endswith("as well?")


async def test_the_letters_are_sent_after_a_yes(talk: Talk) -> None:
    chat = await talk()

    await chat.say("how do i wash the harbour crewneck", "yes please", "joe@example.org")
    assert chat.kind == "needs_confirmation"
    assert "joe@example.org" in await chat.say("yes")
    assert chat.done == ["enrol_in_care_series"]


async def test_letters_may_be_asked_for_outright(talk: Talk) -> None:
    chat = await talk(MAYA)

    assert "maya.brooks@example.com" in await chat.say("please sign me up for the care letters for my dutch oven")


async def test_it_is_the_only_item_of_the_order_talked_about(talk: Talk) -> None:
    chat = await talk("C-1003")

    assert "Stillwater" in await chat.say("where is W-10377", "how do I clean it?")


async def test_two_questions_in_one_message_are_both_answered(talk: Talk) -> None:
    chat = await talk(MAYA)

    reply = await chat.say("where is W-10432 and do you have the crewneck in L?")

    assert "Wednesday, 25 November" in reply
    assert "navy, L: in stock" in reply
    both = await chat.say("what is the crewneck made of and how do i wash it?")
    assert "lambswool" in both
    assert "Hand wash cold" in both
