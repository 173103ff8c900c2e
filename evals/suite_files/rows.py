"""The rows of a case: written in the suite, or lines of JSON Lines files, of which a case takes those it wants."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from warmline.agent.guard.names import did_you_mean
from warmline.agent.guard.yaml_node import Node

from .expanding import Values, names_in


def rows_of(node: Node, case: Node, folder: Path) -> list[Values]:
    """The values of each case that ``rows`` asks for; ``Misplaced`` for what it cannot be."""
    if isinstance(node.value, dict):
        rows = list(_wanted(node, case, folder))
    elif isinstance(node.value, str):
        rows = [row for _, row in _lines(node, folder / node.text())]
    else:
        for row in node.list():
            row.entries()
        rows = [cast("Values", row.plain()) for row in node.list()]
    if not rows or not rows[0]:
        raise node.error("there are no rows: list at least one")
    odd = next((number for number, row in enumerate(rows, 1) if set(row) != set(rows[0])), None)
    if odd is not None:
        raise node.error(f"row {odd} has other names than the first: {', '.join(rows[odd - 1])}; expected {', '.join(rows[0])}")
    return rows


def _wanted(node: Node, case: Node, folder: Path) -> Iterator[Values]:
    """The lines of ``files`` that are as ``where`` says: of each what the case uses, and an id from its file and line."""
    parts = {name: value for name, (_, value) in node.entries().items()}
    if "files" not in parts:
        raise node.error("'files' is missing here: JSON Lines files beside the suite, * for several")
    known = {"files", "where"}
    for name, (key, _) in node.entries().items():
        if name not in known:
            raise key.error(f"unknown key {name!r}: {did_you_mean(name, known)}")
    where = _where(parts["where"]) if "where" in parts else {}
    used, met = set(names_in(case)) - {"id"}, {name: set[str]() for name in where}
    for pattern in parts["files"].list():
        for file in _files(pattern, folder):
            for number, row in _lines(pattern, file):
                if any(str(row.get(name)) not in values for name, values in where.items()):
                    continue
                for name in where:
                    met[name].add(str(row[name]))
                if lacking := sorted(used - set(row)):
                    raise pattern.error(f"{file.name}, line {number}: no {lacking[0]!r} here, and the case uses it")
                yield {"id": f"{file.parent.name}/{file.stem}:{number}", **{name: row[name] for name in sorted(used)}}
    for name, values in where.items():
        if never := next((value for value in values if value not in met[name]), None):
            raise values[never].error(f"no row has the {name} {never!r}")


def _where(node: Node) -> dict[str, dict[str, Node]]:
    """By name the values a row may have, each with its place."""
    wanted = {name: value for name, (_, value) in node.entries().items()}
    return {name: {str(one.plain()): one for one in value.list()} for name, value in wanted.items()}


def _files(pattern: Node, folder: Path) -> list[Path]:
    found = sorted(folder.glob(pattern.text())) if "*" in pattern.text() else [folder / pattern.text()]
    if not found:
        raise pattern.error(f"no file is called {pattern.text()!r} here; a path is from the suite's folder")
    return found


def _lines(node: Node, file: Path) -> Iterator[tuple[int, Values]]:
    try:
        lines = file.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise node.error(f"{file.name!r} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row: object = json.loads(line)
        except ValueError as error:
            raise node.error(f"{file.name}, line {number}: expected a JSON object ({error})") from error
        if not isinstance(row, dict):
            raise node.error(f"{file.name}, line {number}: expected a JSON object")
        yield number, cast("Values", row)
