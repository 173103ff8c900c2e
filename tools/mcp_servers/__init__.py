"""A host's MCP servers, whose tools the agent may use as far as the host allows; needs the extra ``warmline[mcp]`` (docs/mcp.md)."""
