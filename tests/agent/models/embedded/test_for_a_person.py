"""What only a person can put right: final sale items that came broken, parcels that came back, languages that are not served."""

import pytest
from support.chat import Talk

MAYA, THEO = "C-1001", "C-1011"


@pytest.mark.parametrize(
    "words",
    [
        "the rugby shirt from W-10391 has a tear, I'd like to return it",
        "my rugby shirt W-10391 came with a hole in it",
        "the rugby shirt W-10391 arrived torn",
        "rugby shirt of W-10391 turned up ripped, what now",
        "I want to return the rugby shirt from W-10391, the zip is broken",
    ],
)
async def test_a_final_sale_item_that_came_broken_is_for_a_person(talk: Talk, words: str) -> None:
    chat = await talk(MAYA)

    await chat.say(words)

    assert chat.kind == "handed_off"


async def test_a_final_sale_item_that_is_not_liked_stays(talk: Talk) -> None:
    chat = await talk(MAYA)

    assert "final sale" in await chat.say("I want to return the rugby shirt from W-10391, I don't like it")
    assert chat.kind == "replied"


@pytest.mark.parametrize(
    "words",
    [
        "W-10413 says returned to sender, my new address is 5 Elm Street, Albany, NY 12207",
        "please send W-10413 to 5 Elm Street, Albany, NY 12207",
    ],
)
async def test_a_parcel_that_came_back_is_sent_again_by_a_person(talk: Talk, words: str) -> None:
    chat = await talk(THEO)

    await chat.say(words)

    assert chat.kind == "handed_off"


@pytest.mark.parametrize(
    "words",
    [
        "¿Cuánto cuesta el envío a España?",
        "Como lavo o suéter de lã?",
        "sag mir bescheid wenn die roten pullover in M wieder da sind",
        "combien coûte la livraison ?",
        "quanto costa la spedizione in Italia?",
        "hoeveel kost verzending naar België",
        "kann man den Pullover waschen",
        "¿lavadora?",
    ],
)
async def test_other_languages_are_for_a_person(talk: Talk, words: str) -> None:
    chat = await talk()

    await chat.say(words)

    assert chat.kind == "handed_off"


@pytest.mark.parametrize(
    "words", ["do you have the décor lamp?", "my name is José Muñoz, where is W-10432", "is the café mug en route"]
)
async def test_a_name_or_a_borrowed_word_makes_no_other_language(talk: Talk, words: str) -> None:
    chat = await talk(MAYA)

    await chat.say(words)

    assert chat.kind == "replied"
