"""Being told by text: for who asks for one, to the number of the account; else an e-mail is offered."""

import pytest
from support.chat import Talk

MAYA, NO_PHONE = "C-1001", "C-1005"


@pytest.mark.parametrize(
    "words",
    [
        "text me when the red crewneck in M is back",
        "can you send me an sms when the red crewneck in M is back in stock?",
        "let me know by text once the red crewneck M is available again, no emails please",
    ],
)
async def test_who_asks_for_a_text_is_asked_about_a_text(talk: Talk, words: str) -> None:
    chat = await talk(MAYA)

    assert "one text to +18025550114" in await chat.say(words)
    assert "a text goes to +18025550114" in await chat.say("yes")


async def test_the_offer_of_an_e_mail_may_be_answered_with_a_text(talk: Talk) -> None:
    chat = await talk(MAYA)

    assert "Would you like an e-mail" in await chat.say("do you have the red crewneck in M?")
    assert "one text to +18025550114" in await chat.say("yes, text me please")


async def test_one_may_change_ones_mind_before_the_yes(talk: Talk) -> None:
    chat = await talk(MAYA)

    assert "one text" in await chat.say("text me when the red crewneck in M is back")
    assert "one e-mail to maya.brooks@example.com" in await chat.say("actually email me instead")
    assert "one text" in await chat.say("text me please")


@pytest.mark.parametrize("who", [NO_PHONE, None])
async def test_without_a_number_of_the_account_an_e_mail_is_offered(talk: Talk, who: str | None) -> None:
    chat = await talk(who)

    assert "number of a customer's account" in await chat.say("text me when the red crewneck in M is back")
    answer = await chat.say("yes")
    assert "e-mail" in answer
    assert chat.kind != "handed_off"


async def test_who_says_nothing_of_texts_is_asked_about_an_e_mail(talk: Talk) -> None:
    chat = await talk(MAYA)

    assert "one e-mail" in await chat.say("message me on my phone when the red crewneck in M is back")
