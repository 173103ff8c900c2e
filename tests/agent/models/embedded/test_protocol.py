"""The embedded model speaks the models' protocol: pure, streaming and free of charge."""

import json

import pytest
from support.threads import MAYA, CountingReader, called, model, request, said, user

from warmline import EmbeddedModel
from warmline.agent.models.base import Message, ModelRequest, Prompt
from warmline.tools.access import ASK_EMAIL


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
