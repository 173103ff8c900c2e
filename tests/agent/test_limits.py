"""How much may be changed, and how often a guest may guess, across conversations."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from support.world import World

from warmline import HandedOff, Limits, NeedsConfirmation, Replied
from warmline.testing import a_line, a_shipment, calls, dollars, says
from warmline.tools.model import Order

ADDRESS = {"name": "Ann Lee", "city": "Portland", "region": "ME", "postcode": "04101", "country": "US"}


def move(street: str) -> dict[str, Any]:
    return {"order_number": "W-10001", "line1": street, **ADDRESS}


async def moved(world: World, conversation: str, street: str, *, customer: str | None = "C-1") -> str:
    """Change the order's address in a conversation of its own; how asking for it ended."""
    agent = world.agent(
        *([] if customer else [calls("get_order", order_number="W-10001", email="ann@example.com")]),
        calls("change_shipping_address", **move(street)),
        says("It goes to the new address."),
        limits=Limits(writes_per_customer=2),
    )
    text = f"Please send W-10001 to {street}, Portland 04101. I am ann@example.com"
    asked = await agent.reply(conversation, text, customer=customer)
    if isinstance(asked, NeedsConfirmation):
        done = await agent.reply(conversation, "yes", customer=customer)
        assert isinstance(done, Replied)
    return asked.decision.rule if isinstance(asked, HandedOff) else asked.kind


@pytest.mark.parametrize("customer", ["C-1", None])
async def test_a_customers_writes_are_limited_across_conversations_for_a_day(world: World, customer: str | None) -> None:
    assert await moved(world, "c1", "1 Elm Road", customer=customer) == "needs_confirmation"
    assert await moved(world, "c2", "2 Elm Road", customer=customer) == "needs_confirmation"
    assert await moved(world, "c3", "3 Elm Road", customer=customer) == "tool_gate.customer_write_limit"
    world.clock.moment += timedelta(hours=24)
    assert await moved(world, "c4", "4 Elm Road", customer=customer) == "needs_confirmation"


async def test_one_customers_writes_do_not_count_against_another(world: World) -> None:
    for conversation, street in (("c1", "1 Elm Road"), ("c2", "2 Elm Road")):
        await moved(world, conversation, street)
    agent = world.agent(calls("cancel_unshipped_order", order_number="W-10003"), limits=Limits(writes_per_customer=2))
    assert isinstance(await agent.reply("c9", "Cancel W-10003", customer="C-2"), NeedsConfirmation)


async def dear(world: World, **changes: Any) -> Order:
    parcel = a_shipment("delivered", now=world.clock.now())
    order = (await world.shop.list_orders("C-1"))[0].model_copy(
        update={"status": "delivered", "shipments": (parcel,), "lines": (a_line(),), **changes}
    )
    world.shop.records.orders[order.number] = order
    return order


async def test_a_write_to_a_dear_order_goes_to_a_person_and_nothing_is_asked(world: World) -> None:
    order = await dear(world, total=dollars("500.00"))
    items = [{"sku": "CREW-NVY-M", "quantity": 1}]
    agent = world.agent(
        calls("get_order", order_number=order.number),
        calls("start_return", order_number=order.number, items=items, reason="other"),
    )
    turn = await agent.reply("c1", f"Send {order.number} back", customer="C-1")
    assert isinstance(turn, HandedOff)
    assert (turn.reason, turn.decision.rule, turn.decision.layer) == ("unsure", "tool_gate.amount_limit", "tool_gate")
    assert world.shop.receipts == {}


async def test_the_amount_can_be_set_and_left_out(world: World) -> None:
    for limits, kind in ((Limits(amount=Decimal(10)), "handed_off"), (Limits(amount=None), "needs_confirmation")):
        agent = world.agent(calls("cancel_unshipped_order", order_number="W-10001"), limits=limits)
        assert (await agent.reply(kind, "Cancel W-10001", customer="C-1")).kind == kind


async def guess(world: World, conversation: str, number: str, email: str) -> str:
    """One guess of a guest in a conversation of its own: what the tool said."""
    agent = world.agent(calls("get_order", order_number=number, email=email), says("I see."), limits=Limits(attempts_per_order=3))
    turn = await agent.reply(conversation, f"Where is {number}? I am {email}")
    return turn.tool_calls[0].result


async def test_guesses_at_one_order_run_out_across_conversations_and_spellings(world: World) -> None:
    for place, number in enumerate(("W-10001", "#w10001", "10001")):
        assert "No order matches" in await guess(world, f"c{place}", number, f"guess{place}@example.com")
    assert "Too many" in await guess(world, "c7", "W-10001", "ann@example.com")
    assert '"W-10003"' in await guess(world, "c8", "W-10003", "bob@example.com")
    world.clock.moment += timedelta(hours=24)
    assert '"W-10001"' in await guess(world, "c9", "W-10001", "ann@example.com")


async def test_guesses_with_one_address_run_out_across_orders_that_may_not_exist(world: World) -> None:
    for place in range(3):
        assert "No order matches" in await guess(world, f"c{place}", f"W-9990{place}", "Ann@example.com")
    assert "Too many" in await guess(world, "c7", "W-10001", "ann@example.com")


async def test_a_conversations_guesses_are_limited_as_set(world: World) -> None:
    wrong = calls("get_order", order_number="W-10003", email="ann@example.com")
    agent = world.agent(wrong, says("I see."), wrong, says("I see."), limits=Limits(attempts_per_conversation=1))
    first = await agent.reply("c1", "Where is W-10003? ann@example.com")
    second = await agent.reply("c1", "And W-10003 now?")
    assert "No order matches" in first.tool_calls[0].result
    assert "Too many" in second.tool_calls[0].result


async def test_no_address_and_no_number_is_readable_in_what_is_remembered_of_guesses(world: World) -> None:
    await guess(world, "c1", "W-10003", "ann@example.com")
    from sqlalchemy import text

    async with (await world.agents[-1].parts()).store.engine.connect() as connection:
        rows = [dict(row._mapping) for row in await connection.execute(text("SELECT kind, subject FROM warmline_tally"))]  # pyright: ignore[reportPrivateUsage]
    assert {row["kind"] for row in rows} == {"order", "email"}
    assert not any("10003" in row["subject"] or "ann" in row["subject"] for row in rows)
