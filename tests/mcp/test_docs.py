"""docs/mcp.md, second half: the server, the file and the agent as they are printed."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.shop_worlds import a_memory_shop

from warmline import SupportAgent
from warmline.cli import main
from warmline.testing import FixedGuard, ScriptedModel, calls, says

TEXT = (Path(__file__).parents[2] / "docs/mcp.md").read_text("utf-8")
SERVER, BACKEND = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
[FILE] = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the two files, where we are."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loyalty_server.py").write_text(SERVER)
    (tmp_path / "servers.yaml").write_text(FILE.replace("[python,", f"[{sys.executable},"))
    return tmp_path


@pytest.mark.usefixtures("here")
async def test_the_loyalty_programme_is_used_as_printed() -> None:
    script = [
        calls("loyalty_get_points"),
        says("You have 1250 points, worth $12.00."),
        calls("loyalty_redeem", points=500),
        says("Your 500 points are redeemed: voucher V-778899, 750 points are left."),
    ]
    space: dict[str, Any] = {"shop": a_memory_shop(), "model": ScriptedModel(script), "guard": FixedGuard()}
    code = compile(BACKEND.replace("mcp=", "guard=guard, mcp="), "docs/mcp.md", "exec")
    exec(code, space)  # noqa: S102 (our own page)
    agent: SupportAgent = space["agent"]
    async with agent:
        looked = await agent.reply("c", "How many points do I have?", "m1", "C-1001")
        asked = await agent.reply("c", "Use 500", "m2", "C-1001")
        done = await agent.reply("c", "yes", "m3", "C-1001")
    assert [turn.text for turn in (looked, asked, done)] == [
        "You have 1250 points, worth $12.00.",
        "Shall I turn 500 of your points into a voucher?",
        "Your 500 points are redeemed: voucher V-778899, 750 points are left.",
    ]


def test_the_file_is_what_the_command_prints_decided(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mcp", "tools", "--name", "loyalty", "--", sys.executable, str(here / "loyalty_server.py")]) == 0
    printed, decided = yaml.safe_load(capsys.readouterr().out), yaml.safe_load(FILE)
    for name, tool in printed["servers"]["loyalty"]["tools"].items():
        told = decided["servers"]["loyalty"]["tools"][name]
        assert {"effect": "DECIDE", **{key: told[key] for key in tool if key != "effect"}} == tool
