"""The embedded model speaks the models' protocol: pure, streaming, free of charge, and robust against what threads hold."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from warmline import EmbeddedModel
from warmline.agent.models.base import CallRequest, Message, ModelRequest, Prompt
from warmline.prompts import render
from warmline.tools.access import ASK_EMAIL

GUEST = Message(role="system", text=render("agent", "context_guest", today="Monday, 2026-11-23"))
MAYA = Message(
    role="system",
    text=render("agent", "context_customer", name="Maya Brooks", email="maya@example.com", today="Monday, 2026-11-23"),
)
NAMES = (
    "find_orders get_order cancel_unshipped_order change_shipping_address search_products get_product check_stock compare_products"
    " get_policy check_return start_return start_exchange subscribe_back_in_stock enrol_in_care_series escalate"
).split()


class CountingReader:
    """Reads the same in every text, and counts."""

    def __init__(self, **reasons: float) -> None:
        self.reasons = reasons
        self.read_texts: list[str] = []

    def read(self, text: str) -> Mapping[str, float]:
        self.read_texts.append(text)
        return self.reasons


def user(text: str) -> Message:
    return Message(role="user", text=text)


def said(text: str) -> Message:
    return Message(role="assistant", text=text)


def called(name: str, result: str, **arguments: Any) -> list[Message]:
    """A call and its result."""
    call = CallRequest(call_id=f"{name}_1", name=name, arguments=json.dumps(arguments))
    return [Message(role="assistant", calls=(call,)), Message(role="tool", text=result, call_id=call.call_id)]


def request(*messages: Message, head: Message = GUEST, names: list[str] | None = None) -> ModelRequest:
    tools = tuple({"type": "function", "function": {"name": name}} for name in names or NAMES)
    return ModelRequest(prompt=Prompt(system="Be kind.", tools=tools), messages=[head, *messages])


def model(**reasons: float) -> EmbeddedModel:
    return EmbeddedModel(classifier=CountingReader(**reasons))


async def test_an_answer_costs_no_tokens_and_names_its_model() -> None:
    answer = await model().answer(request(user("hello")))

    assert (answer.usage.input, answer.usage.output, answer.usage.calls) == (0, 0, 1)
    assert answer.model == model().name == "embedded"
    assert answer.finish == "stop"


async def test_text_is_streamed_word_by_word() -> None:
    pieces: list[str] = []

    answer = await model().answer(request(user("hello")), on_text=pieces.append)

    assert len(pieces) > 5
    assert "".join(pieces) == answer.text


async def test_a_call_streams_nothing() -> None:
    pieces: list[str] = []

    answer = await model().answer(request(user("where is W-10432"), head=MAYA), on_text=pieces.append)

    assert [call.name for call in answer.calls] == ["get_order"]
    assert answer.finish == "tool_calls"
    assert not pieces


async def test_the_same_request_gets_the_same_answer_from_any_instance() -> None:
    asked = request(user("where is W-10432"), head=MAYA)
    one = model()

    first, again, other = await one.answer(asked), await one.answer(asked), await model().answer(asked)

    assert first == again == other


async def test_a_conversation_can_be_taken_up_by_another_instance() -> None:
    asked = await model().answer(request(user("track my parcel")))
    thread = [user("track my parcel"), said(asked.text or ""), user("W-10432")]
    thread += called("get_order", ASK_EMAIL, order_number="W-10432")
    asked = await model().answer(request(*thread))

    answer = await model().answer(request(*thread, said(asked.text or ""), user("ann@example.com")))

    assert json.loads(answer.calls[0].arguments) == {"order_number": "W-10432", "email": "ann@example.com"}


async def test_call_ids_differ_from_message_to_message() -> None:
    first = await model().answer(request(user("hi"), said("Hello."), user("do you ship to canada")))
    second = await model().answer(request(user("do you ship to canada")))

    assert first.calls[0].call_id != second.calls[0].call_id
    assert first.calls[0].arguments == second.calls[0].arguments


async def test_each_text_is_read_once() -> None:
    reader = CountingReader()
    embedded = EmbeddedModel(classifier=reader)
    thread = [user("do you ship to canada")]

    await embedded.answer(request(*thread))
    thread += called("get_policy", '{"topic": "shipping", "title": "Shipping", "text": "We ship to Canada."}', topic="shipping")
    await embedded.answer(request(*thread))

    assert len(reader.read_texts) == len(set(reader.read_texts)) == 1


@pytest.mark.parametrize(
    ("reason", "text", "tool"),
    [
        ("order_status", "Nothing on the porch but the cat.", "find_orders"),
        ("stock_check", "Might there be a teapot?", "check_stock"),
        ("return_start", "The hat and I are parting ways.", "find_orders"),
        ("exchange_start", "The hat and I disagree on size.", "find_orders"),
        ("return_policy", "Suppose I regret it?", "get_policy"),
        ("shop_policy", "Suppose I live on an island?", "get_policy"),
        ("product_care", "The teapot is brown inside", "check_stock"),
        ("back_in_stock_signup", "I would wait for the teapot", "check_stock"),
        ("product_basic", "the teapot, whistling or not", "check_stock"),
    ],
)
async def test_what_no_keyword_says_the_classifier_does(reason: str, text: str, tool: str) -> None:
    answer = await model(**{reason: 0.9}).answer(request(user(text), head=MAYA))

    assert answer.calls[0].name == tool


async def test_a_change_without_its_kind_is_asked_about() -> None:
    thread = [user("I made a mistake in my order yesterday")]
    asked = await model(order_change=0.9).answer(request(*thread, head=MAYA))
    assert "cancel the order, or to send it to another address" in (asked.text or "")

    answer = await model(order_change=0.9).answer(request(*thread, said(asked.text or ""), user("the address"), head=MAYA))
    assert answer.calls[0].name == "find_orders"

    again = await model(order_change=0.9).answer(request(*thread, said(asked.text or ""), user("the colour of it"), head=MAYA))
    assert again.calls[0].name == "escalate"


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


async def test_a_long_conversation_is_remembered_as_far_as_it_matters() -> None:
    embedded = model()
    thread: list[Message] = []
    for number in range(30):
        thread += [user(f"hello number {number}"), said("Hello.")]
        await embedded.answer(request(*thread[:-1]))

    answer = await embedded.answer(request(*thread, user("do you ship to canada")))

    assert answer.calls[0].name == "get_policy"


async def test_several_messages_in_a_row_are_one() -> None:
    answer = await model().answer(request(user("I want to return something"), user("it is W-10432"), user("ann@example.com")))

    assert json.loads(answer.calls[0].arguments) == {"order_number": "W-10432", "email": "ann@example.com"}


async def test_an_unknown_day_and_an_empty_thread_do_no_harm() -> None:
    bare = ModelRequest(prompt=Prompt(system="Be kind."), messages=[user("hi")])
    nothing = ModelRequest(prompt=Prompt(system="Be kind."), messages=[])

    assert (await model().answer(bare)).text
    assert (await model().answer(nothing)).text


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


async def test_old_texts_are_forgotten_and_read_again() -> None:
    reader = CountingReader()
    embedded = EmbeddedModel(classifier=reader)

    for number in range(300):
        await embedded.answer(request(user(f"flurb {number}")))
    await embedded.answer(request(user("flurb 0")))

    assert reader.read_texts.count("flurb 0") == 2


async def test_without_a_classifier_the_guards_own_is_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = CountingReader(shop_policy=1.0)
    loads: list[int] = []

    def load() -> CountingReader:
        loads.append(1)
        return reader

    monkeypatch.setattr("warmline.agent.guard.classifier.Classifier.load", load)
    embedded = EmbeddedModel()

    await embedded.answer(request(user("Suppose I live on an island?")))
    answer = await embedded.answer(request(user("Suppose I live on a hill?")))

    assert answer.calls[0].name == "get_policy"
    assert loads == [1]
    assert len(reader.read_texts) == 2


@pytest.mark.parametrize(
    "why", ["Refused: sku 'X' was never shown.", "The arguments of get_order do not fit.", "There is no tool 'get_order'."]
)
async def test_a_call_the_gate_refuses_goes_to_a_person(why: str) -> None:
    thread = [user("where is W-10432"), *called("get_order", why, order_number="W-10432")]

    answer = await model().answer(request(*thread, head=MAYA))

    assert answer.calls[0].name == "escalate"
