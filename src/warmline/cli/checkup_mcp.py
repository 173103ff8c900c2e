"""The examination behind ``warmline doctor --mcp``: the host's MCP servers and the tools of theirs that are allowed."""

from pathlib import Path

from warmline.errors import WarmlineError
from warmline.settings import Settings
from warmline.tools.capabilities import Finding


async def examine_mcp(*, home: Path | None) -> list[Finding]:
    """What is found of each server; a warning where none is named. No tool is called."""
    from warmline.tools.mcp_servers.examining import examine_servers
    from warmline.tools.mcp_servers.file import chosen_servers

    settings, _ = Settings.examined(home=home)
    try:
        servers = chosen_servers(settings.variables)
        if servers:
            return await examine_servers(servers)
    except WarmlineError as error:
        return [Finding(name="mcp", status="problem", found=str(error))]
    remedy = "Set WARMLINE_MCP to a file of servers if the agent is to use their tools: docs/mcp.md."
    return [Finding(name="mcp", status="warning", found="no server is named: the agent has its own tools", remedy=remedy)]
