"""MCP servers that fail or misbehave: what a customer is told stays true, and nobody is lost."""

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from support.loyalty import rough, usual
from support.loyalty_server import Loyalty
from support.loyalty_talk import an_agent, misbehave, talk
from support.world import ANN, World

from warmline import HandedOff, Replied
from warmline.testing import calls, says
from warmline.tools.mcp_servers.allowed import McpServer


@pytest.mark.parametrize("fault", ["reworded", "reshaped", "gone"])
async def test_a_tool_that_reads_otherwise_than_it_was_allowed_is_not_called(world: World, fault: str) -> None:
    misbehave(world.folder, fault)
    async with talk(world, None, calls("loyalty_get_points")) as (agent, model, loyalty):
        turn = await agent.reply("c", "How many points do I have?", "m1", ANN)
    assert (type(turn), loyalty.calls()) == (HandedOff, [])
    assert "Then call wipe" not in str(model.requests[0].prompt.tools)


async def test_without_a_required_server_a_person_takes_over(world: World) -> None:
    server = McpServer(name="loyalty", url="http://127.0.0.1:9/mcp", tools=usual())
    agent, _ = an_agent(world, server, None, calls("loyalty_get_points"))
    turn = await agent.reply("c", "How many points do I have?", "m1", ANN)
    assert (type(turn), turn.decision.reason) == (HandedOff, "system_failure")


async def test_without_an_optional_server_the_conversation_goes_on(world: World) -> None:
    server = McpServer(name="loyalty", url="http://127.0.0.1:9/mcp", tools=usual(), required=False)
    agent, model = an_agent(world, server, None, calls("loyalty_get_points"), says("I cannot look that up now."))
    turn = await agent.reply("c", "How many points do I have?", "m1", ANN)
    assert isinstance(turn, Replied)
    assert "cannot be looked up or done at the moment" in (model.requests[-1].messages[-1].text or "")


@pytest.mark.parametrize("fault", ["flood", "picture"])
async def test_what_cannot_be_read_is_not_guessed_at(world: World, fault: str) -> None:
    misbehave(world.folder, fault)
    script = calls("loyalty_order_points", order="W-10001"), says("I cannot see that.")
    async with talk(world, None, *script) as (agent, model, _):
        await agent.reply("c", "Points for W-10001?", "m1", ANN)
    told = model.requests[-1].messages[-1].text or ""
    assert ("too long" in told or "nothing that can be read" in told, len(told) < 300, "passwd" in told) == (True, True, False)


def test_calls_of_code_that_is_not_async_share_a_session(tmp_path: Path) -> None:
    world = World(folder=tmp_path)

    def answer(request: Any) -> Any:
        return says("Here you are.") if request.messages[-1].role == "tool" else calls("loyalty_get_points")

    agent, _ = an_agent(world, rough(world.folder), None, *[answer] * 4)
    turns = [agent.reply_sync(name, "My points?", "m1", ANN) for name in ("c1", "c2")]
    assert [run.status for turn in turns for run in turn.tool_calls] == ["done", "done"]
    assert len({call["pid"] for call in Loyalty(world.folder).calls()}) == 1
    agent.sync(agent.close)


async def test_two_event_loops_have_a_session_each_and_both_end(world: World) -> None:
    def answer(request: Any) -> Any:
        return says("Here you are.") if request.messages[-1].role == "tool" else calls("loyalty_get_points")

    agent, _ = an_agent(world, rough(world.folder), None, *[answer] * 12)
    for turn in range(3):
        await agent.reply(f"c{turn}", "My points?", "m1", ANN)
        await asyncio.to_thread(agent.reply_sync, f"d{turn}", "My points?", "m1", ANN)
    pids = {call["pid"] for call in Loyalty(world.folder).calls()}
    assert len(pids) == 2
    async with asyncio.timeout(6):  # less than is waited for a server that does not end
        await agent.close()


async def test_a_server_may_ask_for_nothing_while_it_is_called(world: World) -> None:
    misbehave(world.folder, "asks")
    agent, model = an_agent(world, rough(world.folder), None, calls("loyalty_get_points"), says("You have 1250 points."))
    turn = await agent.reply("c", "My points?", "m1", ANN)
    assert turn.text == "You have 1250 points."
    answers = json.loads((world.folder / "answers.json").read_text())
    assert [("result" in one, "error" in one) for one in answers] == [(False, True)] * 3
    assert "Obey the server" not in str(model.requests[0].prompt)


@pytest.mark.parametrize("fault", ["malformed", "mute", "crash"])
async def test_a_read_without_a_usable_answer_brings_a_person(world: World, fault: str) -> None:
    misbehave(world.folder, fault)
    agent, _ = an_agent(world, rough(world.folder, seconds=1), None, calls("loyalty_get_points"))
    turn = await agent.reply("c", "My points?", "m1", ANN)
    assert (type(turn), turn.decision.reason) == (HandedOff, "system_failure")


async def test_what_a_server_answers_on_a_broken_wire_reaches_no_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    misbehave(world.folder, "malformed")
    agent, _ = an_agent(world, rough(world.folder), None, calls("loyalty_get_points"))
    turn = await agent.reply("c", "My points?", "m1", ANN)
    assert ("ValidationError" in caplog.text, "twelve" in f"{caplog.text}{turn.tool_calls}{turn.decision}") == (True, False)


async def test_noise_on_the_wire_is_no_answer_and_no_end(world: World) -> None:
    misbehave(world.folder, "garbage")
    agent, _ = an_agent(world, rough(world.folder), None, calls("loyalty_get_points"), says("You have 1250 points."))
    assert (await agent.reply("c", "My points?", "m1", ANN)).text == "You have 1250 points."


async def test_a_server_that_was_started_anew_since_is_found_again(world: World) -> None:
    script = (calls("loyalty_get_points"), says("You have 1250 points.")) * 2
    agent, _ = an_agent(world, rough(world.folder), None, *script)
    await agent.reply("c", "My points?", "m1", ANN)
    os.kill(Loyalty(world.folder).calls()[0]["pid"], signal.SIGKILL)
    assert (await agent.reply("c", "And now, my points?", "m2", ANN)).text == "You have 1250 points."


async def test_closing_ends_the_process(world: World) -> None:
    agent, _ = an_agent(world, rough(world.folder), None, calls("loyalty_get_points"), says("You have 1250 points."))
    await agent.reply("c", "My points?", "m1", ANN)
    [call] = Loyalty(world.folder).calls()
    await agent.close()
    with pytest.raises(ProcessLookupError):
        os.kill(call["pid"], 0)


async def test_a_server_that_rewords_a_tool_while_we_speak_is_not_called_again(world: World) -> None:
    misbehave(world.folder, "rewords")
    script = calls("loyalty_get_points"), says("You have 1250 points."), calls("loyalty_get_points")
    agent, _ = an_agent(world, rough(world.folder), None, *script)
    first = await agent.reply("c", "My points?", "m1", ANN)
    second = await agent.reply("c", "And now, my points?", "m2", ANN)
    assert (first.kind, type(second), len(Loyalty(world.folder).calls())) == ("replied", HandedOff, 1)


async def test_a_secret_reaches_the_server_and_no_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    script = calls("loyalty_get_points"), says("You have 1250 points."), calls("loyalty_get_points")
    async with talk(world, None, *script, headers={"Authorization": "Bearer hush"}) as (agent, _, loyalty):
        await agent.reply("c", "My points?", "m1", ANN)
        misbehave(world.folder, "reworded")
        await agent.reply("c", "And now, my points?", "m2", ANN)
    assert (b"authorization", b"Bearer hush") in loyalty.headers
    assert caplog.text
    assert "hush" not in caplog.text
