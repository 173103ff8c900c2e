"""The way to one MCP server: a session in a task of its own, opened at the first call and again after it broke.

The SDK's session must be entered and left in one task, so a task holds it; any number of turns speak through it at once.
"""

import asyncio
import logging
import os
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast
from weakref import WeakKeyDictionary

from warmline.errors import OutcomeUnknown, ShopDrifted, ShopUnavailable, WarmlineError

from .allowed import McpServer
from .pinned import changes_in, listed

if TYPE_CHECKING:
    from mcp import Client
    from mcp_types import CallToolResult, RequestParamsMeta, Tool

_log = logging.getLogger(__name__)

CLOSING_SECONDS = 8.0
"""How long closing waits for a server to end; the SDK kills a command after about four."""

LISTED_SECONDS = 300.0
"""How long a listing is believed; before a write the tools are always listed anew."""


@dataclass(kw_only=True)
class _Held:
    """One session: ``drift`` says of each allowed tool that reads otherwise today how it does; ``calls`` are under way."""

    ready: "asyncio.Future[Client]"
    over: asyncio.Event = field(default_factory=asyncio.Event)
    drift: dict[str, str] = field(default_factory=dict[str, str])
    listed_at: float | None = None
    calls: int = 0
    retired: bool = False

    def done_with(self) -> None:
        """Let the session end once nobody speaks through it."""
        if self.retired and self.calls == 0:
            self.over.set()


class Connection:
    """Calls the allowed tools of one server, in a session for each event loop. It may be closed and used again."""

    def __init__(self, server: McpServer) -> None:
        self.server = server
        self._held = WeakKeyDictionary[asyncio.AbstractEventLoop, _Held]()
        self._tasks: set[asyncio.Task[None]] = set()

    async def call(self, tool: str, arguments: dict[str, Any], *, meta: dict[str, Any] | None, write: bool) -> "CallToolResult":
        """What the server answers, an error of its own included.

        ``ShopUnavailable`` and ``ShopDrifted`` when nothing was asked of it, ``OutcomeUnknown`` when it was and no usable answer came. It
        takes the server's ``seconds`` at most until it can be asked, however often a session is opened for that, and as long for the answer.
        """
        kept, until = asyncio.get_running_loop() in self._held, self._soon()
        try:
            return await self._once(tool, arguments, meta, anew=write, until=until)
        except ShopUnavailable:
            if not kept:
                raise
        except OutcomeUnknown as error:
            if not kept or write or isinstance(error.__cause__, TimeoutError):
                raise
        # the session had broken since it was last spoken through
        return await self._once(tool, arguments, meta, anew=write, until=until)

    async def _once(
        self, tool: str, arguments: dict[str, Any], meta: dict[str, Any] | None, *, anew: bool, until: float
    ) -> "CallToolResult":
        held = await self._open(until)
        held.calls += 1
        try:
            await self._check(held, tool, anew=anew, until=until)
            return await self._ask(held, tool, arguments, meta)
        finally:
            held.calls -= 1
            held.done_with()

    async def drift(self) -> dict[str, str]:
        """The allowed tools that read otherwise today than when they were allowed, each with how."""
        held = await self._open(self._soon())
        return dict(held.drift)

    async def tools(self) -> "dict[str, Tool]":
        """All tools the server has, allowed or not, by name."""
        held = await self._open(self._soon())
        return await listed(held.ready.result().session)

    async def close(self) -> None:
        """End this event loop's session and wait for the server to go; the next call opens another."""
        loop = asyncio.get_running_loop()
        if (held := self._held.pop(loop, None)) is not None:
            held.over.set()
        here = {task for task in tuple(self._tasks) if task.get_loop() is loop}
        if not here:
            return
        _, slow = await asyncio.wait(here, timeout=CLOSING_SECONDS)
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)

    def _soon(self) -> float:
        return asyncio.get_running_loop().time() + self.server.seconds

    async def _open(self, until: float) -> _Held:
        loop = asyncio.get_running_loop()
        if (held := self._held.get(loop)) is None:
            held = self._held[loop] = _Held(ready=loop.create_future())
            task = asyncio.create_task(self._hold(held), name=f"mcp server {self.server.name}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            async with asyncio.timeout_at(until):
                await asyncio.shield(held.ready)
        except TimeoutError as error:
            raise ShopUnavailable(f"the MCP server {self.server.name!r} does not answer: {why(error)}") from error
        except ShopUnavailable:
            self._retire(held)
            raise
        return held

    async def _hold(self, held: _Held) -> None:
        """Enter the session, tell that it is there, keep it until it is over, and leave it: all in this task."""
        try:
            async with AsyncExitStack() as stack:
                async with asyncio.timeout(self.server.seconds):
                    client = await stack.enter_async_context(self._client(held))
                    await self._list(held, client)
                held.ready.set_result(client)
                await held.over.wait()
        except Exception as error:  # noqa: BLE001 (whatever the SDK, the wire or the server does)
            if held.ready.done():
                _log.warning("mcp server %s: the session ended badly: %s", self.server.name, why(error))
                return
            held.ready.set_exception(ShopUnavailable(f"the MCP server {self.server.name!r} does not answer: {why(error)}"))
            held.ready.exception()  # seen: whoever waited may be gone
        finally:
            self._retire(held)
            held.ready.cancel()

    @asynccontextmanager
    async def _client(self, held: _Held) -> AsyncGenerator["Client"]:
        from mcp import Client
        from mcp_types import Implementation, ServerNotification

        async def heard(message: object) -> None:
            """What a server says unasked changes nothing, but that its tools have to be read again."""
            if isinstance(message, ServerNotification):
                held.listed_at = None

        async with AsyncExitStack() as stack:
            transport = await self._transport(stack)
            yield await stack.enter_async_context(
                Client(transport, message_handler=heard, cache=None, client_info=Implementation(name="warmline", version="0"))
            )

    async def _transport(self, stack: AsyncExitStack) -> Any:
        """How the server is spoken with. What a command writes on its stderr goes nowhere: nobody knows what it holds."""
        server = self.server
        if server.url is not None:
            import httpx2
            from mcp.client.streamable_http import streamable_http_client

            headers = {name: value.get_secret_value() for name, value in server.headers.items()}
            timeout = httpx2.Timeout(server.seconds, read=300.0)
            client = await stack.enter_async_context(httpx2.AsyncClient(headers=headers, timeout=timeout))
            return streamable_http_client(server.url, http_client=client)
        from mcp.client.stdio import StdioServerParameters, stdio_client

        command, *arguments = server.command or ("",)
        env = {name: value.get_secret_value() for name, value in server.env.items()}
        nowhere = stack.enter_context(_nowhere())
        return stdio_client(StdioServerParameters(command=command, args=arguments, env=env), errlog=nowhere)

    async def _check(self, held: _Held, tool: str, *, anew: bool, until: float) -> None:
        """That the tool reads as it did when it was allowed; ``ShopDrifted`` if not."""
        now = asyncio.get_running_loop().time()
        if anew or held.listed_at is None or now - held.listed_at > LISTED_SECONDS:
            try:
                async with asyncio.timeout_at(until):
                    await self._list(held, held.ready.result())
            except Exception as error:  # noqa: BLE001 (whatever the SDK, the wire or the server does)
                self._retire(held)
                raise ShopUnavailable(f"the MCP server {self.server.name!r} does not list its tools: {why(error)}") from None
        if tool in held.drift:
            raise ShopDrifted(f"the MCP server {self.server.name!r} is not what was allowed: {tool}: {held.drift[tool]}")

    async def _list(self, held: _Held, client: "Client") -> None:
        held.drift = changes_in(self.server.tools, await listed(client.session))
        held.listed_at = asyncio.get_running_loop().time()

    async def _ask(self, held: _Held, tool: str, arguments: dict[str, Any], meta: dict[str, Any] | None) -> "CallToolResult":
        from mcp.shared.exceptions import MCPError
        from mcp_types import CallToolRequest, CallToolRequestParams, CallToolResult, TextContent

        asked = CallToolRequestParams(name=tool, arguments=arguments, _meta=cast("RequestParamsMeta | None", meta))
        try:
            async with asyncio.timeout(self.server.seconds):
                return _whole(await held.ready.result().session.send_request(CallToolRequest(params=asked), CallToolResult))
        except Exception as error:  # noqa: BLE001 (the same)
            if isinstance(error, MCPError) and error.code in _ANSWERED:
                return CallToolResult(content=[TextContent(text=error.message)], is_error=True)
            self._retire(held)
            said = f"the MCP server {self.server.name!r} gave no usable answer to {tool}: {why(error)}"
            raise OutcomeUnknown(said) from (error if isinstance(error, TimeoutError) else None)

    def _retire(self, held: _Held) -> None:
        """Use this session no more; it ends when the calls that go through it have."""
        held.retired = True
        held.done_with()
        loop = held.ready.get_loop()
        if self._held.get(loop) is held:
            del self._held[loop]


def _whole(answer: "CallToolResult") -> "CallToolResult":
    """The answer, if it is the end of the call.

    What it holds is not held against the server's own output schema, as the SDK's ``call_tool`` would: nobody allowed that schema, and a
    write that was made would be called unknown for it.
    """
    if answer.result_type != "complete":
        raise ShopDrifted("it wants to be told more before it answers")
    return answer


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


_ANSWERED = (-32601, -32602, -32603)
"""JSON-RPC's codes for an error that the server itself answers with; the session is well (https://www.jsonrpc.org/specification#error_object)."""

MAX_WHY = 200


def why(error: BaseException) -> str:
    """The innermost cause in a line: what the SDK raises comes in groups.

    Only the words of those are kept that speak of the way to the server: others quote what was sent or answered, a secret or a customer.
    For the same reason nothing is raised from them: a log shows an error with its causes.
    """
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    if isinstance(error, TimeoutError):
        return "no answer in time"
    said = "".join(filter(str.isprintable, " ".join(_words(error).split())))[:MAX_WHY]
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _words(error: BaseException) -> str:
    import httpx2
    from mcp.shared.exceptions import MCPError

    if isinstance(error, MCPError):
        return str(error.message if error.message in _SDKS_OWN else error.code)
    if isinstance(error, httpx2.HTTPStatusError):
        return f"HTTP {error.response.status_code}"
    return str(error) if isinstance(error, WarmlineError | OSError | httpx2.NetworkError) else ""


_SDKS_OWN = ("Connection closed", "Session terminated", "Server returned an error response")
"""What the SDK itself says in an error's place, and nobody's data."""
