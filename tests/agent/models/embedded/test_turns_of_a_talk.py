"""What can happen between a question and its answer."""

from datetime import timedelta

import pytest
from support.chat import NOON, Talk

from warmline.testing import a_shipment, an_order

MAYA, PRIYA, GEORGE = "C-1001", "C-1003", "C-1007"


async def test_a_guest_is_not_shown_lists(talk: Talk) -> None:
    chat = await talk()

    assert "order number" in await chat.say("show me my orders")


@pytest.mark.parametrize("words", ["show me my orders", "what did I order last time?", "where is W-99999?", "return something"])
async def test_a_customer_without_orders_gets_a_clear_word(talk: Talk, words: str) -> None:
    chat = await talk(GEORGE)

    reply = await chat.say(words)

    assert "no orders on your account" in reply or "can't find W-99999" in reply


async def test_one_lost_parcel_among_several_orders_goes_to_a_person(talk: Talk) -> None:
    orders = [
        an_order("W-30001", customer_id=GEORGE, now=NOON),
        an_order("W-30002", customer_id=GEORGE, now=NOON, shipments=(a_shipment("lost", now=NOON),)),
    ]
    chat = await talk(GEORGE, orders=orders)

    await chat.say("where are my orders?")

    assert chat.kind == "handed_off"


async def test_one_of_two_numbers_is_unknown(talk: Talk) -> None:
    chat = await talk(MAYA)

    assert "can't find W-99999" in await chat.say("where are W-10432 and W-99999")


async def test_a_parcel_without_scans_is_told_with_its_carrier(talk: Talk) -> None:
    fresh = an_order("W-30001", customer_id=GEORGE, now=NOON, shipments=(a_shipment(now=NOON, events=()),))
    chat = await talk(GEORGE, orders=[fresh])

    assert "It travels with Coastal Post" in await chat.say("where is my order")
    assert "$5.00 for shipping" in await chat.say("how much did I pay for W-30001?")


async def test_guesses_of_an_address_run_out(talk: Talk) -> None:
    chat = await talk()

    await chat.say("where is W-10432", *(f"guess{number}@example.com" for number in range(6)))

    assert "handed_off" in [turn.kind for turn in chat.turns]


async def test_an_order_that_is_never_named_ends_at_a_person(talk: Talk) -> None:
    orders = [an_order(f"W-3000{place}", status="delivered", customer_id=GEORGE, now=NOON) for place in (1, 2)]
    chat = await talk(GEORGE, orders=orders)

    await chat.say("I want to return something", "hm", "not sure", "let me see", "well")

    assert "handed_off" in [turn.kind for turn in chat.turns]


async def test_a_number_after_a_status_is_the_next_status(talk: Talk) -> None:
    chat = await talk(MAYA)

    assert "has not been shipped yet" in await chat.say("where is W-10432", "and W-10460?")


async def test_another_address_for_the_list_is_asked_about_again(talk: Talk) -> None:
    chat = await talk()

    await chat.say("tell me when the brass tide table lamp is back", "ann@example.org")
    assert "bea@example.org" in await chat.say("no, use bea@example.org")
    assert not chat.done
    assert "bea@example.org" in await chat.say("yes")


async def test_another_colour_for_the_list_is_asked_about_again(talk: Talk) -> None:
    chat = await talk(MAYA)

    question = await chat.say("tell me when the red crewneck in M is back", "or rather the oatmeal one in XL")

    assert "(oatmeal, XL)" in question


async def test_another_order_to_cancel_is_asked_about_again(talk: Talk) -> None:
    second = an_order("W-30001", status="processing", customer_id=MAYA, now=NOON)
    chat = await talk(MAYA, orders=[second])

    assert "W-30001" in await chat.say("cancel W-10460", "sorry, I meant W-30001")


async def test_another_recipient_is_asked_about_again(talk: Talk) -> None:
    chat = await talk(MAYA)

    reply = await chat.say(
        "send W-10460 to 5 Pine St, Montpelier VT 05602",
        "put it in the name of my husband: Sam Lee, 5 Pine St, Montpelier VT 05602",
    )

    assert "Sam Lee, 5 Pine St" in reply


async def test_a_list_for_something_unknown_asks_what(talk: Talk) -> None:
    chat = await talk()

    assert "can't find anything" in await chat.say("tell me when the zeppelin is back in stock")
    assert "Which one do you mean?" in await chat.say("send me the care letters for the boots")


async def test_instead_of_yes_something_else_is_wanted(talk: Talk) -> None:
    chat = await talk(MAYA)

    await chat.say("cancel the mugs from W-10460")
    assert "$19.95" in await chat.say("do you ship to canada?")

    await chat.say("cancel the mugs from W-10460", "well, the whole lot then I suppose")
    assert chat.kind == "needs_confirmation"


async def test_a_family_of_sold_out_sizes_is_told_in_one_line(talk: Talk) -> None:
    chat = await talk()

    reply = await chat.say("which sizes of the fjord boots in navy are in stock?")

    assert "navy: 38, 39 and 41 in stock; 40 sold out" in reply


async def test_a_colour_in_a_name_is_no_option(talk: Talk) -> None:
    chat = await talk()

    assert "Galley Oak Board" in await chat.say("do you have the galley oak board")
    assert "don't have" not in chat.turns[-1].text


async def test_a_comparison_with_what_was_talked_about(talk: Talk) -> None:
    chat = await talk()

    await chat.say("how much are the wren earbuds?")

    assert "Wren Earbuds ($89.00) and Drift Wireless Headphones" in await chat.say(
        "what's the difference from the drift headphones?"
    )


async def test_products_without_common_details_are_compared_by_their_descriptions(talk: Talk) -> None:
    chat = await talk()

    reply = await chat.say("compare the harbour paint set and the heron descaler")

    assert "Harbour Paint Set:" in reply or "contents" in reply


@pytest.mark.parametrize(
    ("words", "address"),
    [
        (
            "Please send W-10460 to: Sam Lee, 5 Pine Street Apt 2, Montpelier, VT 05602, United States",
            "Sam Lee, 5 Pine Street, Apt 2, Montpelier VT 05602",
        ),
        (
            "W-10460 address change\nSam Lee\n5 Pine Street\nMontpelier\nVermont\n05602",
            "Sam Lee, 5 Pine Street, Montpelier VT 05602",
        ),
        ("can W-10460 go to p.o. box 12, Stowe VT 05672 instead, new address", "p.o. box 12, Stowe VT 05672"),
        ("new address for W-10460 is 77 Lake Rd, 05401 Burlington", "77 Lake Rd, Burlington 05401"),
    ],
)
async def test_addresses_come_in_many_forms(talk: Talk, words: str, address: str) -> None:
    chat = await talk(MAYA)

    assert address in await chat.say(words)


async def test_what_was_said_days_ago_is_looked_up_again(talk: Talk) -> None:
    order = an_order("W-30001", customer_id=GEORGE, now=NOON, placed_at=NOON - timedelta(days=9))
    chat = await talk(GEORGE, orders=[order])

    await chat.say("where is my order?")
    await chat.say("and now, where is it?")

    assert chat.calls == ["get_order"]
