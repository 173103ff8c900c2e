"""One written case as the cases it stands for: its matrix in every combination, its rows one by one, names in braces filled in."""

import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, cast

from warmline.agent.guard.findings import Misplaced
from warmline.agent.guard.names import did_you_mean
from warmline.agent.guard.yaml_node import Node

_NAME = re.compile(r"\{\{(?P<kept>\w+)\}\}|\{(?P<name>[A-Za-z_]\w*)\}")
_WHOLE = re.compile(r"\{([A-Za-z_]\w*)\}")
_SHORT = 24
"""Characters of a value that is part of an id; a longer one is named by its number."""

Values = dict[str, Any]


def combinations(matrix: Mapping[str, list[Any]]) -> list[Values]:
    """Every combination, the last name varying fastest."""
    return [dict(zip(matrix, values, strict=True)) for values in product(*matrix.values())]


def id_of(base: str, values: Values, number: int) -> str:
    """``refund[amount=489,tone=furious]``; a row with an ``id`` is named by it, a value that is long or no word by its number."""
    if "id" in values:
        return f"{base}[{values['id']}]"
    parts = [(name, in_id(value)) for name, value in values.items()]
    said = [f"{name}={part}" for name, part in parts if part is not None]
    if len(said) < len(parts):
        said.append(f"#{number}")
    return f"{base}[{','.join(said)}]"


def in_id(value: Any) -> str | None:
    """A value as an id has it; ``None`` if it is too long for one, or no single value."""
    if isinstance(value, dict | list):
        return None
    word = written(value)
    return word if len(word) <= _SHORT and not set(word) & set("[],={}\n") else None


def written(value: Any) -> str:
    """A value within a text: ``489`` for 489.00, ``true`` for a truth value."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value!r}".removesuffix(".0") if isinstance(value, float) else str(value)


def filled(node: Any, values: Values) -> Any:
    """A plain value with every name in braces replaced; a text that is only ``{name}`` becomes the value itself."""
    if isinstance(node, dict):
        return {_text(str(key), values): filled(part, values) for key, part in cast("dict[Any, Any]", node).items()}
    if isinstance(node, list):
        return [filled(part, values) for part in cast("list[Any]", node)]
    if not isinstance(node, str):
        return node
    whole = _WHOLE.fullmatch(node)
    return values[whole[1]] if whole and whole[1] in values else _text(node, values)


def _text(text: str, values: Values) -> str:
    def replaced(match: re.Match[str]) -> str:
        name = match["name"]
        return "{" + match["kept"] + "}" if match["kept"] else written(values[name]) if name in values else match.group()

    return _NAME.sub(replaced, text)


def names_in(node: Node) -> Iterator[str]:
    """Every name in braces, anywhere in a case."""
    if isinstance(node.value, dict):
        for key, value in node.entries().values():
            yield from names_in(key)
            yield from names_in(value)
    elif isinstance(node.value, list):
        for part in node.list():
            yield from names_in(part)
    elif isinstance(node.value, str):
        yield from (match["name"] for match in _NAME.finditer(node.value) if match["name"])


def unknown_names(node: Node, known: set[str]) -> Iterator[Misplaced]:
    """Every name in braces, anywhere in a case, that neither its matrix nor its rows have."""
    if isinstance(node.value, dict):
        for key, value in node.entries().values():
            yield from unknown_names(key, known)
            yield from unknown_names(value, known)
    elif isinstance(node.value, list):
        for part in node.list():
            yield from unknown_names(part, known)
    elif isinstance(node.value, str):
        for match in _NAME.finditer(node.value):
            if match["name"] and match["name"] not in known:
                yield node.error(f"unknown name {match.group()!r}: {did_you_mean(match['name'], known)}; {{{{x}}}} stays {{x}}")


def merged(under: Any, over: Any) -> Any:
    """One mapping laid over another, part by part; anything else replaces."""
    if not (isinstance(under, dict) and isinstance(over, dict)):
        return over
    below, above = cast("dict[str, Any]", under), cast("dict[str, Any]", over)
    return {**below, **{name: merged(below[name], value) if name in below else value for name, value in above.items()}}
