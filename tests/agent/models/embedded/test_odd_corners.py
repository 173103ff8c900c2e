"""Shops and orders that are not like the demo shop's, and messages that are not like others."""

from datetime import timedelta

import pytest
from support.chat import NOON, Talk, demo_shop

from warmline.errors import ToolError
from warmline.testing import MemoryShop, a_customer, a_line, a_policy, a_product, a_shipment, a_variant, an_order, dollars
from warmline.tools.clock import FrozenClock
from warmline.tools.model import Order, Product, Variant

MAYA, GEORGE, ADA = "C-1001", "C-1007", "C-1001"


def teapot(*variants: Variant, **changes: object) -> Product:
    return a_product(
        "teapot", **{"name": "Whistling Teapot", "kind": "home", "keywords": ("tea",), "variants": variants, **changes}
    )


def delivered(sku: str, name: str, *, options: dict[str, str] | None = None, price: str = "40.00", days: int = 2) -> Order:
    line = a_line(sku, name=name, options=options or {}, unit_price=dollars(price))
    parcel = a_shipment("delivered", now=NOON, contents={sku: 1}, delivered_at=NOON - timedelta(days=days))
    return an_order("W-20001", status="delivered", now=NOON, lines=(line,), shipments=(parcel,))


def shop_of(product: Product, *orders: Order) -> MemoryShop:
    return MemoryShop(customers=[a_customer()], products=[product], orders=orders, policies=[a_policy()], clock=FrozenClock(NOON))


async def test_when_nothing_else_is_there_a_return_is_offered(talk: Talk) -> None:
    pot = teapot(a_variant("POT-S", units=5, size="S"), a_variant("POT-L", units=0, size="L"))
    chat = await talk(ADA, shop=shop_of(pot, delivered("POT-S", "Whistling Teapot", options={"size": "S"})))

    assert "make it a return" in await chat.say("exchange the teapot for size L")
    assert "What is the reason" in await chat.say("ok yes")

    other = await talk(ADA, shop=shop_of(pot, delivered("POT-S", "Whistling Teapot", options={"size": "S"})))
    assert "No other version" in await other.say("I want to exchange the teapot")
    assert "no return then" in await other.say("no")


async def test_a_dearer_one_costs_the_difference(talk: Talk) -> None:
    pot = teapot(a_variant("POT-S", price="40.00", size="S"), a_variant("POT-L", price="55.00", size="L"))
    chat = await talk(ADA, shop=shop_of(pot, delivered("POT-S", "Whistling Teapot", options={"size": "S"})))

    await chat.say("exchange the teapot for L")

    assert "difference to pay is $15.00" in await chat.say("yes")


async def test_two_sizes_up_is_two_sizes_up(talk: Talk) -> None:
    chat = await talk(MAYA)

    assert "(navy, 41)" in await chat.say("swap the boots for two sizes up, and navy please")


async def test_an_order_with_nothing_left_to_return_is_explained_item_by_item(talk: Talk) -> None:
    lines = (a_line("CREW-NVY-M", final_sale=True), a_line("CREW-NVY-L", options={"colour": "navy", "size": "L"}, returned=1))
    parcel = a_shipment("delivered", now=NOON, contents={"CREW-NVY-M": 1, "CREW-NVY-L": 1})
    order = an_order("W-20001", status="delivered", now=NOON, lines=lines, shipments=(parcel,))
    chat = await talk(ADA, shop=shop_of(a_product(), order))

    reply = await chat.say("I want to return W-20001")

    assert "final sale" in reply
    assert "returned already" in reply


async def test_the_only_thing_that_may_go_is_asked_about(talk: Talk) -> None:
    chat = await talk(MAYA)

    await chat.say("return the boots, too small", "yes")

    assert "Is that the one?" in await chat.say("I want to return something else from W-10391")
    assert "What is the reason" in await chat.say("yes")


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("return the one from october", "W-30001"),
        ("I want to return the order from last month", "W-30001"),
        ("I want to return what I bought four weeks ago", "W-30001"),
        ("I want to send back the oldest one", "W-30001"),
        ("I want to send back the newest order", "W-30002"),
        ("return my order from 5 days ago", "W-30002"),
    ],
)
async def test_orders_are_told_apart_by_their_dates(talk: Talk, words: str, number: str) -> None:
    orders = [
        an_order("W-30002", status="delivered", customer_id=GEORGE, now=NOON, placed_at=NOON - timedelta(days=5)),
        an_order("W-30001", status="delivered", customer_id=GEORGE, now=NOON, placed_at=NOON - timedelta(days=26)),
    ]
    chat = await talk(GEORGE, orders=orders)

    await chat.say(words)

    assert any(f'"{number}"' in run.arguments for run in chat.turns[-1].tool_calls)


async def test_a_product_without_care_or_parts_says_so(talk: Talk) -> None:
    pot = teapot(a_variant("POT-S", size="S"), care=None, compatible_parts=("Teapot Lid",))
    chat = await talk(shop=shop_of(pot))

    assert "no care instructions" in await chat.say("how do I clean the teapot?")
    assert "Teapot Lid" in await chat.say("are there spare parts for it?")


async def test_letters_that_do_not_exist_are_not_promised(talk: Talk) -> None:
    pot = teapot(a_variant("POT-S", size="S"), care=None)
    chat = await talk(ADA, shop=shop_of(pot))

    assert "There are no care letters" in await chat.say("send me the care letters for the teapot")


async def test_the_nearest_topic_of_a_shop_is_taken(talk: Talk) -> None:
    rules = [a_policy("bulk", title="Bulk orders", text="From 20 pieces on we make an offer."), a_policy()]
    chat = await talk(shop=MemoryShop(policies=rules, clock=FrozenClock(NOON)))

    assert "20 pieces" in await chat.say("what is your policy on bulk payments?")


async def test_a_write_the_shop_refuses_late_is_told(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise ToolError("Order W-10460 has left the warehouse. Call escalate if needed.")

    shop = demo_shop()
    chat = await talk(MAYA, shop=shop)
    await chat.say("cancel W-10460")
    monkeypatch.setattr(shop, "cancel_order", refuse)

    assert await chat.say("yes") == "That did not work: Order W-10460 has left the warehouse."


async def test_every_kind_of_write_survives_a_refusal(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise ToolError("The shop is closed for stocktaking.")

    for wish, method in (
        ("return the boots, too small", "create_return"),
        ("swap the boots for a 40", "create_exchange"),
        ("send W-10460 to 5 Pine St, Montpelier VT 05602", "change_address"),
        ("tell me when the red crewneck in M is back", "subscribe_back_in_stock"),
        ("send me the care letters for the crewneck", "enrol_in_care_series"),
    ):
        shop = demo_shop()
        chat = await talk(MAYA, shop=shop)
        await chat.say(wish)
        monkeypatch.setattr(shop, method, refuse)
        assert "closed for stocktaking" in await chat.say("yes")


@pytest.mark.parametrize(
    "words",
    ["", "   ", "??", "😀", "\u200b", "a" * 5000, "W-", "@", "1", "'; DROP TABLE orders; --", "<b>hi</b>", "No. Yes. No."],
)
async def test_nothing_a_customer_writes_breaks_it(talk: Talk, words: str) -> None:
    chat = await talk(MAYA)

    await chat.say(words)

    assert chat.kind in ("replied", "handed_off")
    assert chat.turns[-1].decision.reason != "system_failure"


async def test_an_item_that_is_never_named_ends_at_a_person(talk: Talk) -> None:
    chat = await talk(MAYA)

    await chat.say("I want to return W-10391", "the thing", "you know", "that one there", "well, it")

    assert "handed_off" in [turn.kind for turn in chat.turns]


async def test_a_variant_that_is_never_named_ends_at_a_person(talk: Talk) -> None:
    chat = await talk(MAYA)

    await chat.say("I want to exchange the boots", "any", "whatever", "you choose", "surprise me")

    assert "handed_off" in [turn.kind for turn in chat.turns]
