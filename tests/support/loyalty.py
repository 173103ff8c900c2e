"""The loyalty server over HTTP in this process, or as a process of its own, and what a host allows of it."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from pydantic import SecretStr

from warmline.tools.mcp_servers.allowed import AllowedTool, McpServer

from . import loyalty_server as script
from . import rough_server
from .loyalty_server import TOOLS, Loyalty, loyalty_server

LISTED = {tool.name: tool for tool in TOOLS}
QUESTION = "Shall I turn {points} of your points into a voucher?"
ASKED: dict[str, Any] = {"question": QUESTION, "deeds": ["redeemed", "is a voucher now"]}


def allowed(name: str, **said: Any) -> AllowedTool:
    """A tool as the server lists it, and what the host says of it."""
    tool = LISTED[name]
    return AllowedTool.model_validate({"description": tool.description, "input_schema": tool.input_schema, **said})


def usual() -> dict[str, AllowedTool]:
    """One read and one write about the customer, and a read about an order."""
    return {
        "get_points": allowed("get_points", effect="read", customer="customer_id"),
        "redeem": allowed("redeem", effect="write", customer="customer_id", **ASKED),
        "order_points": allowed("order_points", effect="read", order="order"),
    }


def over_stdio(folder: Path, tools: dict[str, AllowedTool] | None = None, **said: Any) -> McpServer:
    """The server as a process."""
    command = (sys.executable, script.__file__, str(folder))
    return McpServer(name="loyalty", command=command, tools=tools or usual(), **said)


def rough(folder: Path, tools: dict[str, AllowedTool] | None = None, **said: Any) -> McpServer:
    """The server in plain JSON lines, as a process."""
    listing = [tool.model_dump(by_alias=True, exclude_none=True) for tool in TOOLS]
    (folder / "tools.json").write_text(json.dumps(listing))
    command = (sys.executable, "-S", rough_server.__file__, str(folder))
    return McpServer(name="loyalty", command=command, tools=tools or usual(), **said)


@asynccontextmanager
async def over_http(
    folder: Path, tools: dict[str, AllowedTool] | None = None, *, headers: dict[str, str] | None = None, **said: Any
) -> AsyncGenerator[tuple[McpServer, Loyalty]]:
    """The server in this process, on a port of its own."""
    loyalty = Loyalty(folder)
    app = loyalty_server(loyalty).streamable_http_app()

    async def heard(scope: Any, receive: Any, send: Any) -> None:
        loyalty.headers += scope.get("headers", ())
        await app(scope, receive, send)

    serving = uvicorn.Server(uvicorn.Config(heard, port=0, log_level="critical", ws="none", timeout_graceful_shutdown=1))
    task = asyncio.create_task(serving.serve())
    while not serving.started:  # noqa: ASYNC110 (uvicorn sets no event)
        await asyncio.sleep(0.005)
    port = serving.servers[0].sockets[0].getsockname()[1]
    secret = {name: SecretStr(value) for name, value in (headers or {}).items()}
    try:
        url = f"http://127.0.0.1:{port}/mcp"
        yield McpServer(name="loyalty", url=url, headers=secret, tools=tools or usual(), **said), loyalty
    finally:
        serving.should_exit = True
        await task
