"""YAML whose values know where they stand, so that every mistake can be named with file, line and column."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile
from math import isfinite
from typing import TYPE_CHECKING, Any, cast

from .findings import Misplaced
from .names import did_you_mean

if TYPE_CHECKING:
    import yaml


@dataclass(frozen=True)
class Node:
    """A value in the file and where it stands; ``block`` are the lines of a folded text below it."""

    file: str
    value: Any
    line: int
    column: int
    block: tuple[str, ...] = ()

    def error(self, problem: str, *, offset: int = 0) -> Misplaced:
        """What to raise or to note about this place, ``offset`` characters into it."""
        line, column = self.line, self.column + offset
        for number, text in enumerate(self.block, 1):
            if offset <= len(text.strip()):
                line, column = self.line + number, offset + 1 + len(text) - len(text.lstrip())
                break
            offset -= len(text.strip()) + 1
        return Misplaced(problem, file=self.file, line=line, column=column)

    def entries(self) -> dict[str, tuple["Node", "Node"]]:
        """The entries of a mapping, each with its key's place and its value."""
        if not isinstance(self.value, dict):
            raise self.error(f"expected a mapping, got {self.plain()!r}")
        return cast("dict[str, tuple[Node, Node]]", self.value)

    def list(self) -> list["Node"]:
        """The entries of a list."""
        if not isinstance(self.value, list):
            raise self.error(f"expected a list, got {self.plain()!r}")
        return cast("list[Node]", self.value)

    def text(self, *, among: tuple[str, ...] | None = None) -> str:
        """A word, of a closed set if there is one."""
        if not isinstance(self.value, str):
            quotes = "; put it in quotes" if isinstance(self.value, bool | int | float) else ""
            raise self.error(f"expected a word, got {self.plain()!r}{quotes}")
        if among is not None and self.value not in among:
            raise self.error(f"unknown value {self.value!r}: {did_you_mean(self.value, list(among))}")
        return self.value

    def number(self) -> float:
        """A finite number, no truth value."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float) or not isfinite(self.value):
            raise self.error(f"expected a number, got {self.plain()!r}")
        return float(self.value)

    def whole(self) -> int:
        """A whole number of at least 1."""
        if self.number() < 1 or self.number() % 1:
            raise self.error(f"expected a whole number such as 1, got {self.plain()!r}")
        return int(self.value)

    def flag(self) -> bool:
        """true or false."""
        if not isinstance(self.value, bool):
            raise self.error(f"expected true or false, got {self.plain()!r}")
        return self.value

    def plain(self) -> Any:
        """The value without its places."""
        if isinstance(self.value, dict):
            return {name: value.plain() for name, (_, value) in cast("dict[str, tuple[Node, Node]]", self.value).items()}
        if isinstance(self.value, list):
            return [node.plain() for node in cast("list[Node]", self.value)]
        return self.value


def parse_yaml(file: str, source: str) -> Node:
    """The value written in ``source``; ``Misplaced`` if it is empty or no YAML."""
    import yaml

    try:
        root = yaml.compose(source, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise Misplaced(f"no valid YAML: {error.problem}", file=file, line=line, column=column) from error
    except yaml.YAMLError as error:
        raise Misplaced(f"no valid YAML: {' '.join(str(error).split())}", file=file, line=1, column=1) from error
    if root is None:
        raise Misplaced("the file is empty", file=file, line=1, column=1)
    return _node(file, source.splitlines(), root)


def _node(file: str, lines: list[str], node: "yaml.Node") -> Node:
    import yaml

    line, column = node.start_mark.line, node.start_mark.column
    if isinstance(node, yaml.MappingNode):
        return Node(file, _mapping(file, lines, node), line + 1, column + 1)
    if isinstance(node, yaml.SequenceNode):
        return Node(file, [_node(file, lines, entry) for entry in node.value], line + 1, column + 1)
    construct = cast("Callable[[yaml.Node], Any]", yaml.SafeLoader("").construct_object)  # pyright: ignore[reportUnknownMemberType]
    style = node.style if isinstance(node, yaml.ScalarNode) else None
    if style in (">", "|"):
        block = tuple(takewhile(str.strip, lines[line + 1 : node.end_mark.line + 1]))
        return Node(file, construct(node), line + 1, column + 1, block)
    return Node(file, construct(node), line + 1, column + (2 if style else 1))


def _mapping(file: str, lines: list[str], node: "yaml.MappingNode") -> dict[str, tuple[Node, Node]]:
    entries: dict[str, tuple[Node, Node]] = {}
    for key_node, value_node in node.value:
        key = _node(file, lines, key_node)
        if str(key.value) in entries:
            raise key.error(f"the key {key.value!r} stands here twice")
        entries[str(key.value)] = (key, _node(file, lines, value_node))
    return entries
