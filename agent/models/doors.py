"""Two ways for a body to reach the model's server: through the official SDK, and past most of it.

``ThroughSDK`` is the rule: whatever a host's client does to its requests (proxies, signatures, hooks, a transport of its own) is done.
``Direct`` takes where to ask and how to sign from the SDK's client and posts over aiohttp: a quarter of the CPU a request costs
otherwise, most of which goes into joining addresses and headers that are the same each time (docs/performance.md has the figures).
Both raise the SDK's own errors.
"""

import json
from collections.abc import AsyncIterator, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import quote, urlsplit
from urllib.request import getproxies, proxy_bypass

from warmline.errors import SettingsError, UsageError

from .faults import Server

if TYPE_CHECKING:
    import aiohttp
    from openai import AsyncOpenAI, RequestOptions

CONNECT_SECONDS = 10.0
"""How long a direct connection may take to be made; what an answer may take is the model's budget."""

CONNECTIONS = 1000
"""Of one door at most, as many as the SDK's client allows."""

_JSON = {"Content-Type": "application/json"}
_OPTIONS: "RequestOptions" = {"headers": _JSON, "max_retries": 0}


class Answered(Protocol):
    """A good response. ``content`` is there when it was not asked for as a stream."""

    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def content(self) -> bytes: ...
    def aiter_bytes(self) -> AsyncIterator[bytes]: ...
    async def aclose(self) -> None: ...


class Door(Protocol):
    """A way to one server; ``server`` is whom its errors are about."""

    @property
    def server(self) -> Server: ...
    async def post(self, body: bytes, *, stream: bool) -> Answered: ...
    async def close(self) -> None: ...


class _OfClient:
    """What both ways have of the SDK's client; ``ours`` is whether it is closed with them."""

    def __init__(self, client: "AsyncOpenAI", model: str, *, ours: bool) -> None:
        self._client, self._model, self._ours = client, model, ours
        self._path = _path(client, model)

    @property
    def server(self) -> Server:
        """Whom errors are about; the host may have given its client another key meanwhile."""
        return Server(model=self._model, host=self._client.base_url.host, key=self._client.api_key)

    async def close(self) -> None:
        """Close the client, if it was made for this door."""
        if self._ours:
            await self._client.close()


class ThroughSDK(_OfClient):
    """Posts through the SDK's own door for bytes."""

    async def post(self, body: bytes, *, stream: bool) -> Answered:
        """The good response to a body; the SDK's error for any other."""
        import httpx2
        from openai import AsyncStream

        response = await self._client.post(
            self._path, content=body, cast_to=httpx2.Response, options=_OPTIONS, stream=stream, stream_cls=AsyncStream[object]
        )
        return cast("httpx2.Response", response)  # asked for a response, the SDK gives one for streams too


class Direct(_OfClient):
    """Posts over aiohttp, in the event loop it is made in. Redirects are not followed: a key goes where it was meant to go.

    ``UsageError`` for a client whose requests only it can make.
    """

    def __init__(self, client: "AsyncOpenAI", model: str, *, ours: bool) -> None:
        import aiohttp

        refuse_what_only_the_sdk_can(client)
        super().__init__(client, model, ours=ours)
        self._url = str(client.base_url).rstrip("/") + self._path
        self._asked: dict[str, Any] = {"allow_redirects": False, "proxy": proxy_for(self._url)}
        if client.default_query:
            self._asked["params"] = {name: str(value) for name, value in client.default_query.items()}
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS, **_trusting(self._url)),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
        )
        self._signed: tuple[str, Mapping[str, str]] = ("", {})

    async def post(self, body: bytes, *, stream: bool) -> Answered:
        """The good response to a body; the SDK's ``APIStatusError`` for any other, its ``APIConnectionError`` for none."""
        try:
            response = await self._session.post(self._url, data=body, headers=self._headers(), **self._asked)
            good = 200 <= response.status < 300
            if good and stream:
                return _Streamed(response)
            content = await response.read()
        except Exception as error:
            raise _no_connection(error, self._url) from error
        if not good:
            raise _status_error(response, content)
        return _Whole(response.headers, content)

    async def close(self) -> None:
        """Close the connections, and the client if it was made for this door."""
        await self._session.close()
        await super().close()

    def _headers(self) -> Mapping[str, str]:
        """What the SDK would send, made anew when the host has given its client another key; what the host set itself wins."""
        key = self._client.api_key
        if self._signed[0] != key or not self._signed[1]:
            given: dict[str, object] = {**self._client.auth_headers, **_JSON}
            for name, value in self._client.default_headers.items():
                given = {other: kept for other, kept in given.items() if other.casefold() != name.casefold()} | {name: value}
            self._signed = key, {name: value for name, value in given.items() if isinstance(value, str)}
        return self._signed[1]


class _Whole:
    def __init__(self, headers: Mapping[str, str], content: bytes) -> None:
        self.headers, self.content = headers, content

    async def aiter_bytes(self) -> AsyncIterator[bytes]:
        yield self.content

    async def aclose(self) -> None:
        return None


class _Streamed:
    content = b""

    def __init__(self, response: "aiohttp.ClientResponse") -> None:
        self.headers: Mapping[str, str] = response.headers
        self._response = response

    def aiter_bytes(self) -> AsyncIterator[bytes]:
        return self._response.content.iter_any()

    async def aclose(self) -> None:
        self._response.release()  # back to the pool if it was read to its end, closed if not


def refuse_what_only_the_sdk_can(client: "AsyncOpenAI") -> None:
    """``UsageError`` for a client that addresses or signs its requests in a way that is not imitated here."""
    from openai import AsyncOpenAI

    if type(client) is not AsyncOpenAI:
        raise UsageError(
            f"OpenAIModel(direct=True) was given a {type(client).__name__}, which addresses and signs its requests itself;"
            " give an AsyncOpenAI, or leave direct out"
        )
    if client.workload_identity is not None or not client.auth_headers:
        raise UsageError("OpenAIModel(direct=True) was given a client without a key of its own to sign with; leave direct out")
    if client.base_url.userinfo:
        raise UsageError("OpenAIModel(direct=True) was given a base_url with a user's name in it; leave direct out")


def proxy_for(url: str) -> str | None:
    """The proxy that the environment names for this address."""
    parts = urlsplit(url)
    return None if proxy_bypass(parts.netloc) else getproxies().get(parts.scheme)


def _trusting(url: str) -> dict[str, Any]:
    """The certificates the SDK would trust."""
    if not url.startswith("https:"):
        return {}
    import httpx2

    return {"ssl": httpx2.create_ssl_context()}


def _no_connection(error: Exception, url: str) -> Exception:
    """Whatever kept the server's answer away, as the SDK says it; the request itself, and so the key, is not in it."""
    import httpx2
    from openai import APIConnectionError, APITimeoutError

    request = httpx2.Request("POST", url)
    return APITimeoutError(request) if isinstance(error, TimeoutError) else APIConnectionError(request=request)


def _status_error(response: "aiohttp.ClientResponse", content: bytes) -> Exception:
    import httpx2
    from openai import APIStatusError

    try:
        body: object = json.loads(content)
    except ValueError:
        body = content.decode(errors="replace")
    if isinstance(body, dict):
        body = cast("dict[str, object]", body).get("error", cast("object", body))
    said = httpx2.Response(response.status, headers=response.raw_headers, request=httpx2.Request("POST", str(response.url)))
    return APIStatusError(f"HTTP {response.status}", response=said, body=body)


def _path(client: "AsyncOpenAI", model: str) -> str:
    """Where to post. Azure's older URLs name the deployment; its client reads that from a body it can see into, which ours is not."""
    from openai import AsyncAzureOpenAI

    if isinstance(client, AsyncAzureOpenAI) and "/deployments" not in client.base_url.path:
        return f"/deployments/{quote(model, safe='')}/chat/completions"
    return "/chat/completions"


def aiohttp_there() -> None:
    """``SettingsError`` where aiohttp is not installed."""
    if find_spec("aiohttp") is None:
        raise SettingsError("OpenAIModel(direct=True) needs aiohttp: pip install 'warmline[fast]'")
