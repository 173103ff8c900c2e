"""Whether something can be had, what instead, and being told when it is back."""

import pytest
from support.chat import Talk

from warmline.testing import MemoryShop, a_product, a_variant
from warmline.tools.model import Supply

MAYA = "C-1001"


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        ("Do you have the harbour crewneck in navy M?", "Harbour Crewneck (navy, M) in stock, at $68.00"),
        ("is HP-CREW-NVY-L available", "Harbour Crewneck (navy, L) in stock"),
        ("got the gull bike in mint?", "Gull Balance Bike (mint) in stock"),
        ("do you have the galery frame in A3", "Gallery Oak Frame (A3) in stock"),
        ("oak board, large - in stock?", "Galley Oak Board (large) in stock"),
        ("how many orchard mugs in moss do you have left", "There are 31 of Orchard Mugs"),
        ("Is there an oatmeal duvet cover in queen left?", "(oatmeal, queen)"),
    ],
)
async def test_what_is_there_is_said_with_its_price(talk: Talk, words: str, fact: str) -> None:
    chat = await talk()

    assert fact in await chat.say(words)


@pytest.mark.parametrize(
    "words", ["crewneck in red M?", "do u have the harbor crewnek in red, size medium", "HP-CREW-RED-M in stock?"]
)
async def test_sold_out_comes_with_a_day_alternatives_and_the_list(talk: Talk, words: str) -> None:
    chat = await talk()

    reply = await chat.say(words)

    assert "out of Harbour Crewneck (red, M)" in reply
    assert "Wednesday, 2 December" in reply
    assert "- Harbour Crewneck (navy, M), $68.00" in reply
    assert reply.endswith("Would you like an e-mail when it is back?")


async def test_a_yes_signs_up_and_asks_a_guest_for_an_address(talk: Talk) -> None:
    chat = await talk()

    asked = await chat.say("is the tide table lamp in brass back yet", "yes please")
    assert "Which e-mail address" in asked
    assert "a complete e-mail address" in await chat.say("sam at example")
    question = await chat.say("sam@example.com")
    assert "sam@example.com" in question
    assert "an e-mail goes to sam@example.com" in await chat.say("yes")
    assert chat.done == ["subscribe_back_in_stock"]


async def test_a_signed_in_customer_needs_no_address(talk: Talk) -> None:
    chat = await talk(MAYA)

    question = await chat.say("tell me when the red crewneck in M is back")
    assert "maya.brooks@example.com" in question
    assert "Harbour Crewneck (red, M) is back" in await chat.say("sure")


async def test_an_address_alone_accepts_the_offer(talk: Talk) -> None:
    chat = await talk()

    await chat.say("crewneck red M?", "ann@example.org")

    assert chat.kind == "needs_confirmation"


async def test_a_no_to_the_list_is_taken(talk: Talk) -> None:
    chat = await talk()

    assert "No problem" in await chat.say("crewneck red M?", "no thanks")
    assert not chat.done


async def test_nobody_waits_for_what_is_there(talk: Talk) -> None:
    chat = await talk(MAYA)

    assert "there is no need to wait" in await chat.say("let me know when the navy crewneck in M is back")


async def test_several_sold_out_versions_are_asked_about(talk: Talk) -> None:
    chat = await talk(MAYA)

    asked = await chat.say("put me on the waiting list for the harbour crewneck")
    assert "Which one shall I note you down for?" in asked
    assert "Harbour Crewneck (oatmeal, XL)" in await chat.say("the oatmeal one")


async def test_what_is_not_made_is_said(talk: Talk) -> None:
    chat = await talk()

    reply = await chat.say("do you have the crewneck in purple")
    assert "don't have Harbour Crewneck in purple" in reply
    assert "- navy: S, M, L and XL in stock" in reply
    assert "in XXL" in await chat.say("crewneck size XXL?")


async def test_a_follow_up_keeps_what_it_does_not_change(talk: Talk) -> None:
    chat = await talk()

    await chat.say("fjord boots in green 41 available?")

    assert "Fjord Rain Boots (navy, 41) in stock" in await chat.say("and the navy ones?")
    assert "Fjord Rain Boots (navy, 38) in stock" in await chat.say("what about 38")


async def test_more_than_there_are_is_said_as_a_number(talk: Talk) -> None:
    chat = await talk()

    reply = await chat.say("I need 500 of the bath salts eucalyptus, do you have that many?")

    assert "not quite 500" in reply


async def test_several_products_are_asked_about_and_one_is_chosen(talk: Talk) -> None:
    chat = await talk()

    asked = await chat.say("do you have boots in 40?")
    assert "Which one do you mean?" in asked
    assert "Fjord Rain Boots" in await chat.say("the rain ones")


async def test_what_the_shop_does_not_have_is_not_invented(talk: Talk) -> None:
    chat = await talk()

    assert 'can\'t find anything in the shop for "umbrellas"' in await chat.say("do you have umbrellas?")
    assert "seems we don't have it" in await chat.say("parasols", "sunshades")


async def test_a_final_sale_item_is_marked(talk: Talk) -> None:
    chat = await talk()

    assert "final sale" in await chat.say("do you have the dune sandals in tan 38?")


def one_mug(supply: Supply) -> MemoryShop:
    """A shop with nothing on its shelf but what this supply says."""
    mug = a_variant("MUG", price="9.00", units=0, rest={"supply": supply})
    return MemoryShop(products=[a_product("orchard-mug", name="Orchard Mug", kind="home", variants=(mug,))])


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        ("do you have the orchard mug?", "Yes, we have Orchard Mug in stock, at $9.00."),
        ("how many orchard mugs do you have left?", "is not counted, so I cannot tell you a number"),
        ("do you have 40 of the orchard mug?", "is not counted, so I cannot tell you a number"),
    ],
)
async def test_what_nobody_counts_is_in_stock_and_no_number_is_told(talk: Talk, words: str, fact: str) -> None:
    chat = await talk(shop=one_mug("uncounted"))

    assert fact in await chat.say(words)


async def test_what_can_be_ordered_is_neither_in_stock_nor_sold_out(talk: Talk) -> None:
    chat = await talk(shop=one_mug("back_order"))

    reply = await chat.say("do you have the orchard mug?")

    assert "It can be ordered all the same and comes later" in reply
    assert "out of" not in reply
