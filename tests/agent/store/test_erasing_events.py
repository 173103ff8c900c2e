"""A person is erased: what was to be told of them is told without them, also what belongs to no conversation."""

import json

import pytest
from support.events import Taker, outbox, write_events
from support.world import ANN, NOON

from warmline import SupportAgent
from warmline.agent.outbox.back_in_stock import notify_back_in_stock
from warmline.agent.outbox.delivery import Delivered, deliver_due
from warmline.agent.store.belongings import Whose, export
from warmline.agent.store.erasure import erase
from warmline.agent.store.store import Store
from warmline.errors import DeliveryError, Undeliverable
from warmline.testing import FixedGuard, MemoryShop, ScriptedModel, a_product, a_variant, calls, says

SKU = "LAMP-BRS"


def a_shop(store: Store) -> MemoryShop:
    return MemoryShop(customers=[ANN], products=[a_product(variants=(a_variant(SKU, units=0),))], clock=store.clock)


async def sign_up(store: Store, shop: MemoryShop, thread: str, customer: str | None, email: str | None = None) -> None:
    """Through the agent, as a customer does."""
    asked = calls("subscribe_back_in_stock", sku=SKU, email=email)
    model = ScriptedModel([asked, says("You are on the list.")])
    agent = SupportAgent(model=model, shop=shop, store=store.engine, guard=FixedGuard(), clock=store.clock)
    for number, text in enumerate((f"Tell me when {SKU} is back. {email or ''}", "yes"), 1):
        await agent.reply(thread, text, message_id=f"m{number}", customer=customer)
    await agent.close()
    assert (SKU, email or ANN.email) in shop.records.waiting


async def alerts(store: Store) -> list[dict[str, object]]:
    return [json.loads(row.body) for row in (await outbox(store)).values() if row.kind == "back_in_stock"]


@pytest.fixture
async def listed(store: Store) -> Store:
    """Ann, signed in, and a guest were put on the list in chats, Carl on the shop's own site; all were told."""
    shop = a_shop(store)
    await sign_up(store, shop, "anns", "C-1")
    await sign_up(store, shop, "guests", None, "guest@example.com")
    await shop.subscribe_back_in_stock(SKU, "carl@example.com", key="site-1")
    shop.records.restock(SKU, 5)
    assert await notify_back_in_stock(store, shop, store.clock) == 3
    return store


async def test_what_was_told_outside_of_a_conversation_is_exported(listed: Store) -> None:
    for whose, email in ((Whose(customer_id="C-1"), "ann@example.com"), (Whose(conversation_id="guests"), "guest@example.com")):
        written = await export(listed, whose)
        assert [one["body"]["email"] for one in written["notifications"]] == [email]
        assert "carl@example.com" not in json.dumps(written)


async def test_an_export_shows_nothing_of_an_address_that_was_only_typed(store: Store) -> None:
    shop = a_shop(store)
    await sign_up(store, shop, "c1", None, "carl@example.com")
    await write_events(store, "c2", "x")
    shop.records.waiting.clear()
    await shop.subscribe_back_in_stock(SKU, "carl@example.com", key="site-1")
    shop.records.restock(SKU, 1)
    await notify_back_in_stock(store, shop, store.clock)
    assert (await export(store, Whose(conversation_id="c1")))["notifications"] == []


@pytest.mark.parametrize(
    ("whose", "gone", "stay"),
    [
        (Whose(customer_id="C-1"), "ann@example.com", {"guest@example.com", "carl@example.com"}),
        (Whose(conversation_id="guests"), "guest@example.com", {"ann@example.com", "carl@example.com"}),
    ],
)
async def test_the_erased_persons_address_goes_and_no_others(listed: Store, whose: Whose, gone: str, stay: set[str]) -> None:
    done = await erase(listed, whose, by="dpo")
    told = await alerts(listed)
    assert {one["email"] for one in told if "email" in one} == stay
    assert {"sku": SKU, "erased": True} in told
    stored = str([tuple(row) for row in (await outbox(listed)).values()])
    assert gone not in stored
    assert f"back_in_stock/{done.reference}" in stored


async def test_what_was_not_delivered_yet_is_delivered_without_them(listed: Store) -> None:
    await erase(listed, Whose(customer_id="C-1"), by="dpo")
    sink = Taker()
    assert (await deliver_due(listed, sink)).failed == 0
    bodies = [event.body for event in sink.taken if event.kind == "back_in_stock"]
    assert len(bodies) == 3
    assert "ann@example.com" not in str(bodies)
    assert [event.body["who"] for event in sink.taken if event.kind == "conversation_erased"] == ["dpo"]


async def test_what_was_said_of_a_delivery_goes_too(store: Store) -> None:
    await store.open_turn("c1", "m1", "hello", customer_id="C-1", lease="gone")
    await store.release("c1", "gone")
    await write_events(store, "c1", "a1", "a2", text="my heirloom")
    refused = {"a1": Undeliverable("Ann is unknown here"), "a2": DeliveryError("Ann is unknown here")}
    assert await deliver_due(store, Taker(lambda event: refused[event.key])) == Delivered(failed=1, dead=1)
    await erase(store, Whose(customer_id="C-1"), by="dpo")
    rows = await outbox(store)
    assert (rows["a1"].error, rows["a1"].dead_at, rows["a2"].error, rows["a2"].attempts) == (None, NOON, None, 1)
    assert json.loads(rows["a1"].body) == {"case_id": "K-1", "erased": True}
