"""When the server does not answer: what is tried again, how long is waited, and who is asked instead."""

import asyncio
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import httpx
import pytest
import respx

from warmline.agent.models.base import ModelRequest
from warmline.agent.models.openai import OpenAIModel
from warmline.errors import ModelRefused, ModelUnavailable
from warmline.testing import ScriptedModel, says
from warmline.testing.http import completion, event_stream, mock_server

Make = Callable[..., OpenAIModel]
GOOD = httpx.Response(200, json=completion(says("Hello.")))


URL = "https://model.test/v1"


async def silence(_: httpx.Request) -> httpx.Response:
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


class Patient(Random):
    """Makes every wait two hundred times as long as it should be."""

    def uniform(self, a: float, b: float) -> float:
        return 200 * b


@pytest.fixture
def silent() -> Iterator[respx.Route]:
    """A server that takes the request and says nothing; respx never sees such a request as answered."""
    with mock_server(URL, assert_all_called=False) as router:
        yield router.post("/chat/completions", json__model="gpt").mock(side_effect=silence)


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
async def test_a_passing_failure_is_tried_again(
    door: respx.Route, model: OpenAIModel, question: ModelRequest, waits: list[float], status: int
) -> None:
    door.mock(side_effect=[httpx.Response(status), GOOD])
    assert (await model.answer(question)).text == "Hello."
    assert len(waits) == 1
    assert 0.25 <= waits[0] <= 0.5


@pytest.mark.parametrize("error", [httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("cut")])
async def test_a_failed_connection_is_tried_again(
    door: respx.Route, model: OpenAIModel, question: ModelRequest, waits: list[float], error: Exception
) -> None:
    door.mock(side_effect=[error, GOOD])
    assert (await model.answer(question)).text == "Hello."
    assert len(waits) == 1


async def test_waits_double_and_end_with_the_attempts(
    door: respx.Route, make_model: Make, question: ModelRequest, waits: list[float]
) -> None:
    door.respond(503, text="<html>Service Unavailable</html>")
    with pytest.raises(ModelUnavailable, match=r"'gpt' at model\.test gave no answer: HTTP 503\. .*fallback"):
        await make_model(attempts=7, budget_seconds=600).answer(question)
    assert door.call_count == 7
    longest = (0.5, 1, 2, 4, 8, 8)
    assert [top / 2 <= waited <= top for waited, top in zip(waits, longest, strict=True)] == [True] * 6


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "3"}, 3.0),
        ({"Retry-After": "3.5"}, 3.5),
        ({"retry-after-ms": "1500", "Retry-After": "2"}, 1.5),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:09 GMT", "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 9.0),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:09 -0000", "Date": "Wed, 21 Oct 2026 07:28:00 -0000"}, 9.0),
    ],
)
async def test_a_server_that_says_how_long_to_wait_is_obeyed(
    door: respx.Route, model: OpenAIModel, question: ModelRequest, waits: list[float], headers: dict[str, str], seconds: float
) -> None:
    door.mock(side_effect=[httpx.Response(429, headers=headers), GOOD])
    await model.answer(question)
    assert len(waits) == 1
    assert seconds <= waits[0] <= seconds * 1.1


@pytest.mark.parametrize("asked", ["0", "-3", "soon", "inf", "nan", "Wed, 21 Oct 2015 07:28:00 GMT", ""])
async def test_a_wait_that_makes_no_sense_is_ours_to_choose(
    door: respx.Route, model: OpenAIModel, question: ModelRequest, waits: list[float], asked: str
) -> None:
    door.mock(side_effect=[httpx.Response(503, headers={"Retry-After": asked}), GOOD])
    await model.answer(question)
    assert 0.25 <= waits[0] <= 0.5


@pytest.mark.parametrize("asked", ["120", "Fri, 21 Oct 2095 07:28:00 GMT"])
async def test_a_wait_longer_than_the_budget_is_not_waited_for(
    door: respx.Route, model: OpenAIModel, question: ModelRequest, waits: list[float], asked: str
) -> None:
    door.respond(429, headers={"Retry-After": asked}, json={"error": {"message": "Slow down."}})
    with pytest.raises(ModelUnavailable, match=r"HTTP 429 \(Slow down\), it asks to wait \d+ s"):
        await model.answer(question)
    assert (door.call_count, waits) == (1, [])


async def test_no_attempt_begins_when_the_budget_would_be_over(
    door: respx.Route, make_model: Make, question: ModelRequest, waits: list[float]
) -> None:
    door.respond(500)
    with pytest.raises(ModelUnavailable, match="HTTP 500"):
        await make_model(rng=Patient()).answer(question)
    assert (door.call_count, waits) == (1, [])


async def test_an_answer_that_takes_longer_than_the_budget_is_unavailable(
    silent: respx.Route, make_model: Make, question: ModelRequest
) -> None:
    with pytest.raises(ModelUnavailable, match=r"0\.05 s were not enough"):
        await make_model(budget_seconds=0.05).answer(question)


async def test_a_turn_that_is_cancelled_is_cancelled_and_not_unavailable(
    silent: respx.Route, make_model: Make, question: ModelRequest
) -> None:
    fallback = ScriptedModel([])
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(make_model(fallback=fallback).answer(question), timeout=0.05)
    assert fallback.requests == []


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (400, "cause says why"),
        (401, "OPENAI_API_KEY"),
        (402, "billing"),
        (403, "permissions"),
        (404, "WARMLINE_MODEL"),
        (413, "token budget"),
        (422, "cause says why"),
    ],
)
async def test_a_refusal_is_not_tried_again_and_says_what_to_do(
    door: respx.Route, model: OpenAIModel, question: ModelRequest, status: int, advice: str
) -> None:
    door.respond(status)
    with pytest.raises(ModelRefused, match=rf"'gpt' at model\.test gave no answer: HTTP {status}\. .*{advice}"):
        await model.answer(question)
    assert door.call_count == 1


SAYINGS: list[tuple[httpx.Response, str]] = [
    (httpx.Response(400, json={"error": {"message": "Too\n many tools."}}), "HTTP 400 (Too many tools). The request"),
    (httpx.Response(400, json={"error": "Too many tools"}), "HTTP 400 (Too many tools). The request"),
    (httpx.Response(400, json={"detail": "Too many tools"}), "HTTP 400 (Too many tools). The request"),
    (httpx.Response(400, text="Too many tools"), "HTTP 400 (Too many tools). The request"),
    (httpx.Response(400, text="many " * 100), f"HTTP 400 ({('many ' * 40)}). The request"),
    (httpx.Response(400, json=[{"loc": ["body"]}]), "HTTP 400. The request"),
    (httpx.Response(400, json={"error": {"message": "", "code": 7}}), "HTTP 400. The request"),
    (httpx.Response(400, html="<html><h1>Bad Request</h1></html>"), "HTTP 400. The request"),
]


@pytest.mark.parametrize(("response", "words"), SAYINGS)
async def test_what_the_server_says_is_told_in_one_short_line(
    door: respx.Route, model: OpenAIModel, question: ModelRequest, response: httpx.Response, words: str
) -> None:
    door.mock(return_value=response)
    with pytest.raises(ModelRefused) as caught:
        await model.answer(question)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(429, json={"error": {"message": "You exceeded your quota.", "code": "insufficient_quota"}}),
        httpx.Response(503, headers={"x-should-retry": "false"}),
    ],
)
async def test_what_time_will_not_heal_is_not_tried_again(
    door: respx.Route, model: OpenAIModel, question: ModelRequest, response: httpx.Response
) -> None:
    door.mock(return_value=response)
    with pytest.raises(ModelUnavailable):
        await model.answer(question)
    assert door.call_count == 1


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(503),
        httpx.Response(404, json={"error": {"message": "The model 'gpt' does not exist.", "type": "not_found"}}),
        httpx.Response(400, json={"error": {"message": "No such model.", "code": "model_not_found"}}),
        httpx.Response(429, json={"error": {"message": "You exceeded your quota.", "type": "insufficient_quota"}}),
        httpx.Response(200, json={"error": {"message": "Overloaded."}}),
    ],
)
async def test_the_fallback_answers_for_a_model_that_is_not_there(
    door: respx.Route, make_model: Make, question: ModelRequest, response: httpx.Response
) -> None:
    door.mock(return_value=response)
    fallback = ScriptedModel([says("Hello from the other one.")], name="other")
    answer = await make_model(fallback=fallback).answer(question)
    assert (answer.text, answer.model) == ("Hello from the other one.", "other")
    assert fallback.requests == [question]


async def test_the_fallback_has_a_budget_of_its_own_and_speaks_for_itself(
    silent: respx.Route, server: respx.MockRouter, make_model: Make, question: ModelRequest
) -> None:
    server.post("/chat/completions", json__model="other").respond(content=event_stream(says("Hello there.")))
    heard: list[str] = []
    answer = await make_model(budget_seconds=0.05, fallback=make_model("other")).answer(question, on_text=heard.append)
    assert ("".join(heard), answer.model) == ("Hello there.", "other")


@pytest.mark.parametrize("status", [400, 401, 403, 422])
async def test_the_fallback_is_not_asked_what_was_refused(
    door: respx.Route, make_model: Make, question: ModelRequest, status: int
) -> None:
    door.respond(status)
    fallback = ScriptedModel([])
    with pytest.raises(ModelRefused):
        await make_model(fallback=fallback).answer(question)
    assert fallback.requests == []


async def test_when_the_fallback_fails_too_its_error_is_raised(
    door: respx.Route, make_model: Make, question: ModelRequest
) -> None:
    door.respond(503)
    fallback: Any = ScriptedModel([ModelUnavailable("The other one is down.")])
    with pytest.raises(ModelUnavailable, match="The other one is down"):
        await make_model(fallback=fallback).answer(question)
