"""What a customer's page shows of a conversation, and the events a host takes: both without knowing of cases or stores."""

import pytest
from support.world import ANN, World

from warmline import HandedOff, UsageError
from warmline.agent.guard.guard import Guard
from warmline.agent.outbox.event import OutboxEvent
from warmline.agent.outbox.sinks import FunctionSink
from warmline.testing import MemoryShop, says
from warmline.tools.model import Customer


async def test_a_customer_reads_what_was_said_and_what_a_person_replied(world: World) -> None:
    agent = world.agent(says("Hello Ann."), guard=Guard())
    await agent.reply("c1", "hello", "m1", customer="C-1")
    first = await agent.thread("c1", "C-1")
    assert [(one.author, one.text) for one in first] == [("customer", "hello"), ("agent", "Hello Ann.")]

    turn = await agent.reply("c1", "I want to speak to a person", "m2", customer="C-1")
    assert isinstance(turn, HandedOff)
    desk = await agent.desk()
    await desk.claim(turn.case_id, by="bea")
    await desk.reply(turn.case_id, "Bea here.", by="bea")
    later = await agent.thread("c1", "C-1", after=first[-1].id)
    assert [one.author for one in later] == ["customer", "notice", "person"]
    assert later[-1].text == "Bea here."
    await agent.close()


async def test_nobody_reads_anothers_conversation(world: World) -> None:
    agent = world.agent(says("Hello Ann."), says("Hello."))
    await agent.reply("anns", "hello", customer="C-1")
    await agent.reply("guests", "hello")
    for who in ("C-2", "", None):
        with pytest.raises(UsageError, match="'anns' belongs to another customer"):
            await agent.thread("anns", who)
    assert len(await agent.thread("guests")) == 2
    assert not await agent.thread("nowhere", "C-1")
    with pytest.raises(UsageError, match="customer is 1"):
        await agent.thread("anns", 1)  # pyright: ignore[reportArgumentType]
    await agent.close()


async def test_an_id_may_be_written_as_the_shop_takes_it(world: World) -> None:
    class Lenient(MemoryShop):
        async def get_customer(self, customer_id: str) -> Customer | None:
            return await super().get_customer(customer_id.strip().upper())

    agent = world.agent(says("Hello Ann."), shop=Lenient(customers=[ANN], clock=world.clock))
    await agent.reply("c1", "hello", customer=" c-1")
    assert len(await agent.thread("c1", "c-1 ")) == 2
    with pytest.raises(UsageError, match="after is -1"):
        await agent.thread("c1", "C-1", after=-1)
    await agent.close()


async def test_events_are_delivered_to_a_function(world: World) -> None:
    agent, taken = world.agent(guard=Guard()), list[OutboxEvent]()
    turn = await agent.reply("c1", "I want to speak to a person", customer="C-1")
    assert isinstance(turn, HandedOff)
    done = await agent.deliver(FunctionSink(taken.append))
    assert (done.delivered, [event.body.get("case_id") for event in taken if event.kind == "case_opened"]) == (
        len(taken),
        [turn.case_id],
    )
    await agent.close()
