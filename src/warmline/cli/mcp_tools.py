"""What ``warmline mcp tools`` prints: a server's tools word for word, as lines that allow them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from warmline.errors import SettingsError, UsageError

from .screen import print_json, printable

if TYPE_CHECKING:
    from mcp_types import Tool

SECONDS = 30.0
"""How long a server may take to start and to list; ``npx`` and its like fetch a package first."""


async def show_tools(
    where: Sequence[str], name: str, *, only: Sequence[str], headers: Sequence[str], env: Sequence[str], json: bool
) -> None:
    """Print them; ``UsageError`` for a tool it does not have."""
    from warmline.tools.mcp_servers.proposed import as_yaml, claims, proposal, stamp

    reached = _reached(where, _pairs("--header", headers), _pairs("--env", env))
    found = await _listed(name, reached)
    if missing := [tool for tool in only if tool not in found]:
        raise UsageError(f"--only {missing[0]}: there is no such tool; it has {printable(', '.join(found)) or 'none'}")
    chosen = {tool: one for tool, one in found.items() if not only or tool in only}
    if json:
        listed = [
            {"tool": tool, "digest": stamp(one), "claims": claims(one), "allow": proposal(one)} for tool, one in chosen.items()
        ]
        print_json(listed)
        return
    for tool, one in chosen.items():
        typer.echo(printable(f"{tool} ({stamp(one)}) {claims(one)}"), err=True)
    typer.echo(as_yaml(name, reached, {tool: proposal(one) for tool, one in chosen.items()}), nl=False)


async def _listed(name: str, reached: Mapping[str, Any]) -> "dict[str, Tool]":
    from importlib.util import find_spec

    from warmline.settings import Settings
    from warmline.tools.mcp_servers.connection import Connection
    from warmline.tools.mcp_servers.file import a_server

    if find_spec("mcp") is None:
        raise SettingsError("warmline mcp tools needs the package 'mcp'; pip install 'warmline[mcp]'")
    any_tool = {"unlisted": {"effect": "read", "about": "nobody", "input_schema": {"type": "object"}}}
    entry = {**reached, "seconds": SECONDS, "tools": any_tool}
    connection = Connection(a_server(Path("warmline mcp tools"), name, entry, Settings.from_env().variables))
    try:
        return await connection.tools()
    finally:
        await connection.close()


def _reached(where: Sequence[str], headers: dict[str, str], env: dict[str, str]) -> dict[str, Any]:
    """How the server is reached, as the file says it."""
    if where[0].startswith(("http://", "https://")):
        if len(where) > 1:
            raise UsageError(f"{where[1]!r} stands behind a URL; give a URL alone, or a command with its arguments")
        return {"url": where[0], **({"headers": headers} if headers else {}), **({"env": env} if env else {})}
    return {"command": list(where), **({"env": env} if env else {}), **({"headers": headers} if headers else {})}


def _pairs(option: str, given: Sequence[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if wrong := [name for name, equals, _ in pairs if not (name and equals)]:
        raise UsageError(f"{option} {wrong[0]!r}: expected NAME=VALUE")
    return {name.strip(): value for name, _, value in pairs}
