"""A function as a sink, and several sinks as one."""

import pytest
from support.events import Taker
from support.world import NOON

from warmline.agent.outbox.event import OutboxEvent
from warmline.agent.outbox.sinks import FanOut, FunctionSink
from warmline.errors import DeliveryError, Undeliverable

EVENT = OutboxEvent(key="e1", conversation_id="c1", kind="case_opened", body={"text": "my heirloom"}, at=NOON)


def refusing(error: Exception) -> Taker:
    return Taker(lambda _: error)


async def test_a_function_takes_events() -> None:
    taken: list[OutboxEvent] = []

    async def take(event: OutboxEvent) -> None:
        taken.append(event)

    await FunctionSink(take).deliver(EVENT)
    assert taken == [EVENT]


async def test_every_sink_takes_it_also_beside_one_that_does_not() -> None:
    one, other = Taker(), Taker()
    with pytest.raises(DeliveryError, match=r"^1 of 3 sinks did not take it: down$") as raised:
        await FanOut([one, refusing(DeliveryError("down", after=7.0)), other]).deliver(EVENT)
    assert (one.keys, other.keys, raised.value.after) == (["e1"], ["e1"], 7.0)
    assert not isinstance(raised.value, Undeliverable)
    await FanOut([one, other]).deliver(EVENT)


async def test_it_is_undeliverable_when_none_that_is_left_ever_takes_it() -> None:
    with pytest.raises(Undeliverable, match="1 of 2 sinks did not take it: gone"):
        await FanOut([Taker(), refusing(Undeliverable("gone"))]).deliver(EVENT)
    with pytest.raises(DeliveryError, match="gone; down") as raised:
        await FanOut([refusing(Undeliverable("gone")), refusing(DeliveryError("down"))]).deliver(EVENT)
    assert not isinstance(raised.value, Undeliverable)


async def test_what_a_sink_says_by_mistake_is_not_repeated() -> None:
    with pytest.raises(DeliveryError, match=r": KeyError$"):
        await FanOut([refusing(KeyError("my heirloom"))]).deliver(EVENT)
