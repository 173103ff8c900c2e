"""Where an order is, as customers ask for it."""

from datetime import timedelta

import pytest
from support.chat import NOON, Talk

from warmline.testing import a_shipment, an_order
from warmline.tools.model import OrderStatus, ShipmentStatus

MAYA, DANIEL, PRIYA, TOM, LUCIA, GRACE, GEORGE = (f"C-{number}" for number in range(1001, 1008))


@pytest.mark.parametrize(
    "words",
    [
        "Where is my order W-10432?",
        "has w-10432 shipped yet",
        "w10432 status pls",
        "any news on #10432??",
        "is my crewneck coming soon? order 10432",
        "I'm still waiting for W-10432, when will it arrive",
        "wheres W-10432",
    ],
)
async def test_a_parcel_on_its_way_is_told_with_its_day_and_its_newest_scan(talk: Talk, words: str) -> None:
    chat = await talk(MAYA)

    reply = await chat.say(words)

    assert "on its way and on time" in reply
    assert "Wednesday, 25 November" in reply
    assert "tracking number CP42" in reply
    assert chat.calls == ["get_order"]


async def test_a_guest_is_asked_for_number_and_address_together_and_may_give_them_in_any_order(talk: Talk) -> None:
    chat = await talk()

    asked = await chat.say("hello, where is my parcel?")
    assert "order number" in asked
    assert "e-mail" in asked
    assert "which e-mail address" in await chat.say("W-10432")
    assert "Wednesday, 25 November" in await chat.say("maya.brooks@example.com")

    other = await talk()
    assert "order number" in await other.say("my email is maya.brooks@example.com, where is my order?")
    assert "Wednesday, 25 November" in await other.say("10432")

    third = await talk()
    assert "Wednesday, 25 November" in await third.say("track it pls", "10432 maya.brooks@example.com")


async def test_a_wrong_address_is_answered_as_no_match_and_a_right_one_then_helps(talk: Talk) -> None:
    chat = await talk()

    reply = await chat.say("where is W-10432", "someone.else@example.com")

    assert "can't find order W-10432 together with someone.else@example.com" in reply
    assert "order number" in await chat.say("hmm")
    assert "Wednesday, 25 November" in await chat.say("oh, it's maya.brooks@example.com")


async def test_without_a_number_all_open_orders_are_told(talk: Talk) -> None:
    chat = await talk(MAYA)

    reply = await chat.say("where's my stuff?")

    assert "W-10460" in reply
    assert "has not been shipped yet" in reply
    assert "W-10432" in reply
    assert "W-10391" not in reply


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("did my mugs ship yet?", "W-10460"),
        ("when does the crewneck arrive", "W-10432"),
        ("is the order from last thursday on its way?", "W-10432"),
        ("where is the one I ordered yesterday", "W-10460"),
        ("has my last order been sent?", "W-10460"),
    ],
)
async def test_an_order_is_found_by_what_is_said_of_it(talk: Talk, words: str, number: str) -> None:
    chat = await talk(MAYA)

    reply = await chat.say(words)

    assert number in reply
    assert reply.count("W-10") == 1


async def test_an_unknown_number_is_answered_with_the_orders_there_are(talk: Talk) -> None:
    chat = await talk(MAYA)

    reply = await chat.say("where is W-99999")

    assert "can't find W-99999 on your account" in reply
    assert "W-10460" in reply
    assert "Wednesday, 25 November" in await chat.say("the crewneck one")


async def test_another_customers_order_is_not_found(talk: Talk) -> None:
    chat = await talk(MAYA)

    reply = await chat.say("where is W-10402?")

    assert "can't find W-10402" in reply
    assert "Lamp" not in reply


async def test_an_order_in_parts_is_told_parcel_by_parcel(talk: Talk) -> None:
    chat = await talk(TOM)

    reply = await chat.say("hi, only part of my order came. where's the rest?")

    assert "2 parcels" in reply
    assert "delivered on Wednesday, 18 November" in reply
    assert "expected on Tuesday, 24 November" in reply


async def test_a_late_parcel_is_told_as_late(talk: Talk) -> None:
    late = an_order("W-20001", customer_id=GEORGE, now=NOON, promised=NOON - timedelta(days=3))
    chat = await talk(GEORGE, orders=[late])

    reply = await chat.say("any news on my order?")

    assert "5 days later than promised" in reply
    assert "Wednesday, 25 November" in reply
    assert "sorry" in reply


async def test_an_overdue_parcel_comes_with_the_offer_of_a_colleague(talk: Talk) -> None:
    overdue = an_order(
        "W-20001", customer_id=GEORGE, now=NOON, shipments=(a_shipment(now=NOON, expected=NOON - timedelta(days=2)),)
    )
    chat = await talk(GEORGE, orders=[overdue])

    reply = await chat.say("my order is late, where is it")

    assert "No new date is known" in reply
    assert reply.endswith("Shall I pass it on?")
    await chat.say("yes please")
    assert chat.kind == "handed_off"


@pytest.mark.parametrize("status", ["lost", "returned_to_sender"])
async def test_a_parcel_that_will_not_come_by_itself_goes_to_a_person(talk: Talk, status: ShipmentStatus) -> None:
    gone = an_order("W-20001", customer_id=GEORGE, now=NOON, shipments=(a_shipment(status, now=NOON),))
    chat = await talk(GEORGE, orders=[gone])

    await chat.say("where's my order?")

    assert chat.kind == "handed_off"
    assert "W-20001" in chat.turns[-1].tool_calls[-1].arguments


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("awaiting_payment", "is waiting for the payment"),
        ("cancelled", "is cancelled"),
        ("processing", "has not been shipped yet"),
        ("partly_shipped", "not shipped yet"),
    ],
)
async def test_each_state_is_said_in_plain_words(talk: Talk, status: OrderStatus, words: str) -> None:
    chat = await talk(GEORGE, orders=[an_order("W-20001", status=status, customer_id=GEORGE, now=NOON)])

    assert words in await chat.say("where is W-20001")


async def test_delivered_and_not_there_is_met_with_advice_and_a_colleague(talk: Talk) -> None:
    chat = await talk(PRIYA)

    reply = await chat.say("my order W-10377 says delivered but i don't have it")

    assert "was delivered on Sunday, 22 November" in reply
    assert "neighbour" in reply
    await chat.say("yes, I looked")
    assert chat.kind == "handed_off"


async def test_a_no_to_the_colleague_leaves_it(talk: Talk) -> None:
    chat = await talk(PRIYA)

    await chat.say("my order W-10377 says delivered but i don't have it", "no, found it, thanks")

    assert chat.kind == "replied"


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        ("what address is W-10460 going to?", "88 Congress Street"),
        ("how much did i pay for W-10460", "$64.95"),
        ("what did I order in W-10460?", "1 × Pine & Smoke Candle"),
        ("what's the tracking number of W-10432", "CP42"),
        ("when did I order the boots", "Wednesday, 11 November"),
        ("what is the gift message on W-10377? did i order it as a gift", "anniversary"),
    ],
)
async def test_a_detail_is_answered_with_the_detail(talk: Talk, words: str, fact: str) -> None:
    chat = await talk(PRIYA if "10377" in words else MAYA)

    assert fact in await chat.say(words)


async def test_orders_are_listed_and_one_is_chosen(talk: Talk) -> None:
    chat = await talk(MAYA)

    listed = await chat.say("show me my orders")
    assert listed.count("\n- W-10") == 4
    assert "W-10391" in await chat.say("the boots one")
    assert "Orchard Mugs" in await chat.say("what did I order last time?")


async def test_a_customer_without_orders_is_told_so(talk: Talk) -> None:
    chat = await talk(GEORGE)

    assert "no orders on your account" in await chat.say("where is my order?")
    await chat.say("yes please")
    assert chat.kind == "handed_off"


async def test_a_guest_without_a_number_gets_a_person(talk: Talk) -> None:
    chat = await talk()

    await chat.say("where is my order", "I don't have the number any more")

    assert chat.kind == "handed_off"


async def test_a_guest_who_never_names_an_order_gets_a_person(talk: Talk) -> None:
    chat = await talk()

    await chat.say("where is my order", "it was a lamp", "a lamp I said", "the lamp")

    assert chat.kind == "handed_off"


async def test_a_follow_up_stays_with_the_order(talk: Talk) -> None:
    chat = await talk(MAYA)

    await chat.say("has W-10432 shipped?")

    assert "Wednesday, 25 November" in await chat.say("and when will it come?")
    assert "88 Congress Street" in await chat.say("which address is it going to?")
