"""The shop's rules, small talk, and what is not understood."""

import pytest
from support.chat import Talk

from warmline.testing import MemoryShop, a_policy

MAYA = "C-1001"


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        ("how long do i have to return something?", "30 days"),
        ("are returns free?", "$4.95"),
        ("who pays for the return label", "$4.95"),
        ("do you ship to canada", "$19.95"),
        ("how long does shipping take?", "3 to 5 working days"),
        ("how much is delivery", "$5.95"),
        ("do you take amex?", "American Express"),
        ("when will i get my refund", "5 working days"),
        ("what are your opening hours", "8 am to 8 pm"),
        ("how long is the warranty on electronics", "Two years"),
        ("do gift cards expire?", "do not expire"),
        ("do you gift wrap", "$4.00"),
        ("can i return sale items", "final sale"),
        ("do u price match", "prices of other shops"),
        ("can I get an invoice", "invoice comes with the dispatch"),
        ("whats your return policy", "30 days"),
        ("do you have a loyalty programme", "Harbour Circle"),
        ("how do exchanges work?", "Exchanges are free"),
    ],
)
async def test_a_question_about_the_rules_is_answered_with_the_fitting_words(talk: Talk, words: str, fact: str) -> None:
    chat = await talk()

    reply = await chat.say(words)

    assert fact in reply
    assert "our page" in reply
    assert len(reply) < 500


async def test_a_follow_up_stays_with_the_topic(talk: Talk) -> None:
    chat = await talk()

    assert "$19.95" in await chat.say("do you ship to canada", "how much is it?")
    assert "cannot be returned" in await chat.say("do u have gift cards", "can i return them?")


async def test_what_the_rules_do_not_say_is_not_guessed(talk: Talk) -> None:
    chat = await talk()

    reply = await chat.say("can I use two gift cards at once")

    assert "does not say exactly that" in reply
    await chat.say("yes please")
    assert chat.kind == "handed_off"


async def test_a_shop_without_the_topic_is_honest(talk: Talk) -> None:
    chat = await talk(shop=MemoryShop(policies=[a_policy()]))

    assert "don't want to guess" in await chat.say("do you take klarna?")
    assert "30 days" in await chat.say("how long do I have to return things?")


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        ("hi", "Hello Maya"),
        ("hey there!", "Hello Maya"),
        ("how are you?", "thank you for asking"),
        ("thanks a lot", "welcome"),
        ("bye, have a nice day", "lovely day"),
        ("Are you a bot?", "a person is one sentence away"),
        ("am i talking to a real person", "a person is one sentence away"),
        ("what can you do?", "automated assistant"),
        ("i love your shop", "lovely to hear"),
        ("ok", "All right"),
        ("oops, wrong chat, sorry", "No harm done"),
    ],
)
async def test_small_talk_is_answered_in_kind(talk: Talk, words: str, fact: str) -> None:
    chat = await talk(MAYA)

    assert fact in await chat.say(words)
    assert chat.calls == []


async def test_what_is_not_understood_is_asked_once_and_then_handed_over(talk: Talk) -> None:
    chat = await talk()

    assert "could you tell me a little more?" in await chat.say("flurb the wazzle")
    await chat.say("wazzle flurb flurb")
    assert chat.kind == "handed_off"


async def test_bare_words_that_name_a_product_are_understood(talk: Talk) -> None:
    chat = await talk()

    assert "Gull Balance Bike" in await chat.say("gull bike")


@pytest.mark.parametrize(
    "words",
    [
        "¿Dónde está mi pedido? Todavía no ha llegado.",
        "Où est ma commande, s'il vous plaît ?",
        "Wo ist meine Bestellung? Ich warte schon lange.",
        "Dov'è il mio ordine? Non è ancora arrivato.",
        "Onde está o meu pedido? Ainda não chegou.",
        "Waar is mijn bestelling? Ik heb nog niets gekregen.",
    ],
)
async def test_another_language_goes_to_a_person(talk: Talk, words: str) -> None:
    chat = await talk(MAYA)

    await chat.say(words)

    assert chat.kind == "handed_off"
    assert chat.turns[-1].decision.reason == "unsure"


@pytest.mark.parametrize(
    "words", ["can I talk to a real person please", "get me a real person", "human", "thanks, but put me through to someone"]
)
async def test_a_wish_for_a_person_is_met(talk: Talk, words: str) -> None:
    chat = await talk()

    await chat.say(words)

    assert chat.turns[-1].decision.reason == "human_request"


async def test_thanks_in_between_forget_nothing(talk: Talk) -> None:
    chat = await talk(MAYA)

    await chat.say("return the boots", "thanks", "they are too small")

    assert chat.kind == "needs_confirmation"


async def test_what_to_change_is_asked(talk: Talk) -> None:
    chat = await talk(MAYA)

    await chat.say("cancel W-10460", "no")

    assert chat.kind == "replied"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("I saw the same lamp cheaper on another site, do you match prices?", "do not match the prices"),
        ("will you match a price I found elsewhere", "do not match the prices"),
        ("can I return boots I've worn outside once", "not worn"),
        ("can we send back boots that were worn?", "not worn"),
        ("what happens if a parcel comes back to you", "kept for 30 days"),
    ],
)
async def test_rules_asked_about_in_other_words(talk: Talk, words: str, told: str) -> None:
    chat = await talk()

    assert told in await chat.say(words)


@pytest.mark.parametrize(
    "words", ["did W-10432 get picked up by the carrier yet", "my order W-10432, has it passed the customs?"]
)
async def test_a_question_that_names_an_order_is_about_the_order(talk: Talk, words: str) -> None:
    chat = await talk("C-1001")

    assert "25 November" in await chat.say(words)
