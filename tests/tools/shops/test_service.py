"""What every adapter asks through: repeated where that does no harm, an error of ours where there is no answer."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import httpx2
import pytest
from pydantic import BaseModel, SecretStr

from warmline.errors import OutcomeUnknown, ShopDrifted, ShopError, ShopRefused, ShopUnavailable
from warmline.tools.clock import FrozenClock
from warmline.tools.shops.pace import Bucket
from warmline.tools.shops.service import Service

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
Step = httpx2.Response | Exception | Callable[[httpx2.Request], httpx2.Response]


class Backend:
    """Answers each request with the next step, the last one for ever; remembers what came."""

    def __init__(self, *steps: Step) -> None:
        self.steps, self.seen, self.slept = list(steps), list[httpx2.Request](), list[float]()

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.seen.append(request)
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        if isinstance(step, Exception):
            raise step
        return step(request) if callable(step) else step

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def service(self, **more: object) -> Service:
        given: dict[str, object] = {
            "headers": {"X-Token": SecretStr("s3cret-token")},
            "transport": httpx2.MockTransport(self),
            "clock": FrozenClock(NOW),
            "sleep": self.sleep,
            "random": Random(1),  # noqa: S311 (spreads retries)
        }
        return Service("Vendor", "https://vendor.test/api", **{**given, **more})  # pyright: ignore[reportArgumentType]


def says(status: int = 200, **given: object) -> httpx2.Response:
    return httpx2.Response(status, **given)  # pyright: ignore[reportArgumentType]


async def test_an_answer_is_read_with_exact_figures() -> None:
    class Priced(BaseModel):
        price: Decimal

    backend = Backend(says(text='{"price": 19.99}'))
    reply = await backend.service().ask("price", "GET", "/price", effect="read", params={"sku": "A"})
    assert reply.read(Priced).price == Decimal("19.99")
    assert str(backend.seen[0].url) == "https://vendor.test/api/price?sku=A"
    assert backend.seen[0].headers["x-token"] == "s3cret-token"


@pytest.mark.parametrize("fault", [says(503), says(500), httpx2.ReadTimeout("slow"), httpx2.ReadError("reset"), says(429)])
async def test_a_read_is_repeated(fault: Step) -> None:
    backend = Backend(fault, says(json={}))
    assert (await backend.service().ask("orders", "GET", "/orders", effect="read")).ok
    assert len(backend.seen) == 2


async def test_retry_after_is_obeyed_in_seconds_and_as_a_date() -> None:
    later = (NOW + timedelta(seconds=5)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    backend = Backend(says(429, headers={"Retry-After": "2.0"}), says(503, headers={"Retry-After": later}), says(json={}))
    await backend.service().ask("orders", "GET", "/orders", effect="read")
    first, second = backend.slept
    assert 2.0 <= first <= 2.2
    assert 5.0 <= second <= 5.5


async def test_a_wait_longer_than_the_budget_is_not_waited_for() -> None:
    backend = Backend(says(429, headers={"Retry-After": "3600"}))
    with pytest.raises(ShopUnavailable, match="too many requests"):
        await backend.service().ask("orders", "GET", "/orders", effect="read")
    assert backend.slept == []


@pytest.mark.parametrize(
    "fault", [says(502), httpx2.ReadTimeout("slow"), httpx2.RemoteProtocolError("hung up"), httpx2.WriteError("")]
)
async def test_a_write_whose_answer_was_lost_is_unknown_and_not_repeated(fault: Step) -> None:
    backend = Backend(fault)
    with pytest.raises(OutcomeUnknown, match="nobody knows whether it was done"):
        await backend.service().ask("return.create", "POST", "/returns", effect="write", json={})
    assert len(backend.seen) == 1


async def test_a_write_that_surely_was_not_made_is_repeated() -> None:
    backend = Backend(says(429), httpx2.ConnectError("refused"), says(201, json={}))
    assert (await backend.service().ask("return.create", "POST", "/returns", effect="write")).status == 201


async def test_a_write_the_service_makes_once_itself_is_repeated() -> None:
    backend = Backend(httpx2.ReadTimeout("slow"), says(201, json={}))
    assert (await backend.service().ask("return.create", "POST", "/returns", effect="write", once=True)).ok


@pytest.mark.parametrize("last", [says(429), says(401), httpx2.ConnectError("refused")])
async def test_one_attempt_that_may_have_written_makes_the_outcome_unknown(last: Step) -> None:
    backend = Backend(httpx2.ReadTimeout("slow"), last)
    with pytest.raises(OutcomeUnknown):
        await backend.service().ask("return.create", "POST", "/returns", effect="write", once=True)


@pytest.mark.parametrize(("status", "advice"), [(401, "credentials"), (403, "scopes"), (404, "API version"), (302, "documents")])
async def test_a_refusal_is_not_repeated_and_says_what_to_do(status: int, advice: str) -> None:
    backend = Backend(says(status, text="customer ada@example.com is not yours"))
    with pytest.raises(ShopRefused, match=advice) as raised:
        await backend.service().ask("orders", "GET", "/orders", effect="read")
    assert raised.value.status == status
    assert "ada@" not in str(raised.value)
    assert len(backend.seen) == 1


async def test_a_status_may_be_an_answer() -> None:
    backend = Backend(says(404, json={"error": "no such order"}))
    reply = await backend.service().ask("order", "GET", "/orders/1", effect="read", answers=(404,))
    assert (reply.ok, reply.status, reply.json) == (False, 404, {"error": "no such order"})


async def test_a_body_that_is_no_json_is_drift_for_a_read_and_unknown_for_a_write() -> None:
    backend = Backend(says(text="<html>"))
    with pytest.raises(ShopDrifted, match="no JSON"):
        await backend.service().ask("orders", "GET", "/orders", effect="read")
    with pytest.raises(OutcomeUnknown, match="no JSON"):
        await backend.service().ask("return.create", "POST", "/returns", effect="write")


async def test_drift_names_the_field_and_not_the_value() -> None:
    class Order(BaseModel):
        status: int

    reply = await Backend(says(json={"status": "ada@example.com"})).service().ask("orders", "GET", "/orders", effect="read")
    with pytest.raises(ShopDrifted, match="status: int_parsing") as raised:
        reply.read(Order)
    assert "ada@" not in str(raised.value)


async def test_a_backend_that_is_silent_is_given_up_in_time() -> None:
    async def silent(_: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(3600)
        raise AssertionError("never")

    service = Backend(says()).service(
        transport=httpx2.MockTransport(silent), timeout_seconds=0.01, budget_seconds=0.2, attempts=2
    )
    with pytest.raises(ShopUnavailable, match="TimeoutError"):
        await service.ask("orders", "GET", "/orders", effect="read")


async def test_a_write_that_waited_for_its_turn_and_never_left_was_not_made() -> None:
    pace = Bucket(size=1, per_second=0.001)
    await pace.take()
    backend = Backend(says(json={}))
    with pytest.raises(ShopUnavailable, match="could not be asked"):
        await backend.service(pace=pace, budget_seconds=0.05).ask("return.create", "POST", "/returns", effect="write")
    assert backend.seen == []


async def test_a_write_that_was_turned_away_until_its_time_was_up_was_not_made() -> None:
    backend = Backend(says(429, headers={"Retry-After": "0.1"}))
    with pytest.raises(ShopUnavailable):
        await backend.service(sleep=asyncio.sleep, attempts=99, budget_seconds=0.25).ask("r", "POST", "/returns", effect="write")


async def test_the_log_has_no_url_header_or_body(caplog: pytest.LogCaptureFixture) -> None:
    backend = Backend(says(500), says(json={"email": "ada@example.com"}))
    with caplog.at_level(logging.DEBUG, logger="warmline"):
        await backend.service().ask("customer.find", "GET", "/customers", effect="read", params={"email": "ada@example.com"})
    assert "Vendor: customer.find: HTTP 200" in caplog.text
    assert not [secret for secret in ("ada@", "s3cret", "vendor.test", "/customers") if secret in caplog.text]


async def test_a_secret_is_in_no_repr() -> None:
    assert "s3cret" not in repr(vars(Backend(says()).service()))


async def test_an_answer_without_end_is_cut_off() -> None:
    backend = Backend(says(content=b"x" * 9_000_000))
    with pytest.raises(ShopError, match="bytes came"):
        await backend.service(attempts=1).ask("orders", "GET", "/orders", effect="read")
