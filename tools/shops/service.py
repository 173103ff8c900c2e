"""One service over HTTP: time-outs, pace, retries, and errors that are ours. Every adapter asks through here.

    shop = Service("Shopify", "https://example.myshopify.com/admin/api/2026-10", headers={"X-Shopify-Access-Token": token})
    reply = await shop.ask("orders.find", "POST", "/graphql.json", effect="read", json={"query": …})
    orders = reply.read(OrdersPage)

What is logged is the service, the operation's name, the status and the time: no URL, header or body.
"""

import asyncio
import json as jsons
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from random import Random
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from pydantic import SecretStr

from warmline.errors import ShopError
from warmline.tools.clock import Clock, SystemClock
from warmline.tools.tool import Effect

from .faults import Asked, Failed, Trail, not_sent, turned_away, unanswered
from .pace import Bucket, Sleep
from .replies import Reply

if TYPE_CHECKING:
    import httpx2
    from tenacity import AsyncRetrying, RetryCallState

ATTEMPTS = 4
TIMEOUT_SECONDS = 6.0
"""For one attempt, from sending to the last byte."""

BUDGET_SECONDS = 15.0
"""For all attempts of one request, waits and the pace included; a turn gives a call of a tool 20 seconds."""

FIRST_WAIT, LONGEST_WAIT = 0.25, 4.0
MOST_BYTES = 8_000_000
_log = logging.getLogger(__name__)


class Service:
    """A vendor's API at ``base_url``. Headers may be secrets; ``transport`` stands in for the network in tests."""

    def __init__(
        self,
        name: str,
        base_url: str,
        *,
        headers: Mapping[str, str | SecretStr] | None = None,
        pace: Bucket | None = None,
        attempts: int = ATTEMPTS,
        timeout_seconds: float = TIMEOUT_SECONDS,
        budget_seconds: float = BUDGET_SECONDS,
        transport: "httpx2.AsyncBaseTransport | None" = None,
        clock: Clock | None = None,
        sleep: Sleep = asyncio.sleep,
        random: Random | None = None,
    ) -> None:
        self.name = name
        self.pace = pace
        self._base_url = base_url.rstrip("/")
        self._headers = {name: SecretStr(value) if isinstance(value, str) else value for name, value in (headers or {}).items()}
        self._attempts, self._timeout, self._budget = attempts, timeout_seconds, budget_seconds
        self._transport, self._clock, self._sleep = transport, clock or SystemClock(), sleep
        self._random = random or Random()  # noqa: S311 (spreads retries, keeps no secret)
        self._client: httpx2.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    async def close(self) -> None:
        """Close its connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def ask(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        effect: Effect,
        once: bool = False,
        cost: float = 1.0,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        answers: Collection[int] = (),
        judge: Callable[[Reply], "Failed | None"] | None = None,
        still: Callable[[], None] | None = None,
    ) -> Reply:
        """Ask once, and again where that does no harm; a ``ShopError`` when there is no answer.

        ``operation`` names the request in logs and errors. ``once`` says that the service makes this write only once (an idempotency
        key is sent and honoured), so that it may be repeated. ``answers`` are statuses beside 2xx that are an answer and no error.
        ``judge`` sees an answer that came with 2xx and may say that it is a failure all the same (throttled, in a GraphQL error).
        ``still`` is called when its turn has come, before each sending, and raises a ``ShopError`` if it is too late for that.
        """
        asked = Asked(service=self.name, operation=operation, effect=effect, once=once)
        request = {
            "method": method,
            "url": self._base_url + path,
            "params": params,
            "headers": headers,
            "json": json,
            "data": form,
        }
        given = {name: value for name, value in request.items() if value is not None}
        trail = Trail(asked)
        try:
            async with asyncio.timeout(self._budget) as budget:
                async for attempt in self._retrying():
                    with attempt, trail:
                        if self.pace is not None:
                            await self.pace.take(cost)
                        if still is not None:
                            still()
                        trail.sent = True
                        return await self._attempt(asked, given, answers, judge)
        except Failed as failed:
            raise trail.outcome(failed) from failed
        except TimeoutError as error:
            if not budget.expired():
                raise
            raise trail.outcome(trail.late(f"{self._budget:g} seconds were not enough")) from error
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _attempt(
        self, asked: Asked, request: dict[str, Any], answers: Collection[int], judge: Callable[[Reply], "Failed | None"] | None
    ) -> Reply:
        started = asyncio.get_running_loop().time()
        status, headers, body = await self._exchange(asked, request)
        spent = asyncio.get_running_loop().time() - started
        _log.info("%s: HTTP %d in %.0f ms", asked, status, spent * 1000)
        if not (200 <= status < 300 or status in answers):
            raise self._paused(turned_away(asked, status, headers, self._clock.now()))
        reply = _reply(asked, status, headers, body)
        failed = judge(reply) if judge is not None else None
        if failed is not None:
            raise self._paused(failed)
        return reply

    async def _exchange(self, asked: Asked, request: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        import httpx2

        try:
            async with asyncio.timeout(self._timeout), self._connected().stream(**request) as response:
                body = b""
                async for part in response.aiter_bytes():
                    body += part
                    if len(body) > MOST_BYTES:
                        raise unanswered(asked, f"more than {MOST_BYTES:,} bytes came")
                return response.status_code, {name.lower(): value for name, value in response.headers.items()}, body
        except (
            httpx2.ConnectError,
            httpx2.ConnectTimeout,
            httpx2.PoolTimeout,
            httpx2.UnsupportedProtocol,
            httpx2.LocalProtocolError,
            httpx2.InvalidURL,
        ) as error:
            raise not_sent(asked, type(error).__name__) from error
        except (httpx2.HTTPError, TimeoutError, OSError) as error:
            raise unanswered(asked, type(error).__name__) from error

    def _paused(self, failed: Failed) -> Failed:
        if failed.after and self.pace is not None:
            self.pace.pause(failed.after)
        return failed

    def _connected(self) -> "httpx2.AsyncClient":
        if self._client is None:
            import httpx2

            headers = {name: value.get_secret_value() for name, value in self._headers.items()}
            timeout = httpx2.Timeout(self._timeout, connect=self._timeout / 2)
            self._client = httpx2.AsyncClient(headers=headers, timeout=timeout, transport=self._transport, follow_redirects=False)
        return self._client

    def _retrying(self) -> "AsyncRetrying":
        from tenacity import AsyncRetrying, retry_if_exception

        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._budget

        def wait(state: "RetryCallState") -> float:
            after = _failure(state).after
            if after is not None:
                return after * self._random.uniform(1.0, 1.1)
            return min(FIRST_WAIT * 2 ** (state.attempt_number - 1), LONGEST_WAIT) * self._random.uniform(0.5, 1.0)

        def enough(state: "RetryCallState") -> bool:
            return state.attempt_number >= self._attempts or loop.time() + state.upcoming_sleep >= deadline

        return AsyncRetrying(
            retry=retry_if_exception(lambda error: isinstance(error, Failed) and error.again),
            wait=wait,
            stop=enough,
            sleep=self._sleep,
            before_sleep=lambda state: _log.info("%s Next in %.1f s.", _failure(state), state.upcoming_sleep),
            reraise=True,
        )


def _failure(state: "RetryCallState") -> Failed:
    error = state.outcome and state.outcome.exception()
    return error if isinstance(error, Failed) else Failed(ShopError(str(error)), again=False)


def _reply(asked: Asked, status: int, headers: dict[str, str], body: bytes) -> Reply:
    """The answer with its body read; a body that is no JSON is drift in a success, and only text in another status."""
    reply = Reply(service=asked.service, operation=asked.operation, effect=asked.effect, status=status, headers=headers)
    if not body.strip():
        return reply
    try:
        value = jsons.loads(body, parse_float=_exact)
    except ValueError as error:
        if reply.ok:
            raise Failed(reply.drifted("its body is no JSON"), again=asked.again) from error
        value = None
    return replace(reply, json=value, text="" if reply.ok else body[:2000].decode("utf-8", "replace"))


def _exact(figure: str) -> Any:
    from decimal import Decimal

    return Decimal(figure)
