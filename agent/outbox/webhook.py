"""Events over HTTP, signed as Standard Webhooks has it, so that the receiver can use a library for any language."""

import asyncio
import hashlib
import json
import re
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from warmline.agent.models.faults import retry_after
from warmline.errors import DeliveryError, SettingsError, Undeliverable
from warmline.tools.clock import Clock, SystemClock

from .event import OutboxEvent
from .signing import key_in, signature

if TYPE_CHECKING:
    import httpx2

SECONDS = 15.0
"""How long one request may take."""

_AGAIN = frozenset({408, 409, 425, 429})
"""Client errors that pass: time-out, conflict, too early, too many (RFC 9110; RFC 8470; RFC 6585)."""

_PLAIN = re.compile(r"[\w:/-]{1,200}", re.ASCII)


class WebhookSink:
    """Posts events to ``url``; close it when done, or use it in ``async with``.

    ``secret`` is ``whsec_`` and base64; two of them sign twice, while a receiver changes from the old one to the new one. Redirects are not followed.
    An answer of 410 or another client error makes the event a dead letter; 408, 409, 425, 429, redirects, server errors and no answer make it come
    again, after the time in ``Retry-After`` if there is one. ``client`` is the host's own, and stays open. ``SettingsError`` for a URL or
    secret that cannot be used.
    """

    def __init__(
        self,
        url: str,
        secret: str | Sequence[str],
        *,
        clock: Clock | None = None,
        client: "httpx2.AsyncClient | None" = None,
    ) -> None:
        self._url = _usable(url)
        self._host = urlsplit(url).hostname or ""
        self._keys = [key_in(one) for one in ([secret] if isinstance(secret, str) else secret)]
        if not self._keys:
            raise SettingsError("a webhook needs a secret; give one")
        self._clock = clock or SystemClock()
        self._client = client
        self._own = client is None

    async def deliver(self, event: OutboxEvent) -> None:
        """Post it, and raise unless the answer is 2xx. What the receiver says beyond its status is not read."""
        import httpx2

        body = json.dumps(event.payload(), ensure_ascii=False, separators=(",", ":")).encode()
        signed = self._headers(event, body)
        try:
            async with asyncio.timeout(SECONDS):
                post = self._open().stream("POST", self._url, content=body, headers=signed, follow_redirects=False)
                async with post as answer:
                    status, headers = answer.status_code, answer.headers
        except TimeoutError as error:
            raise DeliveryError(f"{self._host} did not answer within {SECONDS:g} s") from error
        except (httpx2.HTTPError, OSError) as error:
            raise DeliveryError(f"{self._host} could not be reached ({type(error).__name__})") from error
        _judge(f"{self._host} answered {status}", status, retry_after(headers))

    async def aclose(self) -> None:
        """Close the connections, unless the client was handed in."""
        if self._own and self._client is not None:
            await self._client.aclose()
            self._client = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()

    def _open(self) -> "httpx2.AsyncClient":
        if self._client is None:
            import httpx2

            self._client = httpx2.AsyncClient(timeout=SECONDS)
        return self._client

    def _headers(self, event: OutboxEvent, body: bytes) -> dict[str, str]:
        identifier, timestamp = identifier_of(event.key), int(self._clock.now().timestamp())
        return {
            "content-type": "application/json",
            "user-agent": "warmline",
            "webhook-id": identifier,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(self._keys, identifier=identifier, timestamp=timestamp, body=body),
        }


def identifier_of(key: str) -> str:
    """The header ``webhook-id``: the event's key, or its hash where the key has signs that a header or the signed text must not hold."""
    return key if _PLAIN.fullmatch(key) else hashlib.sha256(key.encode()).hexdigest()


def _judge(said: str, status: int, after: float | None) -> None:
    if 200 <= status < 300:
        return
    if 400 <= status < 500 and status not in _AGAIN:
        raise Undeliverable(said)
    raise DeliveryError(said, after=after)


def _usable(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        shown = "one with a user name in it" if "@" in url else repr(url)
        raise SettingsError(f"expected a webhook's URL such as https://shop.example.com/warmline, got {shown}")
    return url
