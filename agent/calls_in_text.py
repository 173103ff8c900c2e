"""Tool calls that a model wrote as plain text instead of calling: found, so that a customer never reads JSON."""

import ast
import json
import re
from collections.abc import Container, Iterator
from typing import Any

from .models.base import CallRequest

_NAME_KEYS = ("name", "tool", "function", "action")
_ARGUMENT_KEYS = ("arguments", "parameters", "args", "input", "action_input")
_LAST_NAME = re.compile(r"([a-z]\w+)\W*(?:(?:action input|json|arguments)\W*)*$", re.IGNORECASE)
"""The name before a JSON object: ``get_order({…``, ``<function=get_order>{…``, ``Action: get_order\\nAction Input: {…``."""
_PYTHON = re.compile(r"\b([a-z]\w*)\(\s*([a-z]\w*\s*=[^()]*)\)", re.IGNORECASE)

MAX_TRIES = 40
"""Braces at which an object is looked for."""

Call = tuple[str, dict[str, Any]]


def calls_in_text(text: str | None, tools: Container[str]) -> tuple[CallRequest, ...]:
    """The calls of known tools in a text, in whatever form a model was trained on; usually none."""
    if not text or ("{" not in text and "(" not in text):
        return ()
    calls = list(_json_calls(text, tools)) or list(_python_calls(text, tools))
    return tuple(
        CallRequest(call_id=f"text_{number}", name=name, arguments=json.dumps(arguments))
        for number, (name, arguments) in enumerate(calls)
    )


def _json_calls(text: str, tools: Container[str]) -> Iterator[Call]:
    decoder = json.JSONDecoder()
    start = tries = 0
    while (start := text.find("{", start)) >= 0 and (tries := tries + 1) <= MAX_TRIES:
        try:
            node, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            start += 1
            continue
        yield from _calls(node, _LAST_NAME.search(text[max(start - 60, 0) : start]), tools)
        start = end


def _calls(node: dict[str, Any], before: re.Match[str] | None, tools: Container[str]) -> Iterator[Call]:
    """The call an object is, the calls it lists, or the call it holds the arguments of."""
    if isinstance(listed := node.get("tool_calls"), list):
        for one in listed:
            if isinstance(one, dict):
                yield from _calls(one, None, tools)
        return
    inner: dict[str, Any] = function if isinstance(function := node.get("function"), dict) else node
    name = next((inner[key] for key in _NAME_KEYS if isinstance(inner.get(key), str)), None)
    if name is not None and name in tools:
        arguments = _arguments(next((inner[key] for key in _ARGUMENT_KEYS if key in inner), {}))
    else:
        name, arguments = before[1] if before else "", node
    if name in tools and arguments is not None:
        yield name, arguments


def _arguments(written: Any) -> dict[str, Any] | None:
    if isinstance(written, str):
        try:
            written = json.loads(written)
        except ValueError:
            return None
    return written if isinstance(written, dict) else None


def _python_calls(text: str, tools: Container[str]) -> Iterator[Call]:
    """``get_order(order_number="W-1")``."""
    for name, written in _PYTHON.findall(text):
        if name in tools:
            try:
                call: Any = ast.parse(f"f({written})", mode="eval").body
                yield name, {part.arg: ast.literal_eval(part.value) for part in call.keywords}
            except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
                continue
