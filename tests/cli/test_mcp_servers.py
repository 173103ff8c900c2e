"""``warmline mcp tools`` and ``doctor --mcp``: from a server's list to an agent that uses it, and what is said when it changes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.loyalty import rough
from support.loyalty_server import TOOLS, Loyalty
from support.shell import Script, Shell

from warmline.testing import calls, says


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    """What starts the loyalty server."""
    return [*(rough(tmp_path).command or ())]


def lines_of(shell: Shell, command: list[str], *options: str) -> str:
    ran = shell("mcp", "tools", "--name", "loyalty", *options, "--", *command)
    assert ran.code == 0, ran.err
    return ran.out


def allow(file: Path, lines: str) -> None:
    """Paste the lines, and say that the tool reads."""
    file.write_text(lines.replace("effect: DECIDE", "effect: read"))


def test_the_printed_lines_allow_nothing_before_a_person_has_decided(
    shell: Shell, command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "servers.yaml"
    file.write_text(lines_of(shell, command))
    monkeypatch.setenv("WARMLINE_MCP", str(file))
    ran = shell("doctor", "--mcp", "--json")
    assert ran.code == 1
    assert "tools.get_points.effect: Input should be 'read' or 'write'" in json.loads(ran.out)[0]["found"]


def test_what_is_pasted_is_examined_and_used(
    shell: Shell, command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scripted: Script
) -> None:
    file = tmp_path / "servers.yaml"
    allow(file, lines_of(shell, command, "--only", "get_points"))
    monkeypatch.setenv("WARMLINE_MCP", str(file))
    ran = shell("doctor", "--mcp", "--json")
    assert (ran.code, json.loads(ran.out)[0]["found"].endswith("answers; 1 of 1 allowed tools can be used")) == (0, True)
    scripted(calls("loyalty_get_points"), says("Let me see."))
    asked = shell("chat", "--as", "C-1001", "--json", stdin="How many points do I have?\n")
    assert asked.code == 0, asked.err
    assert [call["arguments"] for call in Loyalty(tmp_path).calls()] == [{"customer_id": "C-1001"}]


def test_a_tool_that_changed_since_is_a_problem_with_what_to_do(
    shell: Shell, command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "servers.yaml"
    allow(file, lines_of(shell, command, "--only", "get_points").replace("The customer's points.", "The customer's balance."))
    monkeypatch.setenv("WARMLINE_MCP", str(file))
    ran = shell("doctor", "--json")
    found = {one["name"]: one for one in json.loads(ran.out)}
    assert (ran.code, found["mcp loyalty"]["status"], found["mcp loyalty get_points"]["status"]) == (1, "ok", "problem")
    assert found["mcp loyalty get_points"]["found"] == "its description changed since it was allowed"
    assert "warmline mcp tools" in found["mcp loyalty get_points"]["do"]


def test_a_server_that_is_down_is_a_problem_unless_it_is_optional(
    shell: Shell, command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "servers.yaml"
    allow(file, lines_of(shell, command, "--only", "get_points"))
    (tmp_path / "tools.json").unlink()
    monkeypatch.setenv("WARMLINE_MCP", str(file))
    ran = shell("doctor", "--mcp", "--json")
    assert (ran.code, "does not answer" in ran.out) == (1, True)
    file.write_text(file.read_text().replace("  loyalty:\n", "  loyalty:\n    required: false\n"))
    assert shell("doctor", "--mcp").code == 0


def test_json_shows_each_tool_with_its_digest_and_what_it_claims(shell: Shell, command: list[str]) -> None:
    ran = shell("mcp", "tools", "--json", "--", *command)
    told = {one["tool"]: one for one in json.loads(ran.out)}
    assert list(told) == [tool.name for tool in TOOLS]
    assert (told["redeem"]["claims"], told["redeem"]["allow"]["effect"]) == ("says that it only reads", "DECIDE")
    assert len({one["digest"] for one in told.values()}) == len(TOOLS)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["mcp", "tools", "no-such-command"], 1, "does not answer: FileNotFoundError"),
        (["mcp", "tools", "http://mcp.example.com/mcp"], 3, "must begin https://"),
        (["mcp", "tools", "https://127.0.0.1/mcp", "x"], 2, "stands behind a URL"),
        (["mcp", "tools", "x", "--env", "TOKEN"], 2, "--env 'TOKEN': expected NAME=VALUE"),
        (["mcp", "tools", "x", "--env", "TOKEN=${WARMLINE_NONE}"], 3, "${WARMLINE_NONE} is not set"),
        (["mcp", "tools"], 2, "Missing argument"),
        (["doctor", "--mcp", "--shop"], 2, "give one of --shop, --helpdesk and --mcp"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(shell: Shell, arguments: list[str], code: int, told: str) -> None:
    ran = shell(*arguments)
    assert (ran.code, told in ran.err, len(ran.err.splitlines())) == (code, True, 1), ran


def test_a_tool_it_does_not_have_is_named_with_those_it_has(shell: Shell, command: list[str]) -> None:
    ran = shell("mcp", "tools", "--only", "nix", "--", *command)
    assert (ran.code, ran.err.startswith("warmline: --only nix: there is no such tool; it has get_points, ")) == (2, True)


def test_without_a_file_doctor_says_how_to_name_one(shell: Shell) -> None:
    ran = shell("doctor", "--mcp")
    assert (ran.code, "WARMLINE_MCP" in ran.out) == (0, True)


def test_what_a_server_writes_on_its_stderr_is_not_ours_to_show(command: list[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "warmline", "mcp", "tools", "--", *command], capture_output=True, text=True, check=True
    )
    assert "get_points" in ran.stderr
    assert "hush" not in ran.stdout + ran.stderr
