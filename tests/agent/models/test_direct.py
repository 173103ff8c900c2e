"""Past the SDK: the same requests, the same errors, and no more of the host's client than is said."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from openai import AsyncAzureOpenAI, AsyncOpenAI

from warmline import SupportAgent
from warmline.agent.models import doors
from warmline.agent.models.base import ModelRequest
from warmline.agent.models.openai import OpenAIModel
from warmline.errors import ModelRefused, ModelUnavailable, SettingsError, UsageError
from warmline.testing import FixedGuard, MemoryShop, says
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
            await model.release_connections()
            await runner.cleanup()

    port = _free_port()
    model = OpenAIModel("gpt", api_key=KEY, base_url=f"http://127.0.0.1:{port}/v1", direct=True, attempts=1)
    assert [asyncio.run(asked(model)) for _ in range(2)] == ["Hello.", "Hello."]


async def key() -> str:
    return KEY


@pytest.mark.parametrize(
    ("client", "why"),
    [
        (AsyncAzureOpenAI(azure_endpoint="https://shop.azure.test", api_key="any", api_version="2024-10-21"), "AsyncAzureOpenAI"),
        (AsyncOpenAI(api_key=key), "without a key of its own"),
        (AsyncOpenAI(api_key=KEY, base_url="https://ann:secret@gateway.test/v1"), "a user's name"),
    ],
)
def test_a_client_that_signs_its_requests_otherwise_is_refused_at_once(client: AsyncOpenAI, why: str) -> None:
    with pytest.raises(UsageError, match=rf"direct=True.*{why}.*leave direct out") as caught:
        OpenAIModel("gpt", client=client, direct=True)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("name", ["Authorization", "authorization"])
async def test_how_the_host_signs_goes_before_the_key(local: Local, question: ModelRequest, name: str) -> None:
    async with AsyncOpenAI(api_key=KEY, base_url=local.url, default_headers={name: "Basic gateway"}) as client:
        for direct in (False, True):
            async with OpenAIModel("gpt", client=client, direct=direct) as model:
                await model.answer(question)
    assert [headers["authorization"] for headers in local.headers] == ["Basic gateway"] * 2


async def test_whatever_goes_wrong_on_the_way_is_tried_again_and_then_unavailable(
    local: Local, question: ModelRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def odd(*_: object, **__: object) -> None:
        raise ValueError("Cannot combine AUTHORIZATION header with AUTH argument")

    async def at_once(_: float) -> None:
        return None

    monkeypatch.setattr("aiohttp.ClientSession._request", odd)
    async with OpenAIModel("gpt", api_key=KEY, base_url=local.url, direct=True, attempts=2, sleep=at_once) as model:
        with pytest.raises(ModelUnavailable, match="the connection failed"):
            await model.answer(question)


def test_the_environments_proxy_is_asked_and_no_file_of_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert doors.proxy_for("https://model.test/v1") is None
    monkeypatch.setenv("https_proxy", "http://proxy.test:3128")
    monkeypatch.setenv("no_proxy", "localhost,127.0.0.1")
    assert doors.proxy_for("https://model.test/v1") == "http://proxy.test:3128"
    assert doors.proxy_for("https://localhost:8080/v1") is None


async def test_an_agent_that_closes_leaves_no_connection(local: Local) -> None:
    model = OpenAIModel("gpt", api_key=KEY, base_url=local.url, direct=True)
    agent = SupportAgent(shop=MemoryShop(), model=model, guard=FixedGuard())
    assert (await agent.reply("c1", "Hello")).text == "Hello."
    await agent.close()
    gc.collect()  # what was left open would be a warning now, and warnings are errors here


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
