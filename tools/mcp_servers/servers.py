"""All MCP servers of one agent: the tools they are allowed to lend it, and their connections."""

import asyncio
from collections.abc import Sequence
from importlib.util import find_spec

from warmline.errors import SettingsError, UsageError
from warmline.tools.toolbox import ALL_TOOLS

from .allowed import McpServer
from .connection import Connection
from .schemas import canonical_json, validator_of
from .tool import ServersTool, tool_of

SHOP_SECONDS = 20.0
"""What an agent waits for one call of a tool, unless it is told otherwise."""


class Servers:
    """Nothing is started or connected before a tool is first called. ``SettingsError`` and ``UsageError`` for what could never work.

    ``shop_seconds`` is how long a turn waits for one call of a tool: a server that may take longer would be cut off in the middle of a write.
    """

    def __init__(self, servers: Sequence[McpServer], *, shop_seconds: float = SHOP_SECONDS) -> None:
        if servers and find_spec("mcp") is None:
            raise SettingsError("MCP servers need the package 'mcp'; pip install 'warmline[mcp]'")
        if twice := {server.name for server in servers if sum(other.name == server.name for other in servers) > 1}:
            raise UsageError(f"two MCP servers are called {min(twice)!r}; their tools would be told apart by nothing")
        for server in servers:
            _check_in_time(server, shop_seconds)
        self.connections = tuple(Connection(server) for server in servers)
        self.tools = tuple(tool for connection in self.connections for tool in _tools_of(connection))
        taken = {tool.name for tool in ALL_TOOLS}
        for tool in self.tools:
            if tool.name in taken:
                raise UsageError(f"there is a tool {tool.name!r} already; give the MCP server another name")
            taken.add(tool.name)

    async def close(self) -> None:
        """End all sessions; a later call opens what it needs."""
        await asyncio.gather(*(connection.close() for connection in self.connections))


def _check_in_time(server: McpServer, shop_seconds: float) -> None:
    if server.longest < shop_seconds:
        return
    most = shop_seconds * server.seconds / server.longest
    raise SettingsError(
        f"the MCP server {server.name!r}: with seconds {server.seconds:g} a call may take {server.longest:g}, and a turn waits"
        f" {shop_seconds:g} for one; expected less than {most:.3g}, or more shop_seconds for the agent"
    )


def _tools_of(connection: Connection) -> list[ServersTool]:
    server = connection.server
    for name, allowed in server.tools.items():
        try:
            validator_of(canonical_json(allowed.input_schema))
        except ValueError as error:
            raise SettingsError(f"{server.name}.{name}: {error}") from error
    return [tool_of(server, name, connection) for name in server.tools]
