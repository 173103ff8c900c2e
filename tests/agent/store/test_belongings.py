"""What is stored of a person comes out whole, and nothing of anybody else."""

import json

import pytest
from support.world import World

from warmline.agent.store.belongings import Holding, Whose, export, holding
from warmline.agent.store.store import Opened, Store
from warmline.errors import UsageError
from warmline.testing import FixedGuard, calls, says


async def lived(world: World) -> Store:
    """Ann agreed to a write and was handed over; a guest asked something."""
    agent = world.agent(calls("cancel_unshipped_order", order_number="W-10001"), says("It is cancelled."), says("Hello."))
    await agent.reply("c1", "Cancel W-10001 please", customer="C-1")
    await agent.reply("c1", "yes", customer="C-1")
    await agent.reply("guests", "hi there")
    await world.agent(guard=FixedGuard("emotional")).reply("c2", "It broke my heart.", customer="C-1")
    return (await agent.parts()).store


async def test_everything_of_a_customer_is_in_the_export(world: World) -> None:
    written = await export(await lived(world), Whose(customer_id="C-1"))
    first, second = written["conversations"]
    assert (written["customer_id"], written["exported_at"]) == ("C-1", world.clock.now().isoformat())
    assert [turn["text"] for turn in first["turns"]] == ["Cancel W-10001 please", "yes"]
    assert first["messages"][0]["wire"] == {"role": "user", "content": "Cancel W-10001 please"}
    (write,) = first["writes"]
    assert (write["tool"], write["status"], write["arguments"]["order_number"]) == ("cancel_unshipped_order", "done", "W-10001")
    (case,) = second["cases"]
    assert case["file"]["transcript"][0]["text"] == "It broke my heart."
    assert [event["kind"] for event in case["history"]] == ["opened"]
    assert [event["kind"] for event in second["events"]] == ["case_opened"]


async def test_the_export_is_json_and_holds_nobody_elses_words(world: World) -> None:
    text = json.dumps(await export(await lived(world), Whose(customer_id="C-1")))
    assert "hi there" not in text
    assert "lease_owner" not in text


async def test_a_guests_conversation_is_exported_by_its_id(world: World) -> None:
    written = await export(await lived(world), Whose(conversation_id="guests"))
    (only,) = written["conversations"]
    assert (written["customer_id"], only["id"], only["turns"][0]["text"]) == (None, "guests", "hi there")


async def test_a_refusal_in_words_is_exported_as_it_was_said(world: World) -> None:
    agent = world.agent()
    store = (await agent.parts()).store
    turn = await store.open_turn("c1", "m1", "yes", customer_id="C-1")
    assert isinstance(turn, Opened)
    await store.start_write(turn, key="k", tool="start_return", arguments="{}")
    await store.finish_write("k", status="failed", result="The window is over.")
    (only,) = (await export(store, Whose(customer_id="C-1")))["conversations"]
    assert only["writes"][0]["result"] == "The window is over."
    assert only["turns"][0]["outcome"] is None


async def test_how_much_there_is_can_be_asked(world: World) -> None:
    store = await lived(world)
    assert await holding(store, Whose(conversation_id="c2")) == Holding(conversations=1, messages=2, cases=1, open_cases=1)


async def test_of_whom_nothing_is_stored_there_is_nothing_to_export(world: World) -> None:
    store = await lived(world)
    for whose in (Whose(customer_id="C-9"), Whose(conversation_id="c9")):
        with pytest.raises(UsageError, match="nothing is stored of"):
            await export(store, whose)
