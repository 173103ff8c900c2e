"""The file of servers: secrets come from variables, every mistake is named with its place and without its value."""

from pathlib import Path

import pytest
from support.loyalty import usual

from warmline.errors import SettingsError
from warmline.tools.mcp_servers.file import chosen_servers, load_servers

FILE = """
servers:
  loyalty:
    url: https://mcp.example.com/mcp
    headers:
      Authorization: Bearer ${WARMLINE_LOYALTY_TOKEN}
    tools:
      get_points:
        effect: read
        customer: customer_id
        description: The customer's points.
        input_schema:
          type: object
          properties:
            customer_id: {type: string}
            year: {type: integer, minimum: 2000}
          required: [customer_id]
"""
SET = {"WARMLINE_LOYALTY_TOKEN": "hush", "HOME": "/root"}


def load(folder: Path, text: str, variables: dict[str, str] = SET) -> object:
    file = folder / "servers.yaml"
    file.write_text(text)
    return load_servers(file, variables)


def test_a_file_says_what_code_would_and_shows_no_secret(tmp_path: Path) -> None:
    file = tmp_path / "servers.yaml"
    file.write_text(FILE)
    [server] = chosen_servers({**SET, "WARMLINE_MCP": str(file)})
    assert server.tools["get_points"] == usual()["get_points"]
    assert server.headers["Authorization"].get_secret_value() == "Bearer hush"
    assert "hush" not in repr(server)


def test_without_a_file_there_are_none() -> None:
    assert chosen_servers({}) == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("LOYALTY_TOKEN", "OTHER_TOKEN", "loyalty.headers.Authorization: ${WARMLINE_OTHER_TOKEN} is not set"),
        ("WARMLINE_LOYALTY_TOKEN", "HOME", "${HOME} is not set; name a variable that begins WARMLINE_"),
        ("effect: read", "effect: DECIDE", "loyalty: tools.get_points.effect: Input should be 'read' or 'write'"),
        ("customer: customer_id", "about: nobody", "'customer_id' sounds like a person or an order"),
        ("effect: read", "effect: read\n        effect: write", "line 10: 'effect' stands here a second time"),
        ("servers:", "server:", "expected 'servers:' with one entry for each"),
        ("type: object", "type: [", "no valid YAML"),
        ("url:", "uri:", "loyalty: uri: Extra inputs are not permitted"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, FILE.replace(old, new, 1))
    assert told in str(caught.value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]", "servers: {}", "servers: {loyalty: x}"])
def test_a_file_without_servers_is_no_file_of_servers(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match="expected 'servers:'"):
        load(tmp_path, text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"WARMLINE_MCP: '.*none.yaml' cannot be read"):
        chosen_servers({"WARMLINE_MCP": str(tmp_path / "none.yaml")})
