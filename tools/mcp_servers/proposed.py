"""What an operator is shown of a server before allowing anything: its tools word for word, and the lines to paste for one of them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .pinned import digest
from .schemas import identifying

if TYPE_CHECKING:
    from mcp_types import Tool

DECIDE = "DECIDE"
"""Stands where the operator has to say something; a file that still holds it is refused."""


HEAD = """# Replace each DECIDE, and take out what the agent shall not use. effect is read or write; about is nobody, or name the argument
# with the customer (customer, email) or an order (order). A write also needs question: 'Redeem {points} points?' and deeds: [redeemed].
"""


def proposal(tool: "Tool") -> dict[str, Any]:
    """The entry of one tool with its words as they are; what nobody but the operator can know is left to decide.

    Whether it reads or writes is theirs to say too: a server's own hints are claims, and are shown as such.
    """
    properties: Mapping[str, Any] = tool.input_schema.get("properties", {})
    entry: dict[str, Any] = {"effect": DECIDE, **_about(properties)}
    return {**entry, "description": tool.description or "", "input_schema": tool.input_schema}


def claims(tool: "Tool") -> str:
    """What a server says of a tool's effect: a hint to a person, believed by nothing here."""
    hints = tool.annotations
    if hints is None or hints.read_only_hint is None:
        return "says nothing of its effect"
    return "says that it only reads" if hints.read_only_hint else "says that it writes"


def stamp(tool: "Tool") -> str:
    """Its digest, to compare by eye with what is allowed."""
    return digest(tool.name, tool.description or "", tool.input_schema)


def as_yaml(name: str, reached: Mapping[str, Any], tools: Mapping[str, Mapping[str, Any]]) -> str:
    """The lines for the file."""
    import yaml

    entry = {"servers": {name: {**reached, "tools": {tool: dict(parts) for tool, parts in tools.items()}}}}
    return HEAD + yaml.safe_dump(entry, sort_keys=False, allow_unicode=True, width=110)


def _about(properties: Mapping[str, Any]) -> dict[str, Any]:
    """A guess at whom it is about, for the operator to correct."""
    found: dict[str, Any] = {}
    for name in properties:
        lower = name.casefold()
        if "mail" in lower:
            found.setdefault("email", name)
        elif "order" in lower:
            found.setdefault("order", name)
        elif identifying(name):
            found.setdefault("customer", name)
    return found or {"about": DECIDE}
