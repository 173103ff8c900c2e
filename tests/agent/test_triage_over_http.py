"""Triage with a language model behind HTTP: the form it is asked in, and servers that do not know it."""

import json
from collections.abc import Iterator
from typing import Any, cast

import httpx
import pytest
import respx
from support.grey import CONFIRM, RAISE, GreyGuard
from support.world import World

from warmline import OpenAIModel
from warmline.agent.models.base import ModelAnswer
from warmline.testing import says
from warmline.testing.http import completion, mock_server

REPLY = says("It is being prepared.")
REFUSALS = [
    (400, "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."),
    (400, "This response_format type is unavailable now"),
    (400, "This model does not support response format `json_schema`."),
    (400, "Bad Request"),
    (422, "body.response_format: Extra inputs are not permitted (extra_forbidden)"),
]


@pytest.fixture
def door() -> Iterator[respx.Route]:
    with mock_server() as server:
        yield server.post("/chat/completions")


def good(answer: ModelAnswer) -> httpx.Response:
    return httpx.Response(200, json=completion(answer))


def refused(status: int, message: str) -> httpx.Response:
    return httpx.Response(status, json={"error": {"message": message, "type": "invalid_request_error"}})


def bodies(door: respx.Route) -> list[dict[str, Any]]:
    return [json.loads(call.request.content) for call in cast("list[respx.models.Call]", door.calls)]


def a_model(**options: Any) -> OpenAIModel:
    return OpenAIModel("any", api_key="any", base_url="https://model.test/v1", **options)


async def ask(world: World, model: OpenAIModel, *messages: str) -> list[tuple[str, str]]:
    """What became of each message: the kind of outcome, and the deciding layer."""
    agent = world.agent(model=model, guard=GreyGuard())
    turns = [await agent.reply(f"c{number}", text, customer="C-1") for number, text in enumerate(messages)]
    return [(turn.kind, turn.decision.layer) for turn in turns]


async def test_the_form_is_asked_for_strictly_and_only_there(world: World, door: respx.Route) -> None:
    door.mock(side_effect=[good(CONFIRM), good(REPLY)])
    async with a_model() as model:
        assert await ask(world, model, "Where is it?") == [("replied", "policy")]
    asked, served = bodies(door)
    form = asked["response_format"]
    assert (form["type"], form["json_schema"]["strict"], form["json_schema"]["name"]) == ("json_schema", True, "triage")
    assert asked["max_tokens"] == 256
    assert "tools" not in asked
    assert "response_format" not in served
    assert "tools" in served


@pytest.mark.parametrize(("status", "message"), REFUSALS)
async def test_a_server_that_refuses_the_form_is_asked_in_words_from_then_on(
    world: World, door: respx.Route, status: int, message: str
) -> None:
    door.mock(side_effect=[refused(status, message), good(CONFIRM), good(REPLY), good(RAISE)])
    async with a_model() as model:
        outcomes = await ask(world, model, "Where is it?", "And this one?")
    assert outcomes == [("replied", "policy"), ("handed_off", "triage")]
    sent = bodies(door)
    assert ["response_format" in body for body in sent] == [True, False, False, False]
    assert sent[0]["messages"] == sent[1]["messages"]
    assert '"needs_person"' in sent[1]["messages"][0]["content"]


async def test_a_request_refused_in_both_forms_is_a_persons_and_the_form_is_tried_again(world: World, door: respx.Route) -> None:
    filtered = refused(400, "The prompt triggered the content management policy.")
    door.mock(side_effect=[filtered, filtered, good(CONFIRM), good(REPLY)])
    async with a_model() as model:
        outcomes = await ask(world, model, "Where is it?", "And this one?")
    assert outcomes == [("handed_off", "triage"), ("replied", "policy")]
    assert ["response_format" in body for body in bodies(door)] == [True, False, True, False]


async def test_where_the_form_is_left_out_already_a_refusal_is_not_asked_twice(world: World, door: respx.Route) -> None:
    door.mock(side_effect=[refused(*REFUSALS[0]), good(CONFIRM), good(REPLY), refused(400, "Bad Request")])
    async with a_model() as model:
        assert await ask(world, model, "Where is it?", "And this one?") == [("replied", "policy"), ("handed_off", "triage")]
    assert door.call_count == 4


@pytest.mark.parametrize(
    "answer", [httpx.Response(500), httpx.Response(429, headers={"retry-after": "1"}), httpx.ConnectError("no")]
)
async def test_a_failure_is_not_waited_out(world: World, door: respx.Route, answer: httpx.Response | Exception) -> None:
    door.mock(side_effect=[answer])
    async with a_model(attempts=4) as model:
        assert await ask(world, model, "Where is it?") == [("handed_off", "triage")]
    assert door.call_count == 1


async def test_thoughts_before_the_answer_are_no_part_of_it(world: World, door: respx.Route) -> None:
    door.mock(side_effect=[good(says(f"<think>Hm, a parcel.</think>{CONFIRM.text}")), good(REPLY)])
    async with a_model() as model:
        assert await ask(world, model, "Where is it?") == [("replied", "policy")]


async def test_a_fallback_is_asked_within_the_same_time(world: World) -> None:
    with mock_server() as server:
        server.post("/chat/completions").mock(side_effect=[httpx.Response(503), httpx.Response(503)])
        with mock_server("https://other.test/v1") as other:
            second = other.post("/chat/completions").mock(side_effect=[good(CONFIRM), good(REPLY)])
            async with (
                OpenAIModel("spare", api_key="any", base_url="https://other.test/v1") as spare,
                a_model(fallback=spare, attempts=1) as model,
            ):
                assert await ask(world, model, "Where is it?") == [("replied", "policy")]
            assert second.call_count == 2
