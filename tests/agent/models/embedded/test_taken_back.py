"""What is not to be done, is to be undone, or is to be less than was asked about."""

import pytest
from support.chat import Talk

MAYA, INGRID = "C-1001", "C-1058"


@pytest.mark.parametrize(
    "words", ["don't cancel W-10460!", "please do not cancel W-10460", "I don't want to cancel W-10460 any more"]
)
async def test_what_is_not_to_be_cancelled_is_left_alone(talk: Talk, words: str) -> None:
    chat = await talk(MAYA)

    assert "W-10460 stays as it is" in await chat.say(words)
    assert chat.kind == "replied"


@pytest.mark.parametrize(
    "words",
    [
        "I do not want to return the boots from W-10391, they are great",
        "don't return the socks from W-10391",
        "we never want to send them back, they fit so well",
    ],
)
async def test_what_is_not_to_go_back_is_not_returned(talk: Talk, words: str) -> None:
    chat = await talk(MAYA)

    assert "nothing was changed" in await chat.say(words)


async def test_another_wish_beside_what_is_not_wanted_is_served(talk: Talk) -> None:
    chat = await talk(MAYA)

    assert "Shall I" in await chat.say(
        "I don't want to return the boots from W-10391, I want to exchange the boots for a 40, too small"
    )
    assert "start_exchange" in chat.calls


@pytest.mark.parametrize(
    "words",
    [
        "sorry, undo that please",
        "oh no wait",
        "I want it after all",
        "please reverse that",
        "I did not mean to do that",
        "don't cancel it!",
    ],
)
async def test_a_cancellation_is_undone_by_nobody_but_a_person(talk: Talk, words: str) -> None:
    chat = await talk(MAYA)
    await chat.say("cancel W-10460", "yes")

    await chat.say(words)

    assert chat.kind == "handed_off"


@pytest.mark.parametrize("words", ["actually cancel that return", "can you take the return back", "undo the return"])
async def test_a_return_is_taken_back_by_a_person(talk: Talk, words: str) -> None:
    chat = await talk(MAYA)
    await chat.say("return the socks from W-10391, changed my mind", "yes")

    await chat.say(words)

    assert chat.kind == "handed_off"


async def test_thanks_after_a_cancellation_undoes_nothing(talk: Talk) -> None:
    chat = await talk(MAYA)
    await chat.say("cancel W-10460", "yes")

    await chat.say("thanks, that was quick")

    assert chat.kind == "replied"


@pytest.mark.parametrize(
    "words", ["Wait, just the tee please", "only the tee", "not the crewneck", "yes but not the crewneck", "all but the crewneck"]
)
async def test_of_several_only_some_go_back(talk: Talk, words: str) -> None:
    chat = await talk(INGRID)
    await chat.say("I'd like to return everything from W-10381, changed my mind")

    reply = await chat.say(words)

    assert "$23.05" in reply
    assert "Crewneck" not in reply


@pytest.mark.parametrize("words", ["no, stop, leave it all", "leave everything", "no no, keep it all", "stop, forget all of it"])
async def test_stop_means_stop(talk: Talk, words: str) -> None:
    chat = await talk(INGRID)
    await chat.say("return the tee from W-10381, it's too small")

    assert "no return then" in await chat.say(words)
    assert "start_return" not in chat.calls


@pytest.mark.parametrize(
    "words",
    [
        "No, keep it, I'll wear them",
        "no, hang on, my wife wants it after all",
        "nope, we found a use for the mugs in the end",
        "ok thanks bye",
    ],
)
async def test_a_no_with_a_reason_and_a_goodbye_are_a_no(talk: Talk, words: str) -> None:
    chat = await talk(MAYA)
    await chat.say("cancel W-10460")

    assert "the order stays as it is" in await chat.say(words)
    assert chat.kind == "replied"


@pytest.mark.parametrize("words", ["no problem, go ahead", "no, cancel W-10432", "no, I meant the other order"])
async def test_not_every_no_leaves_it(talk: Talk, words: str) -> None:
    chat = await talk(MAYA)
    await chat.say("cancel W-10460")

    assert "the order stays as it is" not in await chat.say(words)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("return 5 of the white tees from W-10347, too large", "only 3 of"),
        ("send back six of the white tees from W-10347 please, too large", "not 6"),
    ],
)
async def test_more_than_there_are_is_said(talk: Talk, words: str, told: str) -> None:
    chat = await talk("C-1038")

    assert told in await chat.say(words)
    assert "3 ×" in await chat.say("yes")
    assert chat.kind == "needs_confirmation"


async def test_fewer_after_too_many_are_taken(talk: Talk) -> None:
    chat = await talk("C-1038")
    await chat.say("return 5 of the white tees from W-10347, too large")

    assert "2 ×" in await chat.say("just two then")
