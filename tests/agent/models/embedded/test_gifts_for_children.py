"""What is offered for a child is stated to be for that age."""

import pytest
from support.chat import Talk


@pytest.mark.parametrize(
    "words",
    [
        "something for a toddler up to $40?",
        "do you have anything nice for a toddler, nothing above 40 dollars please",
        "looking for a gift for a one year old, under $40",
        "a present for my 18 months old niece, not over $40",
    ],
)
async def test_a_toddler_is_offered_nothing_with_small_parts(talk: Talk, words: str) -> None:
    chat = await talk()

    reply = await chat.say(words)

    assert "Wooden Blocks" in reply
    assert not any(name in reply for name in ("Train Set", "Memory Game", "Puzzle", "$98.00"))


async def test_an_older_child_is_offered_what_is_for_it(talk: Talk) -> None:
    chat = await talk()

    assert "Memory Game" in await chat.say("gift ideas for a 5 year old?")


async def test_after_looking_through_several_none_of_them_is_it(talk: Talk) -> None:
    chat = await talk()
    await chat.say("something for a toddler up to $40?")

    assert "Train Set" not in await chat.say("how heavy is it?")
