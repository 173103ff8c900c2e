"""A turn with a language model behind HTTP: the whole path but the network."""

import json
from typing import cast

import httpx
import pytest
import respx
from support.world import World

from warmline import HandedOff, OpenAIModel, Replied, TextDelta
from warmline.testing import calls, says
from warmline.testing.http import completion, event_stream, mock_server

LOOK = calls("get_order", order_number="W-10001")
TELL = says("Order W-10001 is being prepared.")


async def test_a_call_goes_out_its_result_goes_back_and_the_reply_comes(world: World) -> None:
    with mock_server() as server:
        answers = [httpx.Response(200, json=completion(answer)) for answer in (LOOK, TELL)]
        route = server.post("/chat/completions").mock(side_effect=answers)
        async with OpenAIModel("any", api_key="any", base_url="https://model.test/v1") as model:
            turn = await world.agent(model=model).reply("c1", "Where is W-10001?", customer="C-1")
    assert isinstance(turn, Replied)
    assert turn.text == TELL.text
    first, second = (json.loads(call.request.content) for call in cast("list[respx.models.Call]", route.calls))
    assert first["tools"] == second["tools"]
    assert second["messages"][: len(first["messages"])] == first["messages"]
    assert [message["role"] for message in second["messages"]] == ["system", "system", "user", "assistant", "tool"]


async def test_a_streamed_turn_hears_the_model_stream_and_releases_what_passed_the_gate(world: World) -> None:
    with mock_server() as server:
        headers = {"content-type": "text/event-stream"}
        answers = [httpx.Response(200, content=event_stream(answer), headers=headers) for answer in (LOOK, TELL)]
        server.post("/chat/completions").mock(side_effect=answers)
        async with OpenAIModel("any", api_key="any", base_url="https://model.test/v1") as model:
            agent = world.agent(model=model)
            events = [event async for event in agent.stream("c1", "Where is W-10001?", customer="C-1")]
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == TELL.text


@pytest.mark.parametrize("status", [400, 401, 404, 500])
async def test_a_server_that_refuses_ends_at_a_person_and_shows_the_customer_nothing_of_it(world: World, status: int) -> None:
    with mock_server() as server:
        server.post("/chat/completions").respond(status, json={"error": {"message": "sk-secret is not a key"}})
        async with OpenAIModel("any", api_key="any", base_url="https://model.test/v1", attempts=1) as model:
            turn = await world.agent(model=model).reply("c1", "Where is my order?")
    assert isinstance(turn, HandedOff)
    assert "something went wrong on our side" in turn.text
    assert "sk-" not in turn.text + turn.decision.model_dump_json()
