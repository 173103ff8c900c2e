"""Whether a server's tools still read as they did when the host allowed them: a word that changed may be an order to the model."""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from warmline.errors import ShopDrifted

from .allowed import AllowedTool
from .schemas import canonical_json

if TYPE_CHECKING:
    from mcp import ClientSession
    from mcp_types import Tool

MAX_PAGES = 20


async def listed(session: "ClientSession") -> "dict[str, Tool]":
    """All tools of a server by name, page after page. A name that comes twice is a fault: nobody knows which of the two would be called."""
    from mcp_types import PaginatedRequestParams

    tools: dict[str, Tool] = {}
    cursor: str | None = None
    for _ in range(MAX_PAGES):
        page = await session.list_tools(params=PaginatedRequestParams(cursor=cursor) if cursor is not None else None)
        for tool in page.tools:
            if tool.name in tools:
                raise ShopDrifted(f"the tool {tool.name!r} is listed twice")
            tools[tool.name] = tool
        cursor = page.next_cursor
        if cursor is None:
            return tools
    raise ShopDrifted(f"the list of tools does not end within {MAX_PAGES} pages")


def changes_in(allowed: Mapping[str, AllowedTool], found: "Mapping[str, Tool]") -> dict[str, str]:
    """What is different about each allowed tool that is not as it was. Tools that were not allowed are nobody's concern."""
    changes = {name: _change(tool, found.get(name)) for name, tool in allowed.items()}
    return {name: change for name, change in changes.items() if change is not None}


def _change(allowed: AllowedTool, found: "Tool | None") -> str | None:
    if found is None:
        return "it is gone"
    description = "" if (found.description or "") == allowed.description else "its description"
    schema = "" if canonical_json(found.input_schema) == canonical_json(allowed.input_schema) else "its arguments"
    changed = " and ".join(part for part in (description, schema) if part)
    return f"{changed} changed since it was allowed" if changed else None


def digest(name: str, description: str, schema: Mapping[str, object]) -> str:
    """What a tool says of itself in twelve characters, to compare by eye."""
    return hashlib.sha256(canonical_json([name, description, schema]).encode()).hexdigest()[:12]
