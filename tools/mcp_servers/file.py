"""The file in which an operator names the MCP servers: YAML, with ``${WARMLINE_…}`` for secrets."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from warmline.errors import SettingsError

from .allowed import McpServer

if TYPE_CHECKING:
    import yaml

VARIABLE = "WARMLINE_MCP"
_SECRET = re.compile(r"\$\{(?P<name>[^}]*)\}")


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    servers: dict[str, dict[str, Any]] = Field(min_length=1)


def chosen_servers(variables: Mapping[str, str]) -> tuple[McpServer, ...]:
    """The servers in the file that ``WARMLINE_MCP`` names; none where it is not set."""
    named = variables.get(VARIABLE)
    return () if named is None else load_servers(Path(named).expanduser(), variables)


def load_servers(path: Path, variables: Mapping[str, str]) -> tuple[McpServer, ...]:
    """The servers in this file; secrets from these variables, of which only ``WARMLINE_…`` are taken. ``SettingsError`` names what is wrong."""
    import yaml

    try:
        plain = _plain(yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{VARIABLE}: {str(path)!r} cannot be read ({error}); expected a YAML file: docs/mcp.md") from error
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}: no valid YAML: {' '.join(str(error).split())}") from error
    try:
        file = _File.model_validate(plain)
    except ValidationError as error:
        raise SettingsError(f"{path}: {_told(error)}; expected 'servers:' with one entry for each, by name") from None
    return tuple(a_server(path, name, entry, variables) for name, entry in file.servers.items())


def _plain(root: "yaml.Node | None") -> object:
    """The value of a file in which no key stands twice: of two entries for one tool the first would be lost without a word."""
    import yaml

    nodes = [root]
    while nodes:
        node = nodes.pop()
        if isinstance(node, yaml.SequenceNode):
            nodes += node.value
        elif isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if key.value in seen:
                    raise yaml.YAMLError(f"line {key.start_mark.line + 1}: {key.value!r} stands here a second time")
                seen.add(key.value)
                nodes.append(value)
    return None if root is None else yaml.SafeLoader("").construct_document(root)  # pyright: ignore[reportUnknownMemberType]


def a_server(path: Path, name: str, entry: dict[str, Any], variables: Mapping[str, str]) -> McpServer:
    """One server of the file, with its secrets put in."""
    filled = {**entry, "name": name}
    for part in ("env", "headers"):
        if isinstance(entry.get(part), dict):
            given = cast("dict[str, object]", entry[part])
            filled[part] = {key: _filled(path, f"{name}.{part}.{key}", value, variables) for key, value in given.items()}
    try:
        return McpServer.model_validate(filled)
    except ValidationError as error:
        raise SettingsError(f"{path}: {name}: {_told(error)}") from None


def _filled(path: Path, place: str, value: object, variables: Mapping[str, str]) -> object:
    """A value with its variables put in; what is no text is left for the check of types."""

    def put_in(match: re.Match[str]) -> str:
        name = match["name"]
        if not name.startswith("WARMLINE_") or name not in variables:
            raise SettingsError(f"{path}: {place}: ${{{name}}} is not set; name a variable that begins WARMLINE_ and set it")
        return variables[name]

    return _SECRET.sub(put_in, value) if isinstance(value, str) else value


def _told(error: ValidationError) -> str:
    """Every fault with its place; never the value, which may be a secret."""
    faults = error.errors(include_input=False, include_url=False)
    parts = [(".".join(map(str, fault["loc"])), fault["msg"].removeprefix("Value error, ")) for fault in faults]
    return "; ".join(f"{place}: {said}" if place else said for place, said in parts)
