"""A turn as events."""

import pytest
from support.world import World

from warmline import Decided, Done, TextDelta, ToolFinished, ToolStarted
from warmline.errors import UsageError
from warmline.testing import calls, says


async def test_a_stream_tells_what_happens_and_ends_with_the_turn(world: World) -> None:
    agent = world.agent(calls("get_order", order_number="W-10001"), says("It is being prepared. Anything else?"))
    events = [event async for event in agent.stream("c1", "Where is W-10001?", customer="C-1")]
    assert [type(event) for event in events] == [Decided, ToolStarted, ToolFinished, TextDelta, TextDelta, Done]
    assert isinstance(events[-1], Done)
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == events[-1].turn.text


async def test_a_stream_of_a_closed_turn_tells_it_again(world: World) -> None:
    agent = world.agent(says("Hello!"))
    turn = await agent.reply("c1", "hi", "m1")
    events = [event async for event in agent.stream("c1", "hi", "m1")]
    assert events == [TextDelta(text="Hello!"), Done(turn=turn)]


async def test_a_stream_passes_on_what_the_host_did_wrong(world: World) -> None:
    with pytest.raises(UsageError, match="knows no customer 'C-404'"):
        _ = [event async for event in world.agent().stream("c1", "hi", customer="C-404")]


async def test_a_stream_left_early_interrupts_the_turn_and_it_resumes(world: World) -> None:
    agent = world.agent(says("Hello!"), says("Hello!"))
    stream = agent.stream("c1", "hi", "m1")
    async for _ in stream:
        break
    await stream.aclose()  # type: ignore[attr-defined]
    assert (await agent.reply("c1", "hi", "m1")).text == "Hello!"
