"""Wishes about orders as people word them: a thing instead of a number, a purchase told first, money back, an address in a sentence."""

import pytest
from support.chat import Talk

MAYA, HELEN = "C-1001", "C-1032"


async def test_a_thing_named_after_an_overview_is_the_order_it_is_in(talk: Talk) -> None:
    chat = await talk(MAYA)
    assert "W-10460" in await chat.say("when does my stuff arrive?")
    told = await chat.say("the candle")
    assert "W-10460" in told
    assert "W-10432" not in told
    assert "W-10432" in await chat.say("and the crewneck one?")


async def test_after_one_order_the_other_one_is_the_other(talk: Talk) -> None:
    chat = await talk(MAYA)
    assert "W-10460" in await chat.say("where is W-10460?")
    told = await chat.say("and where is the other order?")
    assert told.startswith("Order W-10432")
    assert "W-10460" not in told


@pytest.mark.parametrize(
    "words",
    [
        "I bought the steel kettle with the descaler for cleaning it and I was hoping you could tell me is it on its way",
        "so um we ordered the kettle that you have to descale, and when will it arrive",
    ],
)
async def test_what_was_bought_is_told_and_not_asked_about(talk: Talk, words: str) -> None:
    chat = await talk(HELEN)
    told = await chat.say(words)
    assert "W-10440" in told
    assert "Descale every" not in told


async def test_how_to_clean_what_was_bought_is_still_a_question(talk: Talk) -> None:
    chat = await talk(HELEN)
    assert "citric acid" in await chat.say("I bought the kettle from you, how do I descale it?")


@pytest.mark.parametrize("words", ["Is the refund for W-10455 on its way?", "when was the refund of order W-10455 sent"])
async def test_the_refund_of_a_cancelled_order_is_told_as_far_as_it_is_known(talk: Talk, words: str) -> None:
    chat = await talk("C-1052")
    told = await chat.say(words)
    assert "5 working days of the cancellation" in told
    assert "can't see" in told
    await chat.say("yes please")
    assert chat.kind == "handed_off"


@pytest.mark.parametrize("words", ["please stop order W-10470", "stop W-10470! wrong one"])
async def test_stop_with_a_number_is_a_cancellation(talk: Talk, words: str) -> None:
    chat = await talk("C-1008")
    assert "cancel the whole order W-10470" in await chat.say(words)


@pytest.mark.parametrize(
    "words", ["W-10457, could you switch it for the pine scent?", "can I still change it for the rose ones? order W-10457"]
)
async def test_what_is_in_an_order_cannot_be_changed_before_it_arrives(talk: Talk, words: str) -> None:
    chat = await talk("C-1063")
    assert "can't be changed once it is placed" in await chat.say(words)
    assert chat.done == []


@pytest.mark.parametrize(
    "words",
    [
        "Send W-10460 to my parents: 3 Rue de Rivoli, 75004 Paris, France",
        "please ship W-10460 to her: 8 Hauptstrasse, 10115 Berlin, Germany",
    ],
)
async def test_an_address_behind_a_colon_is_read(talk: Talk, words: str) -> None:
    chat = await talk(MAYA)
    assert "another country" in await chat.say(words)


async def test_an_address_may_be_said_as_where_it_is_to_be_sent(talk: Talk) -> None:
    chat = await talk("C-1050")
    assert "9 Lemon Street" in await chat.say("W-10474 should be delivered to 9 Lemon Street, Truro TR1 2LS, GB please")


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("Promise me that W-10432 comes tomorrow, in writing", "25 November"),
        ("can you swear W-10432 is delivered by tonight?", "25 November"),
    ],
)
async def test_a_demand_for_a_promise_gets_the_shops_own_date(talk: Talk, words: str, number: str) -> None:
    chat = await talk(MAYA)
    told = await chat.say(words)
    assert number in told
    assert "tomorrow" not in told


@pytest.mark.parametrize(
    "words",
    [
        "if I cancel W-10460, do I get the postage back?",
        "would shipping come back if I cancelled it, I mean if I cancelled W-10460 would I get it back?",
    ],
)
async def test_what_a_cancellation_would_bring_is_told_and_nothing_is_begun(talk: Talk, words: str) -> None:
    chat = await talk(MAYA)
    assert "shipping included" in await chat.say(words)
    assert chat.kind == "replied"
