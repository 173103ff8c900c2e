"""What a server's answer says, as the model reads it: data, of bounded length, and nothing that would have to be fetched or seen."""

import json
from typing import TYPE_CHECKING, Any, cast

from warmline.errors import ToolError
from warmline.prompts import render
from warmline.tools.results import Result

if TYPE_CHECKING:
    from mcp_types import CallToolResult

MAX_RESULT = 20_000
"""Characters of a result; a longer one is not cut, for a cut figure is another figure."""

MAX_ERROR = 500
_OURS = ("topic", "label_note")
"""Keys by which the reply gate knows the shop's own rules: nobody else's data may claim to be one."""


class Told(Result):
    """A result of a server's tool: whose, what was asked of it (a write, which the customer said yes to), and what it said."""

    server: str
    asked: dict[str, Any] | None = None
    result: Any = None
    note: str | None = None


def told(server: str, answer: "CallToolResult") -> Told:
    """A read's result; ``ToolError`` if there is nothing to read or too much."""
    value = readable(answer)
    if value is None:
        raise ToolError(render("mcp", "nothing_readable"))
    made = Told(server=server, result=value)
    if len(made.model_dump_json()) > MAX_RESULT:
        raise ToolError(render("mcp", "too_long"))
    return made


def done(server: str, answer: "CallToolResult", asked: dict[str, Any]) -> Told:
    """A write's result. It was made, so whatever its answer is like, it is told as made."""
    made = Told(server=server, asked=asked, result=readable(answer))
    if len(made.model_dump_json()) > MAX_RESULT:
        return Told(server=server, asked=asked, note=render("mcp", "done_at_length"))
    return made


def readable(answer: "CallToolResult") -> Any:
    """The structured content, or the text, as JSON where it is JSON; ``None`` when there is neither. Images and links are left out."""
    from mcp_types import TextContent

    if answer.structured_content is not None:
        return _plain(answer.structured_content)
    text = "\n".join(part.text for part in answer.content if isinstance(part, TextContent)).strip()
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text or None
    return _plain(value) if isinstance(value, dict | list) else text


def said(answer: "CallToolResult") -> str:
    """The words of an error, cut."""
    value = readable(answer)
    return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))[:MAX_ERROR]


def _plain(value: Any) -> Any:
    """The value without keys that mean something to us."""
    if isinstance(value, dict):
        return {f"{key}_" if key in _OURS else key: _plain(part) for key, part in cast("dict[str, Any]", value).items()}
    return [_plain(part) for part in cast("list[Any]", value)] if isinstance(value, list) else value
