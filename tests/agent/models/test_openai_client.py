"""Whose client it is, what it costs to have one, and that no key ever shows."""

import asyncio
import subprocess
import sys
import traceback
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import respx
from openai import AsyncAzureOpenAI, AsyncOpenAI

from warmline.agent.models.base import ModelRequest
from warmline.agent.models.openai import OpenAIModel
from warmline.errors import ModelError, SettingsError, UsageError, WarmlineError
from warmline.testing import says
from warmline.testing.http import completion, mock_server

Make = Callable[..., OpenAIModel]
Sent = Callable[..., httpx.Request]
KEY = "sk-a-secret-that-stays-one"
URL = "https://model.test/v1"
GOOD = httpx.Response(200, json=completion(says("Hello.")))


def test_the_sdk_is_not_loaded_before_it_is_needed() -> None:
    code = (
        "import sys; from warmline import OpenAIModel; OpenAIModel('gpt', api_key='any');"
        "print([name for name in ('openai', 'httpx2', 'tenacity') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


async def test_the_sdk_is_loaded_at_the_first_answer(
    door: respx.Route, model: OpenAIModel, question: ModelRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.respond(json=completion(says("Hello.")))
    monkeypatch.delitem(sys.modules, "openai")
    assert (await model.answer(question)).text == "Hello."
    assert "openai" in sys.modules


async def test_our_own_client_is_closed_and_made_anew_when_needed(
    door: respx.Route, make_model: Make, question: ModelRequest
) -> None:
    door.respond(json=completion(says("Hello.")))
    async with make_model() as model:
        await model.answer(question)
    await model.answer(question)
    await model.aclose()
    await model.aclose()
    assert door.call_count == 2


def test_every_event_loop_gets_a_client_of_its_own(door: respx.Route, make_model: Make, question: ModelRequest) -> None:
    door.respond(json=completion(says("Hello.")))
    model = make_model()
    for _ in range(2):
        assert asyncio.run(model.answer(question)).text == "Hello."
    asyncio.run(model.aclose())


async def test_a_hosts_client_is_used_as_it_is_and_never_closed(
    door: respx.Route, make_model: Make, question: ModelRequest, sent: Sent
) -> None:
    door.respond(json=completion(says("Hello.")))
    async with AsyncOpenAI(api_key="the-hosts-own", base_url=URL, default_headers={"X-Shop": "harbour"}) as client:
        async with make_model(client=client) as model:
            await model.answer(question)
        assert not client.is_closed()
    assert (sent().headers["authorization"], sent().headers["x-shop"]) == ("Bearer the-hosts-own", "harbour")


async def test_a_hosts_client_that_retries_by_itself_does_not_multiply_ours(
    door: respx.Route, make_model: Make, question: ModelRequest
) -> None:
    door.respond(500)
    async with AsyncOpenAI(api_key="the-hosts-own", base_url=URL, max_retries=5) as client:
        with pytest.raises(ModelError):
            await make_model(client=client, attempts=2).answer(question)
    assert door.call_count == 2


@pytest.mark.parametrize("options", [{}, {"azure_deployment": "eu-gpt"}])
async def test_azure_is_asked_at_the_models_deployment(make_model: Make, question: ModelRequest, options: dict[str, Any]) -> None:
    deployment = options.get("azure_deployment", "gpt")
    async with AsyncAzureOpenAI(
        azure_endpoint="https://shop.azure.test", api_key="any", api_version="2024-10-21", **options
    ) as client:
        with mock_server("https://shop.azure.test") as azure:
            azure.post(f"/openai/deployments/{deployment}/chat/completions").respond(json=completion(says("Hello.")))
            assert (await make_model(client=client).answer(question)).text == "Hello."


async def test_without_a_key_the_operator_is_told_what_to_set(question: ModelRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SettingsError, match="no key for the model 'gpt': set OPENAI_API_KEY"):
        await OpenAIModel("gpt").answer(question)


async def test_a_server_of_ones_own_needs_no_key(
    door: respx.Route, make_model: Make, question: ModelRequest, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.delenv(name, raising=False)
    door.respond(json=completion(says("Hello.")))
    assert (await make_model(api_key=None).answer(question)).text == "Hello."
    assert sent().headers["authorization"] == "Bearer none"


WRONG: list[dict[str, Any]] = [
    {"name": ""},
    {"attempts": 0},
    {"budget_seconds": 0},
    {"stall_seconds": -1},
]


@pytest.mark.parametrize("options", WRONG)
def test_arguments_that_cannot_be_right_are_refused(options: dict[str, Any]) -> None:
    options = dict(options)
    with pytest.raises(UsageError, match="OpenAIModel takes"):
        OpenAIModel(options.pop("name", "gpt"), **options)


@pytest.mark.parametrize("options", [{"api_key": "any"}, {"base_url": URL}])
async def test_a_client_and_what_to_make_one_from_do_not_go_together(options: dict[str, Any]) -> None:
    async with AsyncOpenAI(api_key="any") as client:
        with pytest.raises(UsageError, match="not both"):
            OpenAIModel("gpt", client=client, **options)


def test_it_is_named_as_its_server_knows_it(model: OpenAIModel) -> None:
    assert model.name == "gpt"


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(401, json={"error": {"message": f"Incorrect API key provided: {KEY}."}}),
        httpx.Response(400, json={"error": {"message": f"Bad header: Bearer {KEY}"}}),
        httpx.Response(400, json={"detail": "Your other key sk-proj-1234567890 is fine."}),
        httpx.Response(500, text=f"upstream said: key {KEY} is blocked"),
        httpx.Response(200, json={"error": f"unknown key {KEY}"}),
        httpx.Response(200, text=f"{KEY} is no JSON"),
    ],
)
async def test_no_error_shows_a_key(
    door: respx.Route, model: OpenAIModel, question: ModelRequest, response: httpx.Response
) -> None:
    door.mock(return_value=response)
    with pytest.raises(WarmlineError) as caught:
        await model.answer(question)
    shown = "".join(traceback.format_exception(caught.value))
    assert "sk-" not in shown
    assert "gave no answer" in shown


async def test_a_word_that_serves_as_key_is_no_secret(door: respx.Route, make_model: Make, question: ModelRequest) -> None:
    door.respond(400, json={"error": {"message": "any order of messages is wrong"}})
    with pytest.raises(ModelError, match="any order of messages"):
        await make_model(api_key="any").answer(question)
