"""A server that is not there, and an OpenAI model that talks to it without waiting."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any, cast

import httpx
import pytest
import respx

from warmline.agent.models.base import Message, ModelRequest, Prompt
from warmline.agent.models.openai import OpenAIModel
from warmline.testing.http import mock_server

URL = "https://model.test/v1"
KEY = "sk-a-secret-that-stays-one"


@pytest.fixture
def server() -> Iterator[respx.MockRouter]:
    with mock_server(URL) as router:
        yield router


@pytest.fixture
def door(server: respx.MockRouter) -> respx.Route:
    """The route every answer comes through."""
    return server.post("/chat/completions")


@pytest.fixture
def sent(door: respx.Route) -> Callable[..., httpx.Request]:
    """A request the server got: the last one, or by number."""

    def request(number: int = -1) -> httpx.Request:
        return cast("list[respx.models.Call]", door.calls)[number].request

    return request


@pytest.fixture
def waits() -> list[float]:
    """The seconds that were waited, or rather were not."""
    return []


@pytest.fixture
def make_model(waits: list[float]) -> Callable[..., OpenAIModel]:
    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    def make(name: str = "gpt", **options: Any) -> OpenAIModel:
        given: dict[str, Any] = {"api_key": KEY, "base_url": URL, "sleep": sleep, "rng": Random(7)}  # noqa: S311 - the same waits each time
        if "client" in options:
            given |= {"api_key": None, "base_url": None}
        return OpenAIModel(name, **given | options)

    return make


@pytest.fixture
def model(make_model: Callable[..., OpenAIModel]) -> OpenAIModel:
    return make_model()


@pytest.fixture
def question() -> ModelRequest:
    return ModelRequest(prompt=Prompt(system="Be kind."), messages=[Message(role="user", text="Where is it?")])
