"""The JSON Schema of a suite, for editors; what the loader checks beyond it is said when a suite is loaded."""

from typing import Any, cast

from .schema import WrittenSuite

PLACEHOLDER = {"type": "string", "pattern": r"^\{[A-Za-z_]\w*\}$"}
"""A name of the matrix, where a suite may write one instead of a value."""


def suite_schema() -> dict[str, Any]:
    """The schema (draft 2020-12), made from the models the loader reads with."""
    schema = WrittenSuite.model_json_schema(by_alias=True)
    made = cast("dict[str, Any]", _with_placeholders(schema))
    made["properties"]["schema"] = schema["properties"]["schema"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": "A suite of warmline eval"}


def _with_placeholders(node: Any) -> Any:
    """Closed sets, numbers and truth values may also be a name in braces."""
    if isinstance(node, list):
        return [_with_placeholders(part) for part in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    plain = cast("dict[str, Any]", node)
    if "enum" in plain or "const" in plain or plain.get("type") in ("integer", "number", "boolean"):
        kept = {name: plain[name] for name in ("description", "default", "title") if name in plain}
        value = {name: part for name, part in plain.items() if name not in kept}
        return {**kept, "anyOf": [value, PLACEHOLDER]}
    return {name: _with_placeholders(part) if name not in ("discriminator", "default") else part for name, part in plain.items()}
