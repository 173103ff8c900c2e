"""JSON schemas that somebody else wrote: what they name, where they point, and whether arguments fit them."""

import json
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

_PERSONAL = (
    "customer client user member account profile buyer shopper person owner email e_mail mail phone mobile order uid".split()
)
MAX_PROBLEM = 300


def identifying(name: str) -> bool:
    """Whether an argument of this name sounds like a person or an order: better asked about once too often than never."""
    return any(part in name.casefold() for part in _PERSONAL)


def property_names(schema: object) -> list[str]:
    """The names of all properties in a schema, at any depth, in order."""
    return [name for node in _nodes(schema) if isinstance(node.get("properties"), dict) for name in node["properties"]]


def foreign_references(schema: object) -> list[str]:
    """The references of a schema that lead out of it."""
    references = [node[word] for node in _nodes(schema) for word in ("$ref", "$dynamicRef") if isinstance(node.get(word), str)]
    return [reference for reference in references if not reference.startswith("#")]


def keys_within(value: object) -> list[str]:
    """The keys of all objects inside a value's own."""
    found: list[str] = []
    for node in _nodes(value):
        found += node
    return found


def canonical_json(value: object) -> str:
    """A JSON value as one text, so that equal values are equal texts."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def problems(schema: dict[str, Any], value: object) -> list[tuple[tuple[str | int, ...], str]]:
    """Where a value does not fit a schema, and why; nothing outside of the schema is ever fetched. The deepest faults of a choice are left out."""
    errors = validator_of(canonical_json(schema)).iter_errors(value)
    found = [(tuple(error.absolute_path), error.message[:MAX_PROBLEM]) for error in errors]
    return found[:5]


@cache
def validator_of(schema: str) -> "Validator":
    """The validator of a schema, given as canonical JSON; ``ValueError`` for what is no schema."""
    from jsonschema import SchemaError
    from jsonschema.validators import (
        Draft202012Validator,
        validator_for,  # pyright: ignore[reportUnknownVariableType]
    )
    from referencing import Registry

    plain: dict[str, Any] = json.loads(schema)
    kind = cast("type[Validator]", validator_for(plain, default=Draft202012Validator))
    try:
        kind.check_schema(plain)
    except SchemaError as error:
        raise ValueError(f"input_schema is no JSON schema: {error.message[:MAX_PROBLEM]}") from error
    return kind(plain, registry=Registry())


def _nodes(value: object) -> Iterator[dict[str, Any]]:
    """Every object in a JSON value, the outermost first."""
    left: list[object] = [value]
    while left:
        node = left.pop(0)
        if isinstance(node, dict):
            yield cast("dict[str, Any]", node)
            left += cast("dict[str, object]", node).values()
        elif isinstance(node, list):
            left += cast("list[object]", node)
