"""Tool calls that a model wrote as plain text instead of calling: found, so that a customer never reads JSON."""

import json
import re
from collections.abc import Container
from typing import Any

from .models.base import CallRequest

_WRAPPED = re.compile(r"<tool_call>(.*?)</tool_call>|```(?:json|tool_call)?\s*(.*?)```", re.DOTALL)
_NAME_KEYS = ("name", "tool", "function")
_ARGUMENT_KEYS = ("arguments", "parameters", "args", "input")


def calls_in_text(text: str | None, tools: Container[str]) -> tuple[CallRequest, ...]:
    """The calls of known tools in a text that holds nothing else to say; usually none."""
    if not text or "{" not in text:
        return ()
    pieces = [first or second for first, second in _WRAPPED.findall(text)] or [text]
    calls = [call for piece in pieces for node in _objects(piece) if (call := _call(node, tools)) is not None]
    return tuple(
        CallRequest(call_id=f"text_{number}", name=name, arguments=json.dumps(arguments))
        for number, (name, arguments) in enumerate(calls)
    )


def _objects(piece: str) -> list[Any]:
    try:
        node = json.loads(piece[piece.index("{") if not piece.lstrip().startswith("[") else 0 :].strip())
    except ValueError:
        return []
    return list(node) if isinstance(node, list) else [node]


def _call(node: Any, tools: Container[str]) -> tuple[str, dict[str, Any]] | None:
    if not isinstance(node, dict):
        return None
    function: Any = node.get("function")
    inner: dict[str, Any] = function if isinstance(function, dict) else node
    name = next((inner[key] for key in _NAME_KEYS if isinstance(inner.get(key), str)), None)
    if name is None or name not in tools:
        return None
    arguments: Any = next((inner[key] for key in _ARGUMENT_KEYS if key in inner), {})
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments)
        except ValueError:
            return None
    return (name, arguments) if isinstance(arguments, dict) else None
