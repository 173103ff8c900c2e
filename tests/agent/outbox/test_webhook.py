"""Webhooks: signed as Standard Webhooks has it, and every answer of a receiver means what HTTP says."""

import asyncio
import base64
import hmac
import json
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from support.world import NOON

from warmline.agent.outbox import webhook
from warmline.agent.outbox.event import OutboxEvent
from warmline.agent.outbox.signing import key_in, signature
from warmline.agent.outbox.webhook import WebhookSink, identifier_of
from warmline.errors import DeliveryError, SettingsError, Undeliverable
from warmline.tools.clock import FrozenClock

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
URL = "https://shop.example.com/warmline"
EVENT = OutboxEvent(key="e1", conversation_id="c1", kind="case_opened", body={"case_id": "K-1", "reason": "ärger"}, at=NOON)

Answer = Callable[[httpx2.Request], httpx2.Response]


def answers(status: int, **headers: str) -> Answer:
    return lambda _: httpx2.Response(status, headers={name.replace("_", "-"): value for name, value in headers.items()})


async def post(answer: Answer, event: OutboxEvent = EVENT, secret: str | list[str] = SECRET) -> list[httpx2.Request]:
    """Deliver one event to a receiver that answers so; the requests it got."""
    got: list[httpx2.Request] = []

    def receive(request: httpx2.Request) -> httpx2.Response:
        got.append(request)
        return answer(request)

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(receive)) as client:
        await WebhookSink(URL, secret, clock=FrozenClock(NOON), client=client).deliver(event)
        assert not client.is_closed
    return got


def test_the_vector_that_the_standards_libraries_publish_is_signed_alike() -> None:
    signed = signature(
        [key_in(SECRET)], identifier="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, body=b'{"test": 2432232314}'
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_an_event_is_posted_with_its_key_its_time_and_a_signature_of_both_and_the_body() -> None:
    (request,) = await post(answers(204))
    assert (request.method, str(request.url), request.headers["content-type"]) == ("POST", URL, "application/json")
    assert json.loads(request.content) == {
        "type": "case_opened",
        "timestamp": "2026-11-23T12:00:00+00:00",
        "key": "e1",
        "conversation_id": "c1",
        "data": {"case_id": "K-1", "reason": "ärger"},
    }
    assert (request.headers["webhook-id"], request.headers["webhook-timestamp"]) == ("e1", str(int(NOON.timestamp())))
    signed = b"e1." + request.headers["webhook-timestamp"].encode() + b"." + request.content
    digest = hmac.digest(base64.b64decode(SECRET.removeprefix("whsec_")), signed, "sha256")
    assert request.headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"


async def test_the_same_event_has_the_same_body_at_every_attempt() -> None:
    first, again = [(await post(answers(200), EVENT.model_copy(update={"attempt": attempt})))[0] for attempt in (1, 5)]
    assert first.content == again.content
    assert first.headers["webhook-id"] == again.headers["webhook-id"]


async def test_two_secrets_sign_twice_while_one_takes_the_others_place() -> None:
    new = "whsec_" + base64.b64encode(b"n" * 32).decode()
    (request,) = await post(answers(200), secret=[new, SECRET])
    (alone,) = await post(answers(200))
    assert len(request.headers["webhook-signature"].split(" ")) == 2
    assert request.headers["webhook-signature"].split(" ")[1] == alone.headers["webhook-signature"]


@pytest.mark.parametrize("key", ["a.b", "a b", "ü", "a\r\nx-evil: 1", "k" * 201])
def test_a_key_that_a_header_or_a_signature_cannot_hold_is_sent_as_its_hash(key: str) -> None:
    assert len(identifier_of(key)) == 64
    assert identifier_of(key) == identifier_of(key) != identifier_of(key + "x")


def test_other_keys_are_sent_as_they_are() -> None:
    assert identifier_of("back_in_stock/5f0c:1-2") == "back_in_stock/5f0c:1-2"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 413, 422, 451])
async def test_a_refusal_is_final(status: int) -> None:
    with pytest.raises(Undeliverable, match=rf"^shop\.example\.com answered {status}$"):
        await post(answers(status))


@pytest.mark.parametrize("status", [301, 302, 307, 408, 409, 425, 429, 500, 502, 503, 504])
async def test_other_answers_are_not(status: int) -> None:
    with pytest.raises(DeliveryError, match=f"answered {status}") as raised:
        await post(answers(status, location="https://elsewhere.example.com/"))
    assert not isinstance(raised.value, Undeliverable)
    assert raised.value.after is None


@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ({"retry_after": "120"}, 120.0),
        ({"retry_after": "Mon, 23 Nov 2026 12:02:00 GMT", "date": "Mon, 23 Nov 2026 12:00:00 GMT"}, 120.0),
        ({"retry_after": "soon"}, None),
        ({"retry_after": "-5"}, None),
    ],
)
async def test_a_receiver_says_when_to_come_again(headers: dict[str, str], after: float | None) -> None:
    with pytest.raises(DeliveryError) as raised:
        await post(answers(503, **headers))
    assert raised.value.after == after


async def test_a_redirect_is_not_followed() -> None:
    got: list[httpx2.Request] = []
    with pytest.raises(DeliveryError, match="answered 307"):
        got = await post(answers(307, location="http://169.254.169.254/"))
    assert got == []


async def test_nothing_the_receiver_says_is_kept() -> None:
    with pytest.raises(Undeliverable) as raised:
        await post(lambda request: httpx2.Response(400, content=b"cannot read " + request.content))
    assert "rger" not in str(raised.value)


async def test_a_receiver_that_is_not_there_is_a_failure_that_passes() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://ann:hush@127.0.0.1:{taken.getsockname()[1]}/"
        async with WebhookSink(url, SECRET) as sink:
            with pytest.raises(DeliveryError, match=r"^127\.0\.0\.1 could not be reached \(ConnectError\)$") as raised:
                await sink.deliver(EVENT)
    assert not isinstance(raised.value, Undeliverable)


async def test_a_receiver_that_is_slow_is_a_failure_that_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    async def dawdle(_: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(60)
        return httpx2.Response(204)

    monkeypatch.setattr(webhook, "SECONDS", 0.02)
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(dawdle)) as client:
        with pytest.raises(DeliveryError, match=r"^shop\.example\.com did not answer within 0\.02 s$"):
            await WebhookSink(URL, SECRET, client=client).deliver(EVENT)


@pytest.mark.parametrize("secret", ["", "hush", "whsec_", "whsec_c2hvcnQ=", "whsec_***", SECRET.removeprefix("whsec_"), []])
def test_a_secret_that_is_none_is_said_without_showing_it(secret: Any) -> None:
    with pytest.raises(SettingsError) as raised:
        WebhookSink(URL, secret)
    assert "hush" not in str(raised.value)
    assert "secret" in str(raised.value)


@pytest.mark.parametrize("url", ["shop.example.com", "ftp://shop.example.com/", "http://", "https://ann:hush@/x", "http://x:0/"])
def test_a_url_that_is_none_is_said_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError, match="expected a webhook's URL such as https://") as raised:
        WebhookSink(url, SECRET)
    assert "hush" not in str(raised.value)


def test_the_time_in_the_header_is_the_attempts_and_that_in_the_body_the_events() -> None:
    sink = WebhookSink(URL, SECRET, clock=FrozenClock(NOON + timedelta(hours=2)))
    headers = sink._headers(EVENT, b"{}")  # pyright: ignore[reportPrivateUsage]
    assert datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC) == NOON + timedelta(hours=2)
    assert EVENT.payload()["timestamp"] == NOON.isoformat()
