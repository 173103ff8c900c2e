"""Past the SDK: the same requests, the same errors, and no more of the host's client than is said."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from openai import AsyncAzureOpenAI, AsyncOpenAI

from warmline.agent.models import doors
from warmline.agent.models.base import ModelRequest
from warmline.agent.models.openai import OpenAIModel
from warmline.errors import ModelRefused, ModelUnavailable, SettingsError, UsageError
from warmline.testing import says
from warmline.testing.http import completion

KEY = "sk-a-secret-that-stays-one"
GOOD = json.dumps(completion(says("Hello.")))


@dataclass
class Local:
    """A server that notes what it is sent and answers what it is told to."""

    url: str = ""
    answers: list[web.Response] = field(default_factory=list[web.Response])
    headers: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    paths: list[str] = field(default_factory=list[str])
    bodies: list[bytes] = field(default_factory=list[bytes])

    async def serve(self, request: web.Request) -> web.Response:
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        self.paths.append(request.path_qs)
        self.bodies.append(await request.read())
        return self.answers.pop(0) if self.answers else web.Response(text=GOOD, content_type="application/json")


@pytest.fixture
async def local() -> AsyncIterator[Local]:
    local, app = Local(), web.Application()
    app.router.add_route("*", "/{rest:.*}", local.serve)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    local.url = f"http://{host}:{port}/v1"
    yield local
    await runner.cleanup()


async def test_a_request_is_the_one_the_sdk_would_send(local: Local, question: ModelRequest) -> None:
    given: dict[str, Any] = {"default_headers": {"X-Shop": "harbour"}, "default_query": {"tenant": "7"}, "organization": "org-1"}
    async with AsyncOpenAI(api_key=KEY, base_url=local.url, **given) as client:
        for direct in (False, True):
            async with OpenAIModel("gpt", client=client, direct=direct) as model:
                assert (await model.answer(question)).text == "Hello."
    assert local.bodies[0] == local.bodies[1]
    assert local.paths == ["/v1/chat/completions?tenant=7"] * 2
    through, direct = local.headers
    of_a_request = ("x-stainless-retry-count", "x-stainless-read-timeout")
    own = ("accept-encoding", "host", "connection", "x-stainless-async", *of_a_request)
    assert {name: value for name, value in through.items() if name not in own} == {
        name: value for name, value in direct.items() if name not in own
    }
    assert direct["authorization"] == f"Bearer {KEY}"


async def test_another_key_of_the_hosts_client_is_used_from_the_next_answer_on(local: Local, question: ModelRequest) -> None:
    async with (
        AsyncOpenAI(api_key="first", base_url=local.url) as client,
        OpenAIModel("gpt", client=client, direct=True) as model,
    ):
        await model.answer(question)
        client.api_key = "second"
        await model.answer(question)
    assert [headers["authorization"] for headers in local.headers] == ["Bearer first", "Bearer second"]


REFUSALS: list[tuple[int, str, dict[str, str], type[Exception], str]] = [
    (401, json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}."}}), {}, ModelRefused, "HTTP 401"),
    (400, json.dumps({"error": {"message": "no such model"}}), {}, ModelRefused, r"HTTP 400 \(no such model\)"),
    (429, "slow down", {"Retry-After": "7"}, ModelUnavailable, "it asks to wait 7 s"),
    (503, "<html>", {}, ModelUnavailable, "HTTP 503"),
    (308, "", {"Location": "http://elsewhere.test/"}, ModelRefused, "HTTP 308"),
]


@pytest.mark.parametrize(("status", "body", "headers", "error", "said"), REFUSALS)
async def test_what_a_server_refuses_is_told_as_through_the_sdk(
    local: Local, question: ModelRequest, status: int, body: str, headers: dict[str, str], error: type[Exception], said: str
) -> None:
    local.answers = [web.Response(status=status, text=body, headers=headers)]
    async with OpenAIModel("gpt", api_key=KEY, base_url=local.url, direct=True, attempts=1) as model:
        with pytest.raises(error, match=said) as caught:
            await model.answer(question)
    assert KEY not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"
    assert len(local.paths) == 1


async def test_a_setting_the_server_refuses_is_left_out(local: Local, question: ModelRequest) -> None:
    refusal = {"error": {"message": "Unsupported parameter: 'temperature' is not supported with this model."}}
    local.answers = [web.json_response(refusal, status=400)]
    async with OpenAIModel("gpt", api_key=KEY, base_url=local.url, direct=True, attempts=1) as model:
        assert (await model.answer(question)).text == "Hello."
    assert ["temperature" in json.loads(body) for body in local.bodies] == [True, False]


def test_each_event_loop_gets_connections_of_its_own_and_leaves_none(question: ModelRequest) -> None:
    """What a loop leaves open would be said at its end, by aiohttp, as a warning."""

    async def asked(model: OpenAIModel) -> str | None:
        local, app = Local(), web.Application()
        app.router.add_route("*", "/{rest:.*}", local.serve)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            return (await model.answer(question)).text
        finally:
            await model.rest()
            await runner.cleanup()

    port = _free_port()
    model = OpenAIModel("gpt", api_key=KEY, base_url=f"http://127.0.0.1:{port}/v1", direct=True, attempts=1)
    assert [asyncio.run(asked(model)) for _ in range(2)] == ["Hello.", "Hello."]


async def test_a_client_that_signs_its_requests_itself_is_refused(question: ModelRequest) -> None:
    async with AsyncAzureOpenAI(azure_endpoint="https://shop.azure.test", api_key="any", api_version="2024-10-21") as azure:
        with pytest.raises(UsageError, match=r"direct=True.*AsyncAzureOpenAI.*leave direct out"):
            await OpenAIModel("gpt", client=azure, direct=True).answer(question)

    async def key() -> str:
        return KEY

    async with AsyncOpenAI(api_key=key) as client:
        with pytest.raises(UsageError, match="key comes from a function"):
            await OpenAIModel("gpt", client=client, direct=True).answer(question)


def test_without_aiohttp_it_is_said_at_once_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(_: str) -> None:
        return None

    monkeypatch.setattr(doors, "find_spec", nothing)
    with pytest.raises(SettingsError, match=r"pip install 'warmline\[fast\]'"):
        OpenAIModel("gpt", api_key="any", direct=True)


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
