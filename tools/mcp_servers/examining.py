"""The examination of a host's MCP servers: are they reached, and are the allowed tools what they were."""

import asyncio
from collections.abc import Sequence

from warmline.errors import WarmlineError
from warmline.tools.capabilities import Finding

from .allowed import McpServer
from .connection import Connection
from .servers import Servers


async def examine_servers(servers: Sequence[McpServer]) -> list[Finding]:
    """A line for each server, and one for each allowed tool that reads otherwise now. No tool is called."""
    made = Servers(servers)
    try:
        found = await asyncio.gather(*map(_examined, made.connections))
    finally:
        await made.close()
    return [finding for findings in found for finding in findings]


async def _examined(connection: Connection) -> list[Finding]:
    server = connection.server
    name = f"mcp {server.name}"
    try:
        drift = await connection.drift()
    except WarmlineError as error:
        remedy = (
            "Its tools bring customers to a person until it answers."
            if server.required
            else "The model is told that its tools cannot be used now."
        )
        return [Finding(name=name, status="problem" if server.required else "warning", found=str(error), remedy=remedy)]
    usable = len(server.tools) - len(drift)
    found = Finding(
        name=name, status="ok", found=f"{server.where} answers; {usable} of {len(server.tools)} allowed tools can be used"
    )
    return [found, *(_drifted(f"{name} {tool}", change) for tool, change in drift.items())]


def _drifted(name: str, change: str) -> Finding:
    remedy = "It is not called any more. Read it with `warmline mcp tools`, and paste the new lines if you still allow it."
    return Finding(name=name, status="problem", found=change, remedy=remedy)
