"""Where a part of a case stands in its file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

from pydantic import ValidationError

from warmline.agent.guard.findings import Misplaced
from warmline.agent.guard.names import did_you_mean
from warmline.agent.guard.yaml_node import Node
from warmline.evals.results import Place

from .schema_expect import Part

Path = Sequence[str | int]


@dataclass(frozen=True)
class Source:
    """A case in its file, and what lies under it: the suite's defaults."""

    case: Node
    under: dict[str, Node] = field(default_factory=dict[str, Node])

    def place(self, path: Path) -> Place:
        """The place of a part; of what the suite's defaults brought in, the place there."""
        node, _ = self.nearest(path)
        return Place(file=node.file, line=node.line, column=node.column)

    def nearest(self, path: Path, *, key: bool = False) -> tuple[Node, int]:
        """The node of a part, or that of the nearest part around it, and how many steps were found; with ``key`` its key's."""
        found = walk(self.case, path, key=key)
        first = str(path[0]) if path else ""
        if found[1] < len(path) and first in self.under:
            below = walk(self.under[first], path[1:], key=key)
            if below[1] + 1 > found[1]:
                return below[0], below[1] + 1
        return found


def walk(node: Node, path: Path, *, key: bool = False) -> tuple[Node, int]:
    """As far down a path as there is a node; steps that name no part (pydantic names types too) are passed over."""
    steps, named = 0, node
    for step in path:
        if isinstance(node.value, dict) and str(step) in (entries := node.entries()):
            named, node = entries[str(step)]
            steps += 1
        elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.list()):
            node = named = node.list()[step]
            steps += 1
    return (named if key else node), steps


def mistakes_of(error: ValidationError, source: Source) -> Iterator[Misplaced]:
    """Each mistake pydantic found, in our words, at its place in the file."""
    found = error.errors(include_url=False)
    for one in found:
        path, kind = one["loc"], one["type"]
        if kind == "too_short" and any(len(other["loc"]) > len(path) and other["loc"][: len(path)] == path for other in found):
            continue  # a list is not empty because what is in it is wrong
        node, _ = source.nearest(path, key=kind == "extra_forbidden")
        yield node.error(_in_words(kind, one["msg"], path, one.get("ctx", {})))


def _unknown(name: str) -> str:
    """An unknown key, with the one that was meant if it is nearly one of a suite's."""
    known = {field.alias or key for part in _parts(Part) for key, field in part.model_fields.items()}
    meant = did_you_mean(name, known - {name})
    return (
        f"unknown key {name!r}: {meant}"
        if meant.startswith("did you mean") and name not in known
        else f"unknown key {name!r} here"
    )


def _parts(part: type[Part]) -> Iterator[type[Part]]:
    for one in part.__subclasses__():
        yield one
        yield from _parts(one)


def _in_words(kind: str, said: str, path: Path, context: object) -> str:
    name = str(path[-1]) if path else ""
    match kind:
        case "extra_forbidden":
            return _unknown(name)
        case "missing":
            return f"{name!r} is missing here"
        case "value_error":
            return said.removeprefix("Value error, ")
        case "too_short":
            return f"{name!r} is empty: there would be nothing to do"
        case "literal_error":
            expected = str(cast("dict[str, object]", context).get("expected", ""))
            return f"expected {expected}"
        case _:
            quotes = "; put it in quotes" if kind == "string_type" else ""
            return f"expected {said.removeprefix('Input should be ')}{quotes}"
