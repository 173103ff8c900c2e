"""What tools, gates and the loop put into a thread, and what the embedded model makes of it."""

import json

import pytest
from support.threads import MAYA, NAMES, called, model, request, said, user

from warmline.agent.models.base import CallRequest, Message
from warmline.prompts import render


async def test_a_draft_that_was_sent_back_goes_to_a_person() -> None:
    nudge = Message(role="system", text=render("agent", "redraft", why="'x' occurs in no tool result"))

    answer = await model().answer(request(user("hi"), said("Hello."), nudge))

    assert answer.calls[0].name == "escalate"


async def test_a_call_that_was_made_already_is_not_made_again() -> None:
    first = '{"topic": "shipping", "title": "Shipping", "text": "We ship to Canada for $19.95."}'
    repeated = render("agent", "already_called", result=first)
    thread = [user("do you ship to canada"), *called("get_policy", repeated, topic="shipping")]

    answer = await model().answer(request(*thread))

    assert "$19.95" in (answer.text or "")


async def test_calls_without_end_are_given_up() -> None:
    thread = [user("where is W-10432")]
    for number in range(9):
        thread += called("get_policy", "{}", topic=str(number))

    answer = await model().answer(request(*thread))

    assert answer.calls[0].name == "escalate"


@pytest.mark.parametrize("result", ["{}", '{"number": 7, "items": "none", "parcels": [3]}', "not json at all", "[1, 2]"])
async def test_results_of_another_shape_do_no_harm(result: str) -> None:
    thread = [user("where is W-10432"), *called("get_order", result, order_number="W-10432")]

    answer = await model().answer(request(*thread, head=MAYA))

    assert answer.text or answer.calls


async def test_arguments_that_are_no_json_do_no_harm() -> None:
    call = CallRequest(call_id="c", name="get_order", arguments="{broken")
    thread = [user("where is W-10432"), Message(role="assistant", calls=(call,)), Message(role="tool", text="{}", call_id="c")]

    answer = await model().answer(request(*thread, head=MAYA))

    assert answer.calls[0].name == "get_order"


async def test_a_shop_without_lists_is_not_offered_them() -> None:
    few = [name for name in NAMES if name not in ("subscribe_back_in_stock", "enrol_in_care_series")]
    sold_out = (
        '{"product_id": "p", "name": "Teapot", "variants": [{"sku": "TEAPOT-1", "options": "", "units": 0, "stock": "sold out"}]}'
    )
    thread = [user("teapot in stock?"), *called("check_stock", sold_out, product="teapot")]
    asked = await model().answer(request(*thread, names=few))
    told = await model().answer(request(*thread, *called("check_stock", sold_out, sku="TEAPOT-1"), names=few))

    assert asked.calls[0].arguments == '{"sku": "TEAPOT-1"}'
    assert "e-mail" not in (told.text or "")

    letters = await model().answer(
        request(user("care letters for the teapot please"), *called("check_stock", sold_out, product="teapot"), names=few)
    )
    assert letters.calls[0].name == "escalate"


async def test_facts_of_turns_that_were_cut_away_are_known() -> None:
    note = Message(
        role="system", text=render("agent", "earlier_facts", facts='{"number": "W-10432", "items": [], "status": "shipped"}')
    )

    answer = await model().answer(request(note, user("W-10432?"), head=MAYA))

    assert answer.calls[0].name == "get_order"


async def test_a_near_hit_is_offered_as_a_question() -> None:
    near = '{"candidates": [{"product_id": "p", "name": "Whistling Pot", "price": {"amount": "9.00", "currency": "CHF"}}]}'
    thread = [user("do you have a samovar in stock?"), *called("check_stock", near, product="samovar")]
    asked = await model().answer(request(*thread))
    assert "Whistling Pot, 9.00 CHF. Is that the one you mean?" in (asked.text or "")

    answer = await model().answer(request(*thread, said(asked.text or ""), user("yes")))
    assert answer.calls[0].arguments == '{"product": "p"}'


async def test_a_lone_candidate_whose_name_was_said_is_taken() -> None:
    near = '{"candidates": [{"product_id": "p", "name": "Silver Samovar"}]}'
    thread = [user("do you have a copper-plated samovar?"), *called("check_stock", near, product="copper-plated samovar")]

    answer = await model().answer(request(*thread))

    assert answer.calls[0].arguments == '{"product": "p"}'


async def test_a_variant_shown_before_is_known_by_its_sku() -> None:
    shown = '{"product_id": "p", "name": "Pot", "variants": [{"sku": "POT-1", "options": "red", "units": 3}, {"sku": "POT-2", "options": "blue"}]}'
    thread = [
        user("do you have the pot"),
        *called("check_stock", shown, product="pot"),
        said("Red or blue?"),
        user("is POT-2 in stock"),
    ]

    answer = await model().answer(request(*thread))

    assert answer.calls[0].arguments == '{"sku": "POT-2"}'


async def test_a_return_that_cannot_be_checked_goes_to_a_person() -> None:
    order = '{"number": "W-10432", "status": "delivered", "items": []}'
    thread = [user("return W-10432"), *called("get_order", order, order_number="W-10432")]
    thread += called("check_return", "Order W-10432 cannot be checked for returns now. Call escalate.", order_number="W-10432")

    answer = await model().answer(request(*thread, head=MAYA))

    assert answer.calls[0].name == "escalate"


async def test_an_exchange_of_something_unknown_goes_to_a_person() -> None:
    order = '{"number": "W-10432", "status": "delivered", "items": [{"sku": "POT-1", "name": "Pot"}]}'
    check = '{"order_number": "W-10432", "items": [{"sku": "POT-1", "name": "Pot", "eligible": true, "returnable": 1}]}'
    thread = [user("exchange W-10432 for size L"), *called("get_order", order, order_number="W-10432")]
    thread += [*called("check_return", check, order_number="W-10432"), *called("get_product", "Nothing fits.", product="POT-1")]

    answer = await model().answer(request(*thread, head=MAYA))

    assert answer.calls[0].name == "escalate"


async def test_after_handing_over_there_is_still_something_to_say() -> None:
    summary = "The customer asked for a colleague. can I talk to a person"
    thread = [user("can I talk to a person")]
    call = (await model().answer(request(*thread))).calls[0]
    assert json.loads(call.arguments)["summary"] == summary

    thread += [Message(role="assistant", calls=(call,)), Message(role="tool", text="Handing over.", call_id=call.call_id)]
    assert "colleague" in ((await model().answer(request(*thread))).text or "")


@pytest.mark.parametrize(
    "why", ["Refused: sku 'X' was never shown.", "The arguments of get_order do not fit.", "There is no tool 'get_order'."]
)
async def test_a_call_the_gate_refuses_goes_to_a_person(why: str) -> None:
    thread = [user("where is W-10432"), *called("get_order", why, order_number="W-10432")]

    answer = await model().answer(request(*thread, head=MAYA))

    assert answer.calls[0].name == "escalate"
