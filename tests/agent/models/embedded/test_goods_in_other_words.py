"""Questions about goods as people word them: how many, the other size, two at once, what a detail says, something like it."""

import pytest
from support.chat import Talk


@pytest.mark.parametrize(
    ("words", "units"),
    [
        ("have you got 8 sets of the cream orchard mugs?", "31"),
        ("are there twelve of the cream Orchard mugs", "31"),
        ("I need two dozen boxes of the cream orchard mugs", "31"),
        ("are there 5 of the cream millstone grinder?", "not quite 5"),
    ],
)
async def test_a_number_asked_for_is_answered_with_the_number_there_is(talk: Talk, words: str, units: str) -> None:
    chat = await talk()
    assert units in await chat.say(words)


async def test_ok_and_another_size_is_a_question_and_no_yes(talk: Talk) -> None:
    chat = await talk()
    assert "out of" in await chat.say("is the ink pier tee in M there?")
    assert "(ink, S)" in await chat.say("ok and in S?")


async def test_a_plain_yes_still_signs_up(talk: Talk) -> None:
    chat = await talk("C-1020")
    await chat.say("is the ink pier tee in M there?", "ok yes")
    assert chat.kind == "needs_confirmation"


async def test_two_things_each_in_a_colour_are_both_answered(talk: Talk) -> None:
    chat = await talk()
    told = await chat.say("have you got the Pebble speaker in teal and the Tern scarf in sky?")
    assert "Pebble" in told
    assert "Tern" in told


async def test_one_thing_in_two_colours_is_one_question(talk: Talk) -> None:
    chat = await talk()
    told = await chat.say("do you have the orchard mugs in cream and ink?")
    assert told.count("Orchard Mugs") == 1


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        ("does the sunrise alarm clock have an adapter?", "adapter included"),
        ("Fjord boots, is 39 an American size 8.5?", "US women's 8.5"),
        ("what UK size are the Fjord boots in 40", "EU 37 to 42"),
        ("how often do I replace the clearwater filter", "12 months"),
        ("oh dear, my canvas sneakers are all dirty", "soapy water"),
    ],
)
async def test_what_the_record_says_is_found_by_other_words(talk: Talk, words: str, fact: str) -> None:
    chat = await talk()
    assert fact in await chat.say(words)


async def test_the_sizes_on_offer_are_still_listed(talk: Talk) -> None:
    chat = await talk()
    assert "37, 38, 39" in await chat.say("what sizes do the Fjord boots come in?")


async def test_the_big_one_is_the_large_one_and_the_offer_made_is_heard(talk: Talk) -> None:
    chat = await talk("C-1020")
    told = await chat.say("is the big one of the plush otter there?")
    assert "10 December" in told
    assert "e-mail when it is back" in told
    await chat.say("yes please")
    assert chat.kind == "needs_confirmation"


async def test_something_like_it_is_of_its_sort(talk: Talk) -> None:
    chat = await talk()
    told = await chat.say("is there something similar to the drift headphones but less expensive?")
    assert "Wren Earbuds" in told
    assert "Kettle" not in told
    assert "Pads" not in told
