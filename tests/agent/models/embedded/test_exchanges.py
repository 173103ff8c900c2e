"""Another size, another colour, a whole one."""

import pytest
from support.chat import Talk

MAYA, PRIYA = "C-1001", "C-1003"


@pytest.mark.parametrize(
    ("words", "new", "reason"),
    [
        ("can i swap the boots for a 40", "HP-BOOT-GRN-40", "too_small"),
        ("the green boots are too tight, i need a 40 instead", "HP-BOOT-GRN-40", "too_small"),
        ("exchange the boots for a size up please", "HP-BOOT-GRN-40", "too_small"),
        ("I'd like the boots one size smaller, can I exchange them?", "HP-BOOT-GRN-38", "too_large"),
        ("boots are the wrong colour, i wanted navy. same size", "HP-BOOT-NVY-39", "wrong_item"),
        ("exhange boots 39 for 38 pls", "HP-BOOT-GRN-38", "too_large"),
        ("Could you replace the socks? They came with a hole.", "HP-SOCK-CHR-SM", "damaged"),
    ],
)
async def test_the_new_one_is_understood(talk: Talk, words: str, new: str, reason: str) -> None:
    chat = await talk(MAYA)

    await chat.say(words)

    assert chat.kind == "needs_confirmation"
    arguments = chat.turns[-1].tool_calls[-1].arguments
    assert f'"new_sku": "{new}"' in arguments
    assert f'"reason": "{reason}"' in arguments


async def test_an_exchange_is_made_after_a_yes(talk: Talk) -> None:
    chat = await talk(MAYA)

    reply = await chat.say("swap the boots for a 40", "yes please")

    assert "your exchange is X-" in reply
    assert "Monday, 7 December" in reply
    assert "nothing to pay" in reply
    assert chat.done == ["start_exchange"]


async def test_sold_out_offers_what_is_there(talk: Talk) -> None:
    chat = await talk(MAYA)

    reply = await chat.say("exchange my rain boots for size 41")
    assert "out of Fjord Rain Boots (green, 41)" in reply
    assert "Wednesday, 9 December" in reply
    assert "- navy: 38, 39 and 41 in stock" in reply
    assert "(green, 40)" in await chat.say("40 then")
    assert chat.kind == "needs_confirmation"


async def test_yes_but_another_one_asks_anew(talk: Talk) -> None:
    chat = await talk(MAYA)

    question = await chat.say("swap the boots for a 40", "yes but the navy ones, 38")

    assert "Fjord Rain Boots (navy, 38)" in question
    assert not chat.done


async def test_which_one_is_asked_when_nothing_says_so(talk: Talk) -> None:
    chat = await talk(MAYA)

    assert "Which one would you like instead?" in await chat.say("I want to exchange the boots")
    assert "could not tell" in await chat.say("a nicer one")
    assert "(green, 37)" in await chat.say("37")


async def test_a_return_becomes_an_exchange(talk: Talk) -> None:
    chat = await talk(MAYA)

    await chat.say("return the boots, too small", "hmm can i exchange them instead?", "for a 40")

    assert chat.turns[-1].tool_calls[-1].name == "start_exchange"


async def test_an_exchange_becomes_a_return(talk: Talk) -> None:
    chat = await talk(MAYA)

    await chat.say("exchange the boots for a 41", "no, I'd rather return them, they are too small")

    assert chat.turns[-1].tool_calls[-1].name == "start_return"


async def test_another_product_is_found_and_its_price_told(talk: Talk) -> None:
    chat = await talk(MAYA)

    question = await chat.say("can I exchange the boots for the tideline sneakers in white 39")

    assert "Tideline Canvas Sneakers (white, 39)" in question
    assert "$25.00 back" in question


async def test_a_final_sale_item_is_not_exchanged(talk: Talk) -> None:
    chat = await talk(MAYA)

    assert "final sale" in await chat.say("swap the rugby shirt for an L")


async def test_a_guest_exchanges(talk: Talk) -> None:
    chat = await talk()

    await chat.say("I want to exchange my boots", "10391", "maya.brooks@example.com", "the boots", "size 40")

    assert chat.kind == "needs_confirmation"


async def test_why_is_asked_for_the_same_one_again(talk: Talk) -> None:
    chat = await talk(PRIYA)

    assert "damaged, faulty, or something else" in await chat.say("I need a replacement for the vase, same one")
    await chat.say("it is chipped")
    assert chat.kind == "needs_confirmation"


async def test_no_means_nothing_is_exchanged(talk: Talk) -> None:
    chat = await talk(MAYA)

    assert "nothing was exchanged" in await chat.say("swap the boots for a 40", "no")
    assert not chat.done
